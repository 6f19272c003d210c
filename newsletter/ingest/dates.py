"""Dates as pages print them → UTC. What is not a whole, unambiguous date is None: a date is never guessed.

Understood: ISO 8601, RFC 5322, and day, month name and year in either order in a dozen languages; numbers with dots
are day first (9.11.2026), and 09/11/2026 is nothing, for it may be September or November. A clock time counts only with
its zone; without one, the day is all that is known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Literal

#: Languages whose month names are known.
LANGUAGES = ("en", "de", "es", "fr", "it", "pt", "nl", "sv", "da", "nb", "pl", "cs", "fi", "ca")
#: Nothing on the Web is older.
_FIRST_YEAR = 1990
#: Who writes 11/09/2026 for the ninth of November, and who for the eleventh of September (CLDR's short dates).
_MONTH_FIRST_IN = frozenset({"us", "ph"})
_DAY_FIRST_IN = frozenset({"gb", "uk", "ie", "au", "nz", "in"})
_DAY_FIRST_LANGUAGES = frozenset({"de", "es", "fr", "it", "pt", "nl", "da", "nb", "pl", "cs", "ca", "ru", "tr", "el"})
#: How far beyond now a date may lie: a page that is dated tomorrow somewhere else.
_AHEAD = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time (UTC) and whether its clock time is known ("time") or only its day ("day", midnight UTC)."""

    at: datetime
    precision: Literal["day", "time"]
    #: Minutes that the clock it was stated by is ahead of UTC; None where no zone was stated.
    offset: int | None = field(default=None, compare=False)


_ISO = re.compile(
    r"(?<!\d)(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?!\d)"
    r"(?:[T ]+(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?!\d)")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|º|er)?\.?,?\s+(?:de\s+|of\s+|d['’])?([^\W\d_]{3,12})\.?,?\s+(?:de[l]?\s+)?(\d{4})(?!\d)"
)
_MONTH_FIRST = re.compile(r"(?<!\w)([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_RFC5322 = re.compile(r"(?:\w{3},\s*)?\d{1,2} \w{3} \d{4} \d{2}:\d{2}(?::\d{2})? (?:[+-]\d{4}|[A-Z]{1,4})")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")


def parse(text: str | None, now: datetime, *, day_first: bool | None = None) -> Moment | None:
    """The date that `text` (at most a line) states; None when there is none, it is ambiguous, or beyond `now`.

    `day_first` says how 09/11/2026 is read where it is written; None when that is not known.
    """
    if not text or len(text) > 300:
        return None
    text = unicodedata.normalize("NFKC", text)
    moment = _rfc5322(text) or _iso(text) or _named(text) or _numbers(text, day_first)
    return moment if moment and moment.at <= now + _AHEAD else None


def find(text: str) -> str | None:
    """The stretch of `text` that reads as a date, or None; for telling date lines from others."""
    text = unicodedata.normalize("NFKC", text)
    for pattern in (_RFC5322, _ISO, _DOTTED, _SLASHED, _CJK):
        if found := pattern.search(text):
            return found[0]
    for pattern, month in ((_DAY_FIRST, 2), (_MONTH_FIRST, 1)):
        for found in pattern.finditer(text):
            if _month(found[month]):
                return found[0]
    return None


def _rfc5322(text: str) -> Moment | None:
    found = _RFC5322.search(text)
    if not found:
        return None
    try:
        at = parsedate_to_datetime(found[0])
    except (ValueError, OverflowError):
        return None
    return _moment(at) if at.tzinfo else _day(at.year, at.month, at.day)


def _iso(text: str) -> Moment | None:
    found = _ISO.search(text)
    if not found:
        return None
    day = _day(int(found["y"]), int(found["m"]), int(found["d"]))
    if not day or not found["time"] or not found["zone"]:
        return day
    zone = "+00:00" if found["zone"].upper() in {"Z", "UTC", "GMT"} else found["zone"]
    clock = found["time"] if len(found["time"].split(":")[0]) == 2 else f"0{found['time']}"
    try:
        return _moment(datetime.fromisoformat(f"{day.at:%Y-%m-%d}T{clock}{zone}"))
    except ValueError:
        return day


def _named(text: str) -> Moment | None:
    for pattern, d, m in ((_DAY_FIRST, 1, 2), (_MONTH_FIRST, 2, 1)):
        for found in pattern.finditer(text):
            if month := _month(found[m]):
                return _day(int(found[3]), month, int(found[d]))
    return None


def _numbers(text: str, day_first: bool | None) -> Moment | None:
    if found := _DOTTED.search(text):
        return _day(int(found["y"]), int(found["m"]), int(found["d"]))
    if found := _CJK.search(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _SLASHED.search(text):
        first, second, year = map(int, found.groups())
        if first == second or second > 12:
            return _day(year, first, second)
        if first > 12 or day_first is True:
            return _day(year, second, first)
        return None if day_first is None else _day(year, first, second)
    return None


def is_day_first(language: str, beside: Iterable[str]) -> bool | None:
    """How dates of numbers are read on a page: as others beside them must be, else as its language writes them.

    English alone says nothing: its countries differ.
    """
    found = [tuple(map(int, hit.groups())) for text in beside for hit in _SLASHED.finditer(text)]
    if any(first > 12 for first, *_ in found) != any(second > 12 for _, second, *_ in found):
        return any(first > 12 for first, *_ in found)
    tag = language.replace("_", "-").casefold()
    main, _, region = tag.partition("-")
    if region[-2:] in _MONTH_FIRST_IN or not main:
        return False if main else None
    return True if main in _DAY_FIRST_LANGUAGES or (main == "en" and region in _DAY_FIRST_IN) else None


def _moment(stated: datetime) -> Moment | None:
    try:
        at = stated.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    ahead = stated.utcoffset()
    offset = None if ahead is None else round(ahead / timedelta(minutes=1))
    return Moment(at, "time", offset) if at.year >= _FIRST_YEAR else None


def _day(year: int, month: int, day: int) -> Moment | None:
    try:
        at = datetime.combine(date(year, month, day), datetime.min.time(), UTC)
    except ValueError:
        return None
    return Moment(at, "day") if year >= _FIRST_YEAR else None


def _month(name: str) -> int | None:
    return _month_names().get(name.casefold())


@cache
def _month_names() -> dict[str, int]:
    """Month names, whole and short, of LANGUAGES. A short name that means different months is left out."""
    from babel.dates import get_month_names

    names: dict[str, set[int]] = {"sept": {9}}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, locale=language).items():
                    names.setdefault(unicodedata.normalize("NFKC", name).casefold().rstrip("."), set()).add(number)
    return {name: numbers.pop() for name, numbers in names.items() if len(numbers) == 1 and len(name) >= 3}
