"""What an editor is told of a slip in a template: what was found, what is expected, and where it begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from newsletter.errors import RenderError
from newsletter.render.templates import Templates


class Pick(NamedTuple):
    headline: str
    summary: tuple[str, ...]
    aside: None = None


@dataclass(frozen=True)
class Issue:
    title: str
    picks: tuple[Pick, ...]


def called(field: str, default: str = "") -> str:
    return field + default


VALUES: dict[str, Any] = {
    "issue": Issue("T", (Pick("H", ("S",)),)),
    "pick": Pick("H", ("S",)),
    "theme": {"light": {"ink": "#000", "accent": "#111"}},
    "slot": called,
}
MACROS = "{% macro name(pick, level) %}\n{{ level }}{% endmacro %}{% macro box(a) %}{{ caller() }}{% endmacro %}"

#: Template → template, line and column, and what is told.
SLIPS = [
    ("\n{{ issue.titel }}", "x.j2:2:10", "“issue” has no “titel”; did you mean “title”? It has title, picks"),
    ("{{ issue['titel'] }}", "x.j2:1:11", "did you mean “title”?"),
    ("{{ pick.headlin }}", "x.j2:1:9", "did you mean “headline”?"),
    ("{% for p in issue.picks %}{{ p.sumary }}{% endfor %}", "x.j2:1:32",
     "“p” has no “sumary”; did you mean “summary”?"),
    ("{{ theme.light.acent }}", "x.j2:1:16", "“theme.light” has no “acent”; did you mean “accent”? It has ink, accent"),
    ("{{ theme.light.tr }}", "x.j2:1:16", "“theme.light” has no “tr”. It has ink, accent"),
    ("{% for p in [1] %}{{ loop.indx }}{% endfor %}", "x.j2:1:27", "did you mean “index”?"),
    ("{% import 'm.j2' as m %}{{ m.naem(1) }}", "x.j2:1:30",
     "“m” has no “naem”; did you mean “name”? It has box, name"),
    ("{% from 'm.j2' import naem %}{{ naem(1) }}", "x.j2:1", "“m.j2” has no “naem”; did you mean “name”?"),
    ("{{ pick.aside.text }}", "x.j2:1:15", "“pick.aside” is nothing (none) here, and so has no “text”"),
    ("{{ pick.summary.length }}", "x.j2:1:17", "“pick.summary” is a list, and has no “length”; {{ x | length }}"),
    ("{{ pick.summary[7] }}", "x.j2:1:17", "“pick.summary” has no item [7]; it has 1"),
    ("{{ isue.title }}", "x.j2:1:4", "there is no “isue”; did you mean “issue”? There are issue, pick, slot, theme"),
    ("{{ len(pick) }}", "x.j2:1:4", "there is no “len”; the length of x is {{ x | length }}"),
    ("{% for p in [] %}{% endfor %}{{ p }}", "x.j2:1",
     "“p” is known only between {% for %} in line 1 and its {% endfor %}"),
    ("{% import 'c.j2' as c %}\n{{ c.show() }}", "x.j2:2", "“c.j2” does not know “issue” (line 2)"),
    ("\n{% if pick %}\nx\n", "x.j2:2:1", "{% if %} has no {% endif %}"),
    ("{% if pick %}\nx\n{% endfor %}", "x.j2:3:1", "{% if %} of line 1 is open: expected {% endif %}"),
    ("x\n  {% endif %}", "x.j2:2:3", "found {% endif %}, but nothing is open that it could close"),
    ("\n{{ pick\n\n{{ pick }}", "x.j2:2:1", "the {{ here has no }}"),
    ("\n{# pick\n", "x.j2:2:1", "the comment that {# begins has no #}"),
    ("\n{% raw %} b", "x.j2:2:1", "{% raw %} has no {% endraw %}"),
    ("{% foo pick\n", "x.j2:1:1", "the {% here has no %}"),
    ("{{ 'abc }}", "x.j2:1:4", "the text that ' begins has no ' at its end"),
    ("{% fro x in [] %}{% endfor %}", "x.j2:1:1", "there is no tag {% fro %}; did you mean {% for %}?"),
    ("{% if 1 %}{% elseif 2 %}{% endif %}", "x.j2:1:11", "did you mean {% elif %}?"),
    ("{% if 1 %}{% else if 2 %}{% endif %}", "x.j2:1:11", "which is written {% elif … %}"),
    ("{% if pick = 1 %}{% endif %}", "x.j2:1:12", "expected “%}”, found “=”; to compare, write =="),
    ("{% if pick && 1 %}{% endif %}", "x.j2:1:12", "write “and” for &&"),
    ("{{ “pick” }}", "x.j2:1:4", "write straight quotes"),
    ("{{ pick headline }}", "x.j2:1:9", "expected “}}”, found “headline”"),
    ("{{ pick.headline | uper }}", "x.j2:1:20", "there is no filter “uper”; did you mean “upper”?"),
    ("{{ pick.headline | wrap }}", "x.j2:1:20", "the filter “wrap” is for plain text"),
    ("{% if pick is defind %}{% endif %}", "x.j2:1:15", "there is no test “defind”; did you mean “defined”?"),
    ("{% include 'm.j' %}", "x.j2:1:13", "there is no template “m.j”; did you mean “m.j2”?"),
    ("{% extends 'mm.j2' %}", "x.j2:1:13", "there is no template “mm.j2”; did you mean “m.j2”?"),
    ("{% include ['a', 'b'] %}", "x.j2:1:14", "there is none of the templates a, b"),
    ("{% include 3 %}", "x.j2:1", "expected the name of a template, found a number"),
    ("{% import 'm.j2' as m %}\n{{ m.name(1) }}", "x.j2:2:6",
     "“name” is called without “level”; it takes name(pick, level)"),
    ("{% import 'm.j2' as m %}\n{{ m.box(1) }}", "x.j2:2:6", "{% call box(…) %} … {% endcall %}"),
    ("{% import 'm.j2' as m %}{{ m.name(1, 2, 3) }}", "x.j2:1",
     "called with too many values; it takes name(pick, level)"),
    ("{{ slot() }}", "x.j2:1", "slot is called without “field”; it is used as slot(field, default)"),
    ("{{ slot(x=1) }}", "x.j2:1", "slot"),
    ("{{ 'a' | replace('b') }}", "x.j2:1",
     "replace is called without “new”; it is used as {{ x | replace(old, new, count) }}"),
    ("{{ pick.headline() }}", "x.j2:1", "found a text with ( ) behind it"),
    ("{{ 1 / 0 }}", "x.j2:1", "division by 0"),
    ("{{ 'a' + 1 }}", "x.j2:1", "+ adds numbers, and found a text and a number; ~ joins texts"),
    ("{% if 'a' < 1 %}{% endif %}", "x.j2:1", "< compares what is of one kind, and found a text and a number"),
    ("{% for a in 3 %}{% endfor %}", "x.j2:1", "expected a list, found a number"),
    ("{% for a, b in [1] %}{% endfor %}", "x.j2:1", "several names are set at once, and found a number"),
    ("{{ 'a' | round }}", "x.j2:1", "round expects a number, and found a text"),
    ("{{ 'a {x}'.format() }}", "x.j2:1", "a format has a place “{x}” that it is given no value for"),
    ("{{ [] | first }}", "x.j2:1", "found an empty list"),
    ("{{ issue }}", "x.j2:1", "can't be printed; print what is in it"),
    ("{{ pick }}", "x.j2:1", "can't be printed, but what is in it: headline, summary"),
    ("{{ range(3) }}", "x.j2:1", "a list can't be printed; join its items"),
    ("{{ joiner() }}{{ namespace() }}", "x.j2:1", "can't be printed; call it with"),
    ("{{ namespace() }}", "x.j2:1", "this is no text, and can't be printed"),
    ("{{ slot }}", "x.j2:1", "a macro or function can't be printed"),
    ("{{ pick.__class__ }}", "x.j2:1", "can't be used in a template"),
    ("{% include 'a.j2' %}", "a.j2:1", "round without end: a.j2:1 → b.j2:2 → a.j2:1"),
    (
        "{% macro m() %}{{ n() }}{% endmacro %}\n{% macro n() %}{{ m() }}{% endmacro %}\n{{ m() }}",
        "x.j2:1",
        "round without end: macro “m” of x.j2:1 → macro “n” of x.j2:2 → macro “m” of x.j2:1",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("template", "place", "reason"), SLIPS)
def test_a_slip_is_told_where_it_is_and_how_to_mend_it(template: str, place: str, reason: str, tmp_path: Path) -> None:
    files = {"x.j2": template, "m.j2": MACROS, "a.j2": "{% include 'b.j2' %}", "b.j2": "\n{% include 'a.j2' %}"}
    files["c.j2"] = "{% macro show() %}\n{{ issue.title }}{% endmacro %}"
    for name, source in files.items():
        (tmp_path / name).write_text(source, "utf-8")
    with pytest.raises(RenderError) as caught:
        Templates((tmp_path,)).html("x.j2", VALUES)
    assert reason in caught.value.reason
    assert str(caught.value).startswith(f"{place}: ")
    for internal in ("object", "newsletter.", "jinja2", "do_", "Traceback", str(tmp_path), "NoneType"):
        assert internal not in str(caught.value)


def test_a_file_that_is_not_utf_8_is_told_at_its_own_place(tmp_path: Path) -> None:
    (tmp_path / "x.j2").write_text("{% include 'y.j2' %}", "utf-8")
    (tmp_path / "y.j2").write_bytes("one\nzwei {# für #}".encode("latin-1"))
    with pytest.raises(RenderError, match=r"^y\.j2:2:10: found the byte 0xfc, which is no UTF-8"):
        Templates((tmp_path,)).html("x.j2", {})
