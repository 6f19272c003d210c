"""An issue rendered and frozen: parts cut at their merge slots, ready to be joined once per subscriber."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from newsletter.bidi import isolated
from newsletter.models.pictures import Enclosed

#: Where a slot stands; its value is escaped for it. "url" is a whole URL inside an HTML attribute.
SlotContext = Literal["html", "attribute", "url", "header", "text"]

#: Not printable by themselves, but part of words (Persian, Hindi) and of emoji.
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Slot:
    """An open place in a part, filled for each subscriber.

    `field` is "unsubscribe_url", "view_url", or "subscriber.FIELD" (FIELD: name, email, language or a field of the
    subscriber's own). Missing, null and blank values take `default`.
    """

    field: str
    context: SlotContext
    default: str = ""
    #: Whether the words around it run from right to left.
    rtl: bool = False

    def fill(self, value: str | None) -> str:
        """The value as it may stand here: the default for None and blank, one line, escaped for the context.

        A value that runs against the words around it is isolated from them (`newsletter.bidi`). A URL that is not
        http, https or mailto becomes empty. The message layer encodes header values (RFC 2047).
        """
        text = " ".join((value if value and value.strip() else self.default).split())
        if not text.isprintable():
            text = "".join(c for c in text if c.isprintable() or c in _JOINERS)
        if self.context == "url" and not text.lower().startswith(("https://", "http://", "mailto:")):
            return ""
        if (self.rtl or not text.isascii()) and self.field.startswith("subscriber."):
            text = isolated(text, "rtl" if self.rtl else "ltr")
        return html.escape(text, quote=True) if self.context in ("html", "attribute", "url") else text


#: What fills slots: values by field name ("unsubscribe_url", "subscriber.name", …).
Values = Mapping[str, str | None]

#: A part cut at its slots: text and slots in order, as they will be joined.
Part = tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """One rendering of an issue. HTML and text use "\\n" line ends; the message layer makes CRLF of them."""

    name: str
    subject: Part
    preheader: Part
    html: Part
    text: Part
    #: Pictures that the HTML names as "cid:…" and that travel with it, in order of their first use.
    pictures: tuple[Enclosed, ...] = ()
    #: Language of the newsletter's words in it, where that is not the newsletter's own (BCP 47); else "".
    language: str = ""
    #: Topics whose articles it has, beside those about none; None where it has all articles.
    topics: tuple[str, ...] | None = None

    def slots(self) -> Iterator[Slot]:
        """Every slot of every part, in order."""
        for part in (self.subject, self.preheader, self.html, self.text):
            yield from (piece for piece in part if isinstance(piece, Slot))


@dataclass(frozen=True, slots=True)
class Edition:
    """What subscribers get. Never changed once stored; `id` is 0 until then."""

    #: Number of the issue it was rendered from.
    issue: int
    #: At least one. The first is for whoever belongs to no group; its name is "default" but in a test copy.
    variants: tuple[Variant, ...]
    id: int = 0
    #: UTC; when it was frozen.
    created: datetime | None = None

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) over the issue number and all variants; equal renderings have equal hashes."""
        body = [
            [v.name, *(_plain(p) for p in (v.subject, v.preheader, v.html, v.text)), *(p.digest for p in v.pictures)]
            for v in self.variants
        ]
        text = json.dumps([self.issue, body], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Approval:
    """That somebody has read an edition, and wants it sent."""

    editor: str
    #: Their address; "" where the settings name no editors.
    email: str
    #: UTC.
    at: datetime


def fill(part: Part, values: Values) -> str:
    """The part joined for one reader; a field that `values` lacks takes its default."""
    return "".join(piece if isinstance(piece, str) else piece.fill(values.get(piece.field)) for piece in part)


def _plain(part: Part) -> list[object]:
    return [[p.field, p.context, p.default, *([p.rtl] if p.rtl else ())] if isinstance(p, Slot) else p for p in part]
