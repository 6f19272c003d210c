"""Runs that go against the line are kept to themselves, and lines begin with their own direction."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from newsletter.bidi import FSI, LRM, PDI, RLM, first_strong, isolated, runs_against, steered


@pytest.mark.parametrize(
    ("text", "direction"),
    [("loop", "ltr"), ("12. שלום", "rtl"), ("«مرحبا»", "rtl"), ("12 · 3", None), ("", None), ("2026年", "ltr")],
)
def test_the_first_letter_tells_the_direction(text: str, direction: str | None) -> None:
    assert first_strong(text) == direction


def test_only_what_runs_against_the_line_is_isolated() -> None:
    assert isolated("Ada", "ltr") == "Ada"
    assert isolated("עדה", "ltr") == f"{FSI}עדה{PDI}"
    assert isolated("Ada", "rtl") == f"{FSI}Ada{PDI}"
    assert isolated("12 · 3", "rtl") == "12 · 3"
    assert isolated("Ελένη", "rtl") == f"{FSI}Ελένη{PDI}"


def test_digits_and_marks_of_a_script_have_no_direction() -> None:
    assert not runs_against("٢٠٢٦", "ltr")


def test_every_character_that_runs_from_right_to_left_is_noticed() -> None:
    against = [char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.bidirectional(char) in ("R", "AL")]
    assert len(against) > 2000
    assert all(runs_against(char, "ltr") for char in against)
    assert all(steered(f"{char} a", "ltr") == f"{LRM}{char} a" for char in against)


def test_what_is_isolated_already_is_not_isolated_again() -> None:
    once = isolated("Ada", "rtl")
    assert isolated(once, "rtl") == once
    assert isolated(f"{once} وآخرون", "rtl") == f"{once} وآخرون"


def test_every_line_of_a_paragraph_begins_with_its_direction() -> None:
    assert steered("شفرة مكتوبة بلغة\nRust ثم", "rtl") == f"شفرة مكتوبة بلغة\n{RLM}Rust ثم"
    assert steered("שלום, said\nDana", "ltr") == f"{LRM}שלום, said\nDana"
    assert steered("---", "rtl") == f"{RLM}---"


def test_a_paragraph_in_the_other_direction_is_left_alone() -> None:
    for text, base in (("That is all.", "rtl"), ("That is all.", "ltr"), ("זה הכול.", "ltr")):
        assert steered(text, base) == text
