"""MJML attribute values as ASCII references: only values change, and only where they must."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsletter.render.attributes import doubtful, needs_ascii
from newsletter.render.guard import check
from newsletter.render.mjml import compile_mjml

#: What XML can hold, without the characters that every XML parser folds.
_XML_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a b="x">é</a>', '<a b="x">é</a>'),
        ('<a b="é">é</a>', '<a b="&#233;">é</a>'),
        ("<a b='\"'/>", '<a b="&#34;"/>'),
        ('<a b="C:\\n" c= "&amp;&#10;"/>', '<a b="C:&#92;n" c="&amp;&#10;"/>'),
        ('<a b="1 > 0 é" c="\n"/>', '<a b="1 > 0 &#233;" c="&#10;"/>'),
        ('<!-- b="é" --> b="é"', '<!-- b="é" --> b="é"'),
        ("<p><![CDATA[a < b]]></p>", "<p>a &lt; b</p>"),
        ('<mj-title>é "x" \\</mj-title>', "<mj-title>&#233; &#34;x&#34; &#92;</mj-title>"),
    ],
)
def test_what_changes(before: str, after: str) -> None:
    assert _through(before) == after


def _through(piece: str) -> str:
    """A piece of HTML in mj-raw, or of the head, as it comes out of the guard."""
    around = ("<mjml><mj-head>", "</mj-head></mjml>")
    if not piece.startswith("<mj-"):
        around = (f"{around[0]}<mj-raw>", f"</mj-raw>{around[1]}")
    return check(piece.join(around)).mjml.removeprefix(around[0]).removesuffix(around[1])


@given(_XML_TEXT)
def test_a_value_reads_the_same_afterwards(value: str) -> None:
    source = f'<a b="{html.escape(value)}">text</a>'
    assert etree.fromstring(_through(source)).get("b") == etree.fromstring(source).get("b")


@given(_XML_TEXT)
def test_a_value_comes_out_of_mrml_as_it_went_in(value: str) -> None:
    image = f'<mj-image src="https://x.example/a.png" alt="{html.escape(value)}"/>'
    body = f"<mj-body><mj-section><mj-column>{image}</mj-column></mj-section></mj-body>"
    page = etree.HTML(compile_mjml(f"<mjml>{body}</mjml>"))
    assert page.xpath("//img/@alt") == [value]


@given(_XML_TEXT, _XML_TEXT, st.sampled_from(["'", '"']), st.sampled_from(["", ' x=" b', ' a="', "='", '="é']))
def test_no_value_that_needs_it_is_passed_over(value: str, words: str, mark: str, before: str) -> None:
    written = html.escape(value)
    tag = f"<p>{html.escape(words, quote=False)}{before}<b c = {mark}{written}{mark}>x</b></p>"
    assert doubtful(tag.encode()) or not needs_ascii([value])


def test_most_documents_are_beyond_doubt() -> None:
    assert not doubtful('<p class="a" href="https://x.example/?a=1&amp;b=2" style="a: b">“é”, \\ and \'</p>'.encode())


@pytest.mark.parametrize("end", ["\n", "\t", "\r", "\r\n"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_line_end_in_a_value_does_not_become_a_backslash(end: str, quote: str) -> None:
    html = compile_mjml(
        "<mjml><mj-body><mj-section><mj-column><mj-text>"
        f"<p title={quote}one{end}two{quote}>x</p></mj-text></mj-column></mj-section></mj-body></mjml>"
    )
    (title,) = etree.HTML(html).xpath("//p/@title")
    assert title.split() == ["one", "two"]
