"""What an inbox shows of a line."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as some

from newsletter.preflight.content import _beginning
from newsletter.text.wrap import cells

#: Latin, Chinese, Hebrew, Devanagari, a flag, an emoji of two with its joiner, a skin, marks without a width.
_LETTERS = "ab .世版א\u0301\u05b0\u0915\u094d\u0937🇩🇪👩💻🏽❤\u200d\ufe0f\u00ad\u200b\u2066"


def shortened(text: str, width: int) -> str:
    """Letter by letter, from the end."""
    while cells(text) > width:
        text = text[:-1]
    return text.rstrip()


@given(some.text(_LETTERS, max_size=60), some.integers(0, 50))
def test_a_line_is_cut_where_it_would_be_letter_by_letter(text: str, width: int) -> None:
    assert _beginning(text, width) == shortened(text, width)


@given(some.text(max_size=60), some.integers(0, 50))
def test_no_line_is_cut_too_late(text: str, width: int) -> None:
    cut = _beginning(text, width)
    assert text.startswith(cut)
    assert cells(cut) <= width


def test_marks_without_a_width_by_the_thousand_take_no_time() -> None:
    text = "a" + "\u0301" * 50_000 + "b" * 60
    begun = time.process_time()
    assert _beginning(text, 41) == text[: 50_001 + 40]
    assert time.process_time() - begun < 5
