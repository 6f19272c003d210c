"""`newsletter theme` at the command line: what an editor is told of a theme that can't be used."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsletter.app import starter
from newsletter.cli.commands import app
from tests.pictures import samples


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


def test_a_preview_says_which_logo_is_missing_and_shows_one_that_is_there(folder: Path) -> None:
    settings = folder / "newsletter.toml"
    settings.write_text(
        settings.read_text("utf-8").replace(
            "[database]", '[theme.logo]\nlight = "logo.png"\ndark = "night.png"\n[database]'
        ),
        "utf-8",
    )
    page = folder / "page.html"
    (folder / "logo.png").write_bytes(samples.saved(samples.drawing(640, 160), "PNG"))
    told = theme(folder, "preview", "links", "-o", str(page))
    assert told.exit_code == 0
    assert "logo night.png: there is no such file in the workspace; name a whole PNG or JPEG" in told.stderr
    assert "logo.png" not in told.stderr
    assert re.search(r'<img class="lo[^>]*src="data:image/png;base64,', page.read_text("utf-8"))
    assert "cid:" not in page.read_text("utf-8")
    (folder / "night.png").write_bytes((folder / "logo.png").read_bytes())
    assert not theme(folder, "preview", "links", "-o", str(page)).stderr
