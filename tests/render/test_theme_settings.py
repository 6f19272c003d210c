"""A theme's settings: theme.toml, a workspace's own, and newsletter.toml's over both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.errors import RenderError
from newsletter.models import fill
from newsletter.render import theme
from tests.render.test_themes import BUILT_IN, VALUES, rendered

if TYPE_CHECKING:
    from tests.render.conftest import Digest


def fault(tmp_path: Path, text: str, changes: Mapping[str, Any] | None = None) -> str:
    (tmp_path / "digest").mkdir()
    (tmp_path / "digest" / "theme.toml").write_text(text, "utf-8")
    with pytest.raises(RenderError) as caught:
        theme.find([tmp_path, BUILT_IN], "digest", changes)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[light]\nink = "red"', "light.ink: found 'red', expected a colour such as"),
        ("[dark]\nink = 7", "dark.ink: found 7, expected a text in quotes"),
        ('[lights]\nink = "#fff"', "lights: found an unknown key, expected about, or one of the tables light, dark"),
        ('[light]\nlink = "#fff"', "light.link: found an unknown key, expected one of paper"),
        ("[sizes]\nwidth = 1200", "sizes.width: found 1200, expected a whole number of pixels from 480 to 720"),
        ("[sizes]\nmargin = true", "sizes.margin: found True"),
        ('[fonts]\ntext = "Georgia; } body { x"', "fonts.text: found"),
        ('[logo]\nlight = "/logo.png"', "logo.light: found '/logo.png', expected an address"),
        ('light = "#fff"', "light: found '#fff', expected a table"),
        ("[light", "digest/theme.toml"),
    ],
)
def test_a_fault_names_file_key_and_what_is_expected(text: str, says: str, tmp_path: Path) -> None:
    found = fault(tmp_path, text)
    assert found.startswith("digest/theme.toml: ")
    assert says in found


def test_a_workspace_changes_one_colour_and_the_newsletter_another(tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "theme.toml").write_text('[light]\nink = "#123"\naccent = "#234567"', "utf-8")
    found = theme.find([tmp_path, BUILT_IN], "links", {"light": {"accent": "#ABCDEF"}})
    assert (found.settings["light"]["ink"], found.settings["light"]["accent"]) == ("#112233", "#abcdef")
    assert found.settings["light"]["soft"] == "#5b616e"
    assert found.about.startswith("A dense list")


def test_settings_reach_the_mail(digest: Digest) -> None:
    changes = {"light": {"accent": "#123456"}, "dark": {"accent": "#fedcba"}, "sizes": {"width": 700}}
    html = fill(rendered(digest, "links", changes).html, VALUES)
    assert "color:#123456" in html
    assert "#fedcba !important" in html
    assert 'width="700"' in html


def test_a_theme_that_is_nowhere_is_told_with_those_there_are() -> None:
    with pytest.raises(RenderError, match="no such theme; there are digest, links, magazine"):
        theme.find([BUILT_IN], "digets")


def test_a_theme_may_have_a_plain_text_of_its_own(tmp_path: Path, digest: Digest) -> None:
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "issue.txt.j2").write_text("Only {{ masthead.name }}", "utf-8")
    assert rendered(digest, "links", None, tmp_path).text == ("Only The Native Layer\n",)
