"""Telling a mistake takes no longer, and says no more, than the template that made it may."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from newsletter.errors import RenderError
from newsletter.render import sheet
from newsletter.render.templates import Templates


def told(folder: Path, source: str) -> RenderError:
    (folder / "x.j2").write_text(source, "utf-8")
    with pytest.raises(RenderError) as caught:
        Templates((folder,)).html("x.j2", {"issue": {"title": "T"}, "x": 1})
    return caught.value


@pytest.mark.parametrize("name", ["name", "hint", "holder", "there"])
def test_a_misspelt_name_has_no_fields_of_its_own(name: str, tmp_path: Path) -> None:
    assert "did you mean “issue”?" in told(tmp_path, f"{{{{ isue.{name} }}}}").reason
    assert "“issue” has no “titel”" in told(tmp_path, f"{{{{ issue.titel.{name} }}}}").reason


#: Source → what is told. Each took from six seconds to hours, or a gigabyte.
LONG = {
    "a loop in a comment": ("{# {% for " + "y " * 100_000 + "#}{{ y }}", "there is no “y”"),
    "a long word in the line": ("a" * 100_000 + "{{ issue.b }}", "“issue” has no “b”"),
    "a long name": ("{% set s = 'ab' * 900000 %}{{ issue[s] }}", "a table has no “abab"),
    "a list of long texts as a key": (
        "{% set s = 'x' * 1000000 %}{% set k = (s,) * 1000 %}{{ {k: 1} }}", "a table or an article can't be printed",
    ),
    "the values of a table as a key": (
        "{% set s = 'x' * 1000000 %}{{ 1[{" + ",".join(f"{at}:s" for at in range(900)) + "}.values()] }}",
        "a list is no key",
    ),
    "a place in a format": ("{{ '{" + "a" * 100_000 + "}'.format(1) }}", "a format has a place"),
    "a long way round": (
        "".join(f"{{% macro m{at}() %}}{{{{ m{(at + 1) % 90}() }}}}{{% endmacro %}}\n" for at in range(90))
        + "{{ x }}" * 1_500 + "{{ m0() }}", "this goes round without end: macro “m0” of x.j2:1 → macro “m1”",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LONG)
def test_a_long_mistake_is_told_soon_and_in_short(case: str, tmp_path: Path) -> None:
    source, reason = LONG[case]
    begun = time.process_time()
    error = told(tmp_path, source)
    assert reason in error.reason
    assert len(error.reason) < 600
    assert time.process_time() - begun < 6


def test_a_name_that_no_file_can_have_is_a_template_that_there_is_not(tmp_path: Path) -> None:
    (tmp_path / "y.j2").write_text("{% include 'a' * 300 ignore missing %}ok", "utf-8")
    assert Templates((tmp_path,)).html("y.j2", {}) == "ok"
    assert told(tmp_path, "{% include 'a' * 300 %}").reason.startswith("there is no template “aaa")


def test_a_template_that_can_not_be_read_is_told_without_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path / "x.j2"))

    monkeypatch.setattr("jinja2.FileSystemLoader.get_source", refused)
    assert told(tmp_path, "x").reason == "the template can't be read (Permission denied)"


def test_a_value_that_fails_as_a_constant_is_told_where_it_stands(tmp_path: Path) -> None:
    error = told(tmp_path, "\n{{ {[1]: 2} }}")
    assert (error.reason, error.line) == ("a list is no key", 2)


def test_no_number_becomes_a_name_of_python(tmp_path: Path) -> None:
    assert told(tmp_path, "{% set y = 1e999 %}{{ y }}").reason == "a number longer than 18 digits"


@pytest.mark.parametrize("number", ["1e300 * 1e300", "'0x" + "f" * 5_000 + "' | int(0, 16)"])
def test_a_constant_that_comes_to_a_number_beyond_all_bounds_is_left_to_the_rendering(
    number: str, tmp_path: Path
) -> None:
    (tmp_path / "x.j2").write_text(f"{{% set y = {number} %}}{{{{ y > 1 }}}}", "utf-8")
    assert Templates((tmp_path,)).html("x.j2", {}) == "True"


def test_an_unfinished_rule_is_told_in_lines_as_css_has_them() -> None:
    (fault,) = sheet._read("a {}\f\r\rb")[1]
    assert ("“b” has no { }" in fault.reason, fault.line) == (True, 4)
