"""The editor's words take a short way where they are words alone, to what the parser makes of them."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.render import editorial
from newsletter.render.editorial import as_html, as_text
from newsletter.render.slots import Slots
from newsletter.text import markup

SLOTS = Slots(b"secret", "content", ("name",))
TOKEN = SLOTS.token("subscriber.name", "you")
SAID = st.text(
    st.one_of(st.sampled_from("abé ßЖ語א.,:;!?»«“”’'\"-+#=~|{}()0123"), st.characters(exclude_categories=["Cs", "Cc"])),
    max_size=80,
)


def never(text: str, language: str = "") -> None:
    """Every text takes the long way."""


@given(st.lists(st.builds(str.__add__, st.sampled_from(["A", "é", TOKEN]), SAID), max_size=3).map("\n\n".join))
@settings(max_examples=300)
@example(f"Hello {TOKEN}! 1 000 “x”  y; 'z' : »a«")
@example("one\n\ntwo\n\nthree")
@example("\n\none\n\ntwo\n")
@example("A ]]> \u0300 {{ x }} %20 \U0001f469")
@example("")
@example(" ")
@pytest.mark.parametrize("language", ["en", "fr", "pl", "ar", "xx"])
def test_words_alone_come_out_as_from_parser_and_sanitiser(language: str, text: str) -> None:
    html, plain = as_html(text, "intro", SLOTS, language), as_text(text, 24, language)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(editorial, "words_alone", never)
        patch.setattr(markup, "words_alone", never)
        assert html == as_html(text, "intro", SLOTS, language)
        assert plain == as_text(text, 24, language)


@pytest.mark.parametrize(
    "text", ["A <b>", "A & b", "A &lt; b", "A\u00a0b", "A <script>alert(1)</script>", "A\x07", "A > b"]
)
def test_what_would_have_to_be_escaped_is_none_of_them(text: str) -> None:
    assert markup.words_alone(text) is None


@pytest.mark.parametrize(
    ("language", "text", "html"),
    [
        ("ar", "Kiln, **builds** that finish.", '<p dir="ltr">Kiln, <strong>builds</strong> that finish.</p>'),
        ("ar", "Kiln, builds that finish.", '<p dir="ltr">Kiln, builds that finish.</p>'),
        ("ar", "Python: لغة", "<p>Python: لغة</p>"),
        ("ar", TOKEN, f"<p>{TOKEN}</p>"),
        ("ar", "12, *13*", "<p>12, <em>13</em></p>"),
        ("en", "שלום!\n\nHello!", '<p dir="rtl">שלום!</p>\n<p>Hello!</p>'),
        ("en", "## שלום", '<h3 dir="rtl">שלום</h3>'),
        ("en", "> שלום", '<blockquote>\n<p dir="rtl">שלום</p>\n</blockquote>'),
        ("en", "Python and שלום", "<p>Python and שלום</p>"),
    ],
)
def test_a_paragraph_that_runs_wholly_against_the_newsletter_says_so(language: str, text: str, html: str) -> None:
    assert as_html(text, "intro", SLOTS, language) == html


@pytest.mark.parametrize(
    ("row", "whole"),
    [("| before | 12 % | September |", True), ("| Donaudampfschifffahrtsgesellschaft | 12 % | September |", False)],
)
def test_a_table_whose_words_fit_on_a_phone_breaks_none(row: str, whole: bool) -> None:
    html = as_html(f"| a | b | c |\n|---|--:|--:|\n{row}\n", "intro", SLOTS, "en")
    assert ('<table class="whole">' in html) is whole
    assert html.count('class="edge"') == 2
    assert '<th align="right" class="edge">c</th>' in html
