"""Style sheets run once for a theme and language; whatever may say something of an issue runs every time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment

from newsletter.render.kept import reads
from newsletter.render.sandbox import Sandbox
from newsletter.render.templates import Templates

Rendered = Callable[..., str]


@pytest.fixture
def rendered(tmp_path: Path) -> Callable[[str], Rendered]:
    """Renders a page that sets `light` and includes the sheet given, over and over in the same environment."""

    def with_sheet(sheet: str) -> Rendered:
        (tmp_path / "page.j2").write_text(
            "{% set light = theme.light %}{% set air = 2 %}{% include 'sheet.css.j2' %}", "utf-8"
        )
        (tmp_path / "sheet.css.j2").write_text(sheet, "utf-8")
        templates = Templates((tmp_path,))
        return lambda **values: templates.html("page.j2", values)

    return with_sheet


def issue(**facts: Any) -> SimpleNamespace:
    return SimpleNamespace(**{"language": "en", "slanted": True, "direction": "ltr", "number": 1, **facts})


def table(ink: str) -> dict[str, dict[str, str]]:
    return {"light": {"ink": ink}}


@pytest.mark.parametrize(
    "sheet",
    [
        ".a { color: {{ light.ink }} }",
        "{% if issue.slanted and issue.language[:2] == 'en' %}i{{ air }}{% endif %}",
        "{% macro m(on) %}{{ on }} {{ theme.light.ink }}{% endmacro %}{{ m('.a') }}",
        ".fixed { margin: 0 }",
    ],
)
def test_a_sheet_of_settings_and_language_is_kept(sheet: str) -> None:
    assert reads(Environment().parse(sheet)) is not None


@pytest.mark.parametrize(
    "sheet",
    [
        "{{ issue.number }}",
        "{{ issue['number'] }}",
        "{% set issue = issue %}{{ issue.language }}",
        "{{ issue }}",
        "{% for section in issue.sections %}x{% endfor %}",
        "{{ masthead.name }}",
        "{{ slot('subscriber.email') }}",
        "{{ light.ink.upper() }}",
        "{% include 'other.css.j2' %}",
        "{% import 'other.css.j2' as other %}",
        "{{ [1, 2] | random }}",
        "{{ cycler('a', 'b').next() }}",
        "{{ pick.headline }}",
        "{{ 'x' | nofilter }}",
    ],
)
def test_a_template_that_may_read_more_is_not(sheet: str) -> None:
    assert reads(Environment().parse(sheet)) is None


def test_what_a_sheet_says_follows_settings_and_language(rendered: Callable[[str], Rendered]) -> None:
    render = rendered("{{ light.ink }} {{ theme.light.ink }} {{ issue.language }} {{ air }}")
    red, blue = table("red"), table("blue")
    said = [
        render(theme=theme, issue=issue(language=tag))
        for _ in range(2)
        for theme in (red, blue)
        for tag in ("en", "de")
    ]
    assert said == ["red red en 2", "red red de 2", "blue blue en 2", "blue blue de 2"] * 2


def test_what_a_sheet_says_of_an_issue_is_new_each_time(rendered: Callable[[str], Rendered]) -> None:
    render = rendered("{{ light.ink }} {{ issue.number }}")
    red = table("red")
    assert [render(theme=red, issue=issue(number=number)) for number in (1, 2)] == ["red 1", "red 2"]


def test_other_settings_in_the_same_place_of_memory_are_other_settings(rendered: Callable[[str], Rendered]) -> None:
    render = rendered("{{ light.ink }}")
    inks = [f"#{number:06}" for number in range(200)]
    assert [render(theme=table(ink), issue=issue()) for ink in inks] == inks


def test_a_sheet_runs_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rendered: Callable[[str], Rendered]
) -> None:
    seen: list[str] = []
    found = Sandbox.getattr
    monkeypatch.setattr(Sandbox, "getattr", lambda self, of, name: seen.append(name) or found(self, of, name))
    render = rendered("{{ theme.light.nothing is defined }} {{ issue.language }}")
    red = table("red")
    assert render(theme=red, issue=issue()) == render(theme=red, issue=issue()) == "False en"
    assert seen.count("nothing") == 1


def test_what_a_template_changes_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "page.j2").write_text(
        "{% set theme = namespace(ink='') %}{% for ink in inks %}{% set theme.ink = ink %}{% include 'sheet.css.j2' %}"
        "{% endfor %}",
        "utf-8",
    )
    (tmp_path / "sheet.css.j2").write_text("{{ theme.ink }} ", "utf-8")
    assert Templates((tmp_path,)).html("page.j2", {"inks": ["red", "blue"], "issue": issue()}) == "red blue "


def test_one_is_not_true(tmp_path: Path) -> None:
    (tmp_path / "page.j2").write_text(
        "{% for one in [1, true] %}{% set rtl = one %}{% include 'sheet.css.j2' %}{% endfor %}", "utf-8"
    )
    (tmp_path / "sheet.css.j2").write_text("{{ rtl }} ", "utf-8")
    assert Templates((tmp_path,)).html("page.j2", {"issue": issue()}) == "1 True "
