"""The names of months that are written down are those that Babel has."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from babel.dates import get_month_names

from newsletter.ingest import months

#: Languages whose month names are known in all their forms.
LANGUAGES = ("en", "de", "es", "fr", "it", "pt", "nl", "sv", "da", "nb", "pl", "cs", "fi", "ca")
#: Languages whose names in a date are known. Croatian is not among them: its months have the names of others in Czech
#: and Polish. Babel 2.18, asked for names that stand alone in a language that writes them otherwise, has the rest say
#: those too; hence these first.
RARER = (
    *("ru", "uk", "be", "bg", "sr", "sr_Latn", "mk", "el", "tr", "hu", "ro", "sk", "sl", "lt", "lv", "et", "is", "gl"),
    *("id", "ms", "az", "kk", "ar", "he", "hi", "bn"),
)
Width = Literal["wide", "abbreviated"]
Place = Literal["format", "stand-alone"]


def names(languages: tuple[str, ...], width: Width, place: Place) -> dict[str, int]:
    """Babel's names of at least three letters; one that means different months is left out."""
    found: dict[str, set[int]] = {}
    for language in languages:
        for month, name in get_month_names(width, place, locale=language).items():
            found.setdefault(unicodedata.normalize("NFKC", name).casefold().rstrip("."), set()).add(month)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1 and len(name) >= 3}


@pytest.fixture(scope="module")
def told() -> dict[str, int]:
    """What Babel says, a commoner language before a rarer one."""
    short = names(RARER, "abbreviated", "format")
    plain = {name: month for name, month in short.items() if len(name) > 3 or not name.isascii()}
    rarer = plain | names(RARER, "wide", "format")
    common: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for place in ("format", "stand-alone"):
            common |= names(LANGUAGES, width, place)
    return rarer | common | {"sept": 9}


def test_every_name_that_babel_has_is_known(told: dict[str, int]) -> None:
    assert {name: months.number(name) for name in told} == told


def test_no_other_name_is_known(told: dict[str, int]) -> None:
    assert months._NUMBERS.keys() == told.keys()


@pytest.mark.parametrize("word", ["of", "with", "", "januaries"])
def test_other_words_are_none(word: str) -> None:
    assert months.number(word) is None
