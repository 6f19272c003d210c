"""Numbers printed in different ways are the same number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preflight.numbers import numbers, stated


def known(summary: str, article: str) -> bool:
    return all(value in stated(article) for _, value in numbers(summary))


@pytest.mark.parametrize(
    ("summary", "article"),
    [
        ("1,200 lines", "1200 lines"),
        ("1.200 Zeilen", "1,200 lines"),
        ("1 200 lignes", "1\u202f200 lignes"),
        ("3.5 times", "3,5-mal"),
        ("3 teams", "Three teams"),
        ("12 Leute", "zwölf Leute"),
        ("10x", "10 times"),
        ("in 2026", "in 2026, 40 teams met"),
        ("40 teams", "in 2026, 40 teams met"),
        ("2.50 euros", "2.5 euros"),
        ("Python 3.14", "CPython 3.14.1 and 3.14"),
        ("py3 and utf8", "no number at all"),
        ("١٤ كيلومترا", "14 كيلومترا"),
        ("٢٥٠٬٠٠٠ راكب", "250,000 راكب"),
        ("٣٫٥", "3.5"),
        ("12 km", "१२ किलोमीटर"),
        ("120 台", "１２０台"),
    ],
)
def test_the_same_number_is_known(summary, article):
    assert known(summary, article)


@pytest.mark.parametrize(
    ("summary", "article"),
    [
        ("15 percent", "1.5 percent"),
        ("١٥", "14"),
        ("20 times", "12 times"),
        ("1,200 lines", "1.2 lines of 200"),
        ("13 teams", "three teams"),
    ],
)
def test_another_number_is_not(summary, article):
    assert not known(summary, article)


@given(st.integers(min_value=0, max_value=10**9))
def test_thousands_separators_never_matter(value):
    for separator in (",", ".", "'", "\u202f"):
        assert known(f"{value:,}".replace(",", separator), str(value))


def test_a_number_is_shown_as_it_was_printed():
    assert list(numbers("نحو ٢٥٠٬٠٠٠ راكب")) == [("٢٥٠٬٠٠٠", "250000")]
