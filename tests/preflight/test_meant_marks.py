"""A mark that an editor means is left alone, and hides none that nobody filled."""

from __future__ import annotations

from dataclasses import replace

from newsletter import preflight


def marks(checkup: preflight.Checkup) -> list[str]:
    return [one.message for one in preflight.check(checkup) if one.id == "wording.template_mark"]


def test_a_mark_that_the_editor_wrote_is_told_where_it_stands(bench) -> None:
    mark = "{% if subscriber.name %}"
    picked = bench.picks(bench.pick(1, note=f"Look: {mark}"))
    checkup = replace(bench.body(f"<p>Hello {mark}</p>"), issue=replace(picked.issue, intro=f"Hello\n{mark}"))
    found = [one for one in preflight.check(checkup) if one.id == "wording.template_mark"]
    assert [one.where for one in found] == ["intro", "note on article 1"]
    assert {one.message for one in found} == {f"“{mark}” is a template mark that was not filled"}
    (themes,) = preflight.check(bench.body(f"<p>Hello {mark}</p>"))
    assert themes.where == "html"


def test_a_mark_with_a_backslash_is_meant_and_another_is_not(bench) -> None:
    unfilled = bench.body("<p>{{ x }} and {{ nobody }}</p>")
    assert len(marks(unfilled)) == 2
    for typed in (r"\{{ x }}", r"\{{ x }} or \{{"):
        (found,) = marks(replace(unfilled, issue=replace(unfilled.issue, intro=typed)))
        assert "{{ nobody }}" in found
