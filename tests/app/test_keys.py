"""The key file: made once, kept private, never silently replaced."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsletter.app import keys
from newsletter.errors import ConfigError


def test_it_is_made_readable_by_its_owner_alone(tmp_path: Path) -> None:
    made = keys.create(tmp_path)
    assert (tmp_path / keys.FILE).stat().st_mode & 0o777 == 0o600
    assert keys.load(tmp_path) == made


def test_it_is_never_made_anew(tmp_path: Path) -> None:
    keys.create(tmp_path)
    with pytest.raises(FileExistsError):
        keys.create(tmp_path)


def test_a_missing_one_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="restore it from the backup"):
        keys.load(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"links": ["x"], "suppression": "y"}', '{"links": [], "suppression": 1}']
)
def test_a_damaged_one_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / keys.FILE).write_text(text)
    with pytest.raises(ConfigError, match=r"newsletter\.keys"):
        keys.load(tmp_path)


def test_two_workspaces_share_no_key_and_nothing_is_printed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = keys.create(tmp_path / "a"), keys.create(tmp_path / "b")
    assert one.suppression != two.suppression
    assert one.slots != one.links[0]
    stored = json.loads((tmp_path / "a" / keys.FILE).read_text())
    assert stored["suppression"] not in repr(one)
