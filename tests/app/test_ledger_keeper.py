"""The process that keeps a ledger: what it says is what the store says, and how either end's death is taken."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.app import ledger_keeper
from newsletter.app.ledger_keeper import LedgerKeeper
from newsletter.errors import StoreBusy, StoreError
from newsletter.models import Consent, DeliveryState, Edition, Outcome, SendKind, Subscriber, Variant
from newsletter.store import Claims, Store
from newsletter.store.owners import new_owner
from tests.databases import Databases

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)


@pytest.fixture
def url(sqlite_databases: Databases) -> str:
    """A database with a send to sixty people, the first of this database."""
    found = sqlite_databases.ready()
    with Store.open(found, hash_key=b"a key for the tests, 32 bytes or more") as store, store.begin() as work:
        to = work.audience.create_list("weekly").id
        people = [Subscriber(f"reader{n}@example.org", fields={"city": "Aarhus"}) for n in range(60)]
        work.audience.upsert(to, people, Consent("import", NOW, "weekly.csv"), NOW)
        edition = work.editions.freeze(Edition(1, (Variant("default", ("s",), (), ("<p>",), ("t",)),)), NOW)
        work.sends.start(
            edition,
            SendKind.ISSUE,
            list_id=to,
            now=NOW,
            deadline=datetime.now(UTC) + timedelta(days=1),
            message_id_domain="example.org",
        )
    return found


@pytest.fixture
def kept(url: str) -> Iterator[LedgerKeeper]:
    made = LedgerKeeper(url, 1, {"relay": (100, None)})
    yield made
    made.close()


def test_claims_and_outcomes_come_through_as_they_are(url: str, kept: LedgerKeeper) -> None:
    claims = asyncio.run(kept.exchange((), 50))
    assert len(claims) == 50
    assert {(claim.attempt, claim.variant, claim.fields["city"]) for claim in claims} == {(1, "default", "Aarhus")}
    done = [Outcome(claim.delivery, DeliveryState.ACCEPTED, 250, "2.0.0", "Ok") for claim in claims]
    assert len(asyncio.run(kept.exchange(done, 50))) == 10
    assert asyncio.run(kept.next_due()) is None, "the others are its own"
    assert asyncio.run(kept.take())["relay"].share
    asyncio.run(kept.renew())
    with Store.open(url, hash_key=b"a key for the tests, 32 bytes or more") as store, store.read() as work:
        assert work.sends.tally(1).accepted == 50


def test_the_claims_are_the_sending_processs(kept: LedgerKeeper, url: str) -> None:
    """Else a sender that died would be taken for a living one as long as its keeper lives."""
    asyncio.run(kept.exchange((), 1))
    engine = sqlite3.connect(url.removeprefix("sqlite:///"))
    (owner,) = engine.execute("SELECT owner FROM deliveries WHERE state = 'claimed'").fetchone()
    engine.close()
    assert owner.rpartition(":")[0] == new_owner().rpartition(":")[0]


def test_errors_of_the_store_come_through(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise StoreBusy("the database is in use by another process; try again in a moment")

    with monkeypatch.context() as patch:
        patch.setattr(Claims, "exchange", busy)
        waiting = LedgerKeeper(url, 1, {})
    with pytest.raises(StoreBusy, match="in use by another process"):
        asyncio.run(waiting.exchange((), 1))
    assert asyncio.run(waiting.next_due()) == 0, "it goes on"
    waiting.close()
    nothing = LedgerKeeper(url, 99, {})
    with pytest.raises(StoreError, match="no send 99"):
        asyncio.run(nothing.exchange((), 1))
    nothing.close()


def test_an_answer_that_nobody_waits_for_is_not_taken_for_the_next_ones(url: str, kept: LedgerKeeper) -> None:
    async def impatient() -> None:
        asking = [asyncio.ensure_future(kept.exchange((), many)) for many in (3, 4)]
        await asyncio.sleep(0)
        for one in asking:
            one.cancel()

    asyncio.run(impatient())
    asyncio.run(kept.renew())
    assert len(asyncio.run(kept.exchange((), 5))) == 5
    with Store.open(url, hash_key=b"a key for the tests, 32 bytes or more") as store, store.read() as work:
        assert work.sends.tally(1).claimed in (5, 8, 9, 12), "what was asked is done or not, and never half"


def test_a_keeper_that_was_killed_is_an_error_that_says_so(kept: LedgerKeeper) -> None:
    asyncio.run(kept.exchange((), 1))
    os.kill(kept._pid, signal.SIGKILL)
    for _ in range(2):
        with pytest.raises(StoreError, match=r"keeps the ledger (ended with signal 9|is gone); nothing is lost"):
            asyncio.run(kept.exchange((), 1))


def test_a_fault_of_ours_is_told_and_the_keeper_goes_on(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a slip")

    monkeypatch.setattr(Claims, "exchange", broken)
    kept = LedgerKeeper(url, 1, {})
    with pytest.raises(StoreError, match=r"keeps the ledger failed \(RuntimeError\('a slip'\)\); nothing is lost"):
        asyncio.run(kept.exchange((), 1))
    assert asyncio.run(kept.next_due()) == 0
    kept.close()


def test_a_keeper_that_can_not_be_started_is_an_error_of_the_store(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(StoreError, match="can't be started: Resource temporarily unavailable"):
        LedgerKeeper(url, 1, {})


def test_keepers_of_one_process_end_in_any_order(url: str) -> None:
    """Each has the channels open of those before it."""
    first, second = LedgerKeeper(url, 1, {}), LedgerKeeper(url, 1, {})
    first.close()
    assert len(asyncio.run(second.exchange((), 5))) == 5
    second.close()


def test_nothing_is_claimed_for_a_sender_that_has_gone(url: str) -> None:
    """It was stopped when it got the request, and goes on when nobody is left to send."""
    kept = LedgerKeeper(url, 1, {})
    (first,) = asyncio.run(kept.exchange((), 1))
    os.kill(kept._pid, signal.SIGSTOP)
    done = [Outcome(first.delivery, DeliveryState.ACCEPTED)]
    kept._channel.send(ledger_keeper._framed(2, ("exchange", (done, 50))))
    kept._channel.close()
    os.kill(kept._pid, signal.SIGCONT)
    kept.close()
    with Store.open(url, hash_key=b"a key for the tests, 32 bytes or more") as store, store.read() as work:
        tally = work.sends.tally(1)
    assert (tally.accepted, tally.pending, tally.claimed) == (1, 59, 0)


def test_a_keeper_that_hangs_ends_when_its_sender_is_gone(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_keeper, "HUNG", 0.05)
    monkeypatch.setattr(Claims, "exchange", lambda *_: signal.pause())
    hanging = LedgerKeeper(url, 1, {})
    hanging._channel.send(ledger_keeper._framed(1, ("exchange", ((), 1))))
    hanging._channel.close()
    _, status = os.waitpid(hanging._pid, 0)
    assert os.waitstatus_to_exitcode(status) == 1
