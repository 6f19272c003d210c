"""Names of months as pages write them, whole and short → their numbers (CLDR's, by Babel).

Of the rarer languages only the names in a date are known ("9 марта"): once Babel 2.18 has looked for those that stand
alone in a language that writes them otherwise, it gives them to every language that is asked later.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Literal

#: Languages whose month names are read at once.
LANGUAGES = ("en", "de", "es", "fr", "it", "pt", "nl", "sv", "da", "nb", "pl", "cs", "fi", "ca")
#: Languages that are asked when a word between two numbers is no month of those above. Croatian is not among them: its
#: months have the names of others in Czech and Polish.
RARER = (
    *("ru", "uk", "be", "bg", "sr", "sr_Latn", "mk", "el", "tr", "hu", "ro", "sk", "sl", "lt", "lv", "et", "is", "gl"),
    *("id", "ms", "az", "kk", "ar", "he", "hi", "bn"),
)
#: Letters that grow together with a month's name: Hebrew writes "in March" as one word.
_PREFIXES = ("ב",)


def number(name: str) -> int | None:
    """The month that a word (at most 20 characters of any case) names, 1 to 12."""
    name = unicodedata.normalize("NFKC", name).casefold().rstrip(".")
    found = _common().get(name)
    if found is None:
        rarer = _rarer()
        found = rarer.get(name) or next((rarer.get(name[1:]) for sign in _PREFIXES if name.startswith(sign)), None)
    return found


#: How long a name is, and whether it stands in a date: Babel's words for it.
_Form = tuple[Literal["wide", "abbreviated"], Literal["format", "stand-alone"]]
_IN_DATE: tuple[_Form, ...] = (("wide", "format"), ("abbreviated", "format"))
_ALONE: tuple[_Form, ...] = (("wide", "stand-alone"), ("abbreviated", "stand-alone"))


@cache
def _common() -> dict[str, int]:
    return _names(LANGUAGES, (*_IN_DATE, *_ALONE)) | {"sept": 9}


@cache
def _rarer() -> dict[str, int]:
    """Whole names, and short ones that are no word of other languages ("out", "set")."""
    short = _names(RARER, _IN_DATE[1:])
    plain = {name: month for name, month in short.items() if len(name) > 3 or not name.isascii()}
    return plain | _names(RARER, _IN_DATE[:1])


def _names(languages: tuple[str, ...], forms: tuple[_Form, ...]) -> dict[str, int]:
    """Names of at least three letters; one that means different months is left out."""
    from babel.dates import get_month_names

    names: dict[str, set[int]] = {}
    for language in languages:
        for width, context in forms:
            for month, name in get_month_names(width, context, locale=language).items():
                names.setdefault(unicodedata.normalize("NFKC", name).casefold().rstrip("."), set()).add(month)
    return {name: months.pop() for name, months in names.items() if len(months) == 1 and len(name) >= 3}
