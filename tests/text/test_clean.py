"""What is hidden goes, what has meaning stays."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.text import clean
from newsletter.text.clean import one_line, plain


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  a \t b\r\nc\u00a0d ", "a b c d"),
        ("e\u0301te\u0301", "été"),
        ("pay\u202etxt.exe\u202c", "paytxt.exe"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zerowidth softhyphen"),
        ("bell\x07 null\x00 escape\x1b[31m", "bell null escape[31m"),
        ("half\ud83d", "half"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🔬 ❤\ufe0f", "👩\u200d🔬 ❤\ufe0f"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
    ],
)
def test_one_line(text: str, cleaned: str) -> None:
    assert one_line(text) == cleaned


def test_plain_keeps_line_breaks_and_at_most_one_blank_line() -> None:
    assert plain("\n a  b \r c\u2028d\n\n\n\n e\x85") == "a b\nc\nd\n\ne"


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert one_line(one_line(text)) == one_line(text)


def test_what_is_printable_has_nothing_to_take_out_and_no_blanks_but_spaces() -> None:
    printable = "".join(filter(str.isprintable, map(chr, range(sys.maxunicode + 1))))
    composed = "".join(unicodedata.normalize("NFC", char) for char in printable)
    assert not clean._JUNK.search(printable)
    assert not clean._LINE_END.search(printable)
    assert composed.isprintable()
    assert {char for char in composed if char.isspace()} == {" "}


@given(
    st.text(st.one_of(st.sampled_from(" \t\n\u00a0\u3000e\u0301é—’\u200b\u202e\u2028가\u1100\u1161"), st.characters()))
)
def test_a_printable_line_takes_a_short_way_to_the_same(text: str) -> None:
    assert one_line(text) == " ".join(clean._clean(text).split())
