"""Limits of an hour and a day, in sliding windows, over restarts."""

from __future__ import annotations

from newsletter.deliver.quota import DAY, HOUR, Quota


def accept(quota: Quota, count: int, now: float) -> None:
    for _ in range(count):
        quota.spend()
        quota.recorded(now, accepted=True)


def test_without_limits_there_is_always_room() -> None:
    quota = Quota(None, None)
    accept(quota, 10_000, 5.0)
    assert quota.wait(5.0) == 0.0
    assert not quota.limited
    assert not quota.worth_counting(5.0)


def test_the_hour_slides() -> None:
    quota = Quota(3, None)
    accept(quota, 2, 100.0)
    accept(quota, 1, 700.0)
    assert quota.wait(1000.0) == 100.0 + HOUR - 1000.0
    assert quota.wait(100.0 + HOUR) == 0.0
    accept(quota, 2, 100.0 + HOUR)
    assert quota.wait(100.0 + HOUR) == 600.0


def test_the_stricter_limit_decides() -> None:
    quota = Quota(2, 3)
    accept(quota, 2, 0.0)
    assert quota.wait(1.0) == HOUR - 1.0
    accept(quota, 1, HOUR)
    assert quota.wait(HOUR + 1) == DAY - HOUR - 1


def test_what_was_sent_before_counts() -> None:
    quota = Quota(None, 100)
    quota.load([(3600.0, 60), (10.0, 39)], now=50_000.0)
    assert quota.wait(50_000.0) == 0.0
    accept(quota, 1, 50_000.0)
    assert quota.wait(50_000.0) == DAY - 3600.0


def test_what_is_under_way_counts_until_it_is_refused() -> None:
    quota = Quota(2, None)
    quota.spend()
    quota.spend()
    assert 0 < quota.wait(0.0) <= 1.0  # soon: one of them may be refused
    quota.recorded(0.0, accepted=False)
    assert quota.wait(0.0) == 0.0
    quota.spend()
    quota.refund()
    assert quota.wait(0.0) == 0.0


def test_the_ledger_is_counted_again_when_half_of_what_was_left_is_used() -> None:
    quota = Quota(None, 10)
    quota.load([(5.0, 2)], now=100.0)
    accept(quota, 3, 100.0)
    assert not quota.worth_counting(100.0)
    accept(quota, 1, 100.0)
    assert quota.worth_counting(100.0)
    quota.load([(5.0, 8)], now=100.0)  # another process sent, too
    assert not quota.worth_counting(100.0)


def test_a_share_ends_before_the_limit_does_and_another_one_is_asked_for_in_time() -> None:
    quota = Quota(100, None)
    quota.load([(5.0, 20)], now=100.0, share=8)
    accept(quota, 3, 100.0)
    assert not quota.worth_counting(100.0)
    accept(quota, 1, 100.0)
    assert quota.worth_counting(100.0)
    accept(quota, 3, 100.0)
    quota.spend()
    assert 0 < quota.wait(100.0) <= 1.0
    assert quota.worth_counting(100.0)
    quota.load([(5.0, 27)], now=100.0, share=8)  # the one under way is of it
    assert [quota.wait(100.0) or quota.spend() for _ in range(7)] == [None] * 7
    assert quota.wait(100.0) > 0


def test_where_others_have_all_that_is_left_it_is_asked_about_until_the_limit_is_reached() -> None:
    quota = Quota(100, None)
    quota.load([(5.0, 90)], now=100.0, share=0)
    assert quota.wait(100.0) == 1.0
    assert quota.worth_counting(100.0)
    quota.load([(5.0, 100)], now=101.0, share=0)
    assert not quota.worth_counting(101.0)
    assert quota.wait(101.0) == HOUR - 5.0
