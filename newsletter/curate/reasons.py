"""Why an article was picked, or why not and what would change that: sentences an editor reads."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from newsletter.curate.matching import Hit, Place, quoted
from newsletter.curate.selection import Criteria, LeftOut
from newsletter.models import Article, Why
from newsletter.text.clean import one_line

_DAY = timedelta(days=1)
#: What a term adds to a score before it is worth mentioning.
_TELLING = 0.05
#: What a topic's value is from its first mention on.
_HEARD = 0.1
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
    topics: Sequence[tuple[str, float]],
    others: Sequence[Article],
    is_pinned: bool,
    is_first: bool = False,
) -> Why:
    """Why that article is in: "2 days old · mentions 'c++' · matches *rust* 0.82 · 2 sources cover it, also …".

    `topics` are names with values of 0 to 1, the strongest first; `is_first` of its outlet this month.
    """
    parts = ["pinned by the editor"] if is_pinned else []
    parts.append(age(article, now))
    for place, phrase in _PLACES:
        if found := [one_line(hit.word) for hit in words if hit.place == place]:
            parts.append(phrase.format(quoted(found)))
    if matched := [f"*{one_line(name)}* {value:.2f}" for name, value in topics[:3] if value >= _HEARD]:
        parts.append("matches " + ", ".join(matched))
    if terms.get("learned", 0) >= _TELLING:
        parts.append("like what you printed before")
    if outlets := _other_outlets(article, others):
        named = ", ".join(outlets[:3]) + (f" and {len(outlets) - 3} more" if len(outlets) > 3 else "")
        parts.append(f"{len(outlets) + 1} sources cover it, also covered by {named}")
    if is_first:
        parts.append("first from this source this month")
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


def too_long(words: int, criteria: Criteria) -> str | None:
    """Left out for its length, or None."""
    if criteria.max_words is None or words <= criteria.max_words:
        return None
    return f"longer than the {criteria.max_words} words wanted; pin it to print it anyway"


_KINDS = {
    "vetoed": "{} vetoed",
    "blocked": "{} from blocked sources",
    "future": "{} dated in the future",
    "language": "{} in other languages",
    "printed": "{} printed before",
    "rewrite": "{} that say what was printed before",
    "retold": "{} on a story printed before",
    "length": "{} too short or too long",
    "promised": "{} in other issues that are approved",
}


def nothing(left_out: Sequence[LeftOut], older: int, span: int | None) -> str:
    """Why there is nothing to pick: how many are out by kind; `older` are outside the window, the newest `span` days.

    "12 older, the newest by --since 9d; 3 printed before; 1 too short or too long".
    """
    counts = Counter(left.kind for left in left_out if left.kind != "window")
    parts = [phrase.format(counts[kind]) for kind, phrase in _KINDS.items() if counts[kind]]
    if older:
        widen = f" (--since {span}d would take in the newest)" if span else ""
        parts.insert(0, f"{older:,} older than that{widen}")
    return "; ".join(parts)


def vetoed(article: Article) -> str:
    """Left out since the editor said so."""
    return f"vetoed for this issue; `newsletter issue veto N {article.id} --off` lets it in again"


def blocked(article: Article) -> str:
    """Left out for where it comes from."""
    return f"{outlet_name(article)} is blocked in [curate]; take it off that list, or pin the article"


def other_language(article: Article) -> str:
    """Left out for its language."""
    return f"in {article.language}, which is not among the languages in [curate]; add it there, or pin the article"


def unread(seen: int, count: int) -> str:
    """Left out before it was read, in a window with too many articles."""
    return (
        f"neither among the newest of the {count:,} in the window nor of the {seen:,} looked at for what they say; "
        "a shorter --since, a --word it has, or pinning it would bring it up"
    )


def used_before(article: Article, earlier: Article | None, *, soon: bool = False) -> str:
    """Left out since an issue printed it (`earlier` is article itself or None), or something that says the same.

    `soon`: the issue is approved, and yet to be sent.
    """
    if earlier is None or (earlier.id == article.id and article.id):
        number = article.used_in or (earlier.used_in if earlier else None)
        return f"printed before{_in_issue(number)}; pin it to print it again"
    return f"says what {named(earlier)} said, {_printed(earlier, soon)}; pin it to print it anyway"


def promised(number: int) -> str:
    """Left out since an issue that is approved, and so about to be sent, has it."""
    return f"in issue {number}, which is approved and will print it; pin it to print it in both"


def told_before(earlier: Article, *, soon: bool = False) -> str:
    """Left out since an issue printed its story, from another source, or is about to (`soon`)."""
    return f"covers the same story as {named(earlier)}, {_printed(earlier, soon)}; pin it to print it anyway"


def same_story(leader: Article, *, leader_picked: bool) -> str:
    """Left out since another article of its story leads."""
    fate = "which was picked" if leader_picked else "which ranks higher"
    return f"covers the same story as {named(leader)}, {fate}; pin this one and pick again to have it instead"


def outranked(position: int | None, count: int, seen: int) -> str:
    """Left out by rank: `position` counts from 1, None when it was not reached within the first `seen`."""
    if position is None:
        return f"ranked below the first {seen} of {count}; words that match it, or pinning it, would bring it up"
    return f"ranked {_ordinal(position)} of {count}; --max {position} would include it"


def over_quota(article: Article, quota: str, picked: int, higher: int) -> str:
    """Left out since its outlet ("source") or its topic ("topic NAME") has given all it may.

    `picked` of them are in the issue, `higher` more rank above this one and are not.
    """
    topic = quota.removeprefix("topic ")
    of, limit = f"from {outlet_name(article)}", "max_per_source"
    if quota != "source":
        of, limit = f"on {one_line(topic)}", "max of that topic"
    if not higher:
        there = f"{picked} {of} {_are(picked)} picked already"
    elif not picked:
        there = f"{higher} {of} {'ranks' if higher == 1 else 'rank'} higher"
    else:
        there = f"{picked} {of} {_are(picked)} picked, and {higher} more {'ranks' if higher == 1 else 'rank'} higher"
    return f"{there}; a higher {limit} may include it"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


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


def _printed(earlier: Article, soon: bool) -> str:
    return f"which issue {earlier.used_in} will print" if soon else f"printed{_in_issue(earlier.used_in)}"


def _in_issue(number: int | None) -> str:
    return f" in issue {number}" if number else " in an earlier issue"


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _span(span: timedelta) -> str:
    return f"{span / _DAY:g}-day" if span >= _DAY else f"{span / timedelta(hours=1):g}-hour"


def _ordinal(number: int) -> str:
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
