"""CSV text → records, each with the line it begins on; one broken record costs its first line and no more.

The csv module does the parsing (RFC 4180, strictly). What it can't do is get over a quotation mark that is never
closed: it would swallow the rest of the file. Here a record that fails, or runs over more lines than any cell has,
gives up its first line, and reading goes on with the next.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

#: Lines a record may run over: an address written into a cell has a few.
MAX_LINES = 20

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is no record: its text, and why."""

    text: str
    reason: str


class Records:
    """Iterates over (line, cells or Broken). Lines count from 1, also after cells with line breaks in them."""

    def __init__(self, text: TextIO, delimiter: str, first_line: int = 1) -> None:
        self._text = text
        self._delimiter = delimiter
        self._line = first_line
        #: Lines read for the record under way.
        self._taken: list[str] = []
        #: Lines given back by a record that failed.
        self._again: deque[str] = deque()

    def __iter__(self) -> Iterator[tuple[int, list[str] | Broken]]:
        reader = self._reader()
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _TooLong) as error:
                broken = Broken(self._taken[0].rstrip("\r\n"), _why(error, len(self._taken)))
                self._again.extendleft(reversed(self._taken[1:]))
                yield self._line, broken
                self._line += 1
                self._taken = []
                reader = self._reader()
                continue
            line, self._line = self._line, self._line + len(self._taken)
            self._taken = []
            yield line, cells

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines(), delimiter=self._delimiter, strict=True)

    def _lines(self) -> Iterator[str]:
        while line := self._again.popleft() if self._again else self._text.readline():
            self._taken.append(line)
            if len(self._taken) > MAX_LINES:
                raise _TooLong
            yield line


class _TooLong(Exception):
    """The record runs over more than MAX_LINES lines."""


def _why(error: Exception, lines: int) -> str:
    text = str(error)
    if isinstance(error, _TooLong) or "end of data" in text or lines > 1:
        return "a quotation mark is opened here and not closed"
    if "expected after" in text:
        return "a quotation mark stands inside a quoted cell; write it twice"
    if "field larger" in text:
        return "a cell is longer than 128 KiB"
    return f"not CSV ({text})"
