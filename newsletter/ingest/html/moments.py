"""When a page says it was published and changed: declared dates first, then those beside the headline.

A date of change is the date of publication only where it is all that the page shows beside its headline: then it is the
date that the page goes by. Nothing is inferred from an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from lxml import etree

from newsletter.ingest import dates
from newsletter.ingest.dates import Moment
from newsletter.ingest.html.headline import Line
from newsletter.ingest.html.tree import select, text_of

_PUBLISHED = etree.XPath("/descendant::*[@itemprop='datePublished']")
_PUBLISHED_CLASS = re.compile("publish|entry-date|posted")
_MODIFIED = etree.XPath("/descendant::*[@itemprop='dateModified']")
_CHANGED = re.compile(
    r"\b(?:updated?|modified|reviewed|revised|changed|edited|aktualisiert|actualizado|mis à jour)\b", re.IGNORECASE
)
#: Words of a label before a date.
_LABEL = 4
_CHANGED_CLASS = re.compile(r"updated|modified|revised", re.IGNORECASE)


def published(
    declared: Iterable[str], root: etree._Element, near: list[Line], now: datetime, *, language: str = ""
) -> Moment | None:
    """The first of the declared dates that is one, else the page's own."""
    day_first = dates.is_day_first(language, (line.text for line in near))
    return (
        first(declared, now)
        or first(_on_page(root), now)
        or first(_near(near, changed=False), now, day_first=day_first)
    )


def modified(declared: Iterable[str], root: etree._Element, near: list[Line], now: datetime) -> Moment | None:
    """When the page says it was last changed."""
    return (
        first(declared, now)
        or first((_value(node) for node in select(_MODIFIED, root)), now)
        or first(_near(near, changed=True), now)
    )


def shown(near: list[Line], now: datetime) -> Moment | None:
    """The date of change beside the headline, for a page that states no other date."""
    return first(_near(near, changed=True), now)


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
    return moment if _states(root, moment) and not _only_changed(root, moment, now) else None


def _only_changed(root: etree._Element, moment: Moment, now: datetime) -> bool:
    """Whether all elements that state that day are labelled as dates of change."""
    stating = [
        node
        for node in root.iter("time")
        if (found := dates.parse(_value(node), now)) and found.at.date() == moment.at.date()
    ]
    return bool(stating) and all(map(_says_changed, stating))


def first(candidates: Iterable[str], now: datetime, *, day_first: bool | None = None) -> Moment | None:
    """The first candidate that is a date; `day_first` as in `dates.parse`."""
    return next((moment for text in candidates if (moment := dates.parse(text, now, day_first=day_first))), None)


def _on_page(root: etree._Element) -> Iterator[str]:
    times = list(root.iter("time"))
    said = [node for node in times if node.get("pubdate") is not None or _PUBLISHED_CLASS.search(node.get("class", ""))]
    for nodes in (select(_PUBLISHED, root), said, (node for node in times if _is_in_header(node))):
        for node in islice(nodes, 3):
            if not (_CHANGED_CLASS.search(node.get("class") or "") or _says_changed(node)):
                yield _value(node)


def _is_in_header(node: etree._Element) -> bool:
    """Whether an element stands in the header of an article or of the main part of a page."""
    header = next(node.iterancestors("header"), None)
    return header is not None and next(header.iterancestors("article", "main"), None) is not None


def _says_changed(node: etree._Element) -> bool:
    """Whether the few words before a date, in its own element or the one around it, say that it is one of change."""
    here: etree._Element | None = node
    for _ in range(3):
        if here is None:
            return False
        before = here.getprevious()
        said = ((before.tail or "") or text_of(before)) if before is not None else ""
        parent = here.getparent()
        said = said.strip() or (parent.text or "" if parent is not None and before is None else "").strip()
        if said:
            return len(said.split()) <= _LABEL and _CHANGED.search(said) is not None
        here = parent
    return False


def _near(near: list[Line], *, changed: bool) -> Iterator[str]:
    """Dates beside the headline, those that are labelled as changes or those that are not.

    The label may stand in the line before.
    """
    before = ""
    labelled: set[etree._Element] = set()
    for line in near:
        inside_label = not labelled.isdisjoint(line.node.iterancestors())
        around = f"{line.node.get('class') or ''} {getattr(line.node.getparent(), 'attrib', {}).get('class', '')}"
        label = (
            inside_label or any(map(_CHANGED.search, (line.text, before[-40:]))) or bool(_CHANGED_CLASS.search(around))
        )
        before = line.text if not dates.find(line.text) else ""
        if line.node.tag == "time" or (len(line.text.split()) <= 14 and dates.find(line.text)):
            first_date, _, last_date = _CHANGED.sub("\n", line.text, count=1).partition("\n")
            if label == changed:
                yield _value(line.node) if line.node.tag == "time" else (last_date or first_date)
            elif label and dates.find(first_date):
                yield first_date
            if label and not dates.find(first_date):
                labelled.add(line.node)
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
