"""A table as lines for a terminal of any width.

Where all has room, a row is one line. Where it has not, texts are wrapped, between words alone; and where even that
is too wide, the last columns go below their row, each cell with its column's name:

    send  kind   issue  list    state
    ────  ─────  ─────  ──────  ─────────────────────────────────────
       2  issue      1  weekly  scheduled: Tue 24 Nov 2026 07:00 (UTC)
          audience about 5 now · accepted 0 · failed 0

Nothing is left out. A word that is wider than the terminal is left to the terminal to break: it is copied whole then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len

#: Between two columns.
_GAP = "  "
#: A text that is wrapped keeps this many cells at least, and is not made higher than that: towers are hard to read.
_COMFORT = 16
_LINES = 5
#: What is not broken: a time, one character of a script that sets no blanks, a word.
_WORD = re.compile(
    r"(?:[A-Z][a-z]{2} \d\d [A-Z][a-z]{2} \d{4}|\d{4}-\d\d-\d\d)(?: \d\d:\d\d(?: \(?[\w/+-]+\)?)?)?(?!\S)"
    r"|[\u2e80-\ua4cf\uf900-\ufaff\uff00-\uff60]|[^\s\u2e80-\ua4cf\uf900-\ufaff\uff00-\uff60]+"
)


def lines(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """The heading, a rule, and the rows; `rows` are not empty, and cells are one line each."""
    texts = [(column, *(row[at] for row in rows)) for at, column in enumerate(columns)]
    floors = [_floor(cells) for cells in texts]
    shown = len(columns)
    while shown > 1 and _across(floors[:shown]) > width:
        shown -= 1
    widths = _widened(floors[:shown], [max(map(cell_len, cells)) for cells in texts[:shown]], width)
    right = [all(text.replace(".", "").isdigit() for text in cells[1:]) for cells in texts[:shown]]
    yield from _row(columns[:shown], widths, right)
    yield _GAP.join("─" * each for each in widths)
    indent = " " * (widths[0] + len(_GAP)) if widths[0] + len(_GAP) < width // 3 else _GAP
    for row in rows:
        yield from _row(row[:shown], widths, right)
        below = [f"{name} {text}" for name, text in zip(columns[shown:], row[shown:], strict=True) if text]
        yield from (indent + text for text in _listed(below, width - len(indent)))


def _floor(cells: Sequence[str]) -> int:
    """The least width that a column's cells can be read in."""
    words = (word for text in cells for word in _WORD.findall(text))
    lengths = (cell_len(text) for text in cells)
    return max(*(min(length, max(_COMFORT, length // _LINES)) for length in lengths), *map(cell_len, words))


def _across(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _widened(floors: Sequence[int], wanted: Sequence[int], width: int) -> list[int]:
    """The widths that columns get: what is free is shared among those that want more, the least wanting first."""
    widths, free = list(floors), max(width - _across(floors), 0)
    hungry = sorted((want - has, at) for at, (want, has) in enumerate(zip(wanted, floors, strict=True)) if want > has)
    for left, (more, at) in zip(range(len(hungry), 0, -1), hungry, strict=True):
        given = min(more, free // left)
        widths[at] += given
        free -= given
    return widths


def _row(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    wrapped = [_wrapped(text, width) for text, width in zip(cells, widths, strict=True)]
    for parts in zip_longest(*wrapped, fillvalue=""):
        padded = (_padded(part, width, flag) for part, width, flag in zip(parts, widths, right, strict=True))
        yield _GAP.join(padded).rstrip()


def _padded(text: str, width: int, right: bool) -> str:
    blank = " " * (width - cell_len(text))
    return blank + text if right else text + blank


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most so many cells, broken between words; a wider word is a line of its own."""
    if cell_len(text) <= width:
        return [text]
    found, start, end = [], 0, 0
    for word in _WORD.finditer(text):
        if end > start and cell_len(text[start : word.end()]) > width:
            found.append(text[start:end])
            start = word.start()
        end = word.end()
    return [*found, text[start:end]]


def _listed(parts: Iterable[str], width: int) -> Iterator[str]:
    """The parts with " · " between them, in lines of at most so many cells; broken inside one only if it is wider."""
    line = ""
    for part in parts:
        longer = f"{line} · {part}" if line else part
        if cell_len(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        *whole, line = _wrapped(part, width)
        yield from whole
    if line:
        yield line
