"""The table of components is mrml's own: what it lists changes what mrml writes, what it calls ignored does not."""

from __future__ import annotations

import pytest
from mjml import mjml2html

from newsletter.render.components import COMPONENTS, IGNORED, NETWORKS
from newsletter.render.guard import check
from newsletter.render.mjml import compile_mjml

_COLUMN = "<mj-section><mj-column>%s</mj-column></mj-section>"
_TEXT = "<mj-text>x</mj-text>"
_FOLD = "<mj-accordion><mj-accordion-element>%s</mj-accordion-element></mj-accordion>"
#: Where a component stands, when it is not straight in a column.
_AROUND = {
    "mj-section": "%s",
    "mj-wrapper": "%s",
    "mj-hero": "%s",
    "mj-column": "<mj-section>%s</mj-section>",
    "mj-group": "<mj-section>%s</mj-section>",
    "mj-social-element": _COLUMN % "<mj-social>%s</mj-social>",
    "mj-navbar-link": _COLUMN % "<mj-navbar>%s</mj-navbar>",
    "mj-accordion-element": _COLUMN % "<mj-accordion>%s</mj-accordion>",
    "mj-accordion-title": _COLUMN % _FOLD % "%s<mj-accordion-text>x</mj-accordion-text>",
    "mj-accordion-text": _COLUMN % _FOLD % "<mj-accordion-title>x</mj-accordion-title>%s",
    "mj-carousel-image": _COLUMN % '<mj-carousel>%s<mj-carousel-image src="b.png"/></mj-carousel>',
}
_INSIDE = {
    "mj-section": f"<mj-column>{_TEXT}</mj-column>",
    "mj-wrapper": f"<mj-section><mj-column>{_TEXT}</mj-column></mj-section>" * 2,
    "mj-column": _TEXT,
    "mj-group": f"<mj-column>{_TEXT}</mj-column>" * 2,
    "mj-hero": _TEXT,
    "mj-social": '<mj-social-element name="facebook" href="https://x.example">x</mj-social-element>' * 2,
    "mj-navbar": '<mj-navbar-link href="/a">x</mj-navbar-link>',
    "mj-accordion": _FOLD.removeprefix("<mj-accordion>").removesuffix("</mj-accordion>")
    % "<mj-accordion-title>x</mj-accordion-title><mj-accordion-text>x</mj-accordion-text>",
    "mj-accordion-element": "<mj-accordion-title>x</mj-accordion-title><mj-accordion-text>x</mj-accordion-text>",
    "mj-carousel": '<mj-carousel-image src="a.png"/><mj-carousel-image src="b.png"/>',
    "mj-table": "<tr><td>x</td></tr>",
}
#: Circumstances in which an attribute shows: each is tried.
_WITH = {
    "mj-section": ['background-url="a.png"', ""],
    "mj-wrapper": ['background-url="a.png"', ""],
    "mj-hero": ['background-url="a.png" background-width="600px" background-height="400px"', ""],
    "mj-column": ['padding="10px"', ""],
    "mj-image": ['src="a.png"', 'src="a.png" href="https://x.example"'],
    "mj-button": ['href="https://x.example"'],
    "mj-navbar": ["", 'hamburger="hamburger"'],
    "mj-navbar-link": ['href="/a"'],
    "mj-social-element": ['name="facebook" href="https://x.example"'],
    "mj-carousel-image": ['src="a.png" href="https://x.example"'],
}
_SAMPLES = {
    "pixels": ["7px", "0"], "length": ["7px", "13%"], "paddings": ["7px", "7px 9%", "1px 2px 3px 4px"],
    "line": ["7px", "1.5", "150%"], "spacing": ["7px", "-0.1em"], "number": ["7"], "colour": ["#123457", "teal"],
    "address": ["https://q.example/q"], "text": ["q q", "1px solid red"],
}  # fmt: skip
#: What mrml takes and writes nowhere: its only value is what it does anyway.
_DEFAULT_ONLY = {("mj-hero", "mode")}


def document(tag: str, attributes: str) -> str:
    if tag == "mj-body":
        return f"<mjml><mj-body {attributes}>{_COLUMN % _TEXT}</mj-body></mjml>"
    element = f"<{tag} {attributes}>{_INSIDE.get(tag, '' if COMPONENTS[tag].holds != 'html' else 'x')}</{tag}>"
    return f"<mjml><mj-body>{(_AROUND.get(tag, _COLUMN)).replace('%s', element)}</mj-body></mjml>"


def shows(tag: str, name: str, value: str) -> bool:
    """Whether the attribute changes what mrml writes, in any of the circumstances."""
    for with_ in _WITH.get(tag, [""]):
        if f'{name}="' not in with_:
            other = mjml2html(document(tag, f'{with_} {name}="{value}"'), fonts={})
            if other != mjml2html(document(tag, with_), fonts={}):
                return True
        elif mjml2html(document(tag, with_), fonts={}) != mjml2html(document(tag, ""), fonts={}):
            return True
    return False


_BODY = [tag for tag, c in COMPONENTS.items() if "css-class" in c.attributes]


def samples(kind: str) -> list[str]:
    return [value for one in kind.split("|") if one for value in _SAMPLES.get(one, [one])]


@pytest.mark.parametrize("tag", _BODY)
def test_every_attribute_of_the_table_makes_a_difference_to_mrml(tag: str) -> None:
    for name, kind in COMPONENTS[tag].attributes.items():
        if name != "mj-class" and (tag, name) not in _DEFAULT_ONLY:
            assert any(shows(tag, name, value) for value in samples(kind)), name


@pytest.mark.parametrize("tag", [tag for tag in IGNORED if tag in _BODY])
def test_what_is_called_ignored_makes_none(tag: str) -> None:
    for name in IGNORED[tag]:
        assert not any(shows(tag, name, value) for value in ("7px", "13%", "#123457", "1px solid red", "left", "none"))


@pytest.mark.parametrize("tag", _BODY)
def test_every_value_of_every_attribute_goes_through_and_compiles(tag: str) -> None:
    for name, kind in COMPONENTS[tag].attributes.items():
        for value in samples(kind) if name != "mj-class" else []:
            for with_ in _WITH.get(tag, [""]):
                given = with_ if f'{name}="' in with_ else f'{with_} {name}="{value}"'
                assert compile_mjml(document(tag, given)).startswith("<!doctype html>")


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_mrml_has_an_icon_for_every_network(name: str) -> None:
    for full in (name, f"{name}-noshare"):
        html = compile_mjml(document("mj-social-element", f'name="{full}" href="https://x.example"'))
        assert "<img" in html
        assert 'src="http' in html


@pytest.mark.parametrize("parent", [tag for tag in COMPONENTS if COMPONENTS[tag].children])
def test_every_child_goes_where_the_table_puts_it(parent: str) -> None:
    """And mrml, asked without the guard, takes it there."""
    for child in COMPONENTS[parent].children - {"mj-include", "mj-head", "mj-body"}:
        needed = "".join(f' {name}="1px"' for name in COMPONENTS[child].needs)
        inner = f"<{child}{needed}></{child}>"
        if parent == "mj-head":
            text = f"<mjml><mj-head>{inner}</mj-head><mj-body></mj-body></mjml>"
        elif parent in ("mjml", "mj-body"):
            text = f"<mjml><mj-body>{inner}</mj-body></mjml>"
        else:
            around = document(parent, "")
            start = around.index(f"<{parent} >") + len(parent) + 3
            text = around[:start] + inner + around[around.rindex(f"</{parent}>") :]
        check(text)
        mjml2html(text, fonts={})
