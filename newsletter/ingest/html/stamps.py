"""The dates that a page shows: beside its headline, and marked up elsewhere, each with what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from itertools import islice

from lxml import etree

from newsletter.ingest import dates, labels, names
from newsletter.ingest.dates import Moment
from newsletter.ingest.html.belonging import HEADINGS, Article, short_text, words_of
from newsletter.ingest.html.headline import Line
from newsletter.ingest.labels import Dated, Said

_TIMES = frozenset({"time", "relative-time", "time-ago"})
#: In names of elements that may hold a date; which of them do, their words say.
_MAY_BE_DATE = re.compile(r"date|publish|posted|time|fecha|datum|meta|byline", re.IGNORECASE)
#: Elements that hold too much to be a date.
_WIDE = frozenset({"html", "body", "meta", "link", "script", "style", "article", "main"})
_DIGIT = re.compile(r"\d")
_PUBLISHED = frozenset(
    """
    published publish pubdate publishdate publisheddate datepublished publication posted postdate entrydate articledate
    dateline parution publicacion
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)
_CHANGED = frozenset({"updated", "update", "modified", "modification", "revised", "lastmod", "lastupdated", "edited"})
_DATE = frozenset({"date", "datetime", "timestamp", "time", "fecha", "datum", "dato"})
#: With one of these, "date" is the date of what the page is about ("post-date").
_OF_PAGE = frozenset({"post", "entry", "article", "story", "pub"})
_PROPERTIES: dict[str, Said] = {"datePublished": "published", "dateCreated": "published", "dateModified": "changed"}
#: Attributes that hold an element's date where its text says it otherwise ("3 years ago").
_ATTRIBUTES = ("datetime", "content", *(f"data-{name}" for name in ("datetime", "date", "time", "timestamp")), "title")
#: Words of a line that is a date with a byline; and those of a label in an element of its own.
_MOST_WORDS, _LABEL = 14, 4
#: In place of a text that is no label: a headline, a paragraph.
_NO_LABEL = "-"
#: Elements before a date that are looked at, most of them icons.
_MOST_BEFORE = 10
#: Characters of a text that is searched for dates.
_LONGEST = 200
#: Characters of names that are remembered from page to page.
_REMEMBERED = 500
#: Marked elements that are looked at.
_MOST_MARKED = 300
#: Different days in elements of one form that make them a list.
_LISTED = 3


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date that is shown, what is said of it, and whether its element says that it is a date."""

    moment: Moment
    said: Said
    node: etree._Element
    is_marked: bool
    #: Whether its line says little else.
    is_alone: bool


class Reader:
    """Reads the dates of one page."""

    def __init__(self, root: etree._Element, article: Article, now: datetime, *, day_first: bool | None) -> None:
        self._root, self._article, self._now, self._day_first = root, article, now, day_first
        self._before = _Before()

    def beside(self, near: list[Line]) -> list[Stamp]:
        """The dates in lines beside the headline, in their order; what an element says holds for those in it."""
        found: list[Stamp] = []
        before = ""
        for line in near:
            may_be = line.node.tag in _TIMES or _DIGIT.search(line.text)
            stamps = list(self._stamps(line.node, line.text, before)) if may_be else []
            stamps = stamps if stamps and self._article.owns(line.node) else []
            found += [_like(stamp, found) for stamp in stamps]
            before = line.text if not stamps and len(line.text.split()) <= _LABEL else ""
        return _without_lists(found)

    @cached_property
    def elsewhere(self) -> list[Stamp]:
        """The dates in elements that are marked as such, in the order of the page."""
        return _without_lists(list(self._marked()))

    def _marked(self) -> Iterator[Stamp]:
        for node in islice(filter(_may_be_date, self._root.iter("*")), _MOST_MARKED):
            text = short_text(node, _LONGEST)
            if text is not None and (is_date(node) or _is_labelled(text)) and self._article.owns(node):
                yield from self._stamps(node, text, "")

    def _stamps(self, node: etree._Element, text: str, before: str) -> Iterator[Stamp]:
        marked = is_date(node)
        for dated in self._dated(node, text, marked=marked):
            read = dates.declared if marked else dates.parse
            if moment := read(dated.text, self._now, day_first=self._day_first):
                said = dated.said or labels.of(before) or self._before.said(node) or _by_name(node)
                alone = marked or len(text.split()) <= len(dated.text.split()) + _LABEL
                yield Stamp(moment, said, node, marked, alone)

    def _dated(self, node: etree._Element, text: str, *, marked: bool) -> list[Dated]:
        shown = list(labels.dated(text)) if len(text) <= _LONGEST else []
        if marked and len(shown) <= 1:
            said: Said = shown[0].said if shown else labels.of(text)
            stated = [Dated(value, said) for name in _ATTRIBUTES if (value := node.get(name)) and len(value) <= 60]
            if any(map(self._reads, stated)):
                return list(filter(self._reads, stated))[:1]
            return shown or ([Dated(text, said)] if len(text) <= 30 else [])
        words = len(text.split())
        is_line = words <= _MOST_WORDS or names.has_lead(text)
        return [dated for dated in shown if is_line or (dated.said and words <= 2 * _MOST_WORDS)]

    def _reads(self, dated: Dated) -> bool:
        return dates.declared(dated.text, self._now, day_first=self._day_first) is not None


def _may_be_date(node: etree._Element) -> bool:
    if node.tag in _TIMES:
        return True
    named = node.get("class") or node.get("id")
    return bool((named and _has_date(named)) or node.get("itemprop") in _PROPERTIES) and node.tag not in _WIDE


def _has_date(named: str) -> bool:
    return _is_known_date(named) if len(named) <= _REMEMBERED else _MAY_BE_DATE.search(named) is not None


@lru_cache(maxsize=8192)
def _is_known_date(named: str) -> bool:
    return _MAY_BE_DATE.search(named) is not None


def is_date(node: etree._Element) -> bool:
    """Whether an element says that it is a date."""
    return node.tag in _TIMES or bool((_DATE | _PUBLISHED) & words_of(node))


def _by_name(node: etree._Element) -> Said:
    """What an element, or the one around it, says of its date by its names."""
    if node.get("itemprop") in _PROPERTIES:
        return _PROPERTIES[node.get("itemprop", "")]
    for one in (node, node.getparent()):
        words = words_of(one) if one is not None else frozenset()
        if node.get("pubdate") is not None or _PUBLISHED & words:
            return "published"
        if _CHANGED & words:
            return "changed"
        if "date" in words and _OF_PAGE & words:
            return "published"
    return ""


class _Before:
    """The words before the elements of one page; what many elements stand after is read once."""

    def __init__(self) -> None:
        self._beginnings: dict[etree._Element, str] = {}
        self._siblings: dict[etree._Element, str] = {}

    def said(self, node: etree._Element) -> Said:
        """What the few words before an element say of its date, in its own element or one around it."""
        here: etree._Element | None = node
        for _ in range(3):
            text = self._text(here) if here is not None else ""
            if text or here is None:
                return labels.of(text) if len(text.split()) <= _LABEL else ""
            here = here.getparent()
        return ""

    def _text(self, node: etree._Element) -> str:
        """The text that stands before an element in the one around it, from the nearest element on that has any."""
        for before in islice(node.itersiblings(preceding=True), _MOST_BEFORE):
            if before not in self._siblings:
                self._siblings[before] = _last_of(before)
            if text := self._siblings[before]:
                return text
        parent = node.getparent()
        if parent is None:
            return ""
        if parent not in self._beginnings:
            self._beginnings[parent] = _short(parent.text)
        return self._beginnings[parent]


def _last_of(node: etree._Element) -> str:
    """The text after an element, else its own; that of a heading, or a long one, is no label."""
    if node.tag in HEADINGS:
        return _NO_LABEL
    if tail := _short(node.tail):
        return tail
    text = short_text(node, _LONGEST)
    return _NO_LABEL if text is None else text


def _short(text: str | None) -> str:
    text = (text or "").strip()
    return text if len(text) <= _LONGEST else _NO_LABEL


def _without_lists(found: list[Stamp]) -> list[Stamp]:
    """The stamps without those in elements of the same form with many days: these are of a list of other pages.

    Of days that go on from the first, that one stays: they are of a thread.
    """
    days: dict[tuple[str, ...], list[date]] = {}
    for stamp in found:
        days.setdefault(_form(stamp.node), []).append(stamp.moment.at.date())
    kept = []
    for stamp in found:
        listed = days[_form(stamp.node)]
        is_first_of_thread = listed == sorted(listed) and stamp.moment.at.date() == listed[0]
        if len(set(listed)) < _LISTED or is_first_of_thread:
            kept.append(stamp)
    return kept


def _form(node: etree._Element) -> tuple[str, ...]:
    parent = node.getparent()
    around = (str(parent.tag), parent.get("class") or "") if parent is not None else ()
    return (str(node.tag), node.get("class") or "", *around)


def _like(stamp: Stamp, found: list[Stamp]) -> Stamp:
    """The stamp, said to be what an element around it says of the same day."""
    above = set(stamp.node.iterancestors())
    for other in reversed(found):
        if other.moment.at.date() == stamp.moment.at.date() and other.said and other.node in above:
            return replace(stamp, said=other.said)
    return stamp


def _is_labelled(text: str) -> bool:
    return any(dated.said for dated in labels.dated(text))
