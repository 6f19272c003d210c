"""The guard before mrml: what mrml would take in silence, fail on without a line, or die of."""

from __future__ import annotations

import pytest

from newsletter.render.faults import Fault
from newsletter.render.guard import check

BODY = "<mj-body>\n<mj-section><mj-column>{}</mj-column></mj-section></mj-body>"


@pytest.mark.parametrize(
    ("mjml", "reason", "line"),
    [
        ("", "no element found", 1),
        ("<mjml>\n<mj-body>", "no element found", 2),
        ("<mjml>\n</mj-body>", "mismatched tag", 2),
        ("<html></html>", "outermost", 1),
        ("<mjml>" + BODY.format("<mj-txt>x</mj-txt>") + "</mjml>", "no MJML tag <mj-txt>", 2),
        ("<mjml>" + BODY.format("<mj-section></mj-section>") + "</mjml>", "can't stand in <mj-column>", 2),
        ("<mjml>" + BODY.format("<p>x</p>") + "</mjml>", "<p> can't stand in <mj-column>", 2),
        ("<mjml>" + BODY.format("<mj-text><mj-button>x</mj-button></mj-text>") + "</mjml>", "which holds HTML", 2),
        ("<mjml>" + BODY.format('<mj-image src="x"><p>x</p></mj-image>') + "</mjml>", "only nothing can", 2),
        ("<mjml>" + BODY.format("") + "\n" + BODY.format("") + "</mjml>", "a second <mj-body>", 3),
        ('<mjml>\n\n<mj-head><mj-include path="x"/></mj-head></mjml>', "mj-include", 3),
        ("<mjml><mj-head><mj-html-attributes/></mj-head></mjml>", "no MJML tag <mj-html-attributes>", 1),
        ('<?xml version="1.0"?><mjml/>', "XML declaration", 1),
        ("<!DOCTYPE mjml><mjml/>", "doctype", 1),
        ("<mjml><?php x ?></mjml>", "processing instruction", 1),
        ('<mjml lang="a" lang="b"/>', "duplicate attribute", 1),
    ],
)
def test_a_fault_is_named_with_its_line(mjml: str, reason: str, line: int) -> None:
    with pytest.raises(Fault) as caught:
        check(mjml)
    assert reason in caught.value.reason
    assert caught.value.line == line


def test_an_entity_bomb_is_refused_before_it_grows() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(10))
    with pytest.raises(Fault, match="doctype"):
        check(f"<!DOCTYPE mjml [{entities}]><mjml>&e9;</mjml>")


def test_columns_count_characters_not_bytes() -> None:
    with pytest.raises(Fault) as caught:
        check("<mjml>\n❤️❤️</x>")
    assert (caught.value.line, caught.value.column) == (2, 7)


@pytest.mark.parametrize(
    "content",
    [
        "<mj-text>&nbsp;&copy; <b>x</b><br/></mj-text>",
        "<mj-raw><center>x</center></mj-raw><mj-table><tr><td>x</td></tr></mj-table>",
        '<mj-social><mj-social-element href="https://x.example">x</mj-social-element></mj-social>',
        "<mj-text><![CDATA[a < b]]></mj-text><!-- note --><mj-spacer/><mj-divider/>",
        "<mj-accordion><mj-accordion-element><mj-accordion-title>x</mj-accordion-title></mj-accordion-element></mj-accordion>",
        '<mj-carousel><mj-carousel-image src="https://x.example/a.png"/></mj-carousel>',
        '<mj-navbar><mj-navbar-link href="https://x.example">x</mj-navbar-link></mj-navbar>',
    ],
)
def test_sound_mjml_passes(content: str) -> None:
    check(f"<mjml>{BODY.format(content)}</mjml>")


def test_attributes_for_any_tag_may_be_set_in_the_head() -> None:
    check(
        '<mjml><mj-head><mj-attributes><mj-all color="red"/><mj-class name="x"/><mj-text/>'
        "</mj-attributes></mj-head></mjml>"
    )
