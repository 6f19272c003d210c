"""What relays were given and what they said: counted, and dead mailboxes ended with the outcome that says so."""

from __future__ import annotations

import pytest

from newsletter.models import DeliveryState, MembershipState, Outcome, SendState
from newsletter.store.database import Database
from newsletter.store.usage import usage


@pytest.fixture
def drained(enrol, start, claimer):
    """drained(*outcomes without their delivery): a send to as many people, each settled so; send, list and claims."""

    def drained(*outcomes):
        target = enrol(len(outcomes))
        send = start(target)
        ledger = claimer(send.id)
        claims = ledger.exchange([], 50)
        settled = [Outcome(claim.delivery, **fields) for claim, fields in zip(claims, outcomes, strict=True)]
        ledger.exchange(settled, 0)
        return send, target, claims, ledger

    return drained


ACCEPTED = {"state": DeliveryState.ACCEPTED, "reply_code": 250, "relay": "a"}
NOBODY = {
    "state": DeliveryState.FAILED,
    "reply_code": 550,
    "enhanced_code": "5.1.1",
    "reply": "no such user",
    "relay": "a",
    "no_mailbox": True,
}
FULL = {"state": DeliveryState.FAILED, "reply_code": 552, "enhanced_code": "5.2.2", "reply": "full", "relay": "b"}


def test_what_relays_accepted_or_may_have_within_a_day_is_counted_over_all_owners(drained, url):
    uncertain = {"state": DeliveryState.UNCERTAIN}
    drained(ACCEPTED, ACCEPTED, ACCEPTED | {"relay": "b"}, FULL, uncertain, uncertain | {"relay": "b"})
    database = Database(url)
    with database.read() as connection:
        found = usage(connection)
    database.close()
    assert {relay: sum(count for _, count in entries) for relay, entries in found.items()} == {"a": 2, "b": 2}
    assert all(0 <= ago < 60 for entries in found.values() for ago, _ in entries)


def test_a_mailbox_that_does_not_exist_is_suppressed_and_lifted_again(store, drained, now):
    _, target, claims, _ = drained(NOBODY, FULL, ACCEPTED)
    with store.read() as work:
        (suppression,) = work.audience.suppressions()
        assert (suppression.email, suppression.reason) == (claims[0].email, "no such mailbox (550 5.1.1)")
        standing = [
            work.audience.memberships(claim.subscriber)[0].state for claim in sorted(claims, key=lambda c: c.delivery)
        ]
        assert standing == [MembershipState.BOUNCED, MembershipState.ACTIVE, MembershipState.ACTIVE]
    with store.begin() as work:
        assert work.audience.lift(claims[0].email)
    with store.read() as work:
        assert work.audience.suppressions() == []
        assert work.audience.memberships(claims[0].subscriber)[0].state is MembershipState.ACTIVE
    with store.begin() as work:  # who left is not brought back
        work.audience.unsubscribe(claims[1].subscriber, target, "link", now)
        work.audience.suppress(claims[1].email, "asked", now)
        assert work.audience.lift(claims[1].email)
        assert work.audience.memberships(claims[1].subscriber)[0].state is MembershipState.UNSUBSCRIBED


def test_an_outcome_told_twice_suppresses_once_and_somebody_elses_not_at_all(store, drained, claimer, enrol, start):
    _, _, claims, ledger = drained(NOBODY)
    ledger.exchange([Outcome(claims[0].delivery, **NOBODY)], 0)
    with store.read() as work:
        assert len(work.audience.suppressions()) == 1
    other = start(enrol(["one@example.org"], "other"), issue=2)
    (claim,) = claimer(other.id).exchange([], 5)
    claimer(other.id).exchange([Outcome(claim.delivery, **NOBODY)], 0)
    with store.read() as work:
        assert len(work.audience.suppressions()) == 1


def test_a_mailbox_that_is_gone_is_not_of_the_next_audience(store, drained, start):
    _, target, _, _ = drained(NOBODY, ACCEPTED)
    with store.read() as work:
        tally = work.sends.tally(start(target, issue=2).id)
    assert (tally.audience, tally.pending) == (1, 1)


def test_replies_are_counted_by_words_and_relay(store, drained):
    send, _, claims, _ = drained(NOBODY, NOBODY, FULL, ACCEPTED)
    with store.read() as work:
        found = work.sends.reasons(send.id)
        assert work.sends.by_relay(send.id) == {"a": {"accepted": 1, "failed": 2}, "b": {"failed": 1}}
    assert [(one.relay, one.state, one.enhanced_code, one.count, one.suppressed) for one in found] == [
        ("a", "failed", "5.1.1", 2, 2),
        ("b", "failed", "5.2.2", 1, 0),
    ]
    assert set(found[0].recipients) <= {claim.email for claim in claims}


def test_a_paused_send_whose_last_outcome_comes_is_finished(store, enrol, start, claimer):
    send = start(enrol(2))
    ledger = claimer(send.id)
    claims = ledger.exchange([], 5)
    with store.begin() as work:
        work.sends.set_state(send.id, SendState.PAUSED)
    ledger.exchange([Outcome(claims[0].delivery, DeliveryState.ACCEPTED)], 5)
    with store.read() as work:
        assert work.sends.get(send.id).state is SendState.PAUSED
    ledger.exchange([Outcome(claims[1].delivery, DeliveryState.ACCEPTED)], 5)
    with store.read() as work:
        assert work.sends.get(send.id).state is SendState.FINISHED


def test_a_planned_send_that_is_paused_before_it_began_is_not_finished(store, enrol, make_edition, now):
    """It has no deliveries yet, so none is left to do."""
    target = enrol(2)
    with store.begin() as work:
        edition = work.editions.freeze(make_edition(1), now)
        send = work.sends.plan(edition, target, now=now, at=now)
    with store.begin() as work:
        assert work.sends.set_state(send.id, SendState.PAUSED).state is SendState.PAUSED
