"""Each pitfall that was found in mrml, premailer and Jinja2, by its number in the list of measured facts.

4 and 12 are not here: 4 (mrml's silence) is `test_guard`, 12 (what clients lack) the theme's own tests.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lxml.html
import pytest

from newsletter.errors import RenderError
from newsletter.models import Quote, Section, Variant, fill
from newsletter.render.faults import Fault
from newsletter.render.inline import inline_css
from newsletter.render.literal import line
from newsletter.render.mjml import compile_mjml
from newsletter.render.templates import Templates
from newsletter.text.wrap import cells

if TYPE_CHECKING:
    from .conftest import Digest, RenderWith

    Rendered = Callable[[Digest], Variant]

VALUES = {
    "unsubscribe_url": "https://letter.example.org/u/token",
    "view_url": "https://letter.example.org/v/token",
    "subscriber.name": "Ada",
    "subscriber.email": "ada@example.org",
}

#: Text that breaks an e-mail toolchain somewhere; each comes out as it went in.
HOSTILE = [
    "❤️ with VS16, 👩‍👩‍👧 with ZWJ",
    "हिन्दी में क्षत्रिय",
    "العَرَبِيَّة ولغة",
    "עִבְרִית וניקוד",
    "10\u00a0000\u00a0€",
    "e\u0301 and a\u0323\u0302 combining",
    "C:\\new\\table \\u{200d} \\\\",
    "'single “curly” \"double\" 'mixed…\"…'",
    "{{ 7*7 }} and {{ subscriber.name }}",
    "{% raw %}{{ x }}{% endraw %} {# gone? #}",
    "</mj-text><mj-raw><script>alert(1)</script></mj-raw>",
    "]]> and <![CDATA[x]]>",
    "<!-- not a comment --> <!--[if mso]>",
    "a < b && c > d &amp; &lt; &#39; &nbsp;",
    "<img src=x onerror=alert(1)>",
    '" onload="alert(1)" x=\'',
    "日本語の長い文章と中文混排",
    "Z̸̛̩a̷l̶g̵o̷",
    "ﷺ ﬁ ligatures ½ ™",
    "<?php echo 1 ?> <!DOCTYPE html>",
]


def mjml(body: str, head: str = "") -> str:
    section = f"<mj-section><mj-column>{body}</mj-column></mj-section>"
    return f"<mjml><mj-head>{head}</mj-head><mj-body>{section}</mj-body></mjml>"


def html_of(variant: Variant) -> str:
    return fill(variant.html, VALUES)


@pytest.mark.parametrize("text", HOSTILE)
def test_1_attribute_values_survive_rusts_debug_format(text: str, digest: Digest, variant: Rendered) -> None:
    """An image's alternative text and a title (which mrml copies into an aria-label) read as they were written."""
    page = lxml.html.fromstring(html_of(variant(digest.with_article(1, image_alt=text).with_issue(title=text))))
    assert [img.get("alt") for img in page.iter("img")] == [line(text)]
    assert line(text) in page.xpath('//div[@role="article"]')[0].get("aria-label")


_FRESH = "one two three four five six seven eight nine ten eleven twelve thirteen words that no summary has, in a row"


@pytest.mark.parametrize("text", HOSTILE)
def test_1_3_10_hostile_text_is_literal_in_every_place(text: str, digest: Digest, variant: Rendered) -> None:
    sections = (Section(text, digest.issue.sections[0].picks), *digest.issue.sections[1:])
    hostile = (
        digest.with_issue(sections=sections, title=text)
        .with_pick(1, headline=text, summary=_summary(digest, text))
        .with_article(1, authors=(text,), site=text, image_alt=text, takeaways=(f"{text} – {_FRESH}",))
        .with_article(4, quotes=(Quote(f"{text} – {_FRESH}", text),))
    )
    rendered = variant(hostile)
    page, literal = lxml.html.fromstring(html_of(rendered)), line(text)
    assert not page.xpath("//script | //*[@onload or @onerror]")
    for path in ("//h1", "//h2[1]", "//h3[1]", '//p[@class="sum"]', '//p[@class="said"]', '//p[@class="who"]'):
        assert literal in _text(page.xpath(path)[0]), path
    assert literal in _text(page.xpath('//p[@class="meta"]')[0])
    plain = " ".join(fill(rendered.text, VALUES).split())
    assert plain.count(" ".join(literal.split())) >= 6


def _summary(digest: Digest, text: str) -> Any:
    return replace(next(digest.issue.picks).summary, text=text)


def _text(element: lxml.html.HtmlElement) -> str:
    return str(element.text_content())


def test_2_jinja_escapes_although_templates_are_named_mjml_j2(tmp_path: Path) -> None:
    (tmp_path / "x.mjml.j2").write_text("<p>{{ value }}</p>", "utf-8")
    assert Templates((tmp_path,)).html("x.mjml.j2", {"value": "<b>&"}) == "<p>&lt;b&gt;&amp;</p>"


def test_2_an_undefined_name_is_an_error_and_not_a_hole(tmp_path: Path) -> None:
    (tmp_path / "x.mjml.j2").write_text("one\n{{ missing }}", "utf-8")
    with pytest.raises(RenderError, match=r"x\.mjml\.j2:2:4: .*missing"):
        Templates((tmp_path,)).html("x.mjml.j2", {})


@pytest.mark.parametrize(
    "fragment", ["<p>open", "a < b", "<a href=x>y</a>", "@media (width < 600px) {}", '<p class="a" class="b">x</p>']
)
def test_3_mjml_that_is_not_well_formed_is_a_fault_with_a_line(fragment: str) -> None:
    with pytest.raises(Fault, match="not well-formed") as caught:
        compile_mjml(mjml(f"\n<mj-text>{fragment}</mj-text>"))
    assert caught.value.line == 2


def test_3_the_editors_markdown_is_well_formed_xml(digest: Digest, variant: Rendered) -> None:
    """Line breaks, rules, named entities and unclosed tags in Markdown end as XML that mrml takes."""
    intro = "one  \ntwo\n\n---\n\n&nbsp;&copy; <br> <p>open\n\n> - a\n> - b"
    page = lxml.html.fromstring(html_of(variant(digest.with_issue(intro=intro))))
    say = page.xpath('//div[@class="say"]')[0]
    assert len(say.xpath(".//li")) == 2
    assert "<br> <p>open" in _text(say)


def test_5_elements_nested_ten_thousand_deep_do_not_end_the_process() -> None:
    with pytest.raises(Fault, match="nested deeper"):
        compile_mjml(mjml(f"<mj-text>{'<div>' * 10_000}{'</div>' * 10_000}</mj-text>"))


def test_5_markdown_nested_five_thousand_deep_is_capped(digest: Digest, variant: Rendered) -> None:
    assert 0 < html_of(variant(digest.with_issue(intro=">" * 5_000 + " deep"))).count("<blockquote") < 50


@pytest.mark.parametrize("head", ["", '<mj-include path="x.html" type="html" />'])
def test_5_an_include_is_refused_before_mrml_panics(head: str) -> None:
    with pytest.raises(Fault, match="mj-include"):
        compile_mjml(mjml("" if head else '<mj-include path="self.mjml" />', head))


def test_6_the_doctype_is_there(digest: Digest, variant: Rendered) -> None:
    html = html_of(variant(digest))
    assert html.startswith("<!doctype html>\n<html ")
    assert html.lower().count("<!doctype") == 1


def test_7_no_socket_is_opened_while_rendering(
    digest: Digest, variant: Rendered, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    html = html_of(variant(digest))
    assert "fonts.googleapis" not in html
    assert "@import" not in html
    assert "<link" not in html


def test_7_an_import_in_inlined_css_is_refused_with_its_line() -> None:
    style = '<mj-style inline="inline">\n@import url("https://example.org/x.css");\n</mj-style>'
    with pytest.raises(Fault, match="@import") as caught:
        compile_mjml(f"<mjml>\n<mj-head>{style}</mj-head></mjml>")
    assert caught.value.line == 3


#: What inliners drop or rewrite.
_KEPT = (
    "@media (prefers-color-scheme: dark) { .a { color: #fff !important; } }",
    "[data-ogsc] .a { color: #fff !important; }",
    "u + .body .a { color: #fff; }",
    "@font-face { font-family: X; src: local(X); }",
    "@supports (display: grid) { .a { color: red; } }",
    "#outlook a { padding: 0; }",
)


def test_8_inlining_leaves_style_elements_images_and_links_alone(capfd: pytest.CaptureFixture[str]) -> None:
    css = "\n".join(_KEPT)
    document = (
        f"<!doctype html><html><head><style>{css}</style></head><body>"
        '<img src="https://x.example/a.png" width="210" height="auto"><a href="https://x.example/?a=1&amp;b=%20">x</a>'
        '<!--[if mso | IE]><table><tr><td><![endif]--><p class="a">y</p>'
        "<!--[if mso | IE]></td></tr></table><![endif]-->"
        "</body></html>"
    )
    out = inline_css(document, ".a { color: #123456; margin: 0 }")
    for rule in _KEPT:
        assert rule in out
    assert 'width="210" height="auto"' in out
    assert 'href="https://x.example/?a=1&amp;b=%20"' in out
    assert out.count("[if mso | IE]") == 2
    assert re.search(r'<p class="a" style="color:\s?#123456;\s?margin:\s?0;?"', out)
    assert capfd.readouterr().err == ""


def test_8_what_is_inlined_is_taken_as_it_stands(capfd: pytest.CaptureFixture[str]) -> None:
    """No width rewritten, no `!important` or `unset` stripped, no attribute and no style element added."""
    css = (
        "img { width: 100%; float: left }"
        " .a { color: #123456 !important; margin: unset; mso-line-height-rule: exactly }"
        " .a:hover { color: red } td { background-color: #ffffff; text-align: center } .b { color: nonsense(1; }"
    )
    table = '<table><tr><td><img src="https://x.example/a.png" width="210"><p class="a">y</p></td></tr></table>'
    out = inline_css(f"<!doctype html><html><head></head><body>{table}</body></html>", css)
    page = lxml.html.fromstring(out)
    image, cell, words = page.find(".//img"), page.find(".//td"), page.find(".//p")
    assert (image.get("width"), image.get("align")) == ("210", None)
    assert (cell.get("bgcolor"), cell.get("align")) == (None, None)
    for part in ("color:#123456 !important", "margin:unset", "mso-line-height-rule:exactly"):
        assert part in words.get("style").replace(": ", ":")
    assert page.find(".//style") is None
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("css", "reason", "line", "column"),
    [
        (".a { color: red }\n!!! { color: red }", "can't be understood", 3, 1),
        (".a {\n  color red;\n}", "can't be understood", 3, 12),
        ("\n@media print { .a { color: red } }", "@media can't be inlined", 3, 1),
        ("p:contains('x') { color: red }", "is no selector", 2, 1),
        (".a:hover { color: red }", "it is a state", 2, 1),
        (".a::before { content: 'x' }", "it is a state", 2, 1),
    ],
)
def test_8_css_that_inliners_drop_in_silence_is_a_fault(css: str, reason: str, line: int, column: int) -> None:
    head = f'<mj-style inline="inline">\n{css}\n</mj-style>'
    with pytest.raises(Fault, match=reason) as caught:
        compile_mjml(mjml("", head))
    assert (caught.value.line, caught.value.column) == (line, column)


def test_8_the_cascade_decides_where_a_shorthand_meets_a_longhand() -> None:
    """`p.a` is more specific than `.b`, so its padding wins, although it comes first."""
    page = lxml.html.fromstring(
        inline_css(
            '<html><body><p class="a b" style="margin-top: 1px">x</p></body></html>',
            "p.a { padding: 0; margin: 0 } .b { padding-top: 9px }",
        )
    )
    style = [part.strip().replace(": ", ":") for part in page.find(".//p").get("style").split(";") if part.strip()]
    assert style == ["padding-top:9px", "padding:0", "margin:0", "margin-top:1px"]


def test_9_dark_mode_and_phone_rules_reach_the_mail(digest: Digest, variant: Rendered) -> None:
    html = html_of(variant(digest))
    assert "prefers-color-scheme: dark" in html
    assert "[data-ogsc] .meta" in html
    assert "max-width: 480px" in html
    assert "!important" in html
    assert "data-premailer" not in html


def test_9_inlined_styles_reach_the_elements(digest: Digest, variant: Rendered) -> None:
    page = lxml.html.fromstring(html_of(variant(digest)))
    assert all("font-size" in h3.get("style", "") for h3 in page.iter("h3"))
    assert all("color" in p.get("style", "") for p in page.xpath('//p[@class="meta"]'))


def test_10_finished_html_is_never_read_as_a_template(digest: Digest, variant: Rendered) -> None:
    html = html_of(variant(digest.with_pick(1, headline="{{ 7*7 }} {{ cycler }}")))
    assert "{{ 7*7 }} {{ cycler }}" in html


def test_11_every_image_has_alternative_text_be_it_the_headline(digest: Digest, variant: Rendered) -> None:
    page = lxml.html.fromstring(html_of(variant(digest.with_article(1, image_alt=None))))
    assert [img.get("alt") for img in page.iter("img")] == [next(digest.issue.picks).headline]


def test_11_the_language_is_stated_and_nothing_is_hot_linked(digest: Digest, variant: Rendered) -> None:
    html = html_of(variant(digest))
    page = lxml.html.fromstring(html)
    assert page.get("lang") == "en"
    assert [img.get("src") for img in page.iter("img")] == ["https://nativelayer.example/images/parser.png"]
    assert "url(" not in html


def test_11_the_preheader_is_padded_so_that_the_body_does_not_follow_it(digest: Digest, variant: Rendered) -> None:
    page = lxml.html.fromstring(html_of(variant(digest)))
    (hidden,) = page.xpath("//body/div/div[1][contains(@style, 'max-height:0')]")
    assert page.find("body").text_content().strip().startswith(digest.issue.preheader)
    assert _text(hidden).startswith(digest.issue.preheader)
    assert "display:none" in hidden.get("style")
    assert _text(hidden).count("\u034f") >= 80


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVa\nScript:alert(1)", "data:text/html,x", "/relative", "http://["]
)
def test_11_an_address_that_is_not_http_is_no_link(url: str, digest: Digest, variant: Rendered) -> None:
    rendered = variant(digest.with_article(1, url=url, image=url).with_issue(intro=f"[x]({url.removeprefix('http:')})"))
    page = lxml.html.fromstring(html_of(rendered))
    assert not page.xpath("//img")
    assert all(a.get("href", "").startswith("https://") for a in page.iter("a"))
    assert not page.xpath("//h3[1]//a")[:1] or url not in html_of(rendered).split("<h3", 2)[1]


def test_13_plain_text_has_whole_urls_one_time_each_and_no_preheader(digest: Digest, variant: Rendered) -> None:
    text = fill(variant(digest).text, VALUES)
    for article in digest.articles.values():
        assert text.count(f"<{article.url}>") == 1
    assert digest.issue.preheader not in text
    assert "<>" not in text


def test_13_plain_text_wraps_cjk_at_72_cells(digest: Digest, variant: Rendered) -> None:
    text = fill(
        variant(digest.with_pick(1, headline="高速な解析器" * 20, summary=_summary(digest, "東京都" * 80))).text, VALUES
    )
    assert max(cells(line) for line in text.split("\n") if "://" not in line) <= 72


def test_5_a_workspace_template_that_would_crash_mrml_is_an_error_with_its_line(
    tmp_path: Path, digest: Digest, render_with: RenderWith
) -> None:
    (tmp_path / "digest").mkdir()
    deep = "<div>" * 10_000 + "</div>" * 10_000
    (tmp_path / "digest" / "footer.mjml.j2").write_text(f"\n\n<mj-text>{deep}</mj-text>\n", "utf-8")
    with pytest.raises(RenderError, match="nested deeper") as caught:
        render_with(tmp_path)(digest)
    assert (caught.value.template, caught.value.line) == ("digest/footer.mjml.j2", 3)
