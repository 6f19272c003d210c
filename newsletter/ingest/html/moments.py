"""When a page says it was published and changed: declared dates first, then those beside the headline.

A date of change is never taken for the date of publication, and nothing is inferred from an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from lxml import etree

from newsletter.ingest import dates
from newsletter.ingest.dates import Moment
from newsletter.ingest.html.headline import Line
from newsletter.ingest.html.tree import find_all, text_of

_PATHS = (
    "//*[@itemprop='datePublished']",
    "//time[@pubdate or contains(@class, 'publish') or contains(@class, 'entry-date') or contains(@class, 'posted')]",
    "//article//header//time | //main//header//time",
)
_CHANGED = re.compile(
    r"\b(?:updated?|modified|reviewed|revised|changed|edited|aktualisiert|actualizado|mis à jour)\b", re.IGNORECASE
)
_CHANGED_CLASS = re.compile(r"updated|modified|revised", re.IGNORECASE)


def published(declared: Iterable[str], root: etree._Element, near: list[Line], now: datetime) -> Moment | None:
    """The first of the declared dates that is one, else the page's own."""
    return first(declared, now) or first(_on_page(root), now) or first(_near(near, changed=False), now)


def modified(declared: Iterable[str], root: etree._Element, near: list[Line], now: datetime) -> Moment | None:
    """When the page says it was last changed."""
    marked = (_value(node) for node in find_all(root, "//*[@itemprop='dateModified']"))
    return first(declared, now) or first(marked, now) or first(_near(near, changed=True), now)


def by_htmldate(root: etree._Element, changed: Moment | None, now: datetime) -> Moment | None:
    """htmldate knows more places where pages put dates; without its extensive search, which guesses."""
    from htmldate import find_date

    try:
        found = find_date(root, extensive_search=False, original_date=True, max_date=now.strftime("%Y-%m-%d"))
    except Exception:
        return None
    moment = dates.parse(found, now)
    if moment is None or (changed and changed.at.date() == moment.at.date()):
        return None
    return moment if _states(root, moment) else None


def first(candidates: Iterable[str], now: datetime) -> Moment | None:
    """The first candidate that is a date."""
    return next((moment for text in candidates if (moment := dates.parse(text, now))), None)


def _on_page(root: etree._Element) -> Iterator[str]:
    for path in _PATHS:
        for node in list(find_all(root, path))[:3]:
            if not _CHANGED_CLASS.search(node.get("class") or ""):
                yield _value(node)


def _near(near: list[Line], *, changed: bool) -> Iterator[str]:
    """Dates beside the headline, those that are labelled as changes or those that are not.

    The label may stand in the line before.
    """
    before = ""
    for line in near:
        around = f"{line.node.get('class') or ''} {getattr(line.node.getparent(), 'attrib', {}).get('class', '')}"
        label = any(map(_CHANGED.search, (line.text, before[-40:]))) or bool(_CHANGED_CLASS.search(around))
        before = line.text if not dates.find(line.text) else ""
        if line.node.tag == "time" or (len(line.text.split()) <= 14 and dates.find(line.text)):
            first_date, _, last_date = _CHANGED.sub("\n", line.text, count=1).partition("\n")
            if label == changed:
                yield _value(line.node) if line.node.tag == "time" else (last_date or first_date)
            elif label and dates.find(first_date):
                yield first_date
            before = ""


def _value(node: etree._Element) -> str:
    return node.get("datetime") or node.get("content") or text_of(node)


def _states(root: etree._Element, moment: Moment) -> bool:
    """Whether the page has that date unambiguously: htmldate takes 03/04/2026 for the third of April."""
    digits = re.compile(rf"{moment.at:%Y}([-/.]?)0?{moment.at.month}\1?0?{moment.at.day}(?!\d)|{moment.at:%Y%m%d}")
    for node in root.iter():
        for text in (node.text, node.tail, *node.attrib.values()):
            if not text or len(text) > 5000 or f"{moment.at:%Y}" not in text:
                continue
            if digits.search(text) or dates.parse(dates.find(text), moment.at) == moment:
                return True
    return False
