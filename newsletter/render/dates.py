"""Dates and lists of names as the newsletter's language writes them, in the newsletter's time zone (Babel, CLDR).

A region changes dates (en-GB, en-US; pt-BR, pt-PT) and digits (ar, ar-EG). Mail is read days later, so that there is
no "today" in it: a date is always named, with the year where that is not the issue's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from babel.lists import format_list

from newsletter.bidi import Direction, isolated
from newsletter.errors import RenderError
from newsletter.models import Article
from newsletter.text.tongue import Tongue, tongue

#: The first day of a month, by language.
_FIRST = {"fr": "1er", "pt": "1º"}


class _Joint(NamedTuple):
    """How "and" is written where it is a letter of the next word, and that word is in other letters."""

    letter: str
    #: The script's first and last letter.
    first: str
    last: str
    between: str

    def join(self, piece: str, name: str) -> str:
        if piece.endswith(self.letter) and not self.first <= name[:1] <= self.last:
            return piece + self.between
        return piece


#: A hyphen in Hebrew, the maqaf. A blank in Arabic: the letter would look like the last one of a Latin name.
_JOINTS = {
    "he": _Joint("\u05d5", "\u05d0", "\u05ea", "\u05be"),
    "ar": _Joint("\u0648", "\u0620", "\u06d3", "\u00a0"),
}


class Calendar:
    """One language and one time zone. Raises RenderError when either is unknown."""

    def __init__(self, language: str, timezone: str) -> None:
        found = tongue(language or "en")
        if found is None:
            raise RenderError(
                "language", f"no language is known by the tag “{language}”; one such as en, de or pt-BR is expected"
            )
        self._tongue = found
        #: As the language is written.
        self.direction: Direction = found.direction
        try:
            self._zone = ZoneInfo(timezone)
        except (KeyError, ValueError, OSError) as error:
            raise RenderError(
                "timezone", f"there is no time zone “{timezone}”; a name such as Europe/Berlin is expected"
            ) from error

    def day(self, when: datetime) -> date:
        """The day it is, in the newsletter's time zone."""
        return when.astimezone(self._zone).date()

    def long(self, when: datetime) -> str:
        """An issue's date: "November 20, 2026"."""
        return _written("long", self.day(when), self._tongue)

    def published(self, article: Article, issued: date) -> str:
        """An article's date, "Nov 18", with the year where it is not the issue's; "" when it is not stated."""
        if article.published is None:
            return ""
        # A date without a time is that day everywhere, not the evening before in New York.
        exact = article.published_precision != "day"
        day = self.day(article.published) if exact else article.published.date()
        skeleton = "MMMd" if day.year == issued.year else "yMMMd"
        return _written(skeleton, day, self._tongue)

    def names(self, names: Sequence[str]) -> str:
        """ "A, B, and C", as the language joins them; a name in another direction keeps that to itself."""
        if len(names) == 1:
            return isolated(names[0], self.direction)
        before, *after = self.between(names)
        return before + "".join(isolated(name, self.direction) + gap for name, gap in zip(names, after, strict=True))

    def between(self, names: Sequence[str]) -> list[str]:
        """What stands before, between and after so many names when they are joined: one piece more than names."""
        pieces = list(_gaps(len(names), self._tongue))
        if joint := _JOINTS.get(self._tongue.locale.language):
            pieces = [joint.join(piece, name) for piece, name in zip(pieces, [*names, ""], strict=True)]
        return pieces


@lru_cache(maxsize=256)
def _gaps(count: int, spoken: Tongue) -> tuple[str, ...]:
    return tuple(str(format_list(["\ue000"] * count, locale=spoken.locale)).split("\ue000"))


@lru_cache(maxsize=1024)
def _written(pattern: str, day: date, spoken: Tongue) -> str:
    """A day as a language writes it: "long", or by one of CLDR's skeletons."""
    locale = spoken.locale
    named = format_date(day, "long", locale) if pattern == "long" else format_skeleton(pattern, day, locale=locale)
    written = str(named)
    # The first of a month is an ordinal in French and in Brazil, which CLDR's patterns can't say.
    ordinal = "" if locale.territory == "PT" else _FIRST.get(locale.language, "")
    return spoken.digits(f"{ordinal}{written[1:]}" if ordinal and written.startswith("1 ") else written)


def direction(language: str) -> Direction:
    """ "rtl" or "ltr" for a BCP 47 tag; "ltr" for one that CLDR does not know."""
    found = tongue(language)
    return found.direction if found else "ltr"
