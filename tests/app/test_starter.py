"""`init`: it makes what is lacking, and changes nothing that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter import config
from newsletter.app import keys, starter
from newsletter.app.workspace import Workspace, open_workspace
from newsletter.errors import ConfigError, StoreError, WorkspaceError


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if ".db" not in path.name and path.is_file()}


def test_a_second_init_is_refused(tmp_path: Path) -> None:
    starter.create(tmp_path)
    with pytest.raises(WorkspaceError, match="nothing was changed"):
        starter.create(tmp_path)


@pytest.mark.parametrize("url", ["sqlite:///other.db", "sqlite+pysqlite:///other.db"])
def test_it_makes_the_database_that_new_settings_name_and_nothing_else(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    starter.create(tmp_path)
    file = tmp_path / config.FILE
    file.write_text(file.read_text().replace("sqlite:///newsletter.db", url))
    before = contents(tmp_path)
    monkeypatch.chdir("/")
    with pytest.raises(StoreError, match="newsletter init"):
        open_workspace(tmp_path).library.export()
    starter.create(tmp_path).close()
    assert open_workspace(tmp_path).library.export() == []
    assert (tmp_path / "other.db").is_file()
    assert contents(tmp_path) == before


def test_it_never_makes_keys_for_a_workspace_that_lost_them(tmp_path: Path) -> None:
    starter.create(tmp_path)
    (tmp_path / keys.FILE).unlink()
    (tmp_path / "newsletter.db").unlink()
    with pytest.raises(ConfigError, match="restore it"):
        starter.create(tmp_path)


def test_an_absolute_database_stays_where_it_is(tmp_path: Path) -> None:
    starter.create(tmp_path / "here")
    file = tmp_path / "here" / config.FILE
    file.write_text(file.read_text().replace("sqlite:///newsletter.db", f"sqlite:///{tmp_path}/there.db"))
    assert Workspace(tmp_path / "here").database_url == f"sqlite:///{tmp_path}/there.db"


def test_a_newsletter_begins_in_its_own_language(tmp_path: Path) -> None:
    with starter.create(tmp_path, "zh-TW") as workspace:
        settings = workspace.settings.newsletter
    assert (settings.language, settings.name) == ("zh-TW", "每週文摘")
    assert settings.sender == "每週文摘 <digest@example.org>"


@pytest.mark.parametrize(
    ("tag", "known", "spoken"),
    [("de", True, True), ("pt-BR", True, True), ("sv", True, False), ("xx", False, False), ('de-"', False, False)],
)
def test_it_knows_which_languages_there_are_and_which_have_words(tag: str, known: bool, spoken: bool) -> None:
    assert starter.knows(tag) == known
    if known:
        assert starter.speaks(tag) == spoken
