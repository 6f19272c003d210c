"""Subscribers → CSV that a spreadsheet opens without harm, and `read_csv` reads back as they were.

A cell that begins with = + - @ or a tab would be run as a formula by spreadsheets (CWE-1236); it gets an apostrophe in
front, which they show as text, and which an import takes off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from newsletter.models import Subscriber

_COLUMNS = ("email", "name", "language", "timezone", "tags")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def write_csv(subscribers: Iterable[Subscriber]) -> str:
    """The subscribers as CSV with "\\r\\n" line ends (RFC 4180); every field any of them has is a column."""
    people = list(subscribers)
    fields = sorted({name for person in people for name in person.fields})
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*_COLUMNS, *fields])
    for person in people:
        cells = [person.email, person.name, person.language, person.timezone, ";".join(person.tags)]
        cells += [person.fields.get(name) for name in fields]
        writer.writerow([guarded(cell or "") for cell in cells])
    return text.getvalue()


def guarded(cell: str) -> str:
    """The cell, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return "'" + cell if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell
