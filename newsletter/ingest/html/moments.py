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
    page = stamps.Reader(root, Article(root, heading), now, day_first=day_first)
    beside = page.beside(near)
    stated = _first(declared.changed, now, day_first)
    changes = [stamp.moment for stamp in beside if stamp.said == "changed"]
    undecided = _first(declared.undecided, now, day_first)
    published = _first(declared.published, now, day_first) or (undecided if not _same(undecided, stated) else None)
    if published:
        published = _earlier(beside, published) or published
    else:
        published = (
            next(_shown(page, beside), None)
            or undecided
            or pagestate.published(root, now)
            or _in_address(address, now)
            or next(iter(changes), None)
        )
    changes += [] if stated or changes else [stamp.moment for stamp in page.elsewhere if stamp.said == "changed"]
    return Dates(published, stated or next(iter(changes), None))


def _shown(page: stamps.Reader, beside: list[Stamp]) -> Iterator[Moment]:
    """The dates that may be the page's, best first: beside the headline, then elsewhere where it says so."""
    said = [stamp for stamp in beside if stamp.said == "published"]
    silent = [stamp for stamp in beside if not stamp.said]
    for stamp in (*said, *(stamp for stamp in silent if stamp.is_marked), *silent):
        yield stamp.moment
    yield from (stamp.moment for stamp in page.elsewhere if stamp.said == "published")
    changed = {stamp.moment.at.date() for stamp in page.elsewhere if stamp.said == "changed"}
    silent = [stamp for stamp in page.elsewhere if not stamp.said and stamp.moment.at.date() not in changed]
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


def _first(candidates: Iterable[str], now: datetime, day_first: bool | None) -> Moment | None:
    return next((moment for text in candidates if (moment := dates.declared(text, now, day_first=day_first))), None)


def _same(one: Moment | None, two: Moment | None) -> bool:
    return one is not None and two is not None and one.at.date() == two.at.date()
