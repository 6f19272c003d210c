"""A line ends where its language lets it end: spaces that hold words together are made no-break ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.text.binding import bound


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Plus vite : comment ? Ainsi !", "Plus vite~: comment~? Ainsi~!"),
        ("fr-CA", "Des « wheels » ; 61 % de 10 000 €", "Des «~wheels~»~; 61~% de 10~000~€"),
        ("fr", "Déjà lié\u00a0: rien à faire\u202f!", "Déjà lié~: rien à faire\u202f!"),
        ("fr", "Voir [1] 2026 2027", "Voir [1] 2026 2027"),
        ("pl", "Parser i trzy tygodnie w domu, z 10 000 plików", "Parser i~trzy tygodnie w~domu, z~10~000 plików"),
        ("pl", "A w końcu", "A~w~końcu"),
        ("en", "A parser : i « x » 10 000", "A parser : i « x » 10 000"),
        ("frr", "A : b", "A : b"),
        ("", "A : b", "A : b"),
    ],
)
def test_spaces_that_hold_words_together_do_not_break(language: str, text: str, expected: str) -> None:
    assert bound(text, language) == expected.replace("~", "\u00a0")


@given(st.text(), st.sampled_from(["fr", "pl", "de"]))
def test_nothing_but_spaces_is_changed(text: str, language: str) -> None:
    assert bound(text, language).replace("\u00a0", " ") == text.replace("\u00a0", " ")
    assert bound(bound(text, language), language) == bound(text, language)
