"""What every ledger promises the engine (deliver.ledger.Ledger), on the real store and on its stand-in alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from newsletter.deliver.ledger import LEASE, Ledger
from newsletter.models import Claim, DeliveryState, Outcome

Make = Callable[[int], Any]


def all_of(claims: Sequence[Claim], state: DeliveryState, **fields: Any) -> list[Outcome]:
    return [Outcome(claim.delivery, state, **fields) for claim in claims]


def test_a_claim_is_held_by_one_owner_only(book: Make) -> None:
    send = book(5)
    mine, theirs = send.ledger(), send.ledger()
    first, second = mine.exchange([], 3), theirs.exchange([], 9)
    assert (len(first), len(second)) == (3, 2)
    assert not {claim.delivery for claim in first} & {claim.delivery for claim in second}
    assert theirs.exchange([], 9) == mine.exchange([], 9) == []
    assert send.tally().claimed == 5


def test_a_claim_counts_its_attempts_and_keeps_its_message_id(book: Make) -> None:
    ledger = book(1).ledger()
    [first] = ledger.exchange([], 1)
    [second] = ledger.exchange(all_of([first], DeliveryState.PENDING), 1)
    assert (first.attempt, second.attempt) == (1, 2)
    assert first.message_id == second.message_id
    assert first.email == second.email == "reader1@example.org"


def test_limit_zero_records_and_claims_nothing(book: Make) -> None:
    send = book(3)
    ledger = send.ledger()
    claims = ledger.exchange([], 2)
    assert ledger.exchange(all_of(claims, DeliveryState.ACCEPTED), 0) == []
    assert (send.tally().accepted, send.tally().pending) == (2, 1)


@pytest.mark.parametrize("state", ["accepted", "failed", "uncertain"])
def test_what_is_settled_is_never_claimed_again(book: Make, state: str) -> None:
    send = book(2)
    ledger = send.ledger()
    claims = ledger.exchange([], 2)
    assert ledger.exchange(all_of(claims, DeliveryState(state)), 9) == []
    assert getattr(send.tally(), state) == 2
    assert ledger.next_due() is None


def test_a_returned_claim_can_be_had_again_at_once(book: Make) -> None:
    send = book(1)
    mine, theirs = send.ledger(), send.ledger()
    mine.exchange(all_of(mine.exchange([], 1), DeliveryState.PENDING), 0)
    assert theirs.next_due() == 0
    assert len(theirs.exchange([], 1)) == 1


def test_one_that_was_not_tried_comes_back_when_its_turn_is_and_the_attempt_is_not_counted(book: Make) -> None:
    send = book(2)
    ledger = send.ledger()
    first, second = ledger.exchange([], 2)
    away = [Outcome(one.delivery, DeliveryState.PENDING, retry_after=60.0) for one in (first, second)]
    assert ledger.exchange(away, 5) == []
    assert (send.tally().pending, send.tally().deferred) == (2, 0)
    assert 50 < ledger.next_due() <= 60
    send.pass_time(61)
    assert [claim.attempt for claim in ledger.exchange([], 5)] == [1, 1]


def test_one_that_was_deferred_and_then_not_tried_is_deferred_still_with_the_relays_words(book: Make) -> None:
    send = book(1)
    ledger = send.ledger()
    said = (451, "4.7.1", "try later", "a")
    [claim] = ledger.exchange([], 1)
    grey = Outcome(claim.delivery, DeliveryState.DEFERRED, *said, retry_after=60.0)
    ledger.exchange([grey], 0)
    send.pass_time(61)
    [claim] = ledger.exchange([], 1)
    ledger.exchange([Outcome(claim.delivery, DeliveryState.PENDING, retry_after=0.0)], 0)
    assert send.state(claim.delivery) is DeliveryState.DEFERRED
    assert send.said(claim.delivery) == said
    assert [again.attempt for again in ledger.exchange([], 1)] == [2]
    ledger.exchange([Outcome(claim.delivery, DeliveryState.PENDING, retry_after=0.0)], 0)
    send.pass_time(3 * 86400)
    assert ledger.exchange([], 1) == []
    assert send.state(claim.delivery) is DeliveryState.FAILED
    assert send.said(claim.delivery) == said


def test_one_that_a_lost_connection_gave_back_and_then_was_not_tried_is_pending_with_the_words(book: Make) -> None:
    send = book(1)
    ledger = send.ledger()
    [claim] = ledger.exchange([], 1)
    lost = Outcome(claim.delivery, DeliveryState.PENDING, reply="not handed over", relay="a")
    ledger.exchange([lost], 1)
    ledger.exchange([Outcome(claim.delivery, DeliveryState.PENDING, retry_after=0.0)], 0)
    assert send.state(claim.delivery) is DeliveryState.PENDING
    assert send.said(claim.delivery) == (None, None, "not handed over", "a")


def test_a_deferred_one_is_claimed_when_it_is_due_and_not_before(book: Make) -> None:
    send = book(1)
    ledger = send.ledger()
    claims = ledger.exchange([], 1)
    assert ledger.exchange(all_of(claims, DeliveryState.DEFERRED, retry_after=60.0), 5) == []
    assert 50 < ledger.next_due() <= 60
    send.pass_time(61)
    assert ledger.next_due() == 0
    assert [claim.attempt for claim in ledger.exchange([], 5)] == [2]


def test_a_retry_beyond_the_deadline_has_failed(book: Make) -> None:
    send = book(2)
    ledger = send.ledger()
    one, two = ledger.exchange([], 2)
    ledger.exchange(
        [
            Outcome(one.delivery, DeliveryState.DEFERRED, retry_after=10 * 86400.0),
            Outcome(two.delivery, DeliveryState.DEFERRED, retry_after=60.0),
        ],
        0,
    )
    assert (send.tally().failed, send.tally().deferred) == (1, 1)
    send.pass_time(3 * 86400)
    assert ledger.exchange([], 5) == []
    assert send.tally().failed == 2


def test_who_left_meanwhile_is_skipped_at_the_claim_and_at_a_retry(book: Make) -> None:
    send = book(2)
    ledger = send.ledger()
    first, second = ledger.exchange([], 2)
    ledger.exchange(
        [
            Outcome(first.delivery, DeliveryState.PENDING),
            Outcome(second.delivery, DeliveryState.DEFERRED, retry_after=5.0),
        ],
        0,
    )
    send.leave(first)
    send.leave(second)
    send.pass_time(6)
    assert ledger.exchange([], 5) == []
    assert send.tally().skipped == 2


def test_an_outcome_of_somebody_elses_claim_is_ignored(book: Make) -> None:
    send = book(1)
    mine, theirs = send.ledger(), send.ledger()
    claims = mine.exchange([], 1)
    theirs.exchange(all_of(claims, DeliveryState.FAILED), 5)
    assert send.state(claims[0].delivery) is DeliveryState.CLAIMED


def test_recording_twice_changes_nothing(book: Make) -> None:
    """A transaction that was committed though its answer was lost may be repeated."""
    send = book(1)
    ledger = send.ledger()
    claims = ledger.exchange([], 1)
    ledger.exchange(all_of(claims, DeliveryState.ACCEPTED), 0)
    ledger.exchange(all_of(claims, DeliveryState.PENDING), 5)
    assert send.state(claims[0].delivery) is DeliveryState.ACCEPTED


def test_an_expired_owners_claims_become_uncertain_and_are_not_sent_again(book: Make) -> None:
    send = book(2)
    gone, ledger = send.ledger(), send.ledger()
    gone.exchange([], 2)
    assert LEASE - 5 < ledger.next_due() <= LEASE
    send.pass_time(LEASE + 1)
    assert ledger.exchange([], 5) == []
    assert send.tally().uncertain == 2
    assert ledger.next_due() is None


def test_a_late_outcome_of_the_right_owner_settles_an_uncertain_one(book: Make) -> None:
    send = book(2)
    slow, other = send.ledger(), send.ledger()
    claims = slow.exchange([], 2)
    send.pass_time(LEASE + 1)
    other.exchange([], 5)
    other.exchange(all_of(claims, DeliveryState.FAILED), 0)
    assert send.tally().uncertain == 2
    slow.exchange(all_of(claims[:1], DeliveryState.ACCEPTED), 0)
    assert (send.tally().accepted, send.tally().uncertain) == (1, 1)


def test_a_renewed_lease_keeps_its_claims(book: Make) -> None:
    send = book(1)
    mine, other = send.ledger(), send.ledger()
    mine.exchange([], 1)
    for _ in range(3):
        send.pass_time(LEASE * 2 / 3)
        mine.renew()
        other.exchange([], 5)
    assert send.tally().claimed == 1


def test_the_identity_holds_at_every_step(book: Make) -> None:
    send = book(7)
    ledger = send.ledger()
    claims = ledger.exchange([], 6)
    states = ["accepted", "failed", "deferred", "pending", "uncertain"]
    ledger.exchange(
        [Outcome(c.delivery, DeliveryState(s), retry_after=9.0) for c, s in zip(claims, states, strict=False)], 0
    )
    tally = send.tally()
    assert tally.audience == 7
    assert (tally.pending, tally.claimed) == (2, 1)
    assert all(getattr(tally, state) == 1 for state in ("accepted", "failed", "deferred", "uncertain"))


def test_two_owners_at_once_share_the_audience(book: Make) -> None:
    send = book(120)
    taken: list[list[int]] = [[], []]

    def work(ledger: Ledger, mine: list[int]) -> None:
        claims = ledger.exchange([], 10)
        while claims:
            mine.extend(claim.delivery for claim in claims)
            claims = ledger.exchange(all_of(claims, DeliveryState.ACCEPTED), 10)

    ledgers = [send.ledger() for _ in taken]  # before there are threads, for a keeper is forked
    threads = [threading.Thread(target=work, args=each) for each in zip(ledgers, taken, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    everybody = taken[0] + taken[1]
    assert len(everybody) == len(set(everybody)) == 120
    assert send.tally().accepted == 120
