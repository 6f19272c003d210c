"""The editor's Markdown, set as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.bidi import FSI, PDI, RLM
from newsletter.text.markup import markdown_text
from newsletter.text.wrap import cells


def test_a_heading_is_underlined_as_wide_as_it_is() -> None:
    assert markdown_text("## Hello") == "Hello\n-----"
    assert markdown_text("# 速い") == "速い\n----"


def test_stressed_words_keep_their_marks_and_a_stressed_paragraph_needs_none() -> None:
    assert markdown_text("this *is* **it**") == "this _is_ *it*"
    assert markdown_text("*The editors*") == "The editors"
    assert markdown_text("***The** editors*") == "*The* editors"


def test_numbers_are_set_flush_right_and_lines_hang() -> None:
    text = markdown_text("9. nine is a line\n10. ten", 14)
    assert text == " 9. nine is a\n    line\n10. ten"


def test_a_loose_list_has_blank_lines_and_a_tight_one_none() -> None:
    assert markdown_text("- a\n- b") == "• a\n• b"
    assert markdown_text("- a\n\n- b\n\n  c") == "• a\n\n• b\n\n  c"


def test_quotes_nest_and_code_stays_as_it_is() -> None:
    assert markdown_text("> a\n>\n> > b") == "> a\n>\n> > b"
    assert markdown_text("```\nx =  1\n\ny\n```\n\nuse `x`") == "    x =  1\n\n    y\n\nuse `x`"


def test_a_rule_is_no_signature() -> None:
    assert markdown_text("a\n\n---\n\nb") == "a\n\n* * *\n\nb"


def test_a_line_break_between_japanese_characters_is_no_space() -> None:
    assert markdown_text("時間は\nどこへ") == "時間はどこへ"
    assert markdown_text("Rust\nと") == "Rust と"


def test_a_links_address_is_whole_and_isolated_where_the_line_runs_the_other_way() -> None:
    url = "https://example.org/" + "long/" * 20
    assert f"<{url}>" in markdown_text(f"[x]({url})", 40).split("\n")
    assert f"{FSI}<https://x.example/>{PDI}" in markdown_text("اقرأ [هنا](https://x.example/)", direction="rtl")


def test_right_to_left_lists_and_rules_begin_on_the_right() -> None:
    assert markdown_text("- Rust أولًا\n- ثم", direction="rtl") == f"{RLM}• Rust أولًا\n• ثم"
    assert markdown_text("## أهلًا", direction="rtl") == f"أهلًا\n{RLM}----"
    assert markdown_text("> Rust أولًا", direction="rtl") == f"{RLM}> Rust أولًا"


@pytest.mark.parametrize("text", ["![alt](https://x.example/a.png)", "alt"])
def test_a_picture_is_its_words(text: str) -> None:
    assert markdown_text(text) == "alt"


@given(
    st.text(alphabet=st.sampled_from("ab *_`[]()<>#-1.\n!\\&:/\"'{}漢。א"), max_size=80),
    st.sampled_from(["ltr", "rtl"]),
)
def test_no_line_has_trailing_spaces_and_words_fit_the_width(text: str, direction: str) -> None:
    lines = markdown_text(text, 24, direction).split("\n")  # type: ignore[arg-type]  # sampled from the two
    assert all(line == line.rstrip() for line in lines)
    if not any(mark in text for mark in "`>-*1") and "    " not in text:  # code and what nests may be wider
        assert all(cells(line) <= 24 for line in lines)
