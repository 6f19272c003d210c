"""Lists and people, as an editor's commands reach them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.app import starter
from newsletter.app.audience import AudienceDesk
from newsletter.app.workspace import Workspace
from newsletter.errors import ImportFileError, Refused


@pytest.fixture
def audience(tmp_path: Path) -> Iterator[AudienceDesk]:
    starter.create(tmp_path)
    with Workspace(tmp_path) as workspace:
        yield workspace.audience


def test_a_name_typed_by_hand_has_no_line_break_and_no_control(audience: AudienceDesk) -> None:
    audience.add("ada@example.org", "weekly", name=" Ada\r\nBcc: victim@example.org\x1b[2J ")
    assert audience.show("ada@example.org").subscriber.name == "Ada Bcc: victim@example.org[2J"


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\x1b[2J", "x" * 500])
def test_a_list_needs_a_name_that_fits_on_a_line(audience: AudienceDesk, name: str) -> None:
    with pytest.raises(Refused, match="list's name"):
        audience.add("ada@example.org", name)
    assert audience.lists() == []


def test_a_pipe_or_device_is_no_file_to_import(audience: AudienceDesk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ImportFileError, match="is no file"):
        audience.import_csv(tmp_path / "pipe", "weekly")


def test_who_left_comes_back_by_an_editors_hand_and_never_by_an_import(audience: AudienceDesk, tmp_path: Path) -> None:
    audience.add("ada@example.org", "weekly")
    audience.unsubscribe("ada@example.org", "weekly")
    (tmp_path / "list.csv").write_text("email\nada@example.org\n")
    assert audience.import_csv(tmp_path / "list.csv", "weekly").never_resurrected == 1
    assert audience.show("ada@example.org").memberships["weekly"].state == "unsubscribed"
    audience.add("ada@example.org", "weekly")
    assert audience.show("ada@example.org").memberships["weekly"].state == "active"
