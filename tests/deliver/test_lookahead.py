"""The next message is announced with the content of the one before, and loses nothing when the relay ends there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from newsletter.deliver.memory import MemoryDeliveries
from newsletter.deliver.smtp.link import Link
from tests.deliver.views import states

Fixture = Callable[..., Any]


def test_the_next_envelope_comes_with_the_content_before_it(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    """One packet each way: the second message is announced before the first has its reply (RFC 2920, 3.1)."""

    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.envelope()
        wire.content()
        wire.expect("MAIL FROM:", "RCPT TO:", "DATA")
        assert wire.silent(), "content before its 354"
        wire.send("250 ok", "250 ok", "250 ok", "354 go on")
        wire.content()
        wire.send("250 ok")
        wire.expect("QUIT")
        wire.send("221 bye")

    deliveries = MemoryDeliveries(claims(2))
    drain(deliveries, relay_at(server(script).address))
    assert states(deliveries) == {"accepted": 2}


def test_what_was_announced_to_a_connection_that_ends_goes_to_the_next_at_its_first_attempt(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    def closing(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.accept()

    def rest(wire: Any) -> None:
        wire.serve()

    deliveries = MemoryDeliveries(claims(6))
    drain(deliveries, relay_at(server(closing, rest).address))
    assert states(deliveries) == {"accepted": 6}
    assert all(row.attempts == 1 for row in deliveries.rows.values())


@pytest.mark.parametrize(
    ("said", "attempts"),
    [
        ("421 4.3.2 that was enough", [1, 1, 1]),
        ("250 ok", [1, 2, 1]),  # to its MAIL: the relay was at it when the connection went
    ],
)
def test_what_was_announced_was_tried_only_if_the_relay_took_it_up(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture, said: str, attempts: list[int]
) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.envelope()
        wire.content()
        wire.expect("MAIL FROM:", "RCPT TO:", "DATA")
        wire.send("250 ok", said)

    deliveries = MemoryDeliveries(claims(3))
    drain(deliveries, relay_at(server(script, lambda wire: wire.serve()).address))
    assert states(deliveries) == {"accepted": 3}
    assert [row.attempts for row in deliveries.rows.values()] == attempts


@pytest.mark.parametrize("together", [True, False])
def test_a_reply_without_those_that_follow_it_is_acknowledged_at_once(
    server: Fixture,
    relay_at: Fixture,
    drain: Fixture,
    claims: Fixture,
    monkeypatch: pytest.MonkeyPatch,
    together: bool,
) -> None:
    """Else both ends wait 40 ms: theirs for the acknowledgement, ours for something to send with it."""
    acknowledged, acknowledge = threading.Event(), Link.acknowledge

    def seen(link: Link) -> None:
        acknowledge(link)
        acknowledged.set()

    monkeypatch.setattr(Link, "acknowledge", seen)

    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.envelope()
        wire.content()
        wire.expect("MAIL FROM:", "RCPT TO:", "DATA")
        if together:
            wire.send("250 ok", "250 ok", "250 ok", "354 go on")
        else:
            acknowledged.clear()
            wire.send("250 ok")
            assert acknowledged.wait(10)
            wire.send("250 ok", "250 ok", "354 go on")
        wire.content()
        wire.send("250 ok")
        wire.expect("QUIT")
        wire.send("221 bye")

    deliveries = MemoryDeliveries(claims(2))
    drain(deliveries, relay_at(server(script).address))
    assert states(deliveries) == {"accepted": 2}
    assert acknowledged.is_set() is not together
