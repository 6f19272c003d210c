"""What is printed: other people's words never steer the terminal, and JSON stays what it was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsletter.cli import output
from newsletter.cli.commands import app

#: Sets the window's title, clears the screen (in seven and eight bits), turns the direction round.
HOSTILE = "Good \x1b]0;owned\x07 news\x9b2J \u202egnp.exe\u2069 \u200e\u200f\u061c"


def test_a_line_cannot_carry_an_escape_sequence(capsys: pytest.CaptureFixture[str]) -> None:
    output.line(HOSTILE)
    output.heading(HOSTILE)
    output.table(["title"], [(HOSTILE,)], empty="none")
    output.note(HOSTILE)
    said = capsys.readouterr()
    for text in (said.out, said.err):
        assert text.count("Good") in (1, 3)
        assert not set("\x1b\x07\x9b\u202e\u2069\u200e\u200f\u061c") & set(text)


def test_json_escapes_such_characters_and_loses_none(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json({"title": HOSTILE, "other": "हिन्दी ❤️ \u200d"})
    text = capsys.readouterr().out
    assert json.loads(text) == {"title": HOSTILE, "other": "हिन्दी ❤️ \u200d"}
    assert not set("\x1b\x07\x9b\u202e\u2069\u200e\u200f\u061c") & set(text)
    assert "हिन्दी" in text


def test_a_lone_surrogate_in_a_file_name_is_no_crash(capsys: pytest.CaptureFixture[str]) -> None:
    output.line("caf\udce9.txt")
    output.print_json({"source": "caf\udce9.txt"})
    assert "caf" in capsys.readouterr().out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux only")
def test_a_full_disk_behind_standard_output_is_one_line() -> None:
    command = [sys.executable, "-m", "newsletter", "--version"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "newsletter: the output: No space left on device\n"


def test_a_listing_in_a_pipe_has_no_headings_and_the_help_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(["send", "state"], [(1, "finished"), (2, "held: missed")], empty="none")
    output.table(["send"], [], empty="none")
    said = capsys.readouterr()
    assert said.out == "1\tfinished\n2\theld: missed\n"
    assert said.err == "none\n"
    shown = " ".join(CliRunner().invoke(app, ["--help"]).stdout.split())
    assert "cells parted by tabs, without the line of headings" in shown
