"""Lines fit the width a reader sees, and URLs stay whole."""

from __future__ import annotations

import sys
import time
import unicodedata

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from newsletter.text import wrap as wrapping
from newsletter.text.breaks import pieces
from newsletter.text.wrap import NARROW, cells, wrap


@pytest.mark.parametrize(
    ("text", "width"), [("loop", 4), ("速い", 4), ("é", 1), ("👩‍👩‍👧‍👦", 2), ("", 0), ("a\x07b", 2), ("한글", 4)]
)
def test_cells_are_what_a_terminal_shows(text: str, width: int) -> None:
    assert cells(text) == width


def test_one_character_and_narrow_letters_are_as_wide_as_wcwidth_says() -> None:
    for char in map(chr, range(sys.maxunicode + 1)):
        assert cells(char) == max(0, wcwidth.wcswidth(char)), hex(ord(char))
    assert cells("é—“x” 5\u202f€") == wcwidth.wcswidth("é—“x” 5\u202f€") == 9


def test_prefixes_count_towards_the_width() -> None:
    assert wrap("native code runs the loop", 13, first="• ", rest="  ") == "• native code\n  runs the\n  loop"


def test_a_url_is_never_broken() -> None:
    url = "https://example.org/" + "long/" * 20
    assert wrap(f"see <{url}> now", 20) == f"see\n<{url}>\nnow"


def test_chinese_and_japanese_break_between_characters_but_not_before_closing_marks() -> None:
    lines = wrap("循环在下面，速度就上去了。「すごい」と言った。", 12).split("\n")
    assert len(lines) > 2
    assert all(cells(line) <= 12 for line in lines)
    assert not any(line[0] in "，。」" or line[-1] == "「" for line in lines)


def test_korean_breaks_at_its_spaces() -> None:
    assert wrap("파이썬은 위에 있고 루프는 아래에", 12) == "파이썬은\n위에 있고\n루프는\n아래에"


def test_line_breaks_stay_and_spaces_fold() -> None:
    assert wrap("one   two\n\nthree", 20, first="> ", rest="> ") == "> one two\n>\n> three"


def test_a_word_longer_than_the_line_is_cut_between_graphemes() -> None:
    assert wrap("abcdefgh", 3) == "abc\ndef\ngh"
    assert wrap("👩‍👩‍👧‍👦" * 3, 4) == "👩‍👩‍👧‍👦👩‍👩‍👧‍👦\n👩‍👩‍👧‍👦"


@given(st.text(max_size=200), st.integers(2, 40))
def test_nothing_is_lost_and_every_line_fits(text: str, width: int) -> None:
    wrapped = wrap(text, width)
    assert "".join(wrapped.split()) == "".join(text.split())
    assert all(cells(line) <= width for line in wrapped.split("\n") if "://" not in line)


def test_a_line_never_breaks_at_a_no_break_space() -> None:
    assert wrap("le prix : 10\u00a0000\u202f€ net", 14) == "le prix :\n10\u00a0000\u202f€ net"
    assert wrap("a b\u00a0c", 3) == "a\nb\u00a0c"


def test_an_address_inside_japanese_does_not_make_the_line_too_long() -> None:
    text = wrap("詳細はこちらのページをご覧くださいhttps://x.example/parser。よろしく", 30)
    assert text == "詳細はこちらのページをご覧くだ\nさいhttps://x.example/parser。\nよろしく"
    assert all(cells(line) <= 30 for line in text.split("\n"))


def test_thai_fits_the_width() -> None:
    lines = wrap("โปรแกรมอ่านบันทึกเร็วขึ้นสิบเท่าและใช้เวลาเพียงหกนาทีแทนที่จะเป็นหนึ่งชั่วโมงเต็ม", 30).split("\n")
    assert len(lines) > 2
    assert all(cells(line) <= 30 for line in lines)
    assert all(line[0] in "เแโใไ" for line in lines[1:])


@given(st.text(alphabet="あ漢。、「」（）ーっA1-！…ไกำ่", max_size=120), st.integers(8, 40))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(text: str, width: int) -> None:
    if all(cells(piece) <= width for piece in pieces(text)):  # a longer run has to be cut somewhere
        lines = wrap(text, width).split("\n")
        assert not any(line[0] in "。、」）ーっ！…" for line in lines[1:])
        assert not any(line[-1] in "「（" for line in lines[:-1])


def test_narrow_letters_are_one_cell_each_and_break_nowhere_by_themselves() -> None:
    narrow = [char for char in map(chr, range(sys.maxunicode + 1)) if NARROW.fullmatch(char)]
    assert len(narrow) > 800
    assert {wcwidth.wcwidth(char) for char in narrow} == {1}
    assert list(pieces("".join(narrow))) == ["".join(narrow)]
    assert {char for char in narrow if char.isspace()} == {" ", "\u00a0", "\u202f", "\u2007"}
    assert not {unicodedata.bidirectional(char) for char in narrow} & {"R", "AL", "LRI", "RLI", "FSI", "PDI"}


_WORDS = st.sampled_from(
    [
        "a",
        "four",
        "twelve",
        "é—“x”…",
        "Ωш",
        "no\u00a0break",
        "\u202f;",
        "việt™",
        "\u00a0",
        "",
        " ",
        "\t",
        "\x07",
        "漢字",
        "\u202f",
        "x" * 30,
    ]
)
_PREFIXES = st.sampled_from(
    [("", ""), ("1. ", "   "), ("> ", "> "), ("• ", "  "), ("\t", "\t"), ("", "  "), ("字", "  ")]
)


@given(st.lists(_WORDS, max_size=30), st.integers(-2, 40), _PREFIXES)
def test_the_short_way_through_narrow_letters_gives_what_the_long_one_does(
    words: list[str], width: int, prefixes: tuple[str, str]
) -> None:
    first, rest = prefixes
    for line in (" ".join(words), "".join(words)):
        short = wrapping.filled(line, width, first, rest)
        assert short in ("", wrapping._fill(line, width, first, rest))


@given(
    st.lists(st.sampled_from(["a", "four", "é—“x”…", "Ωш", "no\u00a0break", "5\u202f€"]), min_size=1),
    st.integers(15, 40),
)
def test_common_words_go_the_short_way(words: list[str], width: int) -> None:
    line = " ".join(words)
    assert wrapping.filled(line, width, "1. ", "   ") == wrapping._fill(line, width, "1. ", "   ")


def test_a_row_of_flags_is_measured_soon() -> None:
    begin = time.process_time()
    assert cells("\U0001f1eb\U0001f1f7" * 20_000 + "\U0001f1eb") in (40_001, 40_002)
    assert time.process_time() - begin < 0.5
