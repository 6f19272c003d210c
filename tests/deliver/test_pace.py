"""A rate halves when the other side complains, and climbs back while it accepts."""

from __future__ import annotations

from itertools import pairwise

import pytest

from newsletter.deliver.pace import LEAST, Pace


def run(pace: Pace, begin: float, count: int, every: float) -> float:
    """`count` messages that are accepted, one `every` so many seconds; the time after them."""
    now = begin
    for _ in range(count):
        pace.take(now)
        pace.accepted(now)
        now += every
    return now


def test_turns_are_spread_evenly() -> None:
    pace = Pace(4.0, 600.0)
    assert [round(pace.take(10.0), 2) for _ in range(4)] == [0.0, 0.25, 0.5, 0.75]
    assert pace.wait(10.5) == pytest.approx(0.5)
    assert pace.take(20.0) == 0.0


def test_without_a_limit_nothing_waits() -> None:
    pace = Pace(None, 600.0)
    assert [pace.take(1.0) for _ in range(100)] == [0.0] * 100
    assert pace.rate is None


def test_a_complaint_halves_what_was_really_sent() -> None:
    pace = Pace(None, 600.0)
    now = run(pace, 0.0, 40, 0.1)
    pace.slow(now)
    assert pace.rate == pytest.approx(5.0, rel=0.1)
    assert pace.slowed
    limited = Pace(100.0, 600.0)
    limited.slow(run(limited, 0.0, 40, 0.1))
    assert limited.rate == pytest.approx(5.0, rel=0.1)  # not 50: it never sent that fast


def test_complaints_of_one_moment_count_once_and_later_ones_again() -> None:
    pace = Pace(64.0, 600.0)
    now = run(pace, 0.0, 40, 1 / 64)
    for _ in range(8):
        pace.slow(now)
    assert pace.rate == pytest.approx(32, rel=0.1)
    pace.slow(now + 2)
    assert pace.rate is not None
    assert pace.rate <= 16.5


def test_it_climbs_by_the_same_step_and_the_limit_is_back_in_the_end() -> None:
    pace = Pace(10.0, 100.0)
    now = run(pace, 0.0, 40, 0.1)
    pace.slow(now)
    rates = []
    while pace.slowed:
        now = run(pace, now, 1, 5.0)
        rates.append(pace.rate or 0.0)
    steps = [later - earlier for earlier, later in pairwise(rates[:-1])]
    assert max(steps) == pytest.approx(min(steps))
    assert rates[-1] == 10.0
    assert now - 4.0 == pytest.approx(55, abs=6)  # half of it, at a whole one in 100 s


def test_an_unlimited_one_looks_beyond_where_it_was_refused_before_it_is_free_again() -> None:
    pace = Pace(None, 100.0)
    now = run(pace, 0.0, 40, 0.1)
    pace.slow(now)
    highest = 0.0
    while pace.slowed:
        highest = max(highest, pace.rate or 0.0)
        now = run(pace, now, 1, 5.0)
    assert 15 < highest < 20
    assert pace.rate is None


def test_idle_time_is_no_reason_to_climb() -> None:
    pace = Pace(10.0, 100.0)
    now = run(pace, 0.0, 40, 0.1)
    pace.slow(now)
    pace.accepted(now + 86400)
    assert pace.rate == pytest.approx(6.0, rel=0.1)


def test_it_never_stands_still() -> None:
    pace = Pace(1.0, 600.0)
    for second in range(0, 100, 2):
        pace.slow(float(second))
    assert pace.rate == LEAST
