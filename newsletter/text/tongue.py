"""A language as its speakers write it: direction, digits and plural forms, by CLDR (Babel).

In: a BCP 47 tag. Script and region count: zh-TW is written in Han characters of the traditional kind, ar-EG with digits
of its own, while ar has the Latin ones (CLDR's default numbering system of each).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from babel import Locale, UnknownLocaleError
from babel.plural import PluralRule

from newsletter.bidi import Direction

#: The digit zero of each numbering system that CLDR has as some language's default; nine others follow it in Unicode.
_ZERO = {
    "adlm": "\U0001e950",
    "arab": "\u0660",
    "arabext": "\u06f0",
    "beng": "\u09e6",
    "cakm": "\U00011136",
    "deva": "\u0966",
    "hmnp": "\U0001e140",
    "java": "\ua9d0",
    "mtei": "\uabf0",
    "mymr": "\u1040",
    "nkoo": "\u07c0",
    "olck": "\u1c50",
    "rohg": "\U00010d30",
    "tibt": "\u0f20",
}


#: Whole numbers below this are most that are counted in a mail.
_SMALL = 100


@dataclass(frozen=True, eq=False)  # found by itself alone: two of one tag say the same
class Tongue:
    """One language. Made by `tongue`. Babel looks its data up at every turn; here they are looked up once."""

    tag: str
    locale: Locale

    @cached_property
    def direction(self) -> Direction:
        return "rtl" if self.locale.text_direction == "rtl" else "ltr"

    def digits(self, text: str) -> str:
        """The text with its ASCII digits as this language writes them."""
        return text.translate(self._own_digits) if self._own_digits else text

    def plural(self, number: int) -> str:
        """CLDR's plural category for the number: zero, one, two, few, many or other."""
        return self._plurals[number] if 0 <= number < _SMALL else self._plural_rule(number)

    @cached_property
    def _own_digits(self) -> dict[int, int]:
        zero = _ZERO.get(self.locale.default_numbering_system)
        return {ord("0") + n: ord(zero) + n for n in range(10)} if zero else {}

    @cached_property
    def _plurals(self) -> tuple[str, ...]:
        """The categories of the small numbers."""
        return tuple(map(self._plural_rule, range(_SMALL)))

    @cached_property
    def _plural_rule(self) -> PluralRule:
        return self.locale.plural_form

    def chain(self) -> tuple[str, ...]:
        """Tags under which something may be kept for this language, from the widest: zh, zh-Hant, zh-Hant-TW, zh-TW.

        The script is there where the tag or CLDR's reading of it has one that is not the language's usual.
        """
        language, script, region = self.locale.language, self.locale.script, self.locale.territory
        parts = [language]
        parts += [f"{language}-{script}"] if script else []
        parts += [f"{language}-{script}-{region}"] if script and region else []
        parts += [f"{language}-{region}"] if region else []
        return tuple(parts)


@lru_cache(maxsize=256)
def tongue(tag: str) -> Tongue | None:
    """The language of a BCP 47 tag (underscores will do, case does not matter); None for one CLDR does not know."""
    wanted = tag.replace("_", "-").strip()
    try:
        return Tongue(tag, Locale.parse(wanted, sep="-")) if wanted else None
    except (UnknownLocaleError, ValueError, TypeError):
        # A variant or an unknown region: the language alone still tells direction and plurals.
        primary, _, rest = wanted.partition("-")
        return tongue(primary) if rest else None


#: What stands in for a language that is not known.
ENGLISH = Tongue("en", Locale("en"))
