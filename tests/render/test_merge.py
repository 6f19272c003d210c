"""Merge fields: what is one, what is not, and what the error says."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import RenderError
from newsletter.render.merge import STANDARD, Field, parse


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("no field", ["no field"]),
        ("{{ subscriber.name }}", [Field("name")]),
        ("{{subscriber.name}}", [Field("name")]),
        ('Hi {{ subscriber.name | default("there") }}!', ["Hi ", Field("name", "there"), "!"]),
        ("{{subscriber.name|default('there')}}", [Field("name", "there")]),
        ("{{ subscriber.name | default(“there”) }}", [Field("name", "there")]),
        (r'{{ subscriber.name | default("the \"one\" \\") }}', [Field("name", 'the "one" \\')]),
        ('{{ subscriber.name | default("}} {{") }}', [Field("name", "}} {{")]),
        ('{{ subscriber.name\n  | default("a") }}', [Field("name", "a")]),
        ("{{ subscriber.name }}{{ subscriber.email }}", [Field("name"), Field("email")]),
        (r"\{{ 7*7 }} and \{{", ["{{", " 7*7 }} and {{"]),
        (r"\\{{{ x", ["\\{{", "{ x"]),
        (r"{{ subscriber.name }}\{{", [Field("name"), "{{"]),
        ("{ { subscriber.name }} {% x %} }}", ["{ { subscriber.name }} {% x %} }}"]),
    ],
)
def test_the_grammar(text: str, pieces: list[str | Field]) -> None:
    assert parse(text, "intro") == pieces


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7*7 }}",
        "{{ name }}",
        "{{ subscriber.name",
        "{{{ subscriber.name }}}",
        "{{ subscriber.name | upper }}",
        "{{ subscriber.name | default(there) }}",
        '{{ subscriber.name | default("a") | upper }}',
        "{{ subscriber.__class__.x }}",
        "{{ subscriber['name'] }}",
        "{{}}",
    ],
)
def test_a_stray_opening_is_an_error(text: str) -> None:
    with pytest.raises(RenderError, match="is no merge field; write ") as caught:
        parse(text, "intro")
    for advised in re.findall("{{[^{}]*}}", str(caught.value).partition("; write ")[2]):
        assert isinstance(parse(advised, "intro")[0], Field)


def test_a_stray_field_is_quoted_up_to_its_closing_braces() -> None:
    with pytest.raises(RenderError, match=r"“\{\{ subscriber\.name \| upper }}” is no merge field"):
        parse("Hi {{ subscriber.name | upper }}! This is **bold**", "intro")


def test_an_unknown_field_is_named_with_its_place() -> None:
    with pytest.raises(
        RenderError, match=r"outro:2:3: unknown merge field “subscriber.town”; there are city, email"
    ) as c:
        parse("a\nb {{ subscriber.town }}", "outro", STANDARD | {"city"})
    assert (c.value.template, c.value.line, c.value.column) == ("outro", 2, 3)


def test_dunder_names_are_only_unknown_fields() -> None:
    with pytest.raises(RenderError, match="unknown merge field"):
        parse("{{ subscriber.__class__ }}", "intro")


@given(st.text(alphabet="{} subcrie.nam|defult(\"')\\\n", max_size=60))
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        pieces = parse(text, "intro")
    except RenderError:
        assert "{{" in text
    else:
        literal = sum(piece.count("{{") for piece in pieces if isinstance(piece, str))
        assert literal <= text.count("\\{{")  # a backslash before them makes them text


@given(st.text(max_size=40))
def test_a_default_is_taken_to_the_letter(default: str) -> None:
    quoted = default.replace("\\", "\\\\").replace('"', '\\"')
    assert parse(f'{{{{ subscriber.name | default("{quoted}") }}}}', "intro") == [Field("name", default)]
