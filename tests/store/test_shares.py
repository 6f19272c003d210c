"""Shares of a relay's limits: together they never promise more than is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

import pytest
from sqlalchemy import event, select, update

from newsletter.models import Claim, DeliveryState, Outcome
from newsletter.store import tables
from newsletter.store.database import Database
from newsletter.store.shares import SharedClaims


@pytest.fixture
def sharer(url: str) -> Iterator[Callable[..., SharedClaims]]:
    """sharer(send, per_hour, per_day): a ledger with its shares in relay "a"."""
    made: list[SharedClaims] = []

    def sharer(
        send: int, per_hour: int | None = None, per_day: int | None = None, owner: str | None = None
    ) -> SharedClaims:
        made.append(SharedClaims(url, send, {"a": (per_hour, per_day)}, owner))
        return made[-1]

    yield sharer
    for ledger in made:
        ledger.close()


def accepted(claims: list[Claim]) -> list[Outcome]:
    return [Outcome(claim.delivery, DeliveryState.ACCEPTED, 250, relay="a") for claim in claims]


def test_what_others_hold_is_not_promised_again_and_comes_back(enrol, start, sharer):
    send = start(enrol(50)).id
    one, two = sharer(send, per_hour=100), sharer(send, per_hour=100, per_day=1000)
    assert one.take()["a"].share == 25
    assert two.take()["a"].share == 20  # of 75
    one.close()
    assert two.take()["a"].share == 25


def test_the_last_ones_are_promised_once(enrol, start, sharer):
    send = start(enrol(50)).id
    one, two = sharer(send, per_hour=12), sharer(send, per_hour=12)
    assert one.take()["a"].share == 12
    assert two.take()["a"].share == 0
    assert one.take()["a"].share == 12


def test_the_share_of_a_process_that_is_gone_or_did_not_renew_it_is_nobodys(enrol, start, sharer, url):
    send = start(enrol(50)).id
    lapsed, third = sharer(send, per_hour=10), sharer(send, per_hour=10)
    system, _, rest = lapsed.owner.partition(":")
    gone = sharer(send, per_hour=10, owner=f"{system}:4194304:{rest.partition(':')[2]}")
    assert gone.take()["a"].share == 10
    assert lapsed.take()["a"].share == 10
    assert third.take()["a"].share == 0
    database = Database(url)
    with database.write() as connection:
        long_ago = connection.scalar(select(tables.sends.c.created))
        connection.execute(update(tables.relay_shares).values(until=long_ago))
    database.close()
    assert third.take()["a"].share == 10


def test_what_was_promised_and_not_used_stays_promised(enrol, start, sharer):
    send = start(enrol(60)).id
    one, two = sharer(send, per_hour=40), sharer(send, per_hour=40)
    assert one.take()["a"].share == 20
    held = one.exchange([], 20)
    assert two.take()["a"].share == 20
    one.exchange(accepted(held[:5]), 0)
    assert one.take()["a"].share == 15
    assert two.take()["a"].share == 20


def test_a_send_that_waits_for_a_few_holds_a_few(enrol, start, sharer):
    members = enrol(30)
    first, second = start(members).id, start(members, again="both at once").id
    few, many = sharer(first, per_hour=40), sharer(second, per_hour=40)
    assert few.take()["a"].share == 20
    assert many.take()["a"].share == 20
    claims = few.exchange([], 30)
    gone = [Outcome(claim.delivery, DeliveryState.FAILED, 550, relay="a") for claim in claims[3:]]
    few.exchange(gone, 0)
    assert few.take()["a"].share == 3  # in hand, and the relay may take them
    few.exchange(accepted(claims[:2]), 0)
    few.exchange([Outcome(claims[2].delivery, DeliveryState.DEFERRED, 450, relay="a", retry_after=900.0)], 0)
    assert few.take()["a"].share == 1
    assert many.take()["a"].share == 20
    assert sharer(second, per_hour=40).take()["a"].share == 17  # 40 less 2 accepted, 1 and 20 promised


def test_what_a_relay_may_have_counts_as_accepted(enrol, start, sharer):
    send = start(enrol(60)).id
    one, two = sharer(send, per_day=20), sharer(send, per_day=20)
    assert one.take()["a"].share == 20
    claims = one.exchange([], 20)
    one.exchange([Outcome(claim.delivery, DeliveryState.UNCERTAIN, relay="a") for claim in claims], 0)
    assert sum(count for _, count in one.take()["a"].accepted) == 20
    assert one.take()["a"].share == two.take()["a"].share == 0


def test_deliveries_are_counted_while_others_can_write(enrol, start, sharer):
    """The lock is for the shares alone."""
    one = sharer(start(enrol(5)).id, per_hour=100)
    locked: list[str] = []
    event.listen(one._database.writer, "before_cursor_execute", lambda _, __, statement, *___: locked.append(statement))
    one.take()
    # PostgreSQL's reader and writer are one engine: what comes before the lock is seen, too.
    lock = next((at for at, statement in enumerate(locked) if "pg_advisory" in statement), 0)
    assert any("INSERT INTO relay_shares" in statement for statement in locked[lock:])
    assert not any("FROM deliveries" in statement for statement in locked[lock:])


@pytest.mark.parametrize("ends", [False, True])
def test_what_is_accepted_between_the_count_and_the_lock_is_not_missed(enrol, start, sharer, monkeypatch, ends):
    send = start(enrol(60)).id
    one, two = sharer(send, per_hour=40), sharer(send, per_hour=40)
    assert two.take()["a"].share == 20
    claims = two.exchange([], 20)
    read = one._database.read

    @contextmanager
    def then_the_other():
        with read() as connection:
            yield connection
        two.exchange(accepted(claims), 0)
        if ends:
            two.close()
        else:
            assert two.take()["a"].share == 20

    monkeypatch.setattr(one._database, "read", then_the_other)
    assert one.take()["a"].share == (20 if ends else 0)


@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_things_exceeds_a_limit_and_all_of_it_is_used(enrol, start, sharer, seed):
    """Three processes hold windows of claims and give some to the relay: accepted, refused, or without a reply."""
    dice, limit = Random(seed), 130
    send = start(enrol(500)).id
    ledgers = [sharer(send, per_hour=limit) for _ in range(3)]
    held = [ledger.exchange([], 50) for ledger in ledgers]  # more than there are shares for
    room, total = [0, 0, 0], 0
    for _ in range(400):
        who = dice.randrange(3)
        if dice.random() < 0.4 or not room[who]:
            room[who] = ledgers[who].take()["a"].share or 0
            continue
        many = dice.randint(1, room[who])
        sent, held[who] = held[who][:many], held[who][many:]
        came = dice.choice(("accepted", "accepted", "accepted", "uncertain", "failed"))
        outcomes = [Outcome(claim.delivery, DeliveryState(came), relay="a") for claim in sent]
        held[who] += ledgers[who].exchange(outcomes, 50 - len(held[who]))
        if came != "failed":
            room[who] -= len(sent)
            total += len(sent)
        assert total <= limit
    assert total == limit
