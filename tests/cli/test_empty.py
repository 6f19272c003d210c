"""What an editor is told where there is nothing yet, and that it is true."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsletter import resources
from newsletter.app import starter
from newsletter.app.workspace import Workspace
from newsletter.cli.commands import app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with starter.create(tmp_path):
        return tmp_path


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), *words])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("articles",), "no articles yet; `newsletter add FILES…` takes them in"),
        (("articles", "--since", "7d"), "no articles from the last 7d"),
        (("articles", "rust", "--since", "7d"), "no articles with 'rust' from the last 7d"),
        (("topics",), "there is no article in that time"),
        (("resume",), "nothing to resume: no send is unfinished"),
    ],
)
def test_an_empty_store_says_so_and_what_to_do(folder: Path, words: tuple[str, ...], says: str) -> None:
    found = run(folder, *words)
    assert found.exit_code == 0
    assert says in found.output


def test_a_send_that_is_planned_is_not_finished(folder: Path) -> None:
    with Workspace(folder) as workspace:
        workspace.library.add([str(resources.folder("samples") / "wheels-for-everybody.md")], stdin=bytes)
        workspace.desk.add(workspace.desk.new(pick=False).issue.number, [1])
        workspace.audience.add("ada@example.org", "weekly")
    assert run(folder, "send", "1", "--list", "weekly", "--at", "tomorrow 07:00").exit_code == 0
    assert "send 1 is planned, and not begun; `newsletter status` says when" in run(folder, "resume").output
