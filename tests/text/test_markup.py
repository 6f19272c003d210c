"""The editor's Markdown can format and link, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.text.markup import markdown, markdown_text


def test_formats_links_and_lists() -> None:
    html = markdown(
        "# Hello\n\n*One* **two** `three` [four](https://example.org/?a=1&b=2).\n\n- five\n- six\n\n> seven"
    )
    assert html == (
        '<h3>Hello</h3>\n<p><em>One</em> <strong>two</strong> <code dir="ltr">three</code> '
        '<a href="https://example.org/?a=1&amp;b=2">four</a>.</p>\n'
        "<ul>\n<li>five</li>\n<li>six</li>\n</ul>\n<blockquote>\n<p>seven</p>\n</blockquote>\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "![x](https://example.org/pixel.png)",
        '[x](https://example.org "title=" onclick=alert(1))',
        '<https://example.org/" onmouseover=alert(1)>',
    ],
)
def test_nothing_runs_or_loads(text: str) -> None:
    html = markdown(text).lower()
    assert not any(tag in html for tag in ("<script", "<img", "<iframe", 'href="javascript', 'href="data', "<a on"))
    assert " onclick=" not in html.replace("&quot;", '"').split(">", 1)[0]


def test_a_link_without_a_scheme_stays_as_typed() -> None:
    assert markdown("[x](/about)") == "<p>[x](/about)</p>\n"
    assert markdown_text("[x](/about)") == "[x](/about)"


def test_an_image_becomes_its_alternative_text() -> None:
    assert markdown("![a fast *loop*](https://example.org/x.png)") == "<p>a fast loop</p>\n"


def test_template_marks_stay_literal() -> None:
    assert markdown("{{ 7*7 }}") == "<p>{{ 7*7 }}</p>\n"


def test_plain_text_has_links_in_angle_brackets_and_wrapped_lines() -> None:
    text = markdown_text(
        "# Hello\n\nRead [this](https://example.org/a) or <https://example.org/b>, or write to <me@example.org>.\n\n"
        "1. measure the loop\n2. move it\n   - down\n\n> quoted\n\n```\ncode  stays\n```",
        30,
    )
    assert text == (
        "Hello\n-----\n\nRead this\n"
        "<https://example.org/a> or\n<https://example.org/b>, or\nwrite to <me@example.org>.\n\n"
        "1. measure the loop\n2. move it\n   • down\n\n> quoted\n\n    code  stays"
    )


def test_a_hard_break_stays_a_line_break() -> None:
    assert markdown_text("one\\\ntwo") == "one\ntwo"


@given(st.text(alphabet=st.sampled_from("ab *_`|[]()<>#-1.\n!\\&:/\"'{}"), max_size=60))
def test_any_text_renders_with_balanced_safe_tags_only(text: str) -> None:
    import nh3

    html = markdown(text)
    assert (
        nh3.clean(
            html,
            tags={"p", "a", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "br", "hr", "h3"}
            | {"table", "thead", "tbody", "tr", "th", "td"},
            attributes={"a": {"href"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
            | {"code": {"dir"}, "pre": {"dir"}},
            link_rel=None,
        )
        == html
    )
    markdown_text(text, 20)


TABLE = "| what | before |\n|---|--:|\n| `parse` | 9 s |\n| all *of* it | 400 ms |"


def test_pipes_make_a_table_in_both_parts() -> None:
    assert markdown(TABLE).replace("\n", "") == (
        '<table><thead><tr><th>what</th><th align="right">before</th></tr></thead><tbody>'
        '<tr><td><code dir="ltr">parse</code></td><td align="right">9 s</td></tr>'
        '<tr><td>all <em>of</em> it</td><td align="right">400 ms</td></tr></tbody></table>'
    )
    assert markdown_text(TABLE) == (
        "what          before\n-----------   ------\n`parse`          9 s\nall _of_ it   400 ms"
    )


def test_columns_are_as_wide_as_they_look_on_a_screen() -> None:
    assert markdown_text("| 項目 | 時間 |\n|---|---|\n| 解析器 | 9秒 |") == (
        "項目     時間\n------   ----\n解析器   9秒"
    )


def test_a_table_too_wide_for_plain_text_is_told_row_by_row() -> None:
    assert markdown_text(TABLE, 16) == "what: `parse`\nbefore: 9 s\n\nwhat: all _of_\n  it\nbefore: 400 ms"


def test_words_are_held_together_in_the_language_they_are_in_but_never_in_code() -> None:
    said = "*Plus vite* : `a ? b : c`"
    html, text = markdown(said, "fr"), markdown_text(said, language="fr")
    assert html == '<p><em>Plus vite</em>&nbsp;: <code dir="ltr">a ? b : c</code></p>\n'
    assert text == "_Plus vite_\u00a0: `a ? b : c`"


def test_a_wide_table_of_names_alone_is_not_lost() -> None:
    assert markdown_text("| one | and another |\n|---|---|\n", 12).split("\n") == ["one", "and another"]
