"""What is too much for Jinja2's or Python's compiler is refused before, with its place; what is constant is folded."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import nodes

from newsletter.errors import RenderError
from newsletter.render import templates
from newsletter.render.templates import Templates

#: Template → what is told, and the line.
TOO_MUCH = {
    "a long file": ("x" * 900_000, "the template has 879 KB, more than the 256 KB", 0),
    "a very long file": ("é" * 2_000_000, "3,906 KB, more than the 256 KB", 0),
    "many tags": ("\n{{ x }}" * 9_000, "more than the 4,000 tags, expressions and texts", 2000),
    "filters of constants": ("{{ 'x' | center(100000) }}" * 5_000, "more than the 4,000", 1),
    "a few of these": ("{{ 'x' | center(100000) }}" * 600, "writes more than", 1),
    "not not not": ("{{ " + "not " * 200 + "x }}", "more than 64 deep", 1),
    "many minus": ("{{ " + "-" * 5_000 + "x }}", "more than 64 deep", 0),
    "brackets": ("{{ " + "[" * 5_000 + "]" * 5_000 + " }}", "more than 64 deep", 0),
    "a chain of fields": ("\n{{ x" + ".a" * 5_000 + " }}", "more than 64 deep", 2),
    "a chain of filters": ("\n{{ x" + " | upper" * 500 + " }}", "more than 64 deep", 2),
    "a sum": ("{{ " + "x + " * 3_000 + "x }}", "more than 64 deep", 1),
    "ifs": ("{% if x %}" * 70 + "{% endif %}" * 70, "more than 64 deep", 1),
    "elifs": ("{% if x %}" + "{% elif x %}" * 300 + "{% endif %}", "more than 200 {% elif %}", 1),
    "loops": ("{% for x in [] %}\n" * 20 + "{% endfor %}" * 20, "13 loops within each other", 13),
    "a long number": ("\n{{ " + "9" * 30 + " }}", "a number longer than 18 digits", 2),
    "a very long number": ("{{ " + "9" * 9_000 + " }}", "a number longer than 18 digits", 0),
    "a long number in another way": ("{{ 0x" + "f" * 9_000 + " }}", "a number longer than 18 digits", 1),
    "names and includes": (
        "".join(f"{{% set v{at} = 1 %}}" for at in range(600)) + "{% include 'small.j2' %}" * 600,
        "too many names and includes",
        0,
    ),
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_what_is_too_much_to_be_compiled_is_refused_with_its_place(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "OFTEN", 64)  # written out, some of it would do
    source, reason, line = TOO_MUCH[case]
    (tmp_path / "x.j2").write_text(source, "utf-8")
    (tmp_path / "small.j2").write_text("x", "utf-8")
    with pytest.raises(RenderError) as caught:
        Templates((tmp_path,)).html("x.j2", {"x": 1})
    assert reason in caught.value.reason
    assert (caught.value.template, caught.value.line) == ("x.j2", line)


def test_a_key_is_not_written_twice_for_each_key_in_it(tmp_path: Path) -> None:
    """2 to the power of thirty pieces of Python otherwise."""
    (tmp_path / "x.j2").write_text("{{ " + "x[" * 30 + "y.a" + "].a" * 29 + "] }}", "utf-8")
    with pytest.raises(RenderError, match=r"no item|has no"):
        Templates((tmp_path,)).html("x.j2", {"x": {}, "y": {"a": 1}})


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 - -1", 0 + 2),
        ("'a' if 1 < 2 else x", "a"),
        ("not not 1", True),
        ("'a' in ['a', 'b']", True),
        ("'abc'[1:]", "bc"),
        ("['a', 'b'][1]", "b"),
        ("'a' ~ 1 ~ 'b'", "a1b"),
        ("'abc' | length", 3),
    ],
)
def test_constants_are_folded(expression: str, value: object, tmp_path: Path) -> None:
    sandbox = Templates((tmp_path,))._text.plain
    (found,) = sandbox._parse(f"{{% set y = {expression} %}}", "x.j2", None).find_all(nodes.Assign)
    assert isinstance(found.node, nodes.Const)
    assert found.node.value == value


def test_what_a_filter_makes_of_constants_is_left_to_the_rendering(tmp_path: Path) -> None:
    sandbox = Templates((tmp_path,))._text.plain
    tree = sandbox._parse("{{ 'x' | center(9) }}{{ 'x' is upper }}{% set x = 'a' | replace('a', 'b') %}", "x.j2", None)
    assert [each.name for each in tree.find_all((nodes.Filter, nodes.Test))] == ["center", "upper", "replace"]
