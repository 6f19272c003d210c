"""Messages that an RSA key signs are made in threads, ahead of their turn; the others where they are sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from newsletter.deliver import message
from newsletter.deliver.dkim import Key, Signer
from newsletter.deliver.making import Making
from newsletter.deliver.memory import MemoryDeliveries
from newsletter.models import Claim, DeliveryState, Outcome, Values, Variant
from tests.deliver.views import recipients, states

Fixture = Callable[..., Any]
DATE = datetime(2026, 3, 1, 7, tzinfo=UTC)


@pytest.fixture(scope="module", params=["rsa", "ed25519"])
def signer(request: pytest.FixtureRequest) -> Signer:
    key: Any = rsa.generate_private_key(65537, 2048) if request.param == "rsa" else ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Signer(Key("example.org", "test", pem))


@pytest.fixture
def program(variant: Variant, letterhead: message.Letterhead, signer: Signer) -> message.Program:
    return message.compile(variant, letterhead, date=DATE, signers=[signer])


def _values(claim: Claim) -> Values:
    return {"unsubscribe_url": f"https://news.example.org/u/{claim.delivery}"}


def test_a_drain_sends_what_was_made_ahead_as_it_would_be_made_at_once(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture, program: message.Program, signer: Signer
) -> None:
    threads: set[str] = set()

    def values(claim: Claim) -> Values:
        threads.add(threading.current_thread().name.partition("_")[0])
        return _values(claim)

    one = server(lambda wire: wire.serve())
    deliveries = MemoryDeliveries(claims(120))
    drain(deliveries, relay_at(one.address, connections=3), values=values)
    assert states(deliveries) == {"accepted": 120}
    assert len(set(recipients(one))) == len(one.messages) == 120
    expected = {program.message(claim, _values(claim)).data for claim in claims(120)}
    assert {sent.replace(b"\r\n..", b"\r\n.") for sent in one.messages} == {
        data.replace(b"\r\n..", b"\r\n.") for data in expected
    }
    assert all(b"DKIM-Signature: " in sent for sent in one.messages)
    assert threads == ({"signing"} if signer.bits else {"MainThread"})


def test_what_cannot_be_made_fails_where_it_is_sent(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    def values(claim: Claim) -> Values:
        if claim.delivery == 7:
            raise ZeroDivisionError
        return _values(claim)

    deliveries = MemoryDeliveries(claims(20))
    with pytest.raises(ZeroDivisionError):
        drain(deliveries, relay_at(server(lambda wire: wire.serve()).address), values=values)
    assert set(states(deliveries)) <= {"accepted", "pending"}
    assert deliveries.rows[7].state is DeliveryState.PENDING


def test_an_address_that_is_none_fails_alone(
    server: Fixture, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    several = claims(5)
    several[2] = Claim(3, 3, "no address", None, None, {}, "default", 0, "3@example.org", 1)
    deliveries = MemoryDeliveries(several)
    drain(deliveries, relay_at(server(lambda wire: wire.serve()).address))
    assert states(deliveries) == {"accepted": 4, "failed": 1}


def test_no_more_messages_are_held_than_claims(program: message.Program, claims: Fixture) -> None:
    making = Making({"default": program}, _values, verp=True)
    some = claims(3)
    making.exchanged([], some)
    making.exchanged([Outcome(some[0].delivery, DeliveryState.ACCEPTED)], [])
    for claim in some:
        assert making.message(claim, verp=True) == program.message(claim, _values(claim))
        assert making.message(claim, verp=False) == program.message(claim, _values(claim), verp=False)
    held = len(making._begun)
    making.close()
    assert held == (2 if program.signs_slowly else 0)
