"""Takeaways and quotes: only where they add something, and never two picks in a row."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.models import Article, Pick, Quote, Summary
from newsletter.render.asides import MAX_KNOWN, MAX_LENGTH, MIN_LENGTH, Aside, asides
from newsletter.render.literal import line

POINT = "Building fewer objects gained more than the change of language did."
SAID = "We were about to write a database, badly, next to a database."


def pick(summary: str = "A parser became fast.", headline: str = "Fast") -> Pick:
    return Pick(1, headline, Summary(summary, "extractive"))


def article(*takeaways: str, quotes: tuple[Quote, ...] = ()) -> Article:
    return Article(title="Fast", source="x", key="x", takeaways=takeaways, quotes=quotes)


def test_a_takeaway_goes_before_a_quote() -> None:
    assert asides([pick()], [article(POINT, quotes=(Quote(SAID),))]) == [Aside("takeaway", POINT)]


def test_quotation_marks_and_dashes_are_left_to_the_template() -> None:
    quoted = article(quotes=(Quote(f"“{SAID}”", "— Tove Marklund"),))
    assert asides([pick()], [quoted]) == [Aside("quote", SAID, "Tove Marklund")]


@pytest.mark.parametrize("text", ["", "Too short.", "word " * 80, "So a parser became fast."])
def test_what_adds_nothing_is_left_out(text: str) -> None:
    assert asides([pick()], [article(text)]) == [None]


def test_no_two_picks_in_a_row_have_one() -> None:
    chosen = asides([pick()] * 5, [article(POINT)] * 5)
    assert [bool(aside) for aside in chosen] == [True, False, True, False, True]


def test_an_article_that_is_gone_has_none() -> None:
    assert asides([pick()], [None]) == [None]


_WORDS = st.lists(
    st.sampled_from(["a", "an", "Ann", "ban", "banana", "Straße", "STRASSE", "語", "x'y", "İ", "…"]), max_size=40
)
_SAID = st.one_of(_WORDS.map(" ".join), st.text())


@given(_SAID, _SAID, _SAID)
@example("a b c d e f g h i j", "k", "a b c d e f g x y z aa")
@example("abc def ghi jkl mno pqr", "k", "ab de gh jk mn pq ab de gh jk mn")
def test_what_is_known_are_whole_words(summary: str, headline: str, takeaway: str) -> None:
    text, known = line(takeaway), set(re.findall(r"\w+", f"{headline} {summary}".casefold()))
    words = re.findall(r"\w+", text.casefold())
    long_enough = MIN_LENGTH <= len(text) <= MAX_LENGTH and bool(words)
    adds = bool(summary.strip()) and long_enough and sum(word in known for word in words) / len(words) <= MAX_KNOWN
    assert asides([pick(summary, headline)], [article(takeaway)]) == [Aside("takeaway", text) if adds else None]


def test_a_headline_alone_has_none() -> None:
    assert asides([pick(" "), pick()], [article(POINT)] * 2) == [None, Aside("takeaway", POINT)]
