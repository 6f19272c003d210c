"""Settings: newsletter.toml and the environment, read once, checked whole, handed on as values.

A string "env:NAME" or "file:PATH" (relative to the workspace) is read from there; the relays' only when one is used, so
that a command which sends nothing needs no password. NEWSLETTER_DATABASE__URL and the like override a key. Every fault
is a ConfigError that names the file, the key, what was found and what is expected; secrets are never part of it.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from newsletter import addresses, durations, urls
from newsletter.errors import AddressError, ConfigError

FILE = "newsletter.toml"
_ONE_KEY = "one for each key, such as NEWSLETTER_DATABASE__URL"
#: References that are resolved only when they are used.
_LATE = frozenset({"summaries.llm.api_key"})


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


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, hide_input_in_errors=True)


class Newsletter(_Table):
    name: Annotated[Line, Field(min_length=1)]
    sender: Annotated[Mailbox, Field(alias="from")]
    reply_to: Mailbox | None = None
    base_url: Annotated[str, AfterValidator(_link_base)] = ""
    postal_address: str = ""
    language: Annotated[Line, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    theme: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")] = "digest"


class Database(_Table):
    url: str = "sqlite:///newsletter.db"


def _number_as_weight(value: object) -> object:
    return {"weight": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


class Topic(_Table):
    """One of [curate.topics]: a number is its weight, a table says more."""

    weight: Annotated[float, Field(gt=0, le=10)] = 1.0
    words: tuple[Annotated[Line, Field(min_length=1)], ...] = ()
    articles: tuple[Annotated[int, Field(ge=1)], ...] = ()
    section: Annotated[Line, Field(min_length=1)] | None = None
    max: Annotated[int, Field(ge=1, le=100)] | None = None


class Curate(_Table):
    max_articles: Annotated[int, Field(ge=1, le=100)] = 8
    max_per_source: Annotated[int, Field(ge=1, le=100)] = 2
    window: Span = timedelta(days=7)
    half_life: Span = timedelta(days=3)
    #: Outlets (a site's name or host) whose article leads a story, best first.
    preferred_sources: tuple[Line, ...] = ()
    #: Interests by name.
    topics: dict[str, Annotated[Topic, BeforeValidator(_number_as_weight)]] = {}
    #: Learn from what was printed before, and how much that counts beside topics.
    learn: bool = True
    learn_weight: Annotated[float, Field(gt=0, le=10)] = 1.0
    #: Primary tags such as "en"; articles in other languages are not picked. Empty takes all.
    languages: tuple[Annotated[Line, Field(pattern=r"^[A-Za-z]{2,3}$")], ...] = ()
    min_words: Annotated[int, Field(ge=0)] = 30
    max_words: Annotated[int, Field(ge=1)] | None = None
    #: Sites, hosts (with their subdomains) or files that nothing is picked from.
    block: tuple[Annotated[Line, Field(min_length=1)], ...] = ()

    @model_validator(mode="after")
    def _lengths(self) -> Self:
        if self.max_words is not None and self.max_words < self.min_words:
            raise ValueError("max_words that is at least min_words")
        return self


class LLM(_Table):
    """[summaries.llm]: an OpenAI-compatible endpoint; `api_key` may be a reference, resolved when it is called."""

    #: Up to and without /chat/completions: "https://api.example.com/v1", "http://127.0.0.1:11434/v1".
    base_url: Annotated[str, Field(min_length=1), AfterValidator(_link_base)]
    model: Annotated[Line, Field(min_length=1)]
    api_key: SecretStr | None = None
    #: Seconds for one attempt, and attempts for one article.
    timeout: Annotated[float, Field(gt=0, le=600)] = 60
    attempts: Annotated[int, Field(ge=1, le=10)] = 4
    #: Requests at once.
    concurrency: Annotated[int, Field(ge=1, le=32)] = 4
    #: Price of a million tokens read and written, in any currency; None: not known, so no cost is estimated.
    price_in: Annotated[float, Field(ge=0)] | None = None
    price_out: Annotated[float, Field(ge=0)] | None = None
    #: One run that would cost more than this is refused before anything is sent.
    max_cost: Annotated[float, Field(ge=0)] | None = None
    #: Characters of an article that are sent at most.
    max_characters: Annotated[int, Field(ge=500, le=1_000_000)] = 24_000

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.max_cost is not None and None in (self.price_in, self.price_out):
            raise ValueError("price_in and price_out beside max_cost: without prices there is no cost to limit")
        url = urlsplit(self.base_url)
        if self.api_key and url.scheme == "http" and url.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("https:// where an api_key is sent to another machine")
        return self


class Summaries(_Table):
    sentences: Annotated[int, Field(ge=1, le=10)] = 2
    #: A length in words instead of a number of sentences.
    words: Annotated[int, Field(ge=10, le=400)] | None = None
    engine: Literal["extractive", "llm"] = "extractive"
    llm: LLM | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.engine == "llm" and self.llm is None:
            raise ValueError('a table [summaries.llm] with base_url and model for engine = "llm"')
        return self


class Relay(_Table):
    """One [[relay]]; `password` and `username` may be references, resolved by `Settings.secret`."""

    name: Line = "relay"
    host: Annotated[Line, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    ca_file: str | None = None
    username: str | None = None
    password: SecretStr | None = None
    auth: Literal["plain", "login"] | None = None
    #: Allow a login that others on the wire can read (loopback is allowed anyway).
    insecure_login: bool = False
    connections: Annotated[int, Field(ge=1, le=100)] = 4
    per_second: Annotated[float, Field(gt=0)] | None = None
    #: Seconds to wait for the connection and for each reply; None takes RFC 5321's (section 4.5.3.2).
    timeout: Annotated[float, Field(gt=0, le=3600)] | None = None
    verp: bool = True
    #: The name given in EHLO; None for the address of this end.
    helo: Line | None = None


class Net(_Table):
    """How pages and feeds are fetched."""

    #: Hosts that may be on this machine or a private network; "*.example.org" names all below it.
    allow: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    #: Fetches under way at once, in all and from one host.
    at_once: Annotated[int, Field(ge=1, le=200)] = 50
    per_host: Annotated[int, Field(ge=1, le=50)] = 2
    #: Seconds between two fetches from one host.
    delay: Annotated[float, Field(ge=0, le=60)] = 0.5


class Bounces(_Table):
    address: EmailAddress | None = None


class Settings(BaseSettings):
    """All of newsletter.toml, with its defaults."""

    model_config = SettingsConfigDict(
        env_prefix="NEWSLETTER_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    newsletter: Newsletter
    database: Database = Database()
    curate: Curate = Curate()
    summaries: Summaries = Summaries()
    relay: tuple[Relay, ...] = ()
    bounces: Bounces = Bounces()
    net: Net = Net()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (the base class's signature)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then the file."""
        return env_settings, init_settings


def load(folder: Path) -> Settings:
    """The settings of the workspace in `folder`. Raises ConfigError."""
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(str(path), "", "no such file", "one made by `newsletter init`") from None
    except UnicodeDecodeError as error:
        raise ConfigError(str(path), "", f"bytes that are not UTF-8 at byte {error.start}", "UTF-8 text") from None
    except (ValueError, RecursionError) as error:  # besides TOMLDecodeError, a number too long or tables too deep
        raise ConfigError(str(path), "", f"broken TOML ({error})", "TOML, see toml.io") from None
    except OSError as error:
        raise ConfigError(str(path), "", f"an unreadable file ({error.strerror})", "one this user may read") from None
    relay = data.pop("relay", [])
    data = _resolved(data, path, "")
    try:
        return Settings(**data, relay=relay)
    except ValidationError as error:
        raise _config_error(error, path, {**data, "relay": relay}) from None
    except SettingsError as error:
        raise ConfigError("environment", "NEWSLETTER_…", f"a variable for a whole table ({error})", _ONE_KEY) from None


def secret(value: str, folder: Path, key: str) -> str:
    """The value itself, or what "env:NAME" and "file:PATH" refer to. Raises ConfigError when that is not there."""
    file = str(folder / FILE)
    if value.startswith("env:"):
        name = value.removeprefix("env:")
        found = os.environ.get(name)
        if found is None:
            raise ConfigError(file, key, value, f"the environment variable {name} to be set")
        return found
    if value.startswith("file:"):
        path = folder / value.removeprefix("file:")
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(file, key, value, f"a readable text file ({type(error).__name__})") from None
    return value


def _resolved(value: Any, path: Path, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _resolved(item, path, f"{key}.{name}" if key else name) for name, item in value.items()}
    return secret(value, path.parent, key) if isinstance(value, str) and key not in _LATE else value


def _config_error(error: ValidationError, path: Path, data: dict[str, Any]) -> ConfigError:
    """The first fault as one line; the others are counted."""
    faults = error.errors(include_url=False)
    fault = faults[0]
    where = [str(part) for part in fault["loc"]]
    key = ".".join(where)
    variable = os.environ.get("NEWSLETTER_" + "__".join(where).upper())
    file = str(path) if variable is None else "environment"
    found, expected = _found_and_expected(dict(fault), where, data)
    if variable is not None:
        found = "a wrong value"
    others = [".".join(str(part) for part in other["loc"]) for other in faults[1:4]]
    more = f" (wrong too: {', '.join(others)}{' …' if len(faults) > 4 else ''})" if others else ""
    return ConfigError(file, key, found, expected + more)


def _found_and_expected(fault: dict[str, Any], where: list[str], data: dict[str, Any]) -> tuple[str, str]:
    kind, message = fault["type"], str(fault["msg"])
    if kind == "missing":
        return "nothing", "a value: this key is needed"
    if kind == "extra_forbidden":
        known = _known_keys(where[:-1])
        return "an unknown key", f"one of {', '.join(known)}" if known else "no such key"
    value: Any = data
    for part in where:
        try:
            value = value[int(part)] if isinstance(value, (list, tuple)) else value[part]
        except (KeyError, IndexError, ValueError, TypeError):
            value = value if isinstance(value, int | float | str) else "a wrong value"
            break
    shown = "a secret" if where[-1] in ("password", "api_key") else repr(value)
    if isinstance(value, dict):  # a table may hold a secret
        shown = f"a table with {', '.join(value)}"
    if where[-1] in _EXPECTED and kind == "string_pattern_mismatch":
        return shown, _EXPECTED[where[-1]]
    message = _PLAIN.get(kind) or message.removeprefix("Value error, ").removeprefix("Input should be ")
    return shown, message.split("expected ", 1)[-1]


#: What is expected where a pattern decides.
_EXPECTED = {"language": "a language tag such as en or pt-BR", "theme": "a theme's name, in small letters"}
#: pydantic's kinds of fault in an editor's words; the others say it well themselves.
_PLAIN = {
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "string_type": "a text in quotes",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "string_too_short": "a text that is not empty",
    "tuple_type": "a list of tables, such as [[relay]]",
    "model_type": "a table, such as [newsletter]",
    "dict_type": "a table, such as [newsletter]",
    "model_attributes_type": "a table, such as [newsletter]",
}


def _known_keys(where: list[str]) -> list[str]:
    model: type[BaseModel] = Settings
    tables: dict[str, type[BaseModel]] = {
        "newsletter": Newsletter,
        "database": Database,
        "curate": Curate,
        "summaries": Summaries,
        "summaries.llm": LLM,
        "relay": Relay,
        "bounces": Bounces,
        "net": Net,
    }
    if where[:2] == ["curate", "topics"] and len(where) == 3:
        model = Topic
    elif where:
        model = tables.get(".".join(where), tables.get(where[0], Settings))
    return [field.alias or name for name, field in model.model_fields.items()]
