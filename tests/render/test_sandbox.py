"""A workspace's template runs in a sandbox: nothing of Python can be reached, and nothing it does goes on for ever."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from newsletter.errors import RenderError
from newsletter.render.templates import Templates

HOSTILE = [
    ("{% include 'own/main.mjml' %}", "round without end: own/main.mjml:2 → own/main.mjml:2"),
    ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "round without end: macro “m”"),
    ("{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}", "rounds of loops"),
    ("{% for a in range(10**9) %}x{% endfor %}", "Range too big"),
    ("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}", "rounds of loops"),
    ("{% for a in range(90000) %}" + "x" * 99 + "{% endfor %}", "writes more than"),
    ("{% for a in range(90000)|map('string') %}{% for b in range(2) %}x{% endfor %}{% endfor %}", "rounds of loops"),
    (
        f"{{% for a in {list(range(999))} %}}{{% for b in {list(range(999))} %}}{{% endfor %}}{{% endfor %}}",
        "rounds of",
    ),
    ("{% for a in [1] recursive %}{{ loop(range(60000)) if loop.depth < 3 }}{% endfor %}", "rounds of loops"),
    ("{% set s = 'x' * 1999999 %}{% for n in range(3000) %}{{ s ~ n }}{% endfor %}", "writes more than"),
    (
        "{% set s = 'x' * 1999999 %}{% set t %}{% for n in range(3000) %}{{ s ~ n }}{% endfor %}{% endset %}",
        "writes more",
    ),
    ("{{ 'x' * 10**9 }}", "longer than"),
    ("{{ ['x'] * 10**9 }}", "longer than"),
    ("{{ 10**(10**10) }}", "power"),
    ("{{ 9**64**1 * 9**64 * 9**64 }}", "digits"),
    ("{{ 'x'.ljust(10**9) }}", "over 100,000"),
    ("{{ 'x'|center(10**9) }}", "over 100,000"),
    ("{{ 'x'|indent(10**9, true) }}", "over 100,000"),
    ("{{ '%1000000000d' % 1 }}", "width"),
    ("{{ '%1000000000d'|format(1) }}", "width"),
    ("{{ '{:1000000000}'.format(1) }}", "width"),
    ("{{ '{:{}}'.format(1, 10**9) }}", "width"),
    ("{{ ('x' * 1000000)|replace('x', 'y' * 1000000) }}", "longer than"),
    ("{{ ('x' * 1000000).replace('x', 'y' * 1000000) }}", "longer than"),
    ("{{ ('x' * 1000000)|join('y' * 1000000) }}", "longer than"),
    (
        "{% set n = namespace(s='xxxxxxxx') %}{% for a in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
        "longer than",
    ),
    (
        "{% set n = namespace(s='xxxxxxxx') %}{% for a in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}",
        "longer than",
    ),
    (
        (
            "{% set n = namespace(s='x') %}{% for a in range(60) %}\n"
            "{% set t %}{{ n.s }}{{ n.s }}{% endset %}{% set n.s = t %}{% endfor %}"
        ),
        "writes more than",
    ),
    ("{{ lipsum(n=100000) }}", "there is no “lipsum”"),
    ("{{ ''.__class__.__mro__ }}", "can't be used"),
    ("{{ self.__init__.__globals__ }}", "can't be used"),
    ("{{ cycler.__init__.__globals__.os }}", "can't be used"),
    ("{{ ''['__class__'] }}", "can't be used"),
    ("{{ ''|attr('__class__') }}", "can't be used"),
    ("{{ '{0.__class__}'.format('') }}", "can't be used"),
    ("{% set f = '{0.__class__}'.format %}{{ f('') }}", "can't be used"),
    ("{{ namespace.__class__ }}", "can't be used"),
    ("{{ [].append(1) }}", "can't be used"),
    *(
        (f"{{% set n = namespace(a=[1]) %}}{{% for i in range(64) %}}{{% set n.a = {nested} %}}{{% endfor %}}", reason)
        for nested, reason in (
            ("[n.a, n.a]", "lists in it"),
            ("(n.a, n.a)", "lists in it"),
            ("{1: n.a, 2: n.a}", "lists in it"),
            ("dict(a=n.a, b=n.a)", "lists in it"),
            ("[1] | batch(9, n.a) | list", "lists in it"),
            ("[{'k': 1, 'a': n.a}, {'k': 1, 'a': n.a}] | groupby('k')", "lists in it"),
        )
    ),
    *(
        (f"{{{{ {spelled} }}}}", "can't be printed")
        for spelled in (
            "[1] | string",
            "[[1]] | join",
            "[s] ~ ''",
            "'%s' % [s]",
            "'%s' % ([s],)",
            "'%(a)s' % {'a': [s]}",
            "'{}'.format([s])",
            "'%s' | format([s])",
            "[s] | upper",
            "[s] | trim",
            "[s] is lower",
            "{'a': [s]} | xmlattr",
            "('a' | safe).join([[s]])",
            "k.index([s])",
            "k | attr([s])",
            "{'a': s}.values() ~ ''",
            "range(3)",
            "['a'] | map('upper')",
            "namespace(a=1)",
            "self",
            "cycler('a') ~ ''",
            "'%s' % joiner()",
            "'a'.encode()",
        )
    ),
    ("{{ {}[[s]] }}", "no key"),
    ("{{ k[(s, s)] }}", "no key"),
    ("{% macro m(d) %}{{ m(d - 1, varargs, varargs) if d }}{% endmacro %}{{ m(64) }}", "lists in it"),
    ("{{ ''.join([s] * 20000) }}", "longer than"),
    ("{{ ([s] * 20000) | join }}", "longer than"),
    ("{{ ([s] * 20000) | select | join }}", "longer than"),
    ("{{ ([{'a': s}] * 20000) | join(attribute='a') }}", "longer than"),
    ("{{ ('x' | safe).ljust(10**9) }}", "over 100,000"),
    ("{{ (s | safe).replace('x', s) }}", "longer than"),
    ("{{ s.translate({120: s}) }}", "longer than"),
    ("{{ ('{0}' * 33333).format(s) }}", "longer than"),
    ("{{ ('%(a)s' * 33333) % {'a': s} }}", "longer than"),
    ("{{ ('%(a)s' * 33333) | format(a=s) }}", "longer than"),
    ("{{ s | indent(s) }}", "longer than"),
    ("{{ s | indent(99999) }}", "longer than"),
    ("{{ s | wordwrap(1, wrapstring=s) }}", "longer than"),
    ("{{ s.expandtabs(99999) }}", "longer than"),
    ("{{ s | urlize(target=s) }}", "longer than"),
    ("{{ (5).to_bytes(10 ** 9, 'big') }}", "over 100,000"),
    ("{{ 10 | round(-9999999) }}", "round: more than"),
    *(
        (f"{{% for i in range(99999) %}}{{% if {long} %}}{{% endif %}}{{% endfor %}}", "rounds of")
        for long in (
            "'z' in k",
            "k == k[:]",
            "k is eq(k)",
            "'z' is in(k)",
            "range(9999) | sum",
            "'z' in range(9999)",
        )
    ),
    ("{% for i in range(99999) %}" + "{{ i if i < 0 else '' }}" * 500 + "{% endfor %}", "rounds of"),
    (
        "{% for i in [1] recursive %}" + "{{ i if i < 0 else '' }}" * 500 + "{{ loop(range(60000)) }}{% endfor %}",
        "rounds",
    ),
    ("{% macro m(a) %}{% endmacro %}{{ m.func }}", "is a macro, and has no"),
    ("{% macro m(a) %}{% endmacro %}{{ m|attr('takes') }}", "a macro has no"),
    ("{% for n in range(900) %}{% if s|upper|lower|length %}{% endif %}{% endfor %}", "rounds of loops"),
    ("{% for n in range(9000) %}{% if s.upper() %}{% endif %}{% endfor %}", "rounds of loops"),
    ("{% set n = namespace(l=[]) %}{% for i in range(9000) %}{% set n.l = n.l + [s ~ i] %}{% endfor %}", "rounds of"),
    ("{% set n = namespace(l=[]) %}{% for i in range(9000) %}{% set n.l = n.l + [s[i:]] %}{% endfor %}", "rounds of"),
    ("{% set n = namespace(l=[]) %}{% for i in range(900) %}{% set n.l = [n.l, k[1:]] %}{% endfor %}", "lists in it"),
    ("{% set l = (['x'] * 99999) | map('center', 99999) | list %}", "rounds of loops"),
    ("{{ nothing }}", "there is no “nothing”"),
    ("{{ 1 / 0 }}", "division"),
    ("{{ 'x'|nofilter }}", "there is no filter “nofilter”"),
    ("{% if %}{% endif %}", "expected a name or a value, found “%}”"),
    ("{% for x in %}{% endfor %}", "expected a name or a value, found “%}”"),
    ("{% include 'gone.j2' %}", "no template"),
]


@pytest.mark.parametrize(("template", "reason"), HOSTILE)
@pytest.mark.parametrize("kind", ["html", "text"])
def test_a_hostile_template_is_an_error_with_its_place_and_soon(
    template: str, reason: str, kind: str, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "main.mjml").write_text(f"first\n{template}", "utf-8")
    begin = time.process_time()
    with pytest.raises(RenderError) as caught:
        getattr(Templates((tmp_path,)), kind)("own/main.mjml", {"s": "x" * 99_999, "k": [0] * 99_999})
    assert reason in caught.value.reason
    assert caught.value.template == "own/main.mjml"
    assert caught.value.line in (1, 2, 3)
    assert time.process_time() - begin < 3


def test_ordinary_templates_are_let_alone(tmp_path: Path) -> None:
    """Long loops, texts and formats of a real mail are far from the bounds."""
    (tmp_path / "x.j2").write_text(
        "{% macro row(n) %}{{ '{:>8.2f}'.format(n) }} {{ '%05d' % n }} {{ n|string|center(20) }}{% endmacro %}"
        "{% for n in range(5000) %}{{ loop.index ~ '/' ~ loop.length }} {{ row(n) }}\n{% endfor %}"
        "{{ items.items()|map('first')|join(', ') }} {{ items.count }} {{ items['values'] }} {{ 2 ** 10 }}",
        "utf-8",
    )
    text = Templates((tmp_path,)).html("x.j2", {"items": {"count": 3, "values": 4}})
    assert text.startswith("1/5000     0.00 00000")
    assert text.endswith("count, values 3 4 1024")


def test_what_holds_itself_can_be_keyed_and_told(tmp_path: Path) -> None:
    (tmp_path / "x.j2").write_text("{% set n = namespace() %}{% set n.n = n %}{{ {n: 1}[n] }}", "utf-8")
    (tmp_path / "y.j2").write_text("{% set n = namespace() %}{% set n.n = n %}{{ {}[n] }}", "utf-8")
    assert Templates((tmp_path,)).text("x.j2", {}) == "1"
    with pytest.raises(RenderError, match="<Namespace>"):
        Templates((tmp_path,)).text("y.j2", {})


def test_a_rendering_starts_with_a_whole_budget(tmp_path: Path) -> None:
    (tmp_path / "x.j2").write_text("{% for n in range(70000) %}{% endfor %}done", "utf-8")
    templates = Templates((tmp_path,))
    assert [templates.html("x.j2", {}) for _ in range(3)] == ["done"] * 3


def test_a_macro_s_arguments_have_any_names(tmp_path: Path) -> None:
    (tmp_path / "x.j2").write_text(
        "{% macro link(target, context, environment) %}{{ target }}{{ context }}{{ environment }}{% endmacro %}"
        "{{ link(target='a', context='b', environment='c') }}{{ dict(target='d').target }}",
        "utf-8",
    )
    assert Templates((tmp_path,)).html("x.j2", {}) == "abcd"


def test_what_is_imported_has_the_budget_of_each_rendering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.j2").write_text("{% macro m() %}" + "x" * 99 + "{{ [1].count(2) }}{% endmacro %}", "utf-8")
    (tmp_path / "x.j2").write_text("{% import 'm.j2' as m %}{% for n in range(5000) %}{{ m.m() }}{% endfor %}", "utf-8")
    templates = Templates((tmp_path,))
    assert {len(templates.html("x.j2", {})) for _ in range(5)} == {5000 * 100}
    began = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: began + 60)
    assert len(templates.html("x.j2", {})) == 5000 * 100


def test_what_an_imported_template_keeps_is_gone_in_the_next_rendering(tmp_path: Path) -> None:
    (tmp_path / "m.j2").write_text(
        "{% set last = namespace(said='') %}{% macro say(it) %}{{ last.said }}{% set last.said = it %}{% endmacro %}",
        "utf-8",
    )
    (tmp_path / "x.j2").write_text("{% import 'm.j2' as m %}{{ m.say(it) }}", "utf-8")
    templates = Templates((tmp_path,))
    assert [templates.html("x.j2", {"it": it}) for it in ("one", "two")] == ["", ""]


def test_a_template_that_includes_itself_twice_comes_to_an_end(tmp_path: Path) -> None:
    (tmp_path / "x.j2").write_text(
        "{% set d = d|default(0) + 1 %}{% if d < 40 %}{% include 'x.j2' %}{% include 'x.j2' %}{% endif %}", "utf-8"
    )
    with pytest.raises(RenderError, match="rounds of loops"):
        Templates((tmp_path,)).html("x.j2", {})


@pytest.mark.parametrize(
    ("kind", "template", "reason"),
    [
        ("html", "{{ 3 | cells }}", "cells: found 3, expected a text"),
        ("html", "{% if [1] | cells %}{% endif %}", "cells: found [1], expected a text"),
        ("text", "{{ 3 | dotted }}", "dotted: found 3, expected a list of texts"),
        ("text", "{{ ['a', 3] | dotted }}", "dotted: found 3, expected a list of texts"),
        ("text", "{{ none | wrap }}", "wrap: found None, expected a text"),
    ],
)
def test_what_is_no_text_is_named(kind: str, template: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "x.j2").write_text(f"\n{template}", "utf-8")
    with pytest.raises(RenderError) as caught:
        getattr(Templates((tmp_path,)), kind)("x.j2", {})
    assert (caught.value.reason, caught.value.line) == (reason, 2)


def test_the_texts_that_a_list_holds_have_an_end(tmp_path: Path) -> None:
    """A template can have no more in its lists than it has steps to pay for."""
    long = "{% for i in range(9) %}{% set l = (['x'] * 9999) | map('wrap', first='y' * 9999) | list %}{% endfor %}"
    (tmp_path / "x.j2").write_text(long, "utf-8")
    with pytest.raises(RenderError, match="rounds of loops"):
        Templates((tmp_path,)).text("x.j2", {})
