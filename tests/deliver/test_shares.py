"""Limits that are counted from the ledger while a drain goes on: what it asks for, and what ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from newsletter.deliver import connections
from newsletter.deliver.memory import MemoryDeliveries
from newsletter.errors import StoreFull
from newsletter.models.sends import Used
from tests.deliver.views import states

Fixture = Callable[..., Any]


@pytest.fixture
def stop_after() -> Any:
    """stop_after(seconds): a stop that comes by itself."""
    timers: list[threading.Timer] = []

    def stop_after(seconds: float) -> threading.Event:
        stop = threading.Event()
        timers.append(threading.Timer(seconds, stop.set))
        timers[-1].start()
        return stop

    yield stop_after
    for timer in timers:
        timer.cancel()


def test_a_ledger_that_can_not_be_counted_ends_the_run(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture, stop_after: Fixture
) -> None:
    answers = iter([{"test": Used((), 6)}])

    def take() -> dict[str, Used]:
        for answer in answers:
            return answer
        raise StoreFull("disk full")

    one, stop = server(lambda wire: wire.serve()), stop_after(5.0)
    deliveries = MemoryDeliveries(claims(30))
    with pytest.raises(StoreFull):
        drain(deliveries, relay_at(one.address, per_day=100), usage=take, stop=stop)
    assert not stop.is_set()
    assert 0 < len(one.messages) <= 6
    assert states(deliveries) == {"accepted": len(one.messages), "pending": 30 - len(one.messages)}


def test_a_share_that_stays_empty_is_asked_for_less_and_less(
    monkeypatch: pytest.MonkeyPatch,
    server: Fixture,
    relay_at: Fixture,
    drain: Fixture,
    claims: Fixture,
    stop_after: Fixture,
) -> None:
    monkeypatch.setattr(connections, "_LOOK", 0.01)
    asked: list[None] = []

    def take() -> dict[str, Used]:
        asked.append(None)
        return {"test": Used((), 0)}

    one = server(lambda wire: wire.serve())
    drain(MemoryDeliveries(claims(3)), relay_at(one.address, per_day=100), usage=take, stop=stop_after(0.5))
    assert 3 <= len(asked) <= 8  # at 0, 10, 30, 70, 150, 310 ms
    assert not one.messages


def test_a_message_that_the_relay_may_have_counts_against_its_limit(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    def breaks(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.accept()
        wire.envelope()
        wire.content()

    one = server(breaks, lambda wire: wire.serve())
    deliveries = MemoryDeliveries(claims(10))
    drain(deliveries, relay_at(one.address, per_day=5))
    assert len(one.messages) == 5
    assert states(deliveries) == {"accepted": 4, "uncertain": 1, "pending": 5}
