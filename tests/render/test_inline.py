"""What the inliner gives is what premailer and the cascade give, found by a shorter way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import lxml.html
import pytest
from premailer import Premailer
from premailer.merge_style import csstext_to_pairs

from newsletter.models import fill
from newsletter.render import mjml, renderer
from newsletter.render.inline import HARMLESS, inline_css

from .conftest import Digest, Render


def styles(html: str) -> list[tuple[str, dict[str, str]]]:
    """Tag and properties of every element that has a style."""
    found = lxml.html.document_fromstring(html).xpath("//*[@style]")
    return [(element.tag, dict(csstext_to_pairs(element.get("style"), validate=False))) for element in found]


def style(css: str, own: str = "", attributes: str = 'class="a b"') -> str:
    """The style of a paragraph with its own style, once the sheet is inlined."""
    given = f' style="{own}"' if own else ""
    page = inline_css(f"<html><body><p {attributes}{given}>x</p></body></html>", css)
    return (lxml.html.fromstring(page).find(".//p").get("style") or "").replace("; ", ";")


def test_a_digest_gets_what_premailers_own_walk_through_it_gives(
    digest: Digest, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(mjml, "inline_css", lambda page, css: seen.append((page, css)) or inline_css(page, css))
    monkeypatch.setattr(renderer, "pour", mjml.compile_mjml)
    assert "<h3" in fill(render(digest).variants[0].html, {})
    [(page, css)] = seen
    theirs = Premailer(
        page.replace("<style", '<style data-premailer="ignore"'),
        css_text=css,
        **HARMLESS,
    ).transform(pretty_print=False)
    assert styles(inline_css(page, css)) == styles(theirs)
    assert len(styles(theirs)) > len(styles(page)) + 40


def test_a_later_shorthand_stands_behind_the_longhand_that_it_undoes() -> None:
    css = "p { padding: 0 } .a { padding-top: 9px } p.a { padding: 5px }"
    assert style(css) == "padding-top:9px;padding:5px"
    assert style(css, own="padding-left: 1px") == "padding-top:9px;padding:5px;padding-left:1px"


def test_what_is_important_wins_over_the_elements_own_style_and_what_is_not_does_not() -> None:
    assert style(".a { color: red !important; margin: 0 }", "color: blue; margin: 1px") == (
        "color:red !important;margin:1px"
    )
    assert style(".a { color: red !important } p.b { color: green }") == "color:red !important"
    assert style(".a { color: red !important }", "color: blue !important") == "color:blue !important"


@pytest.mark.parametrize(
    "declaration",
    [
        "color: #12345678",
        "width: calc(100% - (2px*3))",
        "color: rgb(0 0 0 / 50%)",
        "mso-hide: all",
        "text-wrap: balance",
        "--Own: 1",
        "background: url(data:image/png;base64,AAA=)",
        "font-family: 'Segoe UI', Ä",
    ],
)
def test_no_declaration_is_lost_in_the_sheet_or_in_the_elements_own_style(declaration: str) -> None:
    name, _, value = declaration.partition(": ")
    for found in (style(f".a {{ {declaration} }}"), style(".a { margin: 0 }", declaration)):
        kept = dict(part.split(":", 1) for part in found.replace("data:image/png;", "data:image/png,").split(";"))
        assert kept[name].replace('"', "").replace(",", ";") == value.replace("'", "").replace(",", ";")


@pytest.mark.parametrize(
    ("selector", "count"),
    [
        (".a", 2), ("p", 3), (".a .b", 2), (".a > .b", 2), (".a + p", 1), (".a ~ .c", 1), ("p.b", 1), ("#i", 1),
        ("[dir=rtl]", 1), (".a [dir=rtl]", 1), ("div [dir=rtl]", 1), ("i [dir=rtl]", 0), ("div [dir=ltr]", 0),
        ("div [dir]", 1), ("div [dir^=r]", 1), ("div p[dir=rtl]", 1), (".a p", 2), (".x p", 2), (".c p", 0),
        ("p .a", 0), ("p:first-child", 1), ("p:nth-child(2)", 2), (".a p:not(.b)", 1),
        (":is(.b, .nowhere)", 2), (".nowhere", 0), (".a .nowhere p", 0), ("p:not(.nowhere)", 3), ("body *", 7),
        (".a, .c", 3), ("p, .b", 4),
    ],
)  # fmt: skip
def test_a_rule_reaches_the_elements_its_selector_means(selector: str, count: int) -> None:
    body = (
        '<div class="a x"><div class="a"><p class="b">1</p><p dir="rtl">2</p></div><i class="b">3</i></div>'
        '<p class="c" id="i">4</p><b>5</b>'
    )
    page = lxml.html.fromstring(inline_css(f"<html><body>{body}</body></html>", selector + " { color: red }"))
    reached = page.xpath("//*[@style]")
    assert set(reached) == set(page.body.cssselect(selector))
    assert (len(reached), {element.get("style") for element in reached}) == (count, {"color:red"} if count else set())


def test_specificity_counts_attributes_and_elements_behind_a_combinator() -> None:
    body = '<div><p class="a" lang="de">x</p></div>'
    page = inline_css(
        f"<html><body>{body}</body></html>",
        "p.a[lang] { color: red } div>p.a { color: blue } div p { margin: 1px } p { margin: 2px }",
    )
    assert lxml.html.fromstring(page).find(".//p").get("style").replace("; ", ";") == "margin:1px;color:red"


def test_eight_threads_with_sheets_of_their_own_do_not_mix() -> None:
    def inlined(number: int) -> str:
        return style(f".a {{ color: #{number % 40 + 123456}; margin: 2px }}", f"padding: {number % 7 + 1}px")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(inlined, range(400)))
    assert found == [f"color:#{n % 40 + 123456};margin:2px;padding:{n % 7 + 1}px" for n in range(400)]
