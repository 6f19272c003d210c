"""A template written out says what it says as Jinja2 has it, or is left as it is."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from newsletter import resources
from newsletter.errors import RenderError
from newsletter.render import templates
from newsletter.render.meanings import Entangled
from newsletter.render.sandbox import Sandbox
from newsletter.render.templates import Templates
from newsletter.render.theme import find, names
from newsletter.render.written_out import Writer

GIVEN = {"a": "A&B", "b": "<i>", "items": ["x", "<y>", "z"], "none": None, "number": 3}
FIXED = {"here": "own", "theme": {"light": {"ink": "#<000>"}, "sizes": {"margin": 40}, "logo": {"light": ""}}}

LONG = "word & " * 300

#: Files that are written out, by what they show; the first is rendered.
WRITTEN: dict[str, dict[str, str]] = {
    "an include sees what is set, and sets nothing": {
        "x": "{% set c = 1 %}{% include 'y' %}{{ c }}{{ d is defined }}",
        "y": "{{ c }}{{ a }}{% set d = c + 1 %}{{ d }}",
    },
    "an include's own names are not the includer's": {
        "x": "{% for a in items %}{% include 'y' %}{{ a }}{% endfor %}{{ a }}",
        "y": "{% set b = a %}{% for a in items %}{{ a }}{{ b }}{{ loop.index }}{% endfor %}",
    },
    "a computed name": {
        "x": "{% include here ~ '/y' %}{% include [here ~ '/gone', 'z'] %}{% include 'gone' ignore missing %}",
        "own/y": "y",
        "z": "z",
    },
    "what the theme says": {
        "x": "{% set light = theme.light %}{% set m = theme.sizes.margin %}{{ light.ink }}{{ m }}"
        "{% if theme.logo.light %}logo{% else %}{{ m + 1 }}{% endif %}{{ 'l' if theme.logo.light else light.ink ~ m }}",
    },
    "macros of a file": {
        "x": "{% import 'm' as m with context %}{% for b in items %}{{ m.tag(b) }}{{ m.tag(a, to='/') }}{% endfor %}",
        "m": "{% macro tag(it, to='') %}<{{ it }}{{ b }} {{ to }}>{{ end(it) }}{% endmacro %}\n"
        "{% macro end(it) %}{% set b = it ~ '!' %}{{ b }}{% endmacro %}",
    },
    "a macro in an expression": {
        "x": "{% macro m(t) %} <b>{{ t }}</b> {% endmacro %}{{ m(m(a) ~ '<') | trim }}{% set s = m(b) %}{{ s }}"
        "{{ s ~ a }}"
        "{% if m('') == ' <b></b> ' %}yes{% endif %}{{ m(a) if number > 2 }}{{ m(a) if none else m(b) }}",
    },
    "a block for a macro": {
        "x": "{% set c = 'out' %}{% macro box(c) %}[{% for a in items %}{{ caller() }}{{ c }}{% endfor %}]"
        "{% endmacro %}"
        "{% call box('in') %}{% set d = a %}{{ c }}{{ d }}{% endcall %}"
        "{% macro twice() %}{{ caller(1) }}{{ caller(n=2) | trim }}{% endmacro %}"
        "{% call(n) twice() %} {{ n }}{{ c }} {% endcall %}",
    },
    "parameters are not the names they are given": {
        "x": "{% macro m(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ m(b, a) }}{{ m(b=a, a=b) }}"
        "{% macro n(a) %}{% set a = a ~ 1 %}{{ a }}{% endmacro %}{{ n(a) }}{{ a }}",
    },
    "text that is set by a block": {
        "x": "{% macro m() %}{% set t %}<u>{{ a }}</u>{% endset %}{{ t }}{{ t | length }}{% endmacro %}"
        "{{ m() }}{{ m() | upper }}",
    },
    "set in every branch": {
        "x": "{% for i in items %}{% if i == 'x' %}{% set s = 1 %}{% elif i == 'z' %}{% set s = 2 %}"
        "{% else %}{% set s = 3 %}"
        "{% endif %}{% include 'y' %}{% else %}none{% endfor %}",
        "y": "{{ s }}{{ i }}{% with s = s + 1, t = s %}{{ s }}{{ t }}{% endwith %}",
    },
    "a macro that calls itself": {
        "x": "{% macro m(n) %}{{ n }}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}",
    },
    "a namespace": {
        "x": "{% set n = namespace(c=0) %}{% for i in items %}{% include 'y' %}{% endfor %}{{ n.c }}",
        "y": "{% set n.c = n.c + 1 %}{{ n.c }}",
    },
    "two names at once": {
        "x": "{% macro m(p) %}{% set u, v = p %}{{ v }}{{ u }}{% for u, v in [p] %}{{ u }}{% endfor %}{% endmacro %}"
        "{{ m((a, b)) }}",
    },
    "a style sheet that runs once": {
        "x": "{% set light = theme.light %}{% set air = number %}{% include 'css' %}{% include 'css' %}",
        "css": ".a > .b { color: {{ light.ink }}; margin: {{ air }}; x: {{ start is defined }} }",
    },
}

#: Files that are left as they are.
ENTANGLED: dict[str, dict[str, str]] = {
    "an include by what the issue says": {"x": "{% include a %}", "A&B": "{{ b }}"},
    "a macro that reads what is set later": {
        "x": "{% import 'm' as m with context %}{% set c = 1 %}{{ m.m() }}",
        "m": "{% macro m() %}{{ c is defined }}{% endmacro %}",
    },
    "a macro that reads what changes": {
        "x": "{% set c = 1 %}{% import 'm' as m with context %}{{ m.m() }}{% set c = 2 %}{{ m.m() }}",
        "m": "{% macro m() %}{{ c }}{% endmacro %}",
    },
    "a name that is set perhaps": {"x": "{% if a %}{% set c = 1 %}{% endif %}{% include 'y' %}", "y": "{{ c }}"},
    "a name that is set by itself": {"x": "{% set d = d | default(0) + 1 %}{% include 'y' %}{{ d }}", "y": "{{ d }}"},
    "a file within itself": {"x": "{% set n = n | default(0) + 1 %}{% if n < 4 %}{% include 'x' %}{% endif %}{{ n }}"},
    "a loop of the includer": {
        "x": "{% for i in items %}{{ loop.index }}{% include 'y' %}{% endfor %}",
        "y": "{{ loop.index }}",
    },
    "a macro that takes what it is given": {
        "x": "{% macro m() %}{{ varargs | join }}{{ kwargs.x }}{% endmacro %}{{ m(1, 2, x=a) }}",
    },
    "a macro called perhaps": {
        "x": "{% import 'm' as m with context %}{{ none and m.m() }}{{ a and m.m() }}",
        "m": "{% macro m() %}{{ a }}{% endmacro %}",
    },
    "a call before a macro": {
        "x": "{% macro m(j) %}{{ j() }}{% endmacro %}{% set j = joiner('|') %}{{ j() ~ j() ~ m(j) }}",
    },
    "a block that is not asked for": {
        "x": "{% macro m() %}{{ a }}{% endmacro %}{% call m() %}{{ b }}{% endcall %}",
    },
    "blocks": {
        "x": "{% extends 'y' %}{% block b %}{{ a }}{{ super() }}{% endblock %}",
        "y": "<{% block b %}y{% endblock %}>",
    },
    "a file of macros that says something": {
        "x": "{% import 'm' as m with context %}{{ m.m() }}{{ m.s }}",
        "m": "{% set s = a %}{% macro m() %}{{ s }}{% endmacro %}",
    },
    "a macro that stays, and calls another file's": {
        "x": "{% import 'm' as m with context %}{% macro r(n) %}{{ m.m() }}{% if n %}{{ r(n - 1) }}{% endif %}"
        "{% endmacro %}{{ r(2) }}",
        "m": "{% macro m() %}{{ a }}{% endmacro %}",
    },
    "no escaping": {"x": "{% autoescape false %}{{ b }}{% endautoescape %}{{ b }}"},
    "a filter's block": {"x": "{% filter upper %}{{ a }}{% include 'y' %}{% endfilter %}", "y": "y"},
}  # fmt: skip
#: An include without context, where Jinja2 has it and in a macro.
LEFT = ("{% include 'y' without context %}", "{% macro m() %}{% include 'y' without context %}{% endmacro %}{{ m() }}")


def environments(files: Mapping[str, str], *, escaped: bool = True) -> tuple[Sandbox, Sandbox]:
    """One that writes out, and one that does not."""
    loader = DictLoader(dict(files))
    return Sandbox(loader, autoescape=escaped, fixed=FIXED), Sandbox(loader, autoescape=escaped)


def outcome(sandbox: Sandbox, name: str, values: Mapping[str, object] = GIVEN) -> str:
    try:
        return sandbox.run(name, {**values, **FIXED})
    except Exception as error:  # whatever it is, the other has it too
        return f"{type(error).__name__}: {error}"


def is_written(sandbox: Sandbox, name: str) -> bool:
    found = sandbox._found(name)
    assert found is not None
    try:
        Writer(sandbox, sandbox._found, FIXED, name).write(found.tree)
    except Entangled:
        return False
    return True


@pytest.mark.parametrize("files", WRITTEN.values(), ids=WRITTEN.keys())
@pytest.mark.parametrize("escaped", [True, False])
def test_it_says_the_same_written_out(files: dict[str, str], escaped: bool) -> None:
    written, plain = environments(files, escaped=escaped)
    assert is_written(written, "x")
    assert outcome(written, "x") == outcome(written, "x") == outcome(plain, "x")
    assert "Error" not in outcome(plain, "x")


@pytest.mark.parametrize("files", ENTANGLED.values(), ids=ENTANGLED.keys())
def test_what_can_t_be_written_out_is_left_as_it_is(files: dict[str, str]) -> None:
    written, plain = environments(files)
    assert not is_written(written, "x")
    assert outcome(written, "x") == outcome(plain, "x")


@pytest.mark.parametrize("template", LEFT)
def test_an_include_without_context_sees_nothing(template: str) -> None:
    for sandbox in environments({"x": template, "y": "{{ a is defined }}"}):
        assert outcome(sandbox, "x") == "False"


@pytest.mark.parametrize("theme", ["digest", "links", "magazine"])
def test_the_themes_are_written_out(theme: str) -> None:
    folders = (resources.folder("templates") / "email",)
    assert theme in names(folders)
    found = find(folders, theme)
    own = Templates(folders, fixed := {"here": theme, "theme": found.settings})
    for sandbox, name in ((own._for_html(fixed), found.html), (own._for_text(fixed), found.text)):
        tree = sandbox._found(name)
        assert tree is not None
        Writer(sandbox, sandbox._found, fixed, name).write(tree.tree)


def test_what_is_written_out_has_an_end() -> None:
    macros = "".join(
        f"{{% macro m{n}() %}}{{{{ m{n + 1}() }}}}{{{{ m{n + 1}() }}}}{{% endmacro %}}" for n in reversed(range(14))
    )
    written, plain = environments({"x": f"{{% macro m14() %}}.{{% endmacro %}}{macros}{{{{ m0() }}}}"})
    assert not is_written(written, "x")
    assert outcome(written, "x") == outcome(plain, "x") == "." * 2**14


def test_what_is_written_out_is_paid_for() -> None:
    """Macros that double what a loop does are no way around its bounds."""
    macros = "".join(f"{{% macro m{n}() %}}{f'{{{{ m{n - 1}() }}}}' * 2}{{% endmacro %}}" for n in range(1, 11))
    page = "{% macro m0() %}{{ empty }}{% endmacro %}" + macros + "{% for i in range(99999) %}{{ m10() }}{% endfor %}"
    written, plain = environments({"x": page})
    assert is_written(written, "x")
    for sandbox in (written, plain):
        assert "rounds of loops" in outcome(sandbox, "x", {"empty": ""})


def test_many_names_in_many_branches_are_not_written_out() -> None:
    sets = "".join(f"{{% set n{at} = a %}}" for at in range(1000))
    for many in (("{% if a %}" + "{% elif b %}" * 100 + "{% endif %}") * 4, "{% for i in [] %}{% endfor %}" * 300):
        assert not is_written(environments({"x": sets + many})[0], "x")


@pytest.mark.parametrize("seed", range(150))
def test_any_template_says_the_same_written_out(seed: int) -> None:
    files = dict(made(random.Random(seed)))
    written, plain = environments(files, escaped=bool(seed % 2))
    given = {**GIVEN, "c": "C<", "d": "D"} if seed % 3 else GIVEN
    said, expected = outcome(written, "x", given), outcome(plain, "x", given)
    assert said == expected or ("there is no “" in said and "there is no “" in expected), files


def made(rng: random.Random) -> Iterator[tuple[str, str]]:
    """Files of macros, files to include, and one, "x", that uses them; some of it makes no sense."""
    macros = (
        f"{{% macro {name}(a, c='<d>') %}}{body(rng, 2, (), ('m2',)[at:])}{{% endmacro %}}"
        for at, name in enumerate(("m1", "m2"))
    )
    yield "m", "\n".join(macros)
    yield "y", body(rng, 2, (), ("m.m1", "own"))
    yield "z", body(rng, 2, ("y",), ("m.m1", "m.m2"))
    own = f"{{% macro own(b) %}}{body(rng, 1, (), ('m.m1',))}{{% endmacro %}}"
    box = f"{{% macro box(b) %}}{body(rng, 1, (), ('m.m1',))}[{{{{ caller() }}}}]{{% endmacro %}}"
    start = f"{{% set a = 'x' %}}{{% import 'm' as m with context %}}{own}{box}"
    yield "x", start + body(rng, 3, ("y", "z"), ("m.m1", "m.m2", "own"))


def body(rng: random.Random, depth: int, files: tuple[str, ...], macros: tuple[str, ...]) -> str:
    return "".join(statement(rng, depth, files, macros) for _ in range(rng.randrange(1, 4)))


def statement(rng: random.Random, depth: int, files: tuple[str, ...], macros: tuple[str, ...]) -> str:
    def inner() -> str:
        return body(rng, depth - 1, files, macros)

    name = rng.choice("abcd")
    kinds = ["print", "print", "set", *["call"] * len(macros), *["file"] * len(files)]
    if depth:
        kinds += ["if", "for", "block", "with", *["callblock"] * ("own" in macros)]
    match rng.choice(kinds):
        case "print":
            return f"{{{{ {expression(rng)} }}}}."
        case "set":
            return f"{{% set {name} = {expression(rng)} %}}"
        case "call":
            return f"{{{{ {call(rng, macros)}{rng.choice(['', ' | upper', ' ~ a', f' if {name} else b'])} }}}}"
        case "if":
            other = f"{{% else %}}{inner()}" if rng.random() < 0.5 else ""
            return f"{{% if {expression(rng)} == {expression(rng)} %}}{inner()}{other}{{% endif %}}"
        case "for":
            last = "{{ loop.last }}" if rng.random() < 0.3 else ""
            return f"{{% for {name} in items %}}{inner()}{last}{{% endfor %}}"
        case "block":
            return f"{{% set {name} %}}{inner()}{{% endset %}}"
        case "with":
            return f"{{% with {name} = {expression(rng)} %}}{inner()}{{% endwith %}}"
        case "callblock":
            return f"{{% call box({expression(rng)}) %}}{inner()}{{% endcall %}}"
        case _:
            return f"{{% include '{rng.choice(files)}' %}}"


def call(rng: random.Random, macros: tuple[str, ...]) -> str:
    macro = rng.choice(macros)
    return f"{macro}({expression(rng)}{'' if macro == 'own' else rng.choice(['', ', c=b', ', a'])})"


def expression(rng: random.Random) -> str:
    known = ["theme.light.ink", "theme.sizes.margin", "number + 1", "b | upper"]
    return rng.choice(["a", "b", "c", "d", "'<e>'", "a ~ b", *known])


@pytest.mark.parametrize("kind", ["html", "text"])
@pytest.mark.parametrize(
    ("page", "place"),
    [
        ("{% include 'y' %}", ("y", 2)),
        ("\n\n{% import 'm' as m with context %}{{ m.m(1) }}", ("m", 3)),
        ("{% import 'm' as m with context %}{{ m.m(0) | trim }}\n{% include 'z' %}", ("y", 2)),
        ("\n{{ nothing }}{% include 'z' %}", ("x", 2)),
    ],
)
def test_an_error_is_told_with_the_file_and_line_it_is_in(
    page: str, place: tuple[str, int], kind: str, tmp_path: Path
) -> None:
    files = {"y": "{{ a }}\n{{ 1 / 0 }}", "z": "{% include 'y' %}", "x": page}
    files["m"] = "\n{% macro m(n) %}\n{{ 1 / 0 if n }}{% endmacro %}"
    for name, template in files.items():
        (tmp_path / name).write_text(template, "utf-8")
    with pytest.raises(RenderError) as caught:
        getattr(Templates((tmp_path,)), kind)("x", GIVEN)
    assert (caught.value.template, caught.value.line) == place


@pytest.mark.parametrize(
    "joined", ["t | join", "t | join(d)", "t | join(d=d)", "u | join(d, 'x')", "t | list | join(d)"]
)
@pytest.mark.parametrize("escaped", [True, False])
def test_texts_are_joined_and_printed_as_jinja2_does(joined: str, escaped: bool) -> None:
    source = f"{{{{ {joined} }}}}{{% for i in t %}}{{{{ i }}}}{{% endfor %}}"
    ours, theirs = environments({"x": source}, escaped=escaped)[0], Environment(autoescape=escaped).from_string(source)
    texts = ("", "a", "&", "<", ">", '"', "'", "é", "a&amp;b", Markup("<i>"), 3, None, LONG)
    for some in ((), *((a, b) for a in texts for b in texts)):
        for between in ("", ", ", "<", Markup("<br>")):
            values = {"t": some, "d": between, "u": [SimpleNamespace(x=text) for text in some]}
            assert ours.run("x", values) == theirs.render(values)


def test_templates_are_written_out_once_they_are_rendered_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.j2").write_text("{% include 'y.j2' %}{{ n }}", "utf-8")
    (tmp_path / "y.j2").write_text("y", "utf-8")
    written: list[int] = []
    write = Writer.write
    monkeypatch.setattr(Writer, "write", lambda self, tree: written.append(now) or write(self, tree))
    monkeypatch.setattr(templates, "OFTEN", 3)
    theme = Templates((tmp_path,))
    for now in range(6):
        assert theme.html("x.j2", {"n": now}) == f"y{now}"
    assert set(written) == {3}


def test_a_source_becomes_python_once_and_a_changed_one_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "OFTEN", 9)
    parsed: list[str | None] = []
    parse = Sandbox._parse
    monkeypatch.setattr(
        Sandbox, "_parse", lambda self, source, name, file: parsed.append(name) or parse(self, source, name, file)
    )
    (tmp_path / "x.j2").write_text("{% include 'sheet.j2' %}{% for n in [1, 2] %}{{ n }}{% endfor %}", "utf-8")
    (tmp_path / "sheet.j2").write_text("{{ theme.ink }};", "utf-8")
    values = {"theme": {"ink": "red"}}
    for _ in range(3):
        assert Templates((tmp_path,)).html("x.j2", values) == "red;12"
    assert Templates((tmp_path,)).text("x.j2", values) == "red;12"
    assert sorted(map(str, parsed)) == ["sheet.j2", "sheet.j2", "x.j2", "x.j2"]
    (tmp_path / "sheet.j2").write_text("{{ theme.ink }}!", "utf-8")
    assert Templates((tmp_path,)).html("x.j2", values) == "red!12"
    assert len(parsed) == 5
