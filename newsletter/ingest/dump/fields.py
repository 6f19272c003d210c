"""Labelled lines → Draft: each label fills its field, and the story's lines become blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from newsletter.ingest import dates
from newsletter.ingest.draft import Draft
from newsletter.ingest.dump import bylines, patterns
from newsletter.ingest.dump.labeller import Labelled
from newsletter.ingest.dump.labels import Label
from newsletter.models import Block

_BULLET = re.compile(r"^\s*(?:[-*•▪‣◦·–]|\d{1,2}[.)])\s+")
#: A list's items lose the sign, not the number: "step 3" of a recipe is told by it.
_SIGN = re.compile(r"^\s*[-*•▪‣◦·–]\s+")
_QUOTES = '“”"„«»‘’'
_EXPERIENCE = re.compile(r"\s*[·|•,–-]\s*\d+\+?\s*(?:years?|jahre|años).*$", re.IGNORECASE)


def draft(items: Sequence[Labelled], now: datetime) -> Draft:
    """What the labels say about the article."""
    made = Draft()
    for item in items:
        if fill := _FIELDS.get(item.label):
            fill(made, item.line.text, now)
    made.blocks = _blocks(items)
    made.site = made.site or _holder(items)
    if not made.authors:
        made.authors = [
            name for item in items if item.label == "author_name" for name in bylines.byline(item.line.text).names
        ][:1]
    return made


def _title(made: Draft, text: str, _: datetime) -> None:
    made.title = made.title or text


def _deck(made: Draft, text: str, _: datetime) -> None:
    made.deck = made.deck or text


def _category(made: Draft, text: str, _: datetime) -> None:
    made.category = made.category or text


def _site(made: Draft, text: str, _: datetime) -> None:
    made.site = made.site or text


def _byline(made: Draft, text: str, now: datetime) -> None:
    found = bylines.byline(text)
    made.authors = made.authors or list(found.names)
    made.role = made.role or found.role
    _date(made, text, now)


def _date(made: Draft, text: str, now: datetime) -> None:
    made.published = made.published or dates.parse(dates.find(text), now)
    made.reading_minutes = made.reading_minutes or patterns.reading_minutes(text)


def _role(made: Draft, text: str, _: datetime) -> None:
    made.role = made.role or _EXPERIENCE.sub("", text)


def _source(made: Draft, text: str, _: datetime) -> None:
    made.references.append(_BULLET.sub("", text))


_FIELDS: dict[Label, Callable[[Draft, str, datetime], None]] = {
    "title": _title,
    "deck": _deck,
    "category": _category,
    "site": _site,
    "byline": _byline,
    "date_readtime": _date,
    "author_role": _role,
    "source": _source,
}


def _holder(items: Sequence[Labelled]) -> str:
    """The site by its copyright line; the year in it is never a date."""
    holders = (patterns.copyright_holder(item.line.text) for item in items if item.label == "copyright")
    return next((holder for holder in holders if holder), "")


def _blocks(items: Sequence[Labelled]) -> list[Block]:
    blocks: list[Block] = []
    for item in items:
        text = item.line.text
        match item.label:
            case "body":
                blocks.append(Block("paragraph", text))
            case "heading":
                blocks.append(Block("heading", text.rstrip(":"), level=2))
            case "image_caption":
                blocks.append(Block("image", text))
            case "key_takeaway":
                blocks.append(Block("takeaway", _BULLET.sub("", patterns.TAKEAWAY.sub("", text))))
            case "pull_quote":
                blocks.append(Block("pull_quote", text.strip(_QUOTES) if item.line.quoted else text))
            case "quote_attribution" if blocks and blocks[-1].type == "pull_quote":
                blocks[-1] = Block("pull_quote", blocks[-1].text, attribution=text.lstrip("—–- "))
            case "list_item" if blocks and blocks[-1].type == "list":
                blocks[-1] = Block("list", f"{blocks[-1].text}\n{_SIGN.sub('', text)}")
            case "list_item":
                blocks.append(Block("list", _SIGN.sub("", text)))
    return blocks
