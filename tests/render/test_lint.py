"""A workspace's broken template: the fault at its place in the file the editor wrote, and never a crash."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsletter.errors import RenderError
from newsletter.models import fill
from newsletter.render import Renderer
from newsletter.render.faults import Fault, told
from newsletter.render.guard import check
from newsletter.render.mjml import compile_mjml
from newsletter.render.templates import Templates
from newsletter.resources import folder

if TYPE_CHECKING:
    from .conftest import Digest

#: Every component that mrml compiles, as MJML's documentation uses them.
EVERYTHING = """
<mjml lang="en" dir="ltr">
  <mj-head>
    <mj-title>Every component</mj-title>
    <mj-preview>of MJML</mj-preview>
    <mj-breakpoint width="480px" />
    <mj-font name="Raleway" href="https://fonts.example/raleway.css" />
    <mj-attributes>
      <mj-all font-family="Raleway, Arial" />
      <mj-class name="blue big" color="#0000ff" />
      <mj-class name="blue" color="rgb(0, 0, 255)" font-size="20px" />
      <mj-text padding="0" /><!-- as in a section --><mj-section padding="10px 0" />
    </mj-attributes>
    <mj-style>.a > .b { color: red } @media (max-width: 480px) { .a { color: blue !important } }</mj-style>
    <mj-style inline="inline">.red div { text-indent: 3px }</mj-style>
    <mj-raw><meta name="color-scheme" content="light dark" /></mj-raw>
  </mj-head>
  <mj-body width="600px" background-color="#ffffff" css-class="body">
    <mj-raw><!-- kept --></mj-raw>
    <mj-wrapper full-width="full-width" background-color="#f0f0f0" border="1px solid #000000" padding="20px 0">
      <mj-hero mode="fixed-height" height="400px" background-url="https://x.example/h.png" background-width="600px"
          background-height="400px" vertical-align="middle"><mj-text mj-class="blue">Hero &amp; text</mj-text></mj-hero>
      <mj-section direction="rtl" text-align="center" background-url="https://x.example/b.png" background-size="cover">
        <mj-group width="50%"><mj-column width="100px"><mj-text>a</mj-text></mj-column><mj-column /></mj-group>
        <mj-column vertical-align="top" inner-border="1px solid red" padding="4px">
          <mj-text css-class="red" line-height="1.5" letter-spacing="-0.5px"><h1>x</h1><p>a&nbsp;<br />b</p></mj-text>
          <mj-button href="https://x.example/?a=1&amp;b=2" background-color="teal" inner-padding="10px">Go</mj-button>
          <mj-image src="https://x.example/a.png" alt="“é” 👩‍👩‍👧" fluid-on-mobile="true" width="100px" height="auto" />
          <mj-divider border-width="1px" border-style="dashed" border-color="lightgrey" />
          <mj-spacer height="20px" />
          <mj-table cellpadding="4" width="100%"><tr><th>x</th><td>y</td></tr></mj-table>
          <mj-social mode="horizontal" icon-size="20px"><!-- gone -->
            <mj-social-element name="github-noshare" href="https://x.example">x</mj-social-element>
            <mj-social-element src="https://x.example/i.png" href="https://x.example" alt="own">own</mj-social-element>
          </mj-social>
          <mj-navbar base-url="https://x.example" hamburger="hamburger" ico-color="#000">
            <mj-navbar-link href="/a" color="#000000">A</mj-navbar-link>
          </mj-navbar>
          <mj-accordion border="none" icon-position="right">
            <mj-accordion-element><!-- gone -->
              <mj-accordion-title>Why</mj-accordion-title>
              <mj-accordion-text><b>So</b></mj-accordion-text>
            </mj-accordion-element>
          </mj-accordion>
          <mj-carousel thumbnails="visible"><!-- gone -->
            <mj-carousel-image src="https://x.example/1.png" alt="one" />
            <mj-carousel-image src="https://x.example/2.png" alt="two" />
          </mj-carousel>
          <mj-raw><div><![CDATA[1 < 2]]></div></mj-raw>
        </mj-column>
      </mj-section>
    </mj-wrapper>
  </mj-body>
</mjml>
"""


def test_every_component_goes_through_and_says_what_it_should() -> None:
    html = compile_mjml(EVERYTHING)
    for words in ("Every component", "of MJML", "fonts.example/raleway.css", "Hero &amp; text", "text-indent:3px"):
        assert words in html, words
    for words in (
        "1 &lt; 2",
        "“é” 👩‍👩‍👧",
        "https://x.example/?a=1&amp;b=2",
        "Why",
        "<b>So</b>",
        "2.png",
        "<!-- kept -->",
    ):
        assert words in html, words
    assert "gone" not in html
    assert compile_mjml(EVERYTHING) == html


def body(inner: str, head: str = "") -> str:
    section = f"<mj-section><mj-column>{inner}</mj-column></mj-section>"
    return f"<mjml><mj-head>{head}</mj-head>\n<mj-body>{section}</mj-body></mjml>"


@pytest.mark.parametrize(
    ("mjml", "reason"),
    [
        (body("<mj-tetx>x</mj-tetx>"), "no MJML tag <mj-tetx>: did you mean mj-text?"),
        (body('<mj-text colour="red">x</mj-text>'), "no attribute “colour”: did you mean color?"),
        (body('<mj-text color="#12">x</mj-text>'), "color: found “#12”, expected a colour"),
        (body('<mj-text color="bleu">x</mj-text>'), "color: found “bleu”, expected a colour"),
        (body('<mj-text font-size="20">x</mj-text>'), "font-size: found “20”, expected a length in px"),
        (body('<mj-text padding="1px 2px 3px 4px 5px">x</mj-text>'), "expected one to four lengths"),
        (body('<mj-text align="middle">x</mj-text>'), "align: found “middle”, expected left, center, right, justify"),
        (body('<mj-image src="a.png" fluid-on-mobile="yes"/>'), "expected true, false"),
        (body('<mj-image src="javascript:alert(1)"/>'), "an address that a mail program may open"),
        (body("<mj-image/>"), "needs the attribute “src”"),
        (body('<mj-table cellpadding="4px"><tr/></mj-table>'), "expected a whole number"),
        (
            body('<mj-text mj-class="bleu">x</mj-text>', '<mj-attributes><mj-class name="blue"/></mj-attributes>'),
            "mean",
        ),
        (body("", '<mj-attributes><mj-text alihgn="left"/></mj-attributes>'), "did you mean"),
        (body("", '<mj-attributes><mj-all nothing="1px"/></mj-attributes>'), "no component has an attribute “nothing”"),
        (body("", '<mj-attributes><mj-all color="12"/></mj-attributes>'), "color: found “12”"),
        (body("", "<mj-html-attributes/>"), "mj-html-attributes> in mrml"),
        (body("", "<mj-title>a</mj-title><mj-title>b</mj-title>"), "a second <mj-title>"),
        (body('<mj-social><mj-social-element name="facebok">x</mj-social-element></mj-social>'), "mean facebook?"),
        (body("words <b>and</b>"), "words in <mj-column>"),
        (body('<mj-spacer height="1px" onclick="x"/>'), "has no attribute “onclick”"),
        (body("<mj-raw position='file-start'>x</mj-raw>"), "mrml, which compiles, does nothing with it"),
        ('<mjml><mj-body><mj-wrapper gap="4px"/></mj-body></mjml>', "mrml, which compiles, does nothing with it"),
        ('<mjml owa="desktop"><mj-body/></mjml>', "mrml, which compiles, does nothing with it"),
        ("<mjml><mj-body/><mj-body/></mjml>", "a second <mj-body>"),
        ("<mjml><mj-body><mj-wrapper><mj-wrapper/></mj-wrapper></mj-body></mjml>", "can't stand in <mj-wrapper>"),
        (body("<mj-social><mj-raw/></mj-social>"), "can't stand in <mj-social>"),
        (body(f'<mj-text><p title="{"é" * 30_000}">x</p></mj-text>'), "longer than 20,000 characters"),
        (body(f"<mj-text>{'x' * 2_000_000}</mj-text>"), "longer than 2,000,000 bytes"),
        (body("<mj-text>\0</mj-text>"), "not well-formed"),
        (body("<mj-text>&#0;</mj-text>"), "not well-formed"),
    ],
)
def test_a_fault_says_what_was_found_and_what_may_have_been_meant(mjml: str, reason: str) -> None:
    with pytest.raises(Fault) as caught:
        check(mjml)
    assert reason in caught.value.reason
    assert caught.value.line


def test_the_place_is_the_attributes_own() -> None:
    with pytest.raises(Fault) as caught:
        check('<mjml>\n <mj-body>\n  <mj-section\n    css-class="é"\n    padding="x"/></mj-body></mjml>')
    assert (caught.value.line, caught.value.column) == (5, 5)


def test_all_faults_are_counted_and_the_first_is_told() -> None:
    with pytest.raises(Fault, match=r"did you mean mj-text\?$") as caught:
        check(body('<mj-tetx>x</mj-tetx><mj-image a="1"/>\n<mj-text font-size="9">x</mj-text>'))
    assert len(caught.value.others) == 3
    error = told(caught.value, "main.mjml", lambda line, column: ("main.mjml", line, column))
    assert str(error).endswith("did you mean mj-text? (and 3 more)")


def test_a_fault_that_repeats_without_end_ends() -> None:
    with pytest.raises(Fault) as caught:
        check(body("<mj-tetx/>" * 10_000))
    assert len(caught.value.others) == 49
    assert not caught.value.all_found
    assert "(in at least 50 places of this issue)" in str(told(caught.value, "m", lambda *_: ("m", 1, 1)))


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    (tmp_path / "own").mkdir()
    return tmp_path


def compile_theme(theme: Path, **files: str) -> str:
    """Writes the files (`a_b` is a.b) and renders own/main.mjml; a fault becomes the error the renderer makes of it."""
    for name, text in files.items():
        (theme / "own" / name.replace("_", ".")).write_text(text, "utf-8")
    templates = Templates((theme,))
    main = "own/main.mjml"
    mjml = templates.html(main, {})
    try:
        return compile_mjml(mjml, lambda path, base: templates.included(path, base or main))
    except Fault as fault:
        raise told(fault, main, templates.locator(main, {}).locate) from fault


def test_a_templates_line_is_at_fault_once_however_many_cards_it_writes(theme: Path) -> None:
    card = '<mj-text colour="red">{{ card }}</mj-text>\n<mj-text padding="x">{{ card }}</mj-text>\n'
    with pytest.raises(RenderError) as caught:
        compile_theme(theme, main_mjml=body(f"{{% for card in range(8) %}}\n{card}{{% endfor %}}<mj-image/>"))
    said = caught.value.reason
    assert said.startswith("<mj-text> has no attribute “colour”")
    assert said.endswith("(in 8 places of this issue) (and 2 more)")
    assert caught.value.template == "own/main.mjml"


def test_an_include_is_the_file_it_names(theme: Path) -> None:
    html = compile_theme(
        theme,
        main_mjml=body(
            '<mj-include path="part.mjml" /><mj-include path="own/part.mjml"></mj-include>'
            '<mj-include path="raw.html" type="html" />',
            '<mj-include path="a.css" type="css" /><mj-include path="b.css" type="css" css-inline="inline" />'
            '<mj-include path="head.mjml" /><mj-include path="raw.html" type="html" />',
        ),
        part_mjml='<mj-text css-class="red" mj-class="c">“part”</mj-text>',
        raw_html="<i>raw</i>",
        a_css=".a > .b { color: blue }",
        b_css=".red { color: #ff0000 }",
        head_mjml='<mjml><mj-head><mj-attributes><mj-class name="c" color="#00ff00"/></mj-attributes></mj-head></mjml>',
    )
    assert html.count("“part”") == 2
    assert html.count("color:#f00") == 2
    assert html.count("#00ff00") == 2
    assert html.count("<i>raw</i>") == 2
    assert ".a > .b { color: blue }" in html


def test_a_whole_document_included_in_the_body_brings_its_head_along(theme: Path) -> None:
    other = f"<mjml><mj-head><mj-title>Other</mj-title></mj-head><mj-body>{'<mj-section/>'}</mj-body></mjml>"
    for head in ("", "<mj-head/>", "<mj-head></mj-head>", "<mj-head><mj-preview>p</mj-preview></mj-head>"):
        main = f'<mjml>{head}<mj-body><mj-include path="other.mjml"/></mj-body></mjml>'
        html = compile_theme(theme, main_mjml=main, other_mjml=other)
        assert "<title>Other</title>" in html
        assert "<table" in html


@pytest.mark.parametrize(
    ("include", "files", "place", "reason"),
    [
        ('path="gone.mjml"', {}, ("own/main.mjml", 2), "can't find “gone.mjml”"),
        ('path="../../../../etc/passwd" type="html"', {}, ("own/main.mjml", 2), "can't find"),
        ('path="/etc/passwd" type="html"', {}, ("own/main.mjml", 2), "can't find"),
        ('path="a.mjml" type="php"', {}, ("own/main.mjml", 2), "expected mjml, css, html"),
        ("", {}, ("own/main.mjml", 2), "needs the attribute “path”"),
        ('path="main.mjml"', {}, ("own/main.mjml", 2), "is the outermost"),
        ('path="a.mjml"', {"a_mjml": '\n<mj-include path="a.mjml"/>'}, ("own/a.mjml", 2), "includes itself"),
        (
            'path="a.mjml"',
            {"a_mjml": '<mj-include path="b.mjml"/>', "b_mjml": '<mj-include path="a.mjml"/>'},
            ("own/b.mjml", 1),
            "includes itself: own/a.mjml → own/b.mjml → own/a.mjml",
        ),
        ('path="a.mjml"', {"a_mjml": "<mj-text>x</mj-text>\n<mj-tetx/>"}, ("own/a.mjml", 2), "did you mean mj-text"),
        ('path="a.mjml"', {"a_mjml": "<mj-section/>"}, ("own/a.mjml", 1), "can't stand in <mj-column>"),
        ('path="a.html" type="html"', {"a_html": "<p>\n<br></p>"}, ("own/a.html", 2), "<br> is still open"),
        ('path="a.css" type="css" css-inline="inline"', {"a_css": "p {\n x }"}, ("own/main.mjml", 2), "can't stand"),
    ],
)
def test_a_fault_in_an_include_is_named_with_its_file(
    include: str, files: dict[str, str], place: tuple[str, int], reason: str, theme: Path
) -> None:
    with pytest.raises(RenderError) as caught:
        compile_theme(theme, main_mjml=body(f"<mj-include {include}/>"), **files)
    if reason == "is the outermost":
        reason, place = "includes itself", ("own/main.mjml", 2)
    if reason == "can't stand":  # CSS goes into the head, or where mj-style may not be: it needs no place
        reason, place = "can't be understood", ("own/a.css", 2)
    assert reason in caught.value.reason
    assert (caught.value.template, caught.value.line) == place


def test_an_include_that_leads_out_of_the_theme_by_a_link_is_not_found(theme: Path) -> None:
    outside = theme.parent / f"{theme.name}-outside.html"
    outside.write_text("<p>secret</p>", "utf-8")
    (theme / "own" / "link.html").symlink_to(outside)
    with pytest.raises(RenderError, match="can't find"):
        compile_theme(theme, main_mjml=body('<mj-include path="link.html" type="html"/>'))


@pytest.mark.parametrize(
    ("main", "part", "place"),
    [
        ("{% include 'own/part.j2' %}", "\n<mj-text>x</mj-text>\n  <mj-tetx/>", ("own/part.j2", 3, 3)),
        (
            "{% import 'own/part.j2' as p %}{{ p.words('x') }}",
            "{% macro words(w) %}\n<mj-text>{{ w }}</mj-text><mj-tetx/>\n{% endmacro %}",
            ("own/part.j2", 2, 27),
        ),
        (
            "{% from 'own/part.j2' import words with context %}<mj-text>x</mj-text>{{ words() }}",
            "{% macro words() %}\n\n<mj-text\n  padding='{{ 1 }}' >x</mj-text>{% endmacro %}",
            ("own/part.j2", 4, 3),
        ),
        ("<mj-text>{{ 'x' * 90 }}</mj-text><mj-tetx/>", "", ("own/main.mjml", 2, 66)),
    ],
)
def test_the_place_is_in_the_template_that_wrote_it(
    main: str, part: str, place: tuple[str, int, int], theme: Path
) -> None:
    with pytest.raises(RenderError) as caught:
        compile_theme(theme, main_mjml=body(main), part_j2=part)
    assert (caught.value.template, caught.value.line, caught.value.column) == place


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("<mj-text>" + "<div>" * 10_000 + "</div>" * 10_000 + "</mj-text>", "deeper than 100"),
        ("<mj-include path='x.html' type='html'/>", "can't find"),
    ],
)
def test_what_would_end_the_process_is_an_error(template: str, reason: str, theme: Path) -> None:
    with pytest.raises(RenderError, match=reason) as caught:
        compile_theme(theme, main_mjml=body(template))
    assert (caught.value.template, caught.value.line) == ("own/main.mjml", 2)


@pytest.mark.parametrize(
    "data", [b"\xff\xfe<mjml/>", b"<mjml>\x00</mjml>", b"", b"\xef\xbb\xbf", "<mjml>é".encode("latin-1")]
)
def test_bytes_that_are_no_template_are_an_error(data: bytes, theme: Path) -> None:
    (theme / "own" / "main.mjml").write_bytes(data)
    templates = Templates((theme,))
    with pytest.raises((RenderError, Fault)):
        compile_mjml(templates.html("own/main.mjml", {}))


THEMES = sorted(path.parent.name for path in (folder("templates") / "email").glob("*/issue.mjml.j2"))


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_theme_of_ours_goes_through_twice_the_same_and_opens_no_socket(
    name: str, language: str, digest: Digest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    masthead = replace(digest.masthead, language=language)
    editions = [
        Renderer([folder("templates") / "email"], name).render(
            digest.issue, digest.articles, masthead, secret=b"s" * 32, date=datetime(2026, 11, 20, tzinfo=UTC)
        )
        for _ in range(2)
    ]
    assert editions[0] == editions[1]
    html = fill(editions[0].variants[0].html, {})
    assert len(html.encode()) <= 52_000
    assert "<mj-" not in html
