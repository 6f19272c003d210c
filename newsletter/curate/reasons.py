"""Why an article was picked, or why not and what would change that: sentences an editor reads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from newsletter.curate.matching import Hit, Place, quoted
from newsletter.curate.selection import Criteria
from newsletter.models import Article, Why
from newsletter.text.clean import one_line

_DAY = timedelta(days=1)
_PLACES: tuple[tuple[Place, str], ...] = (
    ("title", "matches {} in the title"),
    ("deck", "matches {} in deck or tags"),
    ("body", "mentions {}"),
)


def picked(
    article: Article,
    terms: Mapping[str, float],
    *,
    now: datetime,
    words: Sequence[Hit],
    topics: Sequence[Hit],
    others: Sequence[Article],
    is_pinned: bool,
) -> Why:
    """Why that article is in: "2 days old · matches 'rust' in the title · 2 sources cover it, also example.org"."""
    parts = ["pinned by the editor"] if is_pinned else []
    parts.append(age(article, now))
    for place, phrase in _PLACES:
        if found := [one_line(hit.word) for hit in words if hit.place == place]:
            parts.append(phrase.format(quoted(found)))
    if topics:
        best = sorted(topics, key=lambda hit: -hit.value)
        parts.append(("topic " if len(best) == 1 else "topics ") + quoted([one_line(hit.word) for hit in best]))
    if outlets := _other_outlets(article, others):
        named = ", ".join(outlets[:3]) + (f" and {len(outlets) - 3} more" if len(outlets) > 3 else "")
        parts.append(f"{len(outlets) + 1} sources cover it, also covered by {named}")
    return Why(" · ".join(parts), dict(terms))


def age(article: Article, now: datetime) -> str:
    """How old an article is, in words; without a date of its own, when it was added."""
    if article.when is None:
        return "no date"
    days = max(0, (now - article.when) // _DAY)
    if article.published is None:
        return "undated, added today" if days == 0 else f"undated, added {_days(days)} ago"
    return "new today" if days == 0 else f"{_days(days)} old"


def too_old(article: Article, criteria: Criteria, now: datetime) -> str | None:
    """Left out by the window, or None: "older than the 7-day window by 3 days; --since 11d would include it"."""
    if article.when is None or now - article.when <= criteria.window:
        return None
    over = math.ceil((now - article.when - criteria.window) / _DAY)
    since = math.ceil((now - article.when) / _DAY)
    return f"older than the {_span(criteria.window)} window by {_days(over)}; --since {since}d would include it"


def in_future(article: Article, now: datetime) -> str | None:
    """Left out for a date that is yet to come (a day's grace for time zones), or None."""
    if article.when is None or article.when - now <= _DAY:
        return None
    return f"dated {article.when:%Y-%m-%d}, which is in the future; correct its date, or pin it"


def too_short(words: int, criteria: Criteria) -> str | None:
    """Left out for its length, or None."""
    if words >= criteria.min_words:
        return None
    long = "1 word" if words == 1 else f"{words} words"
    return f"only {long} long, under the {criteria.min_words} wanted; pin it to print it anyway"


def used_before(article: Article, earlier: Article | None) -> str:
    """Left out since an issue printed it (`earlier` is article itself or None), or something that says the same."""
    if earlier is None or (earlier.id == article.id and article.id):
        number = article.used_in or (earlier.used_in if earlier else None)
        return f"printed before{_in_issue(number)}; pin it to print it again"
    return f"says what {named(earlier)} said, printed{_in_issue(earlier.used_in)}; pin it to print it anyway"


def same_story(leader: Article, *, leader_picked: bool) -> str:
    """Left out since another article of its story leads."""
    fate = "which was picked" if leader_picked else "which ranks higher"
    return f"covers the same story as {named(leader)}, {fate}; pin this one to have it instead"


def outranked(position: int | None, count: int, seen: int) -> str:
    """Left out by rank: `position` counts from 1, None when it was not reached within the first `seen`."""
    if position is None:
        return f"ranked below the first {seen} of {count}; words that match it, or pinning it, would bring it up"
    return f"ranked {_ordinal(position)} of {count}; --max {position} would include it"


def over_quota(article: Article, quota: int) -> str:
    """Left out since its outlet has given all it may."""
    verb = "is" if quota == 1 else "are"
    return f"{quota} from {outlet_name(article)} {verb} picked already; a higher max_per_source would include it"


def named(article: Article) -> str:
    """An article as an editor knows it: 12 “Title”."""
    title = one_line(article.title)
    title = title if len(title) <= 60 else title[:59].rstrip() + "…"
    return f"{article.id} “{title}”" if article.id else f"“{title}”"


def outlet_name(article: Article) -> str:
    """An article's outlet as it is printed."""
    host = (urlsplit(article.url).hostname or "").removeprefix("www.") if article.url else ""
    return one_line(article.site or host or article.source)


def _other_outlets(article: Article, others: Sequence[Article]) -> list[str]:
    found = {other.outlet: outlet_name(other) for other in others if other.outlet != article.outlet}
    return sorted(found.values())


def _in_issue(number: int | None) -> str:
    return f" in issue {number}" if number else " in an earlier issue"


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _span(span: timedelta) -> str:
    return f"{span / _DAY:g}-day" if span >= _DAY else f"{span / timedelta(hours=1):g}-hour"


def _ordinal(number: int) -> str:
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
