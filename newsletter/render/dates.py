"""Dates and lists of names as the newsletter's language writes them, in the newsletter's time zone (Babel, CLDR)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.lists import format_list

from newsletter.errors import RenderError
from newsletter.models import Article


class Calendar:
    """One language and one time zone. Raises RenderError when either is unknown."""

    def __init__(self, language: str, timezone: str) -> None:
        try:
            self._locale = Locale.parse(language.replace("-", "_") or "en")
        except (UnknownLocaleError, ValueError) as error:
            raise RenderError(
                "masthead", f"unknown language “{language}”; a tag such as en or pt-BR is expected"
            ) from error
        try:
            self._zone = ZoneInfo(timezone)
        except (KeyError, ValueError, OSError) as error:
            raise RenderError(
                "masthead", f"unknown time zone “{timezone}”; one such as Europe/Berlin is expected"
            ) from error

    @property
    def direction(self) -> str:
        """ "ltr" or "rtl", as the language is written."""
        return str(self._locale.text_direction)

    def day(self, when: datetime) -> date:
        """The day it is, in the newsletter's time zone."""
        return when.astimezone(self._zone).date()

    def long(self, when: datetime) -> str:
        """An issue's date: "November 20, 2026"."""
        return format_date(self.day(when), "long", self._locale)

    def published(self, article: Article, issued: datetime) -> str:
        """An article's date, "Nov 18", with the year where it is not the issue's; "" when it is not stated."""
        if article.published is None:
            return ""
        # A date without a time is that day everywhere, not the evening before in New York.
        exact = article.published_precision != "day"
        day = self.day(article.published) if exact else article.published.date()
        if day.year == self.day(issued).year:
            return str(format_skeleton("MMMd", day, locale=self._locale))
        return format_date(day, "medium", self._locale)

    def names(self, names: Sequence[str]) -> str:
        """ "A, B, and C", as the language joins them."""
        return format_list(list(names), locale=self._locale)


def direction(language: str) -> str:
    """ "rtl" or "ltr" for a BCP 47 tag; "ltr" for one that CLDR does not know."""
    try:
        return str(Locale.parse(language.replace("-", "_")).text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"
