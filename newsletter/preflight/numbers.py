"""Numbers as a text prints them, so that "1,200", "1200" and "1 200" can be told to be the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Digits with separators inside; not the tail of a name such as "py3" or "utf-8x64".
_PRINTED = re.compile(r"(?<![\w.,])\d+(?:[.,'’\u00a0\u202f\u2009 ]\d+)*")
_DIGITS = re.compile(r"\d+(?:[.,'’\u00a0\u202f\u2009 ]\d+)*")
_SEPARATORS = ".,'’\u00a0\u202f\u2009 "
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve",
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
)
_VALUE = {word: str(value) for words in _WORDS for value, word in enumerate(words.split())}


def numbers(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The numbers a text prints, each with the values it may mean ("1.200" is 1200 or 1.2)."""
    for match in _PRINTED.finditer(text):
        yield match[0], _values(match[0])


def stated(text: str) -> frozenset[str]:
    """Every value a text states, in digits (wherever they stand) or as a word up to twelve."""
    found: set[str] = set()
    for match in _DIGITS.finditer(text):
        found |= _values(match[0])
        # "in 2026, 40 teams" may match as one run; its parts count too.
        found.update(_plain(piece) for piece in re.split(f"[{_SEPARATORS}]", match[0]))
    found.update(_VALUE[word] for word in re.findall(r"[^\W\d_]+", text.casefold()) if word in _VALUE)
    return frozenset(found)


def _values(printed: str) -> frozenset[str]:
    """Readings of one printed number: with its separators as thousands, and with the last one as the decimal mark."""
    pieces = re.split(f"[{_SEPARATORS}]", printed)
    if len(pieces) == 1:
        return frozenset({_plain(printed)})
    readings = {f"{_plain(''.join(pieces[:-1]))}.{pieces[-1].rstrip('0')}".rstrip(".")}
    if all(len(piece) == 3 for piece in pieces[1:]):
        readings.add(_plain("".join(pieces)))
    return frozenset(readings)


def _plain(digits: str) -> str:
    return digits.lstrip("0") or "0"
