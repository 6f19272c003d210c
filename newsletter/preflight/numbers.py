"""Numbers as a text prints them, so that "1,200", "1200" and "1 200" can be told to be the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import decimal

_MARKS = ".,'’"
_SPACES = "\u00a0\u202f\u2009 "
#: Digits with separators inside; a space separates thousands only.
_NUMBER = rf"\d+(?:[{_MARKS}]\d+|[{_SPACES}]\d{{3}}(?!\d))*"
_ANY = re.compile(_NUMBER)
#: Not the tail of a name such as "py3", nor of a longer number.
_PRINTED = re.compile(rf"(?<![\w.,]){_NUMBER}")
#: Digits of other scripts, and the Arabic marks of decimals and thousands.
_OTHER = re.compile(r"[^\D0-9]|[\u066b\u066c]")
_ARABIC_MARKS = {"\u066b": ".", "\u066c": ","}
_SEPARATOR = re.compile(f"[{_MARKS}{_SPACES}]")
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve",
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
)
_VALUE = {word: str(value) for words in _WORDS for value, word in enumerate(words.split())}


def numbers(text: str) -> Iterator[tuple[str, str]]:
    """The numbers a text prints, each with its value in plain digits and a decimal point."""
    found = _PRINTED.finditer(_latin(text))
    return ((text[match.start() : match.end()], _value(match[0])) for match in found)


def stated(text: str) -> frozenset[str]:
    """Every value a text states, in digits (wherever they stand) or as a word up to twelve.

    The parts of a number with separators count too: "3,5,7" may be a list.
    """
    found: set[str] = set()
    text = _latin(text)
    for match in _ANY.finditer(text):
        found.add(_value(match[0]))
        found.update(_plain(piece) for piece in _SEPARATOR.split(match[0]))
    found.update(_VALUE[word] for word in re.findall(r"[^\W\d_]+", text.casefold()) if word in _VALUE)
    return frozenset(found)


def _latin(text: str) -> str:
    """The text with the digits 0 to 9 for those of any script, character for character."""
    return _OTHER.sub(lambda found: _ARABIC_MARKS.get(found[0]) or str(decimal(found[0])), text)


def _value(printed: str) -> str:
    """Groups of three digits are thousands, else the last separator is the decimal mark: "1.200" is 1200, "1,5" 1.5."""
    pieces = _SEPARATOR.split(printed)
    if len(pieces) == 1 or (pieces[0] != "0" and all(len(piece) == 3 for piece in pieces[1:])):
        return _plain("".join(pieces))
    return f"{_plain(''.join(pieces[:-1]))}.{pieces[-1].rstrip('0')}".rstrip(".")


def _plain(digits: str) -> str:
    return digits.lstrip("0") or "0"
