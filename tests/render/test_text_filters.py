"""Filters of the plain-text part, and its last touch: the short ways give what the long ones do."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from newsletter.bidi import FSI, LRM, PDI, RLM, Direction, isolated, steered
from newsletter.render import text as part
from newsletter.text import wrap as lines

_DIRECTIONS: st.SearchStrategy[Direction] = st.sampled_from(["ltr", "rtl"])
_HOSTILE = (FSI, PDI, LRM, RLM, f"{FSI}Ada Lee{PDI}", f"{FSI}שלום לך{PDI}", "שלום", "مرحبا", "٢٠", "\n", "\t", " ", "")
_ORDINARY = (
    "a",
    "four",
    "twelve",
    "é—“x”…",
    "no\u00a0break",
    "\u00a0·",
    "12",
    "漢字",
    "👩‍👩‍👧‍👦",
    "https://x.example/long/long",
)
_WORDS = st.sampled_from(_ORDINARY + _HOSTILE)
_TEXTS = st.builds(" ".join, st.lists(_WORDS, max_size=20)) | st.builds("".join, st.lists(_WORDS, max_size=20))


@given(_TEXTS, st.integers(2, 40), st.sampled_from([("", ""), ("1. ", "   "), ("> ", "> ")]), _DIRECTIONS)
def test_wrapping_is_wrapping_isolating_and_steering(
    text: str, width: int, prefixes: tuple[str, str], to: Direction
) -> None:
    first, rest = prefixes
    wrapped = lines.wrap(text, width, first=first, rest=rest)
    general = steered(part._isolates_by_line(wrapped, len(rest)), to)
    assert part.wrap(text, width, first=first, rest=rest, to=to) == general


def test_what_stands_before_a_line_is_never_escaped() -> None:
    assert part.wrap(Markup("a b"), 3, first="> ", rest="> ") == "> a\n> b"


@given(st.lists(_TEXTS, max_size=5), _DIRECTIONS)
def test_each_item_of_a_row_is_fit_for_its_line(items: list[str], to: Direction) -> None:
    assert part.dotted(items, to) == "\u00a0· ".join(isolated(item, to) for item in items if item)


@given(st.lists(st.sampled_from(["a", "b c", " ", "\t", "\u00a0", "\u202f", FSI, PDI, "\n", "\n\n", "\n\n\n", "\r"])))
def test_tidy_leaves_no_blank_at_a_lines_end_and_no_two_blank_lines(pieces: list[str]) -> None:
    text = "".join(pieces)
    ends = re.sub(f"[ \\t\u00a0]+(?={PDI}$)", "", text, flags=re.MULTILINE)
    ends = "\n".join(line.rstrip(" \t\u00a0") for line in ends.split("\n")).replace("\u00a0", " ")
    assert part.tidy(text) == re.sub("\n{3,}", "\n\n", ends).strip("\n") + "\n"
