"""A CSV file of subscribers → subscribers, and the lines that were refused.

The file as a whole is refused (ImportFileError) when it is too large, no text, or names no column of addresses. A
line is refused when its address is none or came before, when it has more cells than the header (a comma too many
would put everything after it into the wrong column), or when a cell is longer than it may be. What is only half wrong
is taken without that half, and noted: a language or time zone that is none, letters lost in a wrong encoding. Line
breaks, control and hidden characters in names and fields become spaces or go, so that none can reach a header.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TextIO
from zoneinfo import available_timezones

from newsletter import addresses
from newsletter.addresses import Address
from newsletter.audience.columns import EXPECTED, has_email, read_header
from newsletter.audience.csv_export import unguarded
from newsletter.audience.decoding import encoding_of
from newsletter.audience.records import DELIMITERS, MAX_LINES, Broken, Records
from newsletter.errors import AddressError, ImportFileError
from newsletter.models import RejectedLine, Subscriber
from newsletter.text.clean import one_line

#: Characters a name, and any other cell, may have.
MAX_NAME, MAX_CELL = 200, 1000
#: Characters a header may have.
MAX_HEADER = 64 * 1024
#: Characters of a refused line that are shown.
MAX_SHOWN = 120

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_EXCEL_HINT = re.compile(r"sep=([,;|\t])\s*", re.IGNORECASE)
_LOST = "\ufffd"


@dataclass(frozen=True, slots=True)
class CsvReading:
    """All of a file at once."""

    subscribers: tuple[Subscriber, ...]
    rejected: tuple[RejectedLine, ...]
    #: What to tell the editor, a line each.
    notes: tuple[str, ...]


def read_csv(data: bytes, file: str) -> CsvReading:
    """All subscribers of a file, and the refused lines. Raises ImportFileError when the file as a whole is unusable."""
    lines = rows(data, file)
    subscribers, rejected = [], []
    for row in lines:
        if isinstance(row, Subscriber):
            subscribers.append(row)
        else:
            rejected.append(row)
    return CsvReading(tuple(subscribers), tuple(rejected), lines.notes)


def rows(data: bytes, file: str) -> Rows:
    """The file's lines one by one, for files too long to hold twice. Raises ImportFileError as `read_csv` does."""
    return Rows(data, file)


class Rows:
    """Iterates, once, over Subscriber and RejectedLine in the order of the file; blank lines are passed over."""

    def __init__(self, data: bytes, file: str) -> None:
        encoding = encoding_of(data, file)
        text = encoding.open(data)
        line, delimiter, header = _find_header(text, file)
        self._columns = read_header(header, file, line)
        self._records = Records(text, delimiter, first_line=line + 1)
        self._first_notes = [encoding.note] if encoding.note else []
        self._first_notes += [
            f"{column} is left out: a field's name needs Latin letters" for column in self._columns.unnamed
        ]
        #: What was left out of lines, with the first of them and their number.
        self._left_out: dict[str, tuple[int, int]] = {}
        self._line = 0
        #: The line each address was first met on.
        self._seen: dict[str, int] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell the editor; complete once all rows were taken."""
        left_out = (
            f"line {first}: {text}; taken without it" + (f" (and {lines - 1} more)" if lines > 1 else "")
            for text, (first, lines) in self._left_out.items()
        )
        return (*self._first_notes, *left_out)

    def __iter__(self) -> Iterator[Subscriber | RejectedLine]:
        for line, cells in self._records:
            self._line = line
            if isinstance(cells, Broken):
                yield RejectedLine(self._line, _shown(cells.text), cells.reason)
            elif any(cell and not cell.isspace() for cell in cells):
                try:
                    yield self._row(cells)
                except _RefusedError as refusal:
                    yield RejectedLine(self._line, _shown(refusal.value), refusal.reason)

    def _row(self, cells: list[str]) -> Subscriber:
        columns = self._columns
        if len(cells) > columns.width and any(cells[columns.width :]):
            reason = f"it has {len(cells)} cells and the header {columns.width}; a cell with a comma in it needs quotes"
            raise _RefusedError(",".join(cells), reason)
        cells += [""] * (columns.width - len(cells))
        given = unguarded(cells[columns.email])
        name, address = _address(given)
        earlier = self._seen.get(address.key)
        if earlier:
            raise _RefusedError(given, f"same address as line {earlier}")
        subscriber = Subscriber(
            address.email,
            name=self._name(cells) or name,
            language=self._known(cells, columns.language, _language, "a language that is no tag like en or pt-BR"),
            timezone=self._known(cells, columns.timezone, _timezone, "a time zone that is no name like Europe/Paris"),
            fields={field: value for field, at in columns.fields if (value := self._cell(cells[at], field))},
            tags=self._tags(cells),
        )
        self._seen[address.key] = self._line
        return subscriber

    def _name(self, cells: Sequence[str]) -> str | None:
        columns = self._columns
        whole = self._cell(cells[columns.name], "name", MAX_NAME) if columns.name is not None else ""
        if whole:
            return whole
        parts = (self._cell(cells[at], "name", MAX_NAME) for at in (columns.first, columns.last) if at is not None)
        return " ".join(part for part in parts if part) or None

    def _cell(self, cell: str, column: str, limit: int = MAX_CELL) -> str:
        """The cell on one line. A value that lost letters is left out, and noted."""
        if not cell:
            return ""
        text = unguarded(cell)
        if len(text) > limit:
            raise _RefusedError(text, f"its {column} has {len(text)} characters, and {limit} is the most")
        if _LOST in text:
            self._leave_out(f"a {column} with letters that are lost in this encoding")
            return ""
        return one_line(text)

    def _known(
        self, cells: Sequence[str], at: int | None, check: Callable[[str], str | None], fault: str
    ) -> str | None:
        value = self._cell(cells[at], "value") if at is not None else ""
        found = check(value) if value else None
        if value and not found:
            self._leave_out(fault)
        return found

    def _leave_out(self, what: str) -> None:
        first, lines = self._left_out.get(what, (self._line, 0))
        self._left_out[what] = (first, lines + 1)

    def _tags(self, cells: Sequence[str]) -> tuple[str, ...]:
        if self._columns.tags is None:
            return ()
        text = self._cell(cells[self._columns.tags], "tags")
        return tuple(dict.fromkeys(tag for part in re.split("[;|,]", text) if (tag := part.strip())))


class _RefusedError(Exception):
    """A line that is not taken: the value that is at fault, and why."""

    def __init__(self, value: str, reason: str) -> None:
        self.value, self.reason = value, reason
        super().__init__(reason)


def _find_header(text: TextIO, file: str) -> tuple[int, str, list[str]]:
    """The header's line, the delimiter, and the column names. Blank lines and Excel's "sep=;" may come before it."""
    hint = ""
    for line in range(1, MAX_LINES):
        start = text.readline(MAX_HEADER)
        told = _EXCEL_HINT.fullmatch(start)
        if told:
            hint = told[1]
        elif "\0" in start or len(start) == MAX_HEADER:
            raise ImportFileError(file, line, f"is no line of column names; expected {EXPECTED}")
        elif start.strip():
            tries = {mark: _cells(start, mark) for mark in ([hint] if hint else DELIMITERS)}
            # The delimiter that gives an address column, then the one that gives most columns.
            mark = max(tries, key=lambda mark: (has_email(tries[mark]), len(tries[mark])))
            return line, mark, tries[mark]
    raise ImportFileError(file, MAX_LINES, f"no column names in the first lines; expected {EXPECTED}")


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _address(given: str) -> tuple[str | None, Address]:
    """The address, and the name it was given with ("Ada <ada@example.org>")."""
    try:
        name, address = addresses.mailbox(given) if "<" in given else (None, addresses.parse(given))
    except AddressError as error:
        raise _RefusedError(given, error.reason) from error
    if _LOST in address.email:
        raise _RefusedError(given, "it has bytes that are no text in this file's encoding")
    return (one_line(name)[:MAX_NAME] or None if name else None), address


@lru_cache(1024)
def _language(value: str) -> str | None:
    """A BCP 47 tag as it is usually written: "EN_us" → "en-US"."""
    if not _LANGUAGE.fullmatch(value):
        return None
    first, *rest = value.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def _timezone(value: str) -> str | None:
    """The IANA name, whatever its case."""
    return _zones().get(value.casefold())


@cache
def _zones() -> Mapping[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def _shown(value: str) -> str:
    text = one_line(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
