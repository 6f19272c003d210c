"""What every command's help says of its options, and that it has no word of Python's in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from newsletter.cli.commands import app


def _all(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from _all(below, (*path, name))


@pytest.mark.parametrize("path", list(_all(typer.main.get_command(app))), ids=" ".join)
def test_no_type_of_python_s_is_shown(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*path, "-h"], env={"COLUMNS": "200"}).stdout
    assert "--help" in shown
    assert not re.search(r"<(?!(?:\w|-)+\||=)|x>=|\b(?:INTEGER|TEXT|PATH|BOOLEAN)\b", shown.replace("<=x<=", ""))


def test_a_flag_takes_nothing_and_an_option_says_what() -> None:
    shown = CliRunner().invoke(app, ["issue", "pick", "-h"], env={"COLUMNS": "200"}).stdout
    found = {words[1]: words[2] for line in shown.splitlines() if (words := line.split())[1:2] and len(words) > 2}
    assert (found["--max"], found["--word"], found["--since"]) == ("COUNT", "WORD", "SPAN")
    assert (found["--offer"], found["--json"], found["*"]) == ("With", "Print", "N")
