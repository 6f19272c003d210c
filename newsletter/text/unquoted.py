"""Unquoted texts in YAML that people type: `title: The Weekly #1` keeps its `#1`, which YAML takes for a comment.

A stand-in takes the place of each character that would lose text, so that lines and columns stay as they are. Quoted
values, block scalars and comments on lines of their own are YAML's.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_KEY = re.compile(r"""( *)(['"]?)(\w+)\2[ \t]*:(?:\s+|$)""")
_QUOTES = "'\"|>"
#: What begins a comment within a line; what begins a tag or an anchor, which a value loses without a word, too.
_COMMENT = re.compile(r"(?<=\s)#")
_LOST = "#!&"
#: Private characters, which YAML takes for letters; the first of each run that a text has not.
_STAND_INS = [range(0xE000, 0xF8FF), range(0xF0000, 0xFFFFD)]


class Unquoted:
    """The YAML `text` to parse, where the unquoted values of the keys `names` keep all they say."""

    def __init__(self, lines: list[str], names: Collection[str]) -> None:
        there = set("\n".join(lines))
        free = (chr(code) for codes in _STAND_INS for code in codes if chr(code) not in there)
        self._stand_in = {lost: next(free) for lost in _LOST}
        self._meant = {ord(char): lost for lost, char in self._stand_in.items()}
        self.text = "\n".join(self._kept(lines, names))

    def meant(self, value: str) -> str:
        """A value of that YAML, as it was typed."""
        return value.translate(self._meant)

    def _kept(self, lines: list[str], names: Collection[str]) -> list[str]:
        """The lines with stand-ins; one that stands in a quoted text does no harm, it is taken back there, too."""
        kept, depth = [], -1  # how far the key of an unquoted text is indented; -1: none goes on here
        begins = False  # the key's value, with the next text
        for typed in lines:
            line, at = typed, len(typed) - len(typed.lstrip())
            if key := _KEY.match(line):
                depth, at, begins = len(key[1]) if key[3] in names else -1, key.end(), True
            elif line.strip() and at <= depth:
                depth = -1
            if begins and line[at:]:
                begins = False
                if line[at] in _QUOTES:
                    depth = -1
                elif depth >= 0:
                    line = line[:at] + self._stand_in.get(line[at], line[at]) + line[at + 1 :]
            kept.append(_COMMENT.sub(self._stand_in["#"], line) if depth >= 0 else line)
        return kept
