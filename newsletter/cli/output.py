"""How the command line speaks: tables and bars on a terminal, plain lines in a pipe, JSON on demand."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import IO, Any


def as_json(value: object) -> object:
    """Frozen models as plain JSON values: enums by value, times in ISO 8601 (UTC, "Z")."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [as_json(item) for item in value]
    return value


def print_json(value: object) -> None:
    """The value on standard output, as one JSON document."""
    line(json.dumps(as_json(value), ensure_ascii=False, indent=1))


def line(text: object = "", *, file: IO[str] | None = None) -> None:
    """One plain line; characters the terminal's encoding lacks are replaced rather than fatal."""
    stream = file or sys.stdout
    try:
        stream.write(f"{text}\n")
    except UnicodeEncodeError:
        encoding = getattr(stream, "encoding", None) or "ascii"
        stream.write(f"{text}\n".encode(encoding, "replace").decode(encoding))


def note(text: object) -> None:
    """A line for the person at the terminal, on standard error: it never mixes with results."""
    line(text, file=sys.stderr)


def is_terminal() -> bool:
    """Whether results go to a person's screen."""
    return sys.stdout.isatty()


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Rows as a table on a terminal, as tab-separated lines in a pipe; `empty` is said where there are none."""
    texts = [[_cell(value) for value in row] for row in rows]
    if not texts:
        note(empty)
        return
    if not is_terminal():
        for row in texts:
            line("\t".join(row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for position, column in enumerate(columns):
        number = all(row[position].replace(".", "").isdigit() for row in texts)
        drawn.add_column(column, justify="right" if number else "left", overflow="fold")
    for row in texts:
        drawn.add_row(*(Text(value) for value in row))
    Console().print(drawn)


def heading(text: str) -> None:
    """A line that stands out on a terminal."""
    if is_terminal():
        from rich.console import Console
        from rich.text import Text

        Console().print(Text(text, style="bold"))
    else:
        line(text)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    if isinstance(value, Enum):
        return str(value.value)
    return " ".join(str(value).split())


class Bar:
    """A progress bar on a terminal (standard error); nothing in a pipe."""

    def __init__(self, title: str, total: int | None = None) -> None:
        self._progress: Any = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._progress = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._progress.add_task(title, total=total)

    def __enter__(self) -> Bar:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def update(self, done: int, total: int, title: str | None = None) -> None:
        """Move the bar to `done` of `total`."""
        if self._progress:
            text = {} if title is None else {"description": title[:60]}
            self._progress.update(self._task, completed=done, total=total, **text)
