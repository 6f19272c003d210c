"""What every command's help says of its options, and that it has no word of Python's in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from newsletter.cli import usage
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


def _helps(command: Any) -> Iterator[str]:
    """What the source says of a command and of its options and arguments."""
    yield from (command.help or "", command.epilog or "")
    yield from (getattr(parameter, "help", None) or "" for parameter in command.params)


@pytest.mark.parametrize("path", list(_all(typer.main.get_command(app))), ids=" ".join)
def test_a_word_in_square_brackets_is_printed(path: tuple[str, ...]) -> None:
    command: Any = typer.main.get_command(app)
    for name in path:
        command = command.commands[name]
    shown = " ".join(CliRunner().invoke(app, [*path, "-h"], env={"COLUMNS": "400"}).stdout.split())
    for word in re.findall(r"\[\[?[\w.]+\]\]?", " ".join(_helps(command))):
        assert word in shown
    assert "\\[" not in shown


def test_the_summaries_table_is_named_in_both_listings() -> None:
    for path in (["article"], ["article", "summarize"]):
        shown = CliRunner().invoke(app, [*path, "-h"], env={"COLUMNS": "200"}).stdout
        assert "Summarize articles as [summaries] says" in shown


def test_brackets_are_printed_wherever_help_says_them() -> None:
    some = typer.Typer(help="As [net] says.")

    @some.command(epilog="See [theme.light].")
    def do(x: Annotated[str, typer.Option(help="As [[relay]] and [N] say.")] = "") -> None:
        """Do what [curate] says."""

    @some.command()
    def other() -> None: ...

    usage.plain(some)
    shown = "".join(
        CliRunner().invoke(some, path, env={"COLUMNS": "200"}).stdout for path in (["--help"], ["do", "--help"])
    )
    assert all(
        word in shown for word in ("[net] says", "[theme.light].", "[[relay]] and [N] say", "what [curate] says")
    )
    assert "\\[" not in shown


def test_a_flag_takes_nothing_and_an_option_says_what() -> None:
    shown = CliRunner().invoke(app, ["issue", "pick", "-h"], env={"COLUMNS": "200"}).stdout
    found = {words[1]: words[2] for line in shown.splitlines() if (words := line.split())[1:2] and len(words) > 2}
    assert (found["--max"], found["--word"], found["--since"]) == ("COUNT", "WORD", "SPAN")
    assert (found["--offer"], found["--json"], found["*"]) == ("With", "Print", "N")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("check one", "found 'one', expected a whole number"),
        ("check 0", "found '0', expected a number from 1 on"),
        ("article summarize 1 x", "found 'x', expected a whole number"),
        ("issue pick 1 --max many", "found 'many', expected a whole number"),
    ],
)
def test_a_wrong_number_is_told_as_settings_tell_it(command: str, words: str) -> None:
    told = CliRunner().invoke(app, command.split(), env={"COLUMNS": "200"})
    assert told.exit_code == 2
    assert words in told.stderr
    assert "Input should" not in told.stderr
