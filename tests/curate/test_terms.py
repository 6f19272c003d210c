"""Texts become comparable terms in any script."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.curate.terms import length, terms
from newsletter.models import Article


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Loop is in C, and the loop is fast.", ["loop", "loop", "fast"]),
        ("Straße 9 X", ["strasse"]),
        ("循环很快", ["循环", "环很", "很快"]),
        ("Rust言語 速", ["rust", "言語", "速"]),
        ("तेज़ लूप", ["तेज़", "लूप"]),
        ("", []),
        ("🎉 … {{ 77*77 }}", ["77", "77"]),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("text", "count"), [("two words", 2), ("循环很快", 2), ("Rust 言語は速い", 4), ("", 0), ("über alles", 2)]
)
def test_length_counts_two_ideographs_as_a_word(text: str, count: int) -> None:
    assert length(text) == count


@pytest.mark.parametrize(
    ("text", "count"), [("two words", 2), ("北京地铁启用", 3), ("京都の Python 図書館", 4), ("Größe zählt", 2), ("", 0)]
)
def test_two_ideographs_count_as_a_word(article: Callable[..., Article], text: str, count: int) -> None:
    assert article(text).word_count == count
