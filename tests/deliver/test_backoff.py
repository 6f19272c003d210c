"""Delays grow, are bounded, and spread."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliver.backoff import Backoff


def test_delays_double_up_to_the_most() -> None:
    plain = Backoff(first=60, most=300, jitter=0)
    assert [plain.delay(attempt, Random(1)) for attempt in (1, 2, 3, 4, 1000)] == [60, 120, 240, 300, 300]


@given(seed=st.integers(), attempt=st.integers(1, 10_000))
def test_jitter_stays_within_its_share(seed: int, attempt: int) -> None:
    assert 0.75 * 60 <= Backoff(first=60, most=300).delay(attempt, Random(seed)) <= 1.25 * 300


def test_the_same_randomness_gives_the_same_delay() -> None:
    assert Backoff(1, 9).delay(3, Random(7)) == Backoff(1, 9).delay(3, Random(7))
