"""The values that settings are made of, each checked as it is read; a fault says what is expected."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from newsletter import addresses, durations, urls
from newsletter.errors import AddressError

__all__ = ["EmailAddress", "HostName", "Language", "Line", "LinkBase", "Mailbox", "Span", "Table", "Zone"]

#: A language with its script and region, as BCP 47 writes them.
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _span(value: object) -> object:
    if not isinstance(value, str | timedelta):
        raise ValueError('a length of time in quotes, such as "36h", "7d" or "2w"')  # noqa: TRY004 (for pydantic)
    return durations.parse(value) if isinstance(value, str) else value


def _mailbox(value: str) -> str:
    try:
        addresses.mailbox(value)
    except AddressError as error:
        raise ValueError(f"an address such as 'The Digest <digest@example.org>' ({error.reason})") from None
    return value


def _address(value: str) -> str:
    try:
        return addresses.parse(value).email
    except AddressError as error:
        raise ValueError(f"an e-mail address ({error.reason})") from None


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("a time zone's name such as Europe/Berlin or UTC") from None
    return value


def _language(value: str) -> str:
    from newsletter.text.tongue import ENGLISH, tongue  # 5 ms, for those alone who read settings

    tag = value.strip()
    if _TAG.fullmatch(tag) and tongue(tag):
        return tag
    named = {name.casefold(): code for code, name in ENGLISH.locale.languages.items()}
    meant = named.get(tag.casefold()) or tag.replace("_", "-")
    instead = f" (here {meant})" if meant != tag and _TAG.fullmatch(meant) and tongue(meant) else ""
    raise ValueError(f"the tag of a known language, such as en, de, pt-BR or zh-TW{instead}")


def _link_base(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/][^\s\x00-\x1f\x7f]*", value):
        raise ValueError("an address that starts with https://, without spaces")
    return value.rstrip("/")


def _host(value: str) -> str:
    wild = "*." if value.startswith("*.") else ""
    name = value.removeprefix(wild)
    found = urls.host(f"http://{f'[{name}]' if ':' in name and not name.startswith('[') else name}/")
    if found is None or any(sign in name for sign in "/@?#"):
        raise ValueError("a host's name or address without scheme and port, such as intranet.example.org")
    return wild + found


def _one_line(value: str) -> str:
    if any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise ValueError("one line without control characters")
    return value.strip()


Span = Annotated[timedelta, BeforeValidator(_span)]
Line = Annotated[str, AfterValidator(_one_line)]
Mailbox = Annotated[str, AfterValidator(_one_line), AfterValidator(_mailbox)]
EmailAddress = Annotated[str, AfterValidator(_address)]
Zone = Annotated[str, AfterValidator(_zone)]
Language = Annotated[str, AfterValidator(_language)]
LinkBase = Annotated[str, AfterValidator(_link_base)]
HostName = Annotated[str, AfterValidator(_host)]


class Table(BaseModel):
    """A table of newsletter.toml: a key that is not known is a fault, and no value is ever part of an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, hide_input_in_errors=True)
