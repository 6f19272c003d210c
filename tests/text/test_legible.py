"""Damage is seen where it is, and only there; every offset stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.text import sentences
from newsletter.text.legible import has_lost_breaks, legible


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("The group?s loop is ?native? code now.", "The group’s loop is “native” code now."),
        ("?We moved it,? Moss said.?Nobody asked.?", "“We moved it,” Moss said.“Nobody asked.”"),
        ("?Why is it slow? Who knows,? said Moss.", "“Why is it slow? Who knows,” said Moss."),
        ("Why is it slow? Nobody knows. Is it Python?", "Why is it slow? Nobody knows. Is it Python?"),
        ("See example.org/loop?page=2 for more.", "See example.org/loop?page=2 for more."),
    ],
)
def test_question_marks_are_read_as_the_quotes_they_were(text: str, reads: str) -> None:
    assert legible(text) == reads


def test_lost_line_breaks_are_a_habit_of_the_text_not_a_name_in_it() -> None:
    glued = "The loop ran all night long.Moss slept. The team measured it again.Bell wrote the numbers down."
    assert has_lost_breaks(glued)
    assert sentences.split("Use the collections.Counter class.", glued=True) == [(0, 34)]
    assert not has_lost_breaks("Use the collections.Counter class. It counts words. " * 3)
    assert [glued[a:b] for a, b in sentences.split(glued, glued=True)] == [
        "The loop ran all night long.",
        "Moss slept.",
        "The team measured it again.",
        "Bell wrote the numbers down.",
    ]


@given(st.text(alphabet=st.sampled_from("aT1 .!?,\n\"“”'()s"), max_size=200))
def test_the_length_never_changes(text: str) -> None:
    read = legible(text)
    assert len(read) == len(text)
    assert all(a == b or a == "?" for a, b in zip(text, read, strict=True))


@pytest.mark.parametrize("unit", ["?a", "?Why ", " ?a? ", "a?A", "?", "a.A"])
def test_hostile_text_takes_linear_time(unit: str) -> None:
    began = time.perf_counter()
    has_lost_breaks(legible(unit * (200_000 // len(unit))))
    assert time.perf_counter() - began < 3
