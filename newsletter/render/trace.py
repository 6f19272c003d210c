"""From a place in rendered MJML back to the template and line that wrote it.

When the MJML turns out to be faulty, the template is rendered once more with a mark before each line of its text; the
marks, taken out again, are the map. The usual rendering knows nothing of it, and costs nothing for it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_MARK = re.compile("\ue000([^\ue000\ue001]*):([0-9]+)\ue001")


class Mark(Extension):
    """Puts "TEMPLATE:LINE", between two private-use characters, before each line of a template's own text."""

    def filter_stream(self, stream: TokenStream) -> TokenStream | Iterable[Token]:
        return self._marked(stream)

    def _marked(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type != "data":
                yield token
                continue
            lines = token.value.split("\n")
            marks = (f"\ue000{stream.name}:{token.lineno + at}\ue001{line}" for at, line in enumerate(lines))
            yield Token(token.lineno, "data", "\n".join(marks))


class Locator:
    """Answers which template line a line and column of the (unmarked) output come from."""

    def __init__(self, marked: str, template: str, source: Callable[[str], str]) -> None:
        """`source` reads a template's own text, to find a column in."""
        self._template, self._source = template, source
        self._offsets: list[int] = []
        self._places: list[tuple[str, int]] = []
        pieces: list[str] = []
        length = end = 0
        for mark in _MARK.finditer(marked):
            pieces.append(marked[end : mark.start()])
            length += len(pieces[-1])
            self._offsets.append(length)
            self._places.append((mark[1], int(mark[2])))
            end = mark.end()
        pieces.append(marked[end:])
        self._output = "".join(pieces)
        self._starts = [0]
        for line in self._output.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def locate(self, line: int, column: int) -> tuple[str, int, int]:
        """Template, line and column there (from 1; column 0 where unknown) of the output's line and column (from 1)."""
        start = self._starts[min(line, len(self._starts)) - 1]
        place = start + max(column, 1) - 1
        at = bisect_right(self._offsets, place) - 1
        if at < 0:
            return self._template, 0, 0
        template, found = self._places[at]
        return template, found, self._column(template, found, self._offsets[at], place)

    def _column(self, template: str, line: int, piece: int, place: int) -> int:
        """Where the output from `piece` to `place` (and a little on) stands in the template's line, if just once."""
        written = self._source(template).split("\n")[line - 1]
        for further in (16, 8, 4, 2, 1):
            words = self._output[piece : place + further].partition("\n")[0]
            if len(words) > place - piece and written.count(words) == 1:
                return written.index(words) + place - piece + 1
        return 0
