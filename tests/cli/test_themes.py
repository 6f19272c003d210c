"""`newsletter theme` at the command line: what an editor is told of a theme that can't be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsletter.app import starter
from newsletter.cli.commands import app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with starter.create(tmp_path) as workspace:
        workspace.themes.new("ours")
    return tmp_path


def theme(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), "theme", *words])


def test_a_faulty_theme_is_told_and_the_others_are_listed(folder: Path) -> None:
    assert theme(folder, "list").exit_code == 0
    settings = folder / "templates" / "email" / "ours" / "theme.toml"
    settings.write_text("[light\n", "utf-8")
    listed = theme(folder, "list")
    assert listed.exit_code == 1
    assert "magazine" in listed.stdout
    assert "theme ours can't be used: ours/theme.toml: " in listed.stderr
    as_json = theme(folder, "list", "--json")
    assert as_json.exit_code == 1
    assert [one["name"] for one in json.loads(as_json.stdout) if not one["sound"]] == ["ours"]


def test_a_slip_in_a_template_is_told_by_its_place_in_the_workspace(folder: Path) -> None:
    card = folder / "templates" / "email" / "ours" / "card.mjml.j2"
    card.write_text("<mj-text>\n{{ pick.headlin }}</mj-text>", "utf-8")
    told = theme(folder, "preview", "ours")
    assert "ours/card.mjml.j2:2:9: “pick” has no “headlin”; did you mean “headline”?" in str(told.exception)


def test_a_theme_that_there_is_not_is_named_by_the_list(folder: Path) -> None:
    settings = folder / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8").replace('theme = "digest"', 'theme = "digset"'), "utf-8")
    listed = theme(folder, "list")
    assert listed.exit_code == 1
    assert "magazine" in listed.stdout
    assert "newsletter.toml: there is no theme “digset”; did you mean digest?" in listed.stderr
