"""The person's own editor: what they wrote is never lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.cli import editor
from newsletter.errors import IssueTextError, Refused

Write = Callable[[bytes], None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Makes an $EDITOR that writes these bytes."""

    def made(data: bytes) -> None:
        (tmp_path / "new").write_bytes(data)
        (tmp_path / "editor").write_text(f'#!/bin/sh\ncp {tmp_path / "new"} "$1"\n')
        (tmp_path / "editor").chmod(0o755)
        monkeypatch.setenv("VISUAL", str(tmp_path / "editor"))
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr("tempfile.tempdir", None)

    return made


def kept(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.glob("newsletter-*.md")]


def test_bytes_that_are_no_text_are_refused_and_not_half_saved(write: Write, tmp_path: Path) -> None:
    write(b"caf\xe9")
    with pytest.raises(Refused, match="UTF-8"):
        editor.edit("old", lambda text: text, None, "newsletter issue edit 1 --from")
    assert kept(tmp_path) == [b"caf\xe9"]


def test_a_text_that_is_refused_is_kept_and_its_place_is_told(write: Write, tmp_path: Path) -> None:
    write(b"new")

    def refuse(text: str) -> None:
        raise IssueTextError(3, "no")

    with pytest.raises(Refused, match=r"line 3: no; nothing was saved, your text is kept: `edit --from .*\.md`"):
        editor.edit("old", refuse, None, "edit --from")
    assert kept(tmp_path) == [b"new"]


def test_what_was_saved_or_left_alone_leaves_no_file_behind(write: Write, tmp_path: Path) -> None:
    write(b"new")
    assert editor.edit("old", str.upper, None, "") == "NEW"
    assert editor.edit("new", str.upper, None, "") is None
    assert kept(tmp_path) == []


@pytest.mark.parametrize(("command", "why"), [("no-such-editor", "No such file or directory"), ("vi '", "No closing")])
def test_an_editor_that_can_not_be_started_is_told_in_words(
    command: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", command)
    with pytest.raises(Refused, match=why) as told:
        editor.edit("old", str.upper, None, "")
    assert "set EDITOR" in str(told.value)
    assert "Errno" not in str(told.value)


def test_a_file_that_is_not_there_is_told_from_one_that_is_no_text(tmp_path: Path) -> None:
    wrong = tmp_path / "latin.md"
    wrong.write_bytes(b"caf\xe9")
    for source, said in ((str(tmp_path / "none.md"), "No such file"), (str(wrong), "byte 4 is not UTF-8")):
        with pytest.raises(Refused, match=said) as refused:
            editor.edit("old", lambda text: text, source, "newsletter issue edit 1 --from")
        assert "Errno" not in str(refused.value)
