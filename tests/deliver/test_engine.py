"""Draining: nobody lost, nobody twice, whatever the relay does."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from newsletter.deliver import engine
from newsletter.deliver.memory import MemoryDeliveries, MemoryLedger
from newsletter.deliver.relay import Relay, Timeouts
from newsletter.errors import RelayLoginError, RelayRefused, RelayTLSError, RelayUnreachable, StoreBusy, StoreFull
from newsletter.models import Claim, Outcome
from tests.deliver.views import recipients, states

Fixture = Callable[..., Any]


def test_everybody_gets_one_message_over_several_connections(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    one = server(lambda wire: wire.serve())
    deliveries, told = MemoryDeliveries(claims(230)), list[Outcome]()
    drain(deliveries, relay_at(one.address, connections=4), progress=told.extend)
    assert states(deliveries) == {"accepted": 230}
    assert sorted(recipients(one)) == sorted(claim.email for claim in claims(230))
    assert len(one.messages) == 230
    assert sorted(outcome.delivery for outcome in told) == list(range(1, 231))
    assert deliveries.most_held <= 50


def test_one_message_opens_one_connection(server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture) -> None:
    one = server(lambda wire: wire.serve())
    drain(MemoryDeliveries(claims(1)), relay_at(one.address, connections=8))
    assert one.connections == 1


def test_each_recipient_gets_what_the_relay_said_of_them(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    replies = {
        "RCPT reader2@example.net": "550 5.1.1 no such user",
        "RCPT reader3@example.net": "450 4.2.0 greylisted",
        "RCPT reader4@example.net": "552 5.2.2 full",
    }
    deliveries = MemoryDeliveries(claims(5))
    drain(deliveries, relay_at(server(lambda wire: wire.serve(replies)).address))
    found = {number: row.outcome for number, row in deliveries.rows.items()}
    assert {number: (o.state.value, o.reply_code, o.enhanced_code, o.relay) for number, o in found.items() if o} == {
        1: ("accepted", 250, "2.0.0", "test"),
        2: ("failed", 550, "5.1.1", "test"),
        3: ("deferred", 450, "4.2.0", "test"),
        4: ("failed", 552, "5.2.2", "test"),
        5: ("accepted", 250, "2.0.0", "test"),
    }
    assert found[3] is not None
    assert 0 < (found[3].retry_after or 0) < 1


def test_a_deferred_one_is_tried_again_when_due_and_waited_for(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    grey: set[str] = set()

    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        while (line := wire.line()) is not None and line != "QUIT":
            to = wire.expect("RCPT TO:")
            wire.expect("DATA")
            wire.send("250 ok", "250 ok" if to in grey else "450 4.2.0 greylisted", "354 go on")
            wire.content()
            wire.send("250 ok" if to in grey else "554 nobody")
            grey.add(to)

    deliveries = MemoryDeliveries(claims(3))
    drain(deliveries, relay_at(server(script).address), wait=5.0)
    assert states(deliveries) == {"accepted": 3}
    assert [row.attempts for row in deliveries.rows.values()] == [2, 2, 2]


def test_nothing_is_waited_for_unless_asked(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture, haste: Any
) -> None:
    slow = replace(haste, recipient=replace(haste.recipient, first=60.0, most=60.0))
    deliveries = MemoryDeliveries(claims(2))
    relay = relay_at(server(lambda wire: wire.serve({"DOT": "451 4.3.0 later"})).address)
    began = time.monotonic()
    drain(deliveries, relay, patience=slow, wait=30.0)
    assert states(deliveries) == {"deferred": 2}
    assert time.monotonic() - began < 5


def test_a_relay_that_is_down_loses_nobody(relay_at: Fixture, drain: Fixture, claims: Fixture) -> None:
    deliveries = MemoryDeliveries(claims(60))
    with pytest.raises(RelayUnreachable):
        drain(deliveries, relay_at(("127.0.0.1", 1), connections=4))
    assert states(deliveries) == {"pending": 60}


def test_an_expired_certificate_loses_nobody(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture, tls_context: Fixture, ca_file: Any
) -> None:
    one = server(lambda wire: wire.tls(), tls=tls_context(expired=True))
    deliveries = MemoryDeliveries(claims(5))
    with pytest.raises(RelayTLSError, match="expired"):
        drain(deliveries, relay_at(one.address, tls="implicit", ca_file=ca_file, connections=2))
    assert states(deliveries) == {"pending": 5}


def test_a_refused_login_loses_nobody(server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture) -> None:
    def script(wire: Any) -> None:
        wire.hello("AUTH PLAIN")
        wire.expect("AUTH")
        wire.send("535 5.7.8 no")

    deliveries = MemoryDeliveries(claims(5))
    with pytest.raises(RelayLoginError):
        drain(deliveries, relay_at(server(script).address, username="u", password="p"))
    assert states(deliveries) == {"pending": 5}


@pytest.mark.parametrize(
    "replies",
    [
        {"MAIL": "550 5.7.1 sender not allowed", "RCPT": "503 no sender", "DATA": "503 no sender"},
        {"RCPT": "554 5.7.1 Relay access denied"},
        {"RCPT": "530 5.7.0 Authentication required"},
    ],
)
def test_a_relay_that_refuses_us_fails_nobody(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture, replies: dict[str, str]
) -> None:
    deliveries = MemoryDeliveries(claims(70))
    with pytest.raises(RelayRefused, match="takes no mail from us: 5"):
        drain(deliveries, relay_at(server(lambda wire: wire.serve(replies)).address, connections=2))
    assert states(deliveries) == {"pending": 70}


def test_one_foreign_domain_fails_alone_once_the_relay_took_others(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    replies = {"RCPT reader3@example.net": "554 5.7.1 Relay access denied"}
    deliveries = MemoryDeliveries(claims(5))
    drain(deliveries, relay_at(server(lambda wire: wire.serve(replies)).address))
    assert states(deliveries) == {"accepted": 4, "failed": 1}


def test_a_message_too_big_for_the_relay_fails_nobody(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    deliveries = MemoryDeliveries(claims(3))
    with pytest.raises(RelayRefused, match=r"the message has \d+ bytes, the relay takes 100 at most"):
        drain(deliveries, relay_at(server(lambda wire: wire.serve({}, "SIZE 100")).address))
    assert states(deliveries) == {"pending": 3}


def test_an_address_that_is_none_fails_without_asking_the_relay(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    rows = claims(2)
    deliveries = MemoryDeliveries([rows[0]._replace(email="x\r\nDATA@example.net"), rows[1]])
    drain(deliveries, relay_at(server(lambda wire: wire.serve()).address))
    assert states(deliveries) == {"accepted": 1, "failed": 1}
    assert deliveries.rows[1].outcome is not None
    assert deliveries.rows[1].outcome.enhanced_code == "5.1.3"


def test_a_fault_in_filling_a_message_loses_nobody(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    def values(claim: Claim) -> dict[str, str]:
        if claim.delivery == 3:
            raise RuntimeError("no such value")
        return {}

    deliveries = MemoryDeliveries(claims(5))
    with pytest.raises(RuntimeError, match="no such value"):
        drain(deliveries, relay_at(server(lambda wire: wire.serve()).address), values=values)
    assert states(deliveries) == {"accepted": 2, "pending": 3}


def test_a_stop_finishes_what_is_under_way_and_returns_the_rest(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    stop = threading.Event()

    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        for _ in range(3):
            wire.accept()
        wire.envelope()
        wire.content()
        stop.set()
        time.sleep(0.2)  # waits for nothing: the stop is to be seen while the message is under way
        wire.send("250 ok")
        wire.accept()  # was announced with the one under way
        wire.expect("QUIT")
        wire.send("221 bye")

    one = server(script)
    deliveries = MemoryDeliveries(claims(100))
    drain(deliveries, relay_at(one.address), stop=stop)
    assert states(deliveries) == {"accepted": 5, "pending": 95}


def test_a_stop_does_not_wait_for_a_silent_relay_for_ever(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture, haste: Any
) -> None:
    stop = threading.Event()

    def silent(after: str) -> Callable[[Any], None]:
        def script(wire: Any) -> None:
            wire.hello("PIPELINING")
            if after == "DOT":
                wire.envelope()
                wire.content()
            else:
                wire.expect("MAIL", "RCPT", "DATA")
            stop.set()
            while wire.line() is not None:
                pass

        return script

    for after, expected in (("DOT", {"uncertain": 1, "pending": 2}), ("MAIL", {"pending": 3})):
        stop.clear()
        deliveries = MemoryDeliveries(claims(3))
        began = time.monotonic()
        drain(deliveries, relay_at(server(silent(after)).address), stop=stop, patience=replace(haste, grace=0.2))
        assert states(deliveries) == expected
        assert time.monotonic() - began < 5


def test_a_stop_during_connecting_returns_at_once(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    stop = threading.Event()

    def script(wire: Any) -> None:
        stop.set()
        wire.line()

    deliveries = MemoryDeliveries(claims(3))
    began = time.monotonic()
    drain(deliveries, relay_at(server(script).address, timeouts=Timeouts()), stop=stop)
    assert states(deliveries) == {"pending": 3}
    assert time.monotonic() - began < 5


def test_a_stop_before_the_start_claims_nothing(relay_at: Fixture, drain: Fixture, claims: Fixture) -> None:
    stop = threading.Event()
    stop.set()
    deliveries = MemoryDeliveries(claims(3))
    drain(deliveries, relay_at(("127.0.0.1", 1)), stop=stop)
    assert states(deliveries) == {"pending": 3}
    assert all(row.attempts == 0 for row in deliveries.rows.values())


def test_more_connections_than_the_window_has_claims_share_it(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    deliveries = MemoryDeliveries(claims(150))
    drain(deliveries, relay_at(server(lambda wire: wire.serve()).address, connections=60))
    assert states(deliveries) == {"accepted": 150}
    assert deliveries.most_held <= 50


def test_an_unusable_relay_is_tried_once_not_once_a_connection(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    one = server(lambda wire: wire.send("554 5.3.2 no service"))
    with pytest.raises(RelayUnreachable, match="refuses the connection"):
        drain(MemoryDeliveries(claims(100)), relay_at(one.address, connections=8))
    assert one.connections == 1


def test_a_relay_that_allows_fewer_connections_gets_all_through_those(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    one = server(lambda wire: wire.serve(), lambda wire: wire.send("421 4.7.0 too many connections"))
    deliveries = MemoryDeliveries(claims(120))
    drain(deliveries, relay_at(one.address, connections=4))
    assert states(deliveries) == {"accepted": 120}


class Faulty:
    """A ledger whose exchange raises what the test says, by the number of the call."""

    def __init__(self, ledger: MemoryLedger, faults: dict[int, Exception]) -> None:
        self._ledger, self._faults, self.calls = ledger, faults, 0

    def exchange(self, outcomes: Sequence[Outcome], limit: int) -> Sequence[Claim]:
        self.calls += 1
        if fault := self._faults.get(self.calls):
            raise fault
        return self._ledger.exchange(outcomes, limit)

    def renew(self) -> None:
        self._ledger.renew()

    def next_due(self) -> float | None:
        return self._ledger.next_due()


@pytest.fixture
def drain_ledger(program: Any, haste: Any) -> Callable[[Any, Relay], None]:
    def run(ledger: Any, relay: Relay) -> None:
        values: dict[str, str] = {}
        engine.drain(
            ledger, {"default": program}, relay, values=lambda _: values, stop=threading.Event(), patience=haste
        )

    return run


def test_a_locked_database_is_asked_again(
    server: Fixture, relay_at: Fixture, claims: Fixture, drain_ledger: Fixture
) -> None:
    deliveries = MemoryDeliveries(claims(60))
    ledger = Faulty(deliveries.ledger(), {1: StoreBusy("locked"), 3: StoreBusy("locked")})
    drain_ledger(ledger, relay_at(server(lambda wire: wire.serve()).address))
    assert states(deliveries) == {"accepted": 60}


def test_a_full_disk_stops_the_sending_and_is_told(
    server: Fixture, relay_at: Fixture, claims: Fixture, drain_ledger: Fixture
) -> None:
    """What was sent is recorded if it can be after all; otherwise those claims stay claimed, 50 at most."""
    one = server(lambda wire: wire.serve())
    deliveries = MemoryDeliveries(claims(200))
    with pytest.raises(StoreFull, match="disk"):
        drain_ledger(Faulty(deliveries.ledger(), {3: StoreFull("disk full")}), relay_at(one.address))
    tally = deliveries.tally()
    assert (tally.accepted, tally.pending, tally.claimed) == (len(one.messages), 200 - len(one.messages), 0)
    deliveries = MemoryDeliveries(claims(200))
    full = {call: StoreFull("disk full") for call in range(3, 99)}
    with pytest.raises(StoreFull, match="disk"):
        drain_ledger(Faulty(deliveries.ledger(), full), relay_at(one.address))
    assert 0 < deliveries.tally().claimed <= 50


def test_the_rate_is_kept_over_all_connections(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    deliveries = MemoryDeliveries(claims(11))
    relay = relay_at(server(lambda wire: wire.serve()).address, connections=4, per_second=50.0)
    began = time.monotonic()
    drain(deliveries, relay)
    assert states(deliveries) == {"accepted": 11}
    assert time.monotonic() - began >= 10 / 50


def test_two_senders_share_an_audience_without_sending_twice(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    one = server(lambda wire: wire.serve())
    deliveries = MemoryDeliveries(claims(300))
    relay = relay_at(one.address, connections=2)
    threads = [threading.Thread(target=drain, args=(deliveries, relay)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert states(deliveries) == {"accepted": 300}
    assert len(one.messages) == len(set(recipients(one))) == 300


def test_the_sending_process_stays_lean() -> None:
    heavy = ["pydantic", "alembic", "jinja2", "rich", "aiosmtpd", "sqlalchemy", "idna", "numpy", "lxml"]
    imports = "import sys, newsletter.deliver.engine, newsletter.deliver.memory"
    code = f"{imports}; print([module for module in {heavy} if module in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
