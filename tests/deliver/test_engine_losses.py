"""Draining over connections that are lost, at each point where that can happen: nobody is lost, nobody gets two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from newsletter.deliver.memory import MemoryDeliveries
from newsletter.errors import RelayUnreachable
from newsletter.models import DeliveryState
from tests.deliver.views import recipients, states

Fixture = Callable[..., Any]


def test_a_server_that_closes_after_each_message_gets_them_all(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.accept()

    one = server(script)
    deliveries = MemoryDeliveries(claims(12))
    drain(deliveries, relay_at(one.address, connections=2))
    assert states(deliveries) == {"accepted": 12}
    assert len(one.messages) == 12


@pytest.mark.parametrize("rate", [None, 1000.0])  # with one, nothing is announced
@pytest.mark.parametrize("farewell", [[], ["421 4.3.2 that is enough"]])
def test_a_relay_that_ends_each_connection_at_the_second_message_costs_nobody_an_attempt(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture, rate: float | None, farewell: list[str]
) -> None:
    def script(wire: Any) -> None:
        if wire.greet("PIPELINING") and (wire.line() or "").startswith("MAIL"):
            wire.expect("RCPT", "DATA")
            wire.send("250 ok", "250 ok", "354 go on")
            wire.content()
            wire.send("250 ok")
            wire.line()
            wire.send(*farewell)

    one = server(script)
    deliveries = MemoryDeliveries(claims(9))
    drain(deliveries, relay_at(one.address, per_second=rate))
    assert states(deliveries) == {"accepted": 9}
    assert {row.attempts for row in deliveries.rows.values()} == {1}


def test_a_421_between_messages_costs_nobody_an_attempt(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        for _ in range(2):
            if not (wire.line() or "").startswith("MAIL"):
                return
            wire.expect("RCPT", "DATA")
            wire.send("250 ok", "250 ok", "354 go on")
            wire.content()
            wire.send("250 ok")
        if (wire.line() or "").startswith("MAIL"):
            wire.send("421 4.7.0 too many messages in this connection")

    one = server(script)
    deliveries = MemoryDeliveries(claims(9))
    drain(deliveries, relay_at(one.address))
    assert states(deliveries) == {"accepted": 9}
    assert len(one.messages) == 9


def test_a_connection_lost_after_the_dot_is_uncertain_and_never_sent_again(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    def breaks(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.accept()
        wire.envelope()
        wire.content()

    one = server(breaks, lambda wire: wire.serve())
    deliveries = MemoryDeliveries(claims(6))
    drain(deliveries, relay_at(one.address))
    assert states(deliveries) == {"accepted": 5, "uncertain": 1}
    assert len(set(recipients(one))) == len(one.messages) == 6
    (uncertain,) = [row for row in deliveries.rows.values() if row.state is DeliveryState.UNCERTAIN]
    assert uncertain.outcome is not None
    assert "handed over, and no reply came" in (uncertain.outcome.reply or "")


@pytest.mark.parametrize("point", ["MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_content_is_tried_again(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture, point: str
) -> None:
    def breaks(wire: Any) -> None:
        wire.hello()
        for command in ("MAIL", "RCPT", "DATA"):
            wire.expect(command)
            if command == point:
                return
            wire.send("250 ok")

    one = server(breaks, lambda wire: wire.serve())
    deliveries = MemoryDeliveries(claims(4))
    drain(deliveries, relay_at(one.address))
    assert states(deliveries) == {"accepted": 4}
    assert len(one.messages) == 4


def test_an_unknown_reply_to_the_message_is_uncertain_and_shown(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    deliveries = MemoryDeliveries(claims(1))
    drain(deliveries, relay_at(server(lambda wire: wire.serve({"DOT": "299 perhaps", "MAIL": "250 ok"})).address))
    assert states(deliveries) == {"accepted": 1}  # 2xx is yes, whatever its digits
    deliveries = MemoryDeliveries(claims(1))
    drain(deliveries, relay_at(server(lambda wire: wire.serve({"DOT": "654 perhaps"})).address))
    (row,) = deliveries.rows.values()
    assert row.state is DeliveryState.UNCERTAIN
    assert row.outcome is not None
    assert row.outcome.reply == "a reply that is neither yes nor no: 654 perhaps"


def test_a_relay_that_breaks_every_connection_is_given_up_and_nobody_lost(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    def script(wire: Any) -> None:
        if wire.greet("PIPELINING"):
            wire.line()

    deliveries = MemoryDeliveries(claims(20))
    with pytest.raises(RelayUnreachable, match="keeps losing the connection"):
        drain(deliveries, relay_at(server(script).address, connections=2))
    assert set(states(deliveries)) <= {"pending", "deferred"}
    assert deliveries.tally().audience == 20


def test_a_relay_that_goes_away_is_tried_for_a_while(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    def once(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.accept()

    one = server(once, lambda wire: wire.send("421 4.3.2 restarting"), lambda wire: wire.serve())
    deliveries = MemoryDeliveries(claims(3))
    drain(deliveries, relay_at(one.address))
    assert states(deliveries) == {"accepted": 3}
    assert one.connections == 3
