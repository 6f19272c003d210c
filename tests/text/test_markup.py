"""The editor's Markdown can format and link, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it.tree import SyntaxTreeNode

from newsletter.text import markup
from newsletter.text.letter import letter
from newsletter.text.markup import markdown, markdown_text, words_alone


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


def test_words_alone_are_told_from_markdown() -> None:
    alone = ["one", "Hello zabcdefgh012abcd3000! 12", "one\n\ntwo, (3) - 4", "\na\n\nb\n\n"]
    assert [words_alone(text) for text in alone] == [text.strip("\n").split("\n\n") for text in alone]
    others = "/“Hi”, no/a\nb/a / a/1. a/a\n\n\nb/\na b \n/a\n\n    b/- a/+ a/# a/= a/a &amp; b/a & b/a\\b/a`b`"
    others += "/a *b*/a _b_/[a]/a <b>/a > b/a\tb/٣. a/a\u00a0b/a\u200db/a\x07"
    assert [words_alone(text) for text in others.split("/")] == [None] * 27


_LETTERS = st.sampled_from("abé ßЖ語א.,:;!?»«“”’'\"-+#=~|$%^@{}()/0123")
_MARKS = st.sampled_from("\n *_`\\<>&[]\t\u00a0\u200d\u202f\ufe0f")
_ANY = st.characters(exclude_categories=["Cs"])
_SAID = st.one_of(
    st.builds(str.__add__, st.sampled_from("aŻ語א"), st.text(st.one_of(_LETTERS, _ANY), max_size=60)),
    st.text(st.one_of(_LETTERS, _MARKS, _ANY), max_size=60),
)


@given(
    st.lists(_SAID, max_size=3).map("\n\n".join),
    st.sampled_from(["", "en", "fr", "pl", "he", "ja"]),
    st.integers(8, 80),
)
@settings(max_examples=400)
@example("Hello “you”:  http://x.example/ a|b 1 000 ! (c) ~~d~~ {{e}} f--g", "fr", 20)
@example("Setext\n\n===", "", 72)
@example("\n\nOne\n\nTwo\n", "pl", 72)
@example("A\n\nשלום A: b", "he", 8)
def test_words_alone_come_out_as_from_the_parser(text: str, language: str, width: int) -> None:
    found = words_alone(text, language)
    if found is not None:
        html = "".join(f"<p>{words}</p>\n" for words in found)
        assert markdown(text, language).replace("&nbsp;", "\u00a0") == html
        for direction in ("ltr", "rtl"):
            parsed = letter(SyntaxTreeNode(markup._read(text, language)), width, direction)
            assert markdown_text(text, width, direction, language) == parsed
