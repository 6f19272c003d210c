"""How the command line speaks: tables and bars on a terminal, plain lines in a pipe, JSON on demand."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from pathlib import Path
from typing import IO, Any

#: Characters that steer a terminal (escape sequences begin with them) or turn the direction of what follows: article
#: titles, file names and mail are other people's words.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: What our own mail has around a name that runs the other way; a terminal does without.
_ISOLATES = re.compile("[\u2068\u2069]")


def as_json(value: object) -> object:
    """Frozen models as plain JSON values: enums by value, times in ISO 8601 (UTC, "Z")."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
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
    line(json_text(value, indent=1))


def json_text(value: object, indent: int | None = None) -> str:
    """The value as JSON; characters that could steer a terminal are written as escapes."""
    text = json.dumps(as_json(value), ensure_ascii=False, indent=indent)
    return re.sub(_STEERING, lambda found: f"\\u{ord(found[0]):04x}", text)


def line(text: object = "", *, file: IO[str] | None = None) -> None:
    """One plain line; characters that steer a terminal, or that its encoding lacks, are replaced."""
    stream = file or sys.stdout
    shown = f"{_harmless(str(text))}\n"
    try:
        stream.write(shown)
    except UnicodeEncodeError:
        encoding = getattr(stream, "encoding", None) or "ascii"
        stream.write(shown.encode(encoding, "replace").decode(encoding))


def data(octets: bytes) -> None:
    """A file's bytes on standard output, as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(octets)
    sys.stdout.buffer.flush()


def note(text: object) -> None:
    """A line for the person at the terminal, on standard error: it never mixes with results."""
    line(text, file=sys.stderr)


def is_terminal() -> bool:
    """Whether results go to a person's screen."""
    return sys.stdout.isatty()


def moment(at: datetime, zone: tzinfo = UTC) -> str:
    """A time by the clock of a zone, which is named: "2026-11-24 07:00 CET"."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def size(count: int) -> str:
    """Bytes as a person reads them: "23.9 KB"."""
    return f"{count / 1024:.1f} KB"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str, zone: tzinfo = UTC) -> None:
    """Rows as a table on a terminal, as tab-separated lines in a pipe; `empty` is said where there are none.

    Times in them are printed by the clock of `zone`.
    """
    texts = [[moment(value, zone) if isinstance(value, datetime) else _cell(value) for value in row] for row in rows]
    if not texts:
        note(empty)
        return
    if not is_terminal():
        for row in texts:
            line("\t".join(row))
        return
    from rich.console import Console
    from rich.text import Text

    from newsletter.cli import tables

    console = Console()
    title, *drawn = tables.lines(columns, texts, console.width)
    console.print(Text(title, style="bold"), soft_wrap=True)
    for text in drawn:
        line(text)


def heading(text: str) -> None:
    """A line that stands out on a terminal."""
    if is_terminal():
        from rich.console import Console
        from rich.text import Text

        Console().print(Text(_harmless(text), style="bold"))
    else:
        line(text)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Enum):
        return str(value.value)
    return _harmless(" ".join(str(value).split()))


def _harmless(text: str) -> str:
    return _STEERING.sub("\ufffd", _ISOLATES.sub("", text))


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
            text = {} if title is None else {"description": _harmless(title[:60])}
            self._progress.update(self._task, completed=done, total=total, **text)
