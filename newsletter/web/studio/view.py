"""What the preview page shows beside the mail, made ready for its template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from itertools import groupby
from operator import attrgetter
from typing import Literal, Self, get_args

from markupsafe import Markup, escape

from newsletter.errors import NewsletterError, NotFound, RenderError
from newsletter.models import GMAIL_CLIP, Finding, PreviewPage, PreviewReader, Severity, TemplateLine

_BLOCK = re.compile(
    r"(?<!\n)(<(?:!--\[if|!--<!\[|/?(?:head|body|table|tbody)|t[dr]|div|p|h\d|style|meta|title|img|a|ul|ol|li)\b)"
)
_BACKTICKS = re.compile("`([^`]+)`")

Part = Literal["mail", "text", "source"]
Width = Literal["phone", "tablet", "desktop", "both"]
Look = Literal["light", "dark", "part", "whole"]
Images = Literal["on", "off"]

#: What the forced looks are, for the page.
ABOUT_FORCED = {
    "part": "An approximation of clients that darken mail by themselves, light grounds and dark words only: "
    "Outlook.com, Outlook on phones, Gmail on Android.",
    "whole": "An approximation of clients that turn every colour over by themselves: Gmail on iPhone, "
    "Outlook for Windows.",
}


@dataclass(frozen=True, slots=True)
class View:
    """What the editor chose to look at; it stands in the page's address, so that a reload keeps it."""

    part: str = "mail"
    width: str = "desktop"
    look: str = "light"
    images: str = "on"
    #: The subscriber it is shown as; 0 for a reader of whom nothing is known.
    reader: int = 0

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """The choice an address holds; what it does not know is left at its default."""
        choices = {"part": Part, "width": Width, "look": Look, "images": Images}
        known = {name: query[name] for name, of in choices.items() if query.get(name) in get_args(of)}
        return cls(**known, reader=number_of(query.get("reader", "")))

    def mail(self, number: int, version: str) -> str:
        """The address of the mail in this view, as text for an attribute."""
        return f"/issues/{number}/mail/{self.look}?images={self.images}&reader={self.reader}&v={version}"


def number_of(text: str) -> int:
    """An id in an address; 0 for what is none, or more than a database counts."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0


@dataclass(frozen=True, slots=True)
class Inbox:
    """The line a mail client lists."""

    name: str
    address: str
    #: Stands in the round place where clients put a picture.
    initial: str
    subject: str
    preheader: str


@dataclass(frozen=True, slots=True)
class Size:
    """The HTML part against what Gmail shows of it."""

    bytes: int
    limit: int
    percent: int
    #: "fine", "near" (from 90%), "over".
    level: str


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one check with one way to mend them."""

    id: str
    severity: Severity
    mend: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is nothing to show."""

    title: str
    #: "template:line:column", or "" where no template is to blame.
    where: str
    reason: str
    lines: Sequence[TemplateLine] = ()


def inbox_of(page: PreviewPage) -> Inbox:
    """The inbox line, as far as the sender's header can be read."""
    name, address = parseaddr(page.sender)
    shown = name or address or page.sender
    return Inbox(shown, address, shown[:1].upper(), page.subject or "(no subject)", page.preheader)


def size_of(html_bytes: int) -> Size:
    """How much of Gmail's allowance is used."""
    percent = html_bytes * 100 // GMAIL_CLIP
    level = "over" if html_bytes > GMAIL_CLIP else "near" if percent >= 90 else "fine"
    return Size(html_bytes, GMAIL_CLIP, percent, level)


def grouped(findings: Sequence[Finding]) -> tuple[Group, ...]:
    """Findings that differ only in where and what come under one heading; the order stays."""
    same = groupby(findings, key=attrgetter("id", "severity", "mend"))
    return tuple(Group(id_, severity, mend, tuple(group)) for (id_, severity, mend), group in same)


def coded(text: str) -> Markup:
    """Words for the page: escaped, and what stands between backticks set as code."""
    return Markup(_BACKTICKS.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def source_of(html: str) -> str:
    """The HTML part with a line end before every tag that begins a block; a mail's own lines are thousands long."""
    return _BLOCK.sub(r"\n\1", html).lstrip("\n")


def reader_words(reader: PreviewReader) -> str:
    """One line of the list of readers."""
    name = f"{reader.name} <{reader.email}>" if reader.name and reader.email else reader.name or reader.email
    return f"{name or 'erased'}{f' · {reader.language}' if reader.language else ''}"


def fault_of(error: NewsletterError, lines: Sequence[TemplateLine] = ()) -> Fault:
    """The program's own words about what is wrong, with the lines around it where a template is to blame."""
    if isinstance(error, NotFound):
        return Fault(f"There is no such {error.noun}", "", str(error))
    if isinstance(error, RenderError):
        where = error.template + (f":{error.line}" if error.line else "")
        where += f":{error.column}" if error.line and error.column else ""
        return Fault("The issue does not render", where, error.reason, lines)
    return Fault("The issue can't be shown", "", str(error))
