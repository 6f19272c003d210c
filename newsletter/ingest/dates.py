"""Dates as pages print them → UTC. What is not a whole, unambiguous date is None: a date is never guessed.

Understood: ISO 8601, RFC 5322, and day, month name and year in the order of some forty languages (`months`); numbers
with dots are day first (9.11.2026), and 09/11/2026 is nothing, for it may be September or November, unless it is known
how the page writes dates. A clock time counts only with its zone; without one, the day is all that is known. Years of
two digits and numbers without signs (20261109, seconds since 1970) count only where the page says that it is a date.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from newsletter.ingest import months

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


_DIGIT = re.compile(r"\d")
#: A month's name, with the marks that scripts of India write their vowels in.
_MONTH = r"[^\W\d_][^\s\d_,،.;:|/()\-]{2,19}"
_ISO = re.compile(
    r"(?<!\d)(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?!\d)"
    r"(?:[T ]+(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?(?!\d))?)?",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\.?\d)")
#: As in Korea and China; 2026.3.1 may be the number of a version.
_DOTTED_ISO = re.compile(r"(?<![\d.])(\d{4})\.(?:\s(\d{1,2})\.\s(\d{1,2})|(\d{2})\.(\d{2}))(?!\.?\d)")
_SLASHED = re.compile(r"(?<![\d/-])(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?![\d/-])")
_SHORT = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{2})(?![\d/.-])")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|º|ª|er)?\.?,?[\s-]+(?:de\s+|of\s+|d['’])?"
    rf"({_MONTH})\.?(?:\s*[,،]\s*|[\s-]+)(?:de[l]?\s+)?(\d{{4}})(?!\d)"
)
_MONTH_FIRST = re.compile(r"(?<!\w)([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:\s*,\s*|\s+)(\d{4})(?!\d)")
#: Hungarian and Lithuanian.
_YEAR_FIRST = re.compile(rf"(?<!\d)(\d{{4}})(?:\.|\sm\.)\s+({_MONTH})\s+(\d{{1,2}})(?!\d)")
_RFC5322 = re.compile(r"(?:\w{3},\s*)?\d{1,2} \w{3} \d{4} \d{2}:\d{2}(?::\d{2})? (?:[+-]\d{4}|[A-Z]{1,4})")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_VIETNAMESE = re.compile(r"(\d{1,2})\s+(?:tháng|thg)\s+(\d{1,2}),?\s+(?:năm\s+)?(\d{4})", re.IGNORECASE)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?:T?\d{4,6}Z?)?(?!\d)")
_SECONDS = re.compile(r"(1[0-9]{9})(?:\d{3})?(?:\.\d+)?")


def parse(text: str | None, now: datetime, *, day_first: bool | None = None) -> Moment | None:
    """The date that `text` (at most a line) states; None when there is none, it is ambiguous, or beyond `now`.

    `day_first` says how 09/11/2026 is read where it is written; None when that is not known.
    """
    if not text or len(text) > 300:
        return None
    text = unicodedata.normalize("NFKC", text)
    moment = _rfc5322(text) or _iso(text) or _named(text) or _numbers(text, day_first)
    return moment if moment and moment.at <= now + _AHEAD else None


def declared(text: str | None, now: datetime, *, day_first: bool | None = None) -> Moment | None:
    """The date that a text states of which the page says that it is one: short and compact forms count, too."""
    if found := parse(text, now, day_first=day_first):
        return found
    moment = _compact(unicodedata.normalize("NFKC", text.strip()), now, day_first) if text and len(text) < 80 else None
    return moment if moment and moment.at <= now + _AHEAD else None


def find(text: str) -> str | None:
    """The first stretch of `text` that reads as a date, or None; for telling date lines from others."""
    text = unicodedata.normalize("NFKC", text)
    return next((text[start:end] for start, end in spans(text)), None)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where in a text (NFKC) something reads as a date, the kinds of dates in their order."""
    if not _DIGIT.search(text):
        return
    for pattern in (_RFC5322, _ISO, _DOTTED, _DOTTED_ISO, _SLASHED, _CJK, _VIETNAMESE):
        yield from (found.span() for found in pattern.finditer(text))
    for pattern, month in ((_DAY_FIRST, 2), (_MONTH_FIRST, 1), (_YEAR_FIRST, 2)):
        yield from (found.span() for found in pattern.finditer(text) if months.number(found[month]))


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
    zone = f"{zone}:00" if len(zone) == 3 else zone
    clock = found["time"] if len(found["time"].split(":")[0]) == 2 else f"0{found['time']}"
    try:
        return _moment(datetime.fromisoformat(f"{day.at:%Y-%m-%d}T{clock}{zone}"))
    except ValueError:
        return day


def _named(text: str) -> Moment | None:
    for pattern, d, m, y in ((_DAY_FIRST, 1, 2, 3), (_MONTH_FIRST, 2, 1, 3), (_YEAR_FIRST, 3, 2, 1)):
        for found in pattern.finditer(text):
            if month := months.number(found[m]):
                return _day(int(found[y]), month, int(found[d]))
    return None


def _numbers(text: str, day_first: bool | None) -> Moment | None:
    if found := _DOTTED.search(text):
        return _day(int(found[3]), int(found[2]), int(found[1]))
    if found := _DOTTED_ISO.search(text):
        return _day(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5]))
    if found := _CJK.search(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _VIETNAMESE.search(text):
        return _day(int(found[3]), int(found[2]), int(found[1]))
    if found := _SLASHED.search(text):
        return _in_order(int(found[1]), int(found[3]), int(found[4]), day_first)
    return None


def _in_order(first: int, second: int, year: int, day_first: bool | None) -> Moment | None:
    if first == second or second > 12:
        return _day(year, first, second)
    if first > 12 or day_first is True:
        return _day(year, second, first)
    return None if day_first is None else _day(year, first, second)


def _compact(text: str, now: datetime, day_first: bool | None) -> Moment | None:
    if found := _SECONDS.fullmatch(text):
        return _moment(datetime.fromtimestamp(int(found[1]), UTC))
    if found := _COMPACT.search(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _SHORT.search(text):
        first, sign, second = int(found[1]), found[2], int(found[3])
        return _in_order(first, second, now.year // 100 * 100 + int(found[4]), True if sign == "." else day_first)
    return None


def is_day_first(language: str, beside: Iterable[str]) -> bool | None:
    """How dates of numbers are read on a page: as others beside them must be, else as its language writes them.

    English alone says nothing: its countries differ.
    """
    found = [(int(hit[1]), int(hit[3])) for text in beside for hit in _SLASHED.finditer(text)]
    if any(first > 12 for first, _ in found) != any(second > 12 for _, second in found):
        return any(first > 12 for first, _ in found)
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
