"""Draining over several relays: weights, failover, limits, and one that is slow."""

from __future__ import annotations

import base64
import hmac
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from newsletter.deliver.backoff import Backoff
from newsletter.deliver.memory import MemoryDeliveries
from newsletter.deliver.relay import Relay
from newsletter.deliver.standing import Standing
from newsletter.errors import RelayLoginError, RelayRefused, RelayUnreachable
from newsletter.models import Claim, DeliveryState
from newsletter.models.sends import Used
from tests.deliver.views import recipients, states

Fixture = Callable[..., Any]


@pytest.fixture
def two(server: Fixture, relay_at: Fixture) -> Callable[..., list[Relay]]:
    """two(a, b, a={…}, b={…}): relays "a" and "b" at these servers."""

    def make(one: Any, other: Any, a: dict[str, Any] | None = None, b: dict[str, Any] | None = None) -> list[Relay]:
        pairs = (("a", one, a or {}), ("b", other, b or {}))
        return [replace(relay_at(place.address, connections=2), name=name, **fields) for name, place, fields in pairs]

    return make


def by_relay(deliveries: MemoryDeliveries) -> Counter[str | None]:
    return Counter(row.outcome.relay for row in deliveries.rows.values() if row.outcome)


def test_two_relays_share_by_weight(server: Fixture, two: Fixture, drain: Fixture, claims: Fixture) -> None:
    deliveries = MemoryDeliveries(claims(200))
    one, other = server(lambda wire: wire.serve()), server(lambda wire: wire.serve())
    drain(deliveries, two(one, other, a={"weight": 3}))
    assert states(deliveries) == {"accepted": 200}
    assert 120 <= len(one.messages) <= 180  # 150, unless one of them was behind on a loaded machine
    assert len(one.messages) + len(other.messages) == 200
    assert by_relay(deliveries) == {"a": len(one.messages), "b": len(other.messages)}
    assert deliveries.most_held <= 50


def test_only_what_a_relay_has_been_dealt_already_is_announced_to_it(
    server: Fixture, two: Fixture, drain: Fixture, claims: Fixture
) -> None:
    """Announced or not, everybody's mail leaves once, and the connection's limit of messages stands."""
    deliveries = MemoryDeliveries(claims(120))
    one, other = (server(lambda wire: wire.serve(None, "PIPELINING")) for _ in range(2))
    drain(deliveries, two(one, other, a={"per_connection": 7}, b={"weight": 2}))
    assert states(deliveries) == {"accepted": 120}
    assert sorted(recipients(one) + recipients(other)) == sorted(row.claim.email for row in deliveries.rows.values())
    assert all(row.attempts == 1 for row in deliveries.rows.values())


def test_a_relay_that_refuses_us_at_the_end_of_a_message_gives_back_what_was_announced(
    server: Fixture, two: Fixture, drain: Fixture, claims: Fixture, haste: Any
) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.envelope()
        wire.content()
        wire.send("550 5.7.1 sender address rejected")
        while wire.line() not in (None, "QUIT"):  # an envelope that was announced, perhaps
            pass

    deliveries = MemoryDeliveries(claims(200))
    bad, good = server(script), server(lambda wire: wire.serve())
    patience = replace(haste, aside=Backoff(first=0.01, most=0.01))  # so that its connections come back
    drain(deliveries, two(bad, good, a={"weight": 5}), patience=patience)
    assert states(deliveries) == {"accepted": 200}
    assert by_relay(deliveries) == {"b": 200}
    assert all(row.attempts == 1 for row in deliveries.rows.values())


def test_a_dead_relay_is_put_aside_and_told(
    server: Fixture, two: Fixture, drain: Fixture, claims: Fixture, haste: Any
) -> None:
    deliveries, told = MemoryDeliveries(claims(80)), list[Standing]()
    alive = server(lambda wire: wire.serve())
    relays = two(alive, alive)
    relays[0] = replace(relays[0], port=1)
    patience = replace(haste, aside=Backoff(first=60.0, most=60.0))
    drain(deliveries, relays, patience=patience, standings=told.extend)
    assert states(deliveries) == {"accepted": 80}
    assert by_relay(deliveries) == {"b": 80}
    assert [(one.relay, "can't connect" in (one.aside or "")) for one in told[-2:]] == [("a", True), ("b", False)]


def test_with_all_relays_dead_everybody_waits_and_each_is_named(
    relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    deliveries = MemoryDeliveries(claims(60))
    relays = [replace(relay_at(("127.0.0.1", 1)), name=name) for name in "ab"]
    with pytest.raises(RelayUnreachable, match=r"relay (a|b): .*; relay (a|b): "):
        drain(deliveries, relays)
    assert states(deliveries) == {"pending": 60}
    assert all(row.attempts <= 2 for row in deliveries.rows.values())


def test_a_relay_that_dies_on_the_way_leaves_its_mail_to_the_other(
    server: Fixture, two: Fixture, drain: Fixture, claims: Fixture
) -> None:
    def dies(wire: Any) -> None:
        wire.hello("PIPELINING")
        for _ in range(5):
            wire.accept()

    one, other = server(dies, lambda wire: None), server(lambda wire: wire.serve())
    deliveries = MemoryDeliveries(claims(150))
    drain(deliveries, two(one, other))
    assert states(deliveries) == {"accepted": 150}
    everybody = recipients(one) + recipients(other)
    assert len(one.messages) + len(other.messages) == 150
    assert {claim.email for claim in claims(150)} == set(everybody)


def test_a_relay_that_comes_back_is_used_again(server: Fixture, two: Fixture, drain: Fixture, claims: Fixture) -> None:
    back = server(lambda wire: wire.send("554 5.3.2 not yet"), lambda wire: wire.serve())
    deliveries = MemoryDeliveries(claims(120))
    quick = server(lambda wire: wire.serve())
    drain(deliveries, two(back, quick, b={"per_second": 100.0}))
    assert states(deliveries) == {"accepted": 120}
    assert back.messages


def test_a_relay_that_hangs_holds_only_what_it_was_handed(
    server: Fixture, two: Fixture, drain: Fixture, claims: Fixture
) -> None:
    """The other one goes on at its own speed; here it has to be done before the hung one is let go."""
    done = threading.Event()

    def hangs(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.expect("MAIL", "RCPT", "DATA")
        assert done.wait(10)

    deliveries = MemoryDeliveries(claims(200))
    quick = server(lambda wire: wire.serve())
    relays = two(server(hangs), quick, a={"weight": 5})

    def watch(outcomes: Any) -> None:
        if states(deliveries).get("accepted", 0) >= 198:
            done.set()

    drain(deliveries, relays, progress=watch, wait=5.0)
    assert done.is_set()
    assert states(deliveries) == {"accepted": 200}
    assert len(quick.messages) == 200


def test_a_refusal_of_us_is_the_others_chance(server: Fixture, two: Fixture, drain: Fixture, claims: Fixture) -> None:
    strict = server(lambda wire: wire.serve({"MAIL": "550 5.7.1 sender not allowed", "DATA": "503 no"}))
    deliveries = MemoryDeliveries(claims(30))
    drain(deliveries, two(strict, server(lambda wire: wire.serve())))
    assert states(deliveries) == {"accepted": 30}
    assert by_relay(deliveries) == {"b": 30}


def test_a_domain_that_one_relay_does_not_take_goes_to_the_other(
    server: Fixture, two: Fixture, drain: Fixture, claims: Fixture
) -> None:
    replies = {f"RCPT reader{n}@example.net": "554 5.7.1 Relay access denied" for n in range(11, 16)}
    picky, both = server(lambda wire: wire.serve(replies)), server(lambda wire: wire.serve())
    deliveries = MemoryDeliveries(claims(40))
    drain(deliveries, two(picky, both), accepted={"a": 1, "b": 1})
    assert states(deliveries) == {"accepted": 40}
    none = MemoryDeliveries(claims(15))
    drain(none, two(picky, picky), accepted={"a": 1, "b": 1})
    assert states(none) == {"accepted": 10, "failed": 5}


def test_what_was_accepted_before_a_restart_keeps_one_foreign_domain_from_stopping_the_rest(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    one = server(lambda wire: wire.serve({"RCPT reader1@example.net": "554 5.7.1 Relay access denied"}))
    with pytest.raises(RelayRefused):
        drain(MemoryDeliveries(claims(3)), relay_at(one.address))
    deliveries = MemoryDeliveries(claims(3))
    drain(deliveries, relay_at(one.address), accepted={"test": 1})
    assert states(deliveries) == {"accepted": 2, "failed": 1}


@pytest.mark.parametrize(("recovery", "recovers"), [(0.05, True), (600.0, False)])
def test_a_relay_that_says_slow_down_is_slowed_and_recovers(
    server: Fixture,
    relay_at: Fixture,
    drain: Fixture,
    claims: Fixture,
    haste: Any,
    recovery: float,
    recovers: bool,
) -> None:
    complaints = iter(["451 4.7.1 rate limited, try later"] * 2)

    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        while (line := wire.line()) is not None and line != "QUIT":
            wire.expect("RCPT", "DATA")
            wire.send("250 ok", "250 ok", "354 go on")
            wire.content()
            late = len(wire.server.messages) > 60
            wire.send((next(complaints, None) if late else None) or "250 ok")

    told: list[Standing] = []
    deliveries = MemoryDeliveries(claims(300))
    relay = relay_at(server(script).address, per_second=500.0)
    drain(deliveries, relay, patience=replace(haste, recovery=recovery), wait=5.0, standings=told.extend)
    assert states(deliveries) == {"accepted": 300}
    assert (told[-1].slowed is None) is recovers
    assert (told[-1].slowed or 0.0) < 400


def test_a_421_at_the_start_of_each_session_slows_and_nobody_is_lost(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    busy = iter([True, True])

    def script(wire: Any) -> None:
        if next(busy, False):
            wire.hello("PIPELINING")
            wire.expect("MAIL")
            wire.send("421 4.7.0 too fast")
        else:
            wire.serve()

    deliveries = MemoryDeliveries(claims(5))
    drain(deliveries, relay_at(server(script).address))
    assert states(deliveries) == {"accepted": 5}


def test_a_slow_domain_does_not_hold_up_the_others(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    rows: list[Claim] = claims(120)
    slow = [row._replace(email=f"r{row.delivery}@slow.example") for row in rows[:60]]
    one = server(lambda wire: wire.serve())
    deliveries = MemoryDeliveries([*slow, *rows[60:]])
    relay = relay_at(one.address, connections=2, domains={"slow.example": 100.0})
    began = time.monotonic()
    drain(deliveries, relay)
    assert states(deliveries) == {"accepted": 120}
    assert time.monotonic() - began >= 59 / 100 - 0.1
    order = recipients(one)
    assert max(order.index(row.email) for row in rows[60:]) < 90
    assert deliveries.most_held <= 50
    assert all(row.attempts == 1 for row in deliveries.rows.values())


def test_a_daily_limit_ends_the_run_with_the_time_and_is_kept_over_a_restart(
    server: Fixture, program: Any, haste: Any, relay_at: Fixture, claims: Fixture
) -> None:
    from newsletter.deliver import engine

    one = server(lambda wire: wire.serve())
    deliveries = MemoryDeliveries(claims(30))
    relay = relay_at(one.address, connections=3, per_day=12)

    def accepted() -> dict[str, Used]:
        return {"test": Used([(3600.0, states(deliveries).get("accepted", 0))])}

    def go() -> float | None:
        return engine.drain(
            deliveries.ledger(),
            {"default": program},
            relay,
            values=lambda _: {},
            stop=threading.Event(),
            patience=haste,
            usage=accepted,
        )

    due = go()
    assert states(deliveries) == {"accepted": 12, "pending": 18}
    assert due is not None
    assert 80_000 < due <= 86_400
    assert go() is not None
    assert len(one.messages) == 12


def test_a_relay_with_its_day_full_leaves_the_rest_to_the_other(
    server: Fixture, two: Fixture, drain: Fixture, claims: Fixture
) -> None:
    one, other = server(lambda wire: wire.serve()), server(lambda wire: wire.serve())
    deliveries = MemoryDeliveries(claims(60))
    drain(deliveries, two(one, other, a={"per_hour": 7}))
    assert states(deliveries) == {"accepted": 60}
    assert (len(one.messages), len(other.messages)) == (7, 53)


def test_a_connection_is_left_after_so_many_messages(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    one = server(lambda wire: wire.serve())
    deliveries = MemoryDeliveries(claims(10))
    drain(deliveries, relay_at(one.address, per_connection=3))
    assert states(deliveries) == {"accepted": 10}
    assert one.connections == 4
    assert one.lines.count("QUIT") == 4


class Logins(SMTP):
    """aiosmtpd's server; CRAM-MD5 and XOAUTH2 checked as RFC 2195 and Google's page on the protocol say."""

    async def auth_CRAM__MD5(self, _: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd names it so
        challenge = b"<17.42@relay.example>"
        answer = await self.challenge_auth(challenge)
        user, _, digest = bytes(answer).decode().partition(" ")
        right = user == "digest" and digest == hmac.new(b"open sesame", challenge, "md5").hexdigest()
        return AuthResult(success=right, handled=False)

    async def auth_XOAUTH2(self, _: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd names it so
        if base64.b64decode(args[1]) == b"user=digest\1auth=Bearer open sesame\1\1":
            return AuthResult(success=True)
        assert await self.challenge_auth(b'{"status":"401"}') == b""
        return AuthResult(success=False, handled=False)


class Server(Controller):
    def factory(self) -> SMTP:
        def check(*given: Any) -> AuthResult:
            return AuthResult(success=given[-1] == LoginPassword(b"digest", b"open sesame"), handled=False)

        return Logins(self.handler, authenticator=check, auth_required=True, auth_require_tls=False)


class Taken:
    async def handle_DATA(self, *_: Any) -> str:  # noqa: N802 - aiosmtpd names it so
        return "250 taken"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("mechanism", ["plain", "login", "cram-md5", "xoauth2"])
def test_each_login_against_a_real_server(relay_at: Fixture, drain: Fixture, claims: Fixture, mechanism: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    running = Server(Taken(), hostname="127.0.0.1", port=port, server_hostname="relay.example")
    running.start()
    try:
        relay = relay_at(("127.0.0.1", port), username="digest", password="open sesame", auth=mechanism)
        deliveries = MemoryDeliveries(claims(3))
        drain(deliveries, relay)
        assert states(deliveries) == {"accepted": 3}
        with pytest.raises(RelayLoginError, match="535"):
            drain(MemoryDeliveries(claims(1)), replace(relay, password="wrong"))
    finally:
        running.stop()


def test_only_what_cannot_be_read_travels_unencrypted() -> None:
    from newsletter.deliver.smtp import auth

    relay = Relay("r", "relay.example", 25, tls="none", username="digest", password="secret")
    offered = frozenset({"PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"})
    assert auth.choose(relay, offered, private=False)[0] == "CRAM-MD5"
    assert auth.choose(relay, offered, private=True)[0] == "PLAIN"
    for name in ("plain", "login", "xoauth2"):
        with pytest.raises(RelayLoginError, match="would travel unencrypted"):
            auth.choose(replace(relay, auth=name), offered, private=False)
    with pytest.raises(RelayLoginError, match="offers XOAUTH2"):  # a password is no token
        auth.choose(relay, frozenset({"XOAUTH2"}), private=True)


def test_a_mailbox_that_does_not_exist_is_marked_so(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    replies = {
        "RCPT reader1@example.net": "550 5.1.1 no such user",
        "RCPT reader2@example.net": "550 5.7.1 policy",
        "RCPT reader3@example.net": "552 5.2.2 mailbox full",
    }
    deliveries = MemoryDeliveries(claims(4))
    drain(deliveries, relay_at(server(lambda wire: wire.serve(replies)).address))
    marked = [number for number, row in deliveries.rows.items() if row.outcome and row.outcome.no_mailbox]
    assert marked == [1]
    assert deliveries.rows[3].state is DeliveryState.FAILED
