"""Which relay gets a claim: by weight, around what is slow, full, limited or broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from newsletter.deliver.backoff import Patience
from newsletter.deliver.relay import Relay
from newsletter.deliver.routing import BEHIND, Dealt, Refused, Routes, Turn, Wait
from newsletter.errors import RelayUnreachable

Claims = Callable[[int], list[Any]]


def routes(*relays: Relay, window: int = 50, **patience: Any) -> Routes:
    return Routes(relays, Patience(**patience), Random(1), window)


def relay(name: str, **fields: Any) -> Relay:
    return Relay(name, "127.0.0.1", 25, **({"connections": 50} | fields))


def choose(found: Routes, count: int, domain: str = "example.net", now: float = 0.0) -> list[str]:
    """The names of the relays that so many claims go to, each settled at once."""
    names = []
    for _ in range(count):
        turn = found.choose(domain, now)
        assert isinstance(turn, Turn)
        turn.lane.held -= 1
        names.append(turn.lane.relay.name)
    return names


def test_weights_are_kept_and_spread_evenly() -> None:
    found = routes(relay("a", weight=3), relay("b"))
    assert "".join(choose(found, 8)) == "aabaaaba"
    assert Counter(choose(routes(relay("a", weight=5), relay("b", weight=2), relay("c")), 80)) == {
        "a": 50,
        "b": 20,
        "c": 10,
    }


def test_who_is_full_is_passed_over_and_has_not_the_whole_window() -> None:
    found = routes(relay("a", weight=100, connections=4), relay("b", connections=4))
    for _ in range(50):
        found.choose("example.net", 0.0)
    held = {lane.relay.name: lane.held for lane in found.lanes}
    assert held["a"] == 46
    assert held["b"] == 4
    assert isinstance(found.choose("example.net", 0.0), Turn)


def test_who_is_behind_gets_nothing_more(claims: Claims) -> None:
    found = routes(relay("slow"), relay("quick"))
    found.lanes[0].queue.append(Dealt(claims(1)[0], 0.0, 0.0))
    assert set(choose(found, 10, now=BEHIND / 2)) == {"slow", "quick"}
    assert set(choose(found, 10, now=BEHIND * 2)) == {"quick"}


def test_a_broken_one_is_put_aside_for_longer_each_time_until_it_answers() -> None:
    found = routes(relay("a"), relay("b"))
    lane, error = found.lanes[0], RelayUnreachable("a", "down")
    ends = []
    for _ in range(3):
        found.put_aside(lane, error, 0.0)
        ends.append(lane.aside_until)
    assert ends[0] < ends[1] < ends[2]
    assert set(choose(found, 4)) == {"b"}
    assert not found.all_aside(0.0)
    assert "a" in choose(found, 4, now=ends[2] + 1)
    found.answered(lane, "example.net", 0.0, accepted=True)
    assert (lane.asides, lane.error) == (0, None)


def test_when_all_are_aside_the_wait_is_for_the_first_to_return() -> None:
    found = routes(relay("a"), relay("b"))
    for lane in found.lanes:
        found.put_aside(lane, RelayUnreachable("x", "down"), 0.0)
    turn = found.choose("example.net", 0.0)
    assert turn == Wait(min(lane.aside_until for lane in found.lanes), mine=False)
    assert found.all_aside(0.0)


def test_a_slow_domain_waits_alone() -> None:
    found = routes(relay("a", domains={"slow.example": 2.0}))
    assert choose(found, 1, "slow.example") == ["a"]
    waits = [found.choose("slow.example", 0.0) for _ in range(3)]
    assert [(wait.seconds, wait.mine) for wait in waits if isinstance(wait, Wait)] == [
        (0.5, True),
        (1.0, True),
        (1.5, True),
    ]
    assert len(choose(found, 30, "other.example")) == 30
    assert choose(found, 1, "slow.example", now=0.5) == ["a"]


def test_each_domain_has_the_limit_of_all_but_those_named() -> None:
    found = routes(relay("a", per_domain=1.0, domains={"big.example": 1000.0}))
    choose(found, 1, "one.example")
    choose(found, 1, "two.example")
    assert isinstance(found.choose("one.example", 0.0), Wait)
    assert len(choose(found, 20, "big.example")) == 20


def test_another_relay_with_a_turn_for_the_domain_takes_it() -> None:
    found = routes(relay("a", domains={"slow.example": 1.0}), relay("b"))
    assert Counter(choose(found, 10, "slow.example"))["b"] == 9


def test_a_relay_that_has_had_its_day_is_passed_over_and_two_are_waited_for() -> None:
    found = routes(relay("a", per_day=2), relay("b", per_day=3))
    found.lanes[0].quota.load([(80_000.0, 2)], 100_000.0)
    assert set(choose(found, 2, now=100_000.0)) == {"b"}
    found.lanes[1].quota.load([(80_600.0, 3)], 100_000.0)
    wait = found.choose("example.net", 100_000.0)
    assert isinstance(wait, Wait)
    assert (round(wait.seconds), wait.mine) == (5800, False)


def test_a_claim_that_every_relay_refuses_to_relay_is_told() -> None:
    found = routes(relay("a"), relay("b"))
    a, b = found.lanes
    turn = found.choose("example.net", 0.0, {a})
    assert isinstance(turn, Turn)
    assert turn.lane is b
    with pytest.raises(Refused):
        found.choose("example.net", 0.0, {a, b})
    found.put_aside(b, RelayUnreachable("b", "down"), 0.0)
    wait = found.choose("example.net", 0.0, {a})
    assert isinstance(wait, Wait)
    assert wait.mine


def test_a_complaint_about_a_domain_slows_it_alone_and_about_the_relay_all() -> None:
    found = routes(relay("a"))
    (lane,) = found.lanes
    for tenth in range(40):
        lane.pace.take(tenth / 10)
    found.slow(lane, "slow.example", 4.0)
    assert lane.gates["slow.example"].rate == pytest.approx(5, rel=0.1)
    assert lane.pace.rate is None
    assert isinstance(found.choose("slow.example", 4.0), Wait)
    found.slow(lane, None, 4.0)
    assert lane.pace.rate == pytest.approx(5, rel=0.1)


def test_a_relay_that_allows_fewer_connections_gets_one_more_after_a_while() -> None:
    found = routes(relay("a", connections=8), recovery=80.0)
    (lane,) = found.lanes
    assert found.has_place(lane, 7, 0.0)
    found.fewer(lane, 3, 0.0)
    assert not found.has_place(lane, 3, 9.0)
    assert found.has_place(lane, 3, 10.0)
    assert not found.has_place(lane, 4, 10.0)
    found.fewer(lane, 0, 11.0)
    assert lane.places == 2


def test_what_is_kept_of_domains_is_bounded() -> None:
    found = routes(replace(relay("a"), per_domain=50.0))
    for number in range(5000):
        choose(found, 1, f"{number}.example", now=number / 10)
    assert len(found.lanes[0].gates) <= 1001
