"""When a page says it was published and changed: declared dates first, then those it shows.

Of the dates that are shown, those beside the headline go first; one of another article, of a comment or of an event is
none. A page may show an earlier date beside its headline than it declares: it came from another site then, and the
earlier one is right. A date of change is the date of publication only where it is all that the page shows beside its
headline: then it is the date that the page goes by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lxml import etree

from newsletter.ingest import dates
from newsletter.ingest.dates import Moment
from newsletter.ingest.html import pagestate, stamps
from newsletter.ingest.html.belonging import Article
from newsletter.ingest.html.headline import Line
from newsletter.ingest.html.stamps import Stamp

#: A day in an address, and a name behind it: without one it is the address of all that came out that day.
_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)/[^/?#]*[^\W\d_]{3}")
#: By how much a date that is shown must be before the declared one to be another: zones may differ.
_EARLIER = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Declared:
    """Dates as a page declares them, best first."""

    published: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    #: Of meta elements that name a date, and do not say of what ("date").
    undecided: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Dates:
    """When a page was published and changed; None where it does not say."""

    published: Moment | None
    modified: Moment | None


def read(
    declared: Declared,
    root: etree._Element,
    heading: etree._Element | None,
    near: list[Line],
    now: datetime,
    *,
    language: str = "",
    address: str = "",
) -> Dates:
    """The dates of a page, of which `near` are the lines beside its headline; `language` is a tag, "" if unknown."""
    day_first = dates.is_day_first(language, (line.text for line in near))
    article = Article(root, heading)
    reader = stamps.Reader(article, now, day_first=day_first)
    beside = reader.beside(near)
    stated = _first(declared.changed, now, day_first)
    shown_change = next((stamp.moment for stamp in beside if stamp.said == "changed"), None)
    undecided = _first(declared.undecided, now, day_first)
    published = _first(declared.published, now, day_first) or (undecided if not _same(undecided, stated) else None)
    if published:
        return Dates(_earlier(beside, published) or published, stated or shown_change)
    published = (
        next(_shown(root, reader, beside), None)
        or undecided
        or pagestate.published(root, now)
        or _in_address(address, now)
        or shown_change
        or _by_htmldate(root, stated, article, now)
    )
    return Dates(published, stated or shown_change)


def _shown(root: etree._Element, reader: stamps.Reader, beside: list[Stamp]) -> Iterator[Moment]:
    """The dates that may be the page's, best first: beside the headline, then elsewhere where it says so."""
    said = [stamp for stamp in beside if stamp.said == "published"]
    silent = [stamp for stamp in beside if not stamp.said]
    for stamp in (*said, *(stamp for stamp in silent if stamp.is_marked), *silent):
        yield stamp.moment
    elsewhere = reader.elsewhere(root)
    yield from (stamp.moment for stamp in elsewhere if stamp.said == "published")
    silent = [stamp for stamp in elsewhere if not stamp.said]
    if len({stamp.moment.at.date() for stamp in silent}) == 1:
        yield silent[0].moment


def _earlier(beside: list[Stamp], declared: Moment) -> Moment | None:
    """The first date beside the headline that is no date of change, where it is before the declared one."""
    shown = next((stamp for stamp in beside if stamp.said in {"", "published"}), None)
    is_other = shown is not None and shown.is_alone and declared.at - shown.moment.at >= _EARLIER
    return shown.moment if shown and is_other else None


def _in_address(address: str, now: datetime) -> Moment | None:
    found = _ADDRESS.search(address)
    return dates.parse("-".join(found.groups()), now) if found else None


def _by_htmldate(root: etree._Element, changed: Moment | None, article: Article, now: datetime) -> Moment | None:
    """htmldate knows more places where pages put dates; without its extensive search, which guesses."""
    from htmldate import find_date

    try:
        found = find_date(root, extensive_search=False, original_date=True, max_date=now.strftime("%Y-%m-%d"))
    except Exception:
        return None
    moment = dates.parse(found, now)
    return moment if moment and not _same(moment, changed) and _states(root, moment, article) else None


def _states(root: etree._Element, moment: Moment, article: Article) -> bool:
    """Whether the article has that date unambiguously: htmldate takes 03/04/2026 for the third of April."""
    digits = re.compile(rf"{moment.at:%Y}([-/.]?)0?{moment.at.month}\1?0?{moment.at.day}(?!\d)|{moment.at:%Y%m%d}")
    body = next(root.iter("body"), root)
    for node in body.iter():
        for text in (node.text, node.tail, *node.attrib.values()):
            if not text or len(text) > 5000 or f"{moment.at:%Y}" not in text:
                continue
            is_that = digits.search(text) or dates.parse(dates.find(text), moment.at) == moment
            if is_that and stamps.said_of(node) in {"", "published"} and article.owns(node):
                return True
    return False


def _first(candidates: Iterable[str], now: datetime, day_first: bool | None) -> Moment | None:
    return next((moment for text in candidates if (moment := dates.declared(text, now, day_first=day_first))), None)


def _same(one: Moment | None, two: Moment | None) -> bool:
    return one is not None and two is not None and one.at.date() == two.at.date()
