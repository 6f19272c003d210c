"""A send freezes its audience, is counted so that the identity holds, and goes from state to state only as it may."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from newsletter.errors import AddressError, Conflict, NotFound
from newsletter.models import DeliveryState, Outcome, SendKind, SendState, Tally


def _tally(store, send) -> Tally:
    with store.read() as work:
        return work.sends.tally(send.id)


def test_the_audience_is_everybody_active_when_it_starts(store, now, enrol, start):
    target = enrol(5)
    with store.begin() as work:
        work.audience.unsubscribe(work.audience.find("reader5@example.org").id, target, "link", now)
        work.audience.suppress("reader1@example.org", "complaint", now)
        preview = work.sends.audience_preview(target, 1)
    assert preview == Tally(pending=3, skipped=1, skipped_why={"suppressed": 1})
    send = start(target)
    assert _tally(store, send) == preview
    enrol(["late@example.org"])
    assert _tally(store, send) == preview
    assert (send.kind, send.state, send.issue, send.list) == (SendKind.ISSUE, SendState.RUNNING, 1, "weekly")


def test_every_delivery_has_a_message_id_of_its_own_that_nobody_can_guess(store, enrol, start):
    send = start(enrol(50))
    with store.read() as work:
        rows = work.sends.deliveries(send.id)
    ids = {row.message_id for row in rows}
    assert len(ids) == 50
    assert all(re.fullmatch(r"[0-9a-f]{32}@news\.example\.org", number) for number in ids)
    assert [(row.email, row.state, row.variant, row.attempts) for row in rows[:1]] == [
        ("reader1@example.org", DeliveryState.PENDING, "default", 0)
    ]


def test_a_second_send_of_an_unfinished_issue_is_refused_with_resume(store, enrol, start):
    target = enrol(2)
    first = start(target)
    with pytest.raises(Conflict, match=f"`newsletter resume {first.id}` goes on with it"):
        start(target)
    again = start(target, again="the first had the wrong subject")
    assert (again.again, _tally(store, again).pending) == ("the first had the wrong subject", 2)
    start(target, issue=2)
    start(enrol(1, "daily"))


def test_sending_again_skips_who_had_it(store, enrol, start, claimer):
    target = enrol(4)
    first = start(target)
    ledger = claimer(first.id)
    states = [DeliveryState.ACCEPTED, DeliveryState.FAILED, DeliveryState.UNCERTAIN]
    claims = ledger.exchange([], 4)
    ledger.exchange([Outcome(c.delivery, s) for c, s in zip(claims, states, strict=False)], 0)
    with store.begin() as work:
        work.sends.set_state(first.id, SendState.CANCELLED)
        expected = Tally(pending=1, skipped=3, skipped_why={"had this issue already": 3})
        assert work.sends.audience_preview(target, 1) == expected
        assert work.sends.audience_preview(target, 1, again=True) == Tally(pending=4)
        assert work.sends.audience_preview(target, 2) == Tally(pending=4)
    assert _tally(store, start(target)) == expected


def test_a_test_copy_goes_to_any_address_that_is_not_suppressed_once_each(store, now, enrol, start):
    enrol(1)
    with store.begin() as work:
        work.audience.suppress("never@example.org", "complaint", now)
    to = ["Me@example.org", "me@example.org", "never@example.org", "reader1@example.org"]
    send = start(kind=SendKind.TEST, addresses=to)
    with store.read() as work:
        rows = work.sends.deliveries(send.id)
    assert [(row.email, row.subscriber, row.state, row.reply) for row in rows] == [
        ("me@example.org", None, DeliveryState.PENDING, None),
        ("never@example.org", None, DeliveryState.SKIPPED, "suppressed"),
        ("reader1@example.org", None, DeliveryState.PENDING, None),
    ]
    with pytest.raises(AddressError):
        start(kind=SendKind.TEST, addresses=["nobody"])


def test_an_audience_of_nobody_is_finished_at_once(store, enrol, start):
    send = start(enrol(0))
    assert (send.state, _tally(store, send).audience) == (SendState.FINISHED, 0)


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ([SendState.PAUSED, SendState.RUNNING, SendState.RUNNING], SendState.FINISHED),
        ([SendState.PAUSED, SendState.CANCELLED, SendState.CANCELLED], SendState.RUNNING),
        ([SendState.CANCELLED], SendState.PAUSED),
        ([], SendState.SCHEDULED),
    ],
)
def test_a_send_goes_only_where_its_state_lets_it(store, enrol, start, path, refused):
    send = start(enrol(1))
    with store.begin() as work:
        for state in path:
            assert work.sends.set_state(send.id, state).state is state
        with pytest.raises(Conflict, match=f"can't be made {refused}; `newsletter status"):
            work.sends.set_state(send.id, refused)


def test_cancelling_skips_whoever_waits(store, enrol, start, claimer):
    send = start(enrol(4))
    ledger = claimer(send.id)
    one, two = ledger.exchange([], 2)
    ledger.exchange([Outcome(one.delivery, DeliveryState.DEFERRED, 451, retry_after=60)], 0)
    with store.begin() as work:
        work.sends.set_state(send.id, SendState.CANCELLED)
    assert _tally(store, send) == Tally(claimed=1, skipped=3, skipped_why={"cancelled": 3})
    ledger.exchange([Outcome(two.delivery, DeliveryState.DEFERRED, 451, retry_after=60)], 5)
    assert _tally(store, send) == Tally(skipped=4, skipped_why={"cancelled": 4})
    with store.read() as work:
        assert work.sends.unfinished() == []


def test_unfinished_sends_are_listed_oldest_first_and_all_of_them_latest_first(store, enrol, start):
    target = enrol(1)
    sends = [start(target, issue=number) for number in (1, 2, 3)]
    with store.begin() as work:
        work.sends.set_state(sends[1].id, SendState.CANCELLED)
        assert [send.id for send in work.sends.unfinished()] == [sends[0].id, sends[2].id]
        assert [send.id for send in work.sends.list()] == [sends[2].id, sends[1].id, sends[0].id]


@pytest.fixture
def uncertain(store, enrol, start, claimer):
    """A send whose one delivery is uncertain, and that delivery's id."""
    send = start(enrol(1))
    ledger = claimer(send.id)
    [claim] = ledger.exchange([], 1)
    ledger.exchange([Outcome(claim.delivery, DeliveryState.UNCERTAIN, reply="no reply came")], 1)
    return send, claim


@pytest.mark.parametrize("verdict", ["accepted", "failed"])
def test_settling_an_uncertain_delivery_finishes_the_send(store, uncertain, verdict):
    send, claim = uncertain
    with store.begin() as work:
        assert work.sends.get(send.id).state is SendState.RUNNING
        assert work.sends.settle(claim.delivery, verdict).state == verdict
        assert work.sends.get(send.id).state is SendState.FINISHED
        with pytest.raises(Conflict, match="nothing to settle"):
            work.sends.settle(claim.delivery, verdict)


def test_leaving_it_as_it_stands_settles_it_too(store, uncertain):
    send, claim = uncertain
    with store.begin() as work:
        work.sends.settle(claim.delivery, "leave")
        tally = work.sends.tally(send.id)
        assert (tally, tally.finished) == (Tally(uncertain=1, left=1), True)
        assert work.sends.get(send.id).state is SendState.FINISHED


def test_resending_keeps_the_message_id_and_opens_the_send_again(store, uncertain, claimer):
    send, claim = uncertain
    with store.begin() as work:
        work.sends.settle(claim.delivery, "leave")
        work.sends.settle(claim.delivery, "resend")
        assert work.sends.get(send.id).state is SendState.RUNNING
    [again] = claimer(send.id).exchange([], 1)
    assert (again.delivery, again.message_id, again.attempt) == (claim.delivery, claim.message_id, 2)


def test_a_cancelled_send_resends_nothing(store, uncertain):
    send, claim = uncertain
    with store.begin() as work:
        work.sends.set_state(send.id, SendState.CANCELLED)
        with pytest.raises(Conflict, match="cancelled"):
            work.sends.settle(claim.delivery, "resend")
        assert work.sends.settle(claim.delivery, "accepted").state is DeliveryState.ACCEPTED


def test_how_a_delivery_was_settled_is_shown(store, uncertain):
    send, claim = uncertain
    with store.begin() as work:
        assert [row.resolution for row in work.sends.deliveries(send.id)] == [None]
        assert work.sends.settle(claim.delivery, "leave").resolution == "leave"


def test_a_program_whose_clock_is_ahead_of_the_database_can_send_at_once(enrol, start, claimer):
    send = start(enrol(2), now=datetime.now(UTC) + timedelta(days=1), deadline=datetime.now(UTC) + timedelta(days=5))
    assert len(claimer(send.id).exchange([], 5)) == 2


def test_what_is_not_there_is_named(store):
    with store.begin() as work:
        for call in (work.sends.get, work.sends.tally, work.sends.deliveries):
            with pytest.raises(NotFound, match="no send 7"):
                call(7)
        with pytest.raises(NotFound, match="no delivery 7"):
            work.sends.settle(7, "leave")


def test_deliveries_are_shown_by_state(store, enrol, start, claimer):
    send = start(enrol(3))
    ledger = claimer(send.id)
    one, two = ledger.exchange([], 2)
    outcome = Outcome(one.delivery, DeliveryState.FAILED, 550, "5.1.1", "no such user", "main")
    ledger.exchange([outcome, Outcome(two.delivery, DeliveryState.DEFERRED, 451, retry_after=60)], 0)
    with store.read() as work:
        [failed] = work.sends.deliveries(send.id, DeliveryState.FAILED)
        [deferred] = work.sends.deliveries(send.id, DeliveryState.DEFERRED)
        assert len(work.sends.deliveries(send.id, limit=2)) == 2
    assert (failed.reply_code, failed.enhanced_code, failed.reply, failed.relay) == (
        550,
        "5.1.1",
        "no such user",
        "main",
    )
    assert (failed.attempts, failed.due, deferred.due is not None) == (1, None, True)
    assert failed.updated is not None


def test_giving_up_keeps_a_reason_that_no_database_takes_as_it_is(store, enrol, start):
    """What went wrong may be in words that came over the network, with a NUL or half a character in them."""
    send = start(enrol(2))
    with store.begin() as work:
        work.sends.give_up(send.id, "gone\x00 and \udcff" + "!" * 2000)
        rows = work.sends.deliveries(send.id)
    assert [row.state for row in rows] == [DeliveryState.FAILED] * 2
    assert {row.reply for row in rows} == {"gone\ufffd and \ufffd" + "!" * 989}


def test_a_large_audience_is_frozen_in_one_statement(store, enrol, start, now):
    """The rows of 20,000 readers, without one of them passing through Python."""
    target = enrol(1)
    with store.begin() as work:
        connection = work._connection
        sequence = (
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
            if connection.dialect.name == "sqlite"
            else "WITH n AS (SELECT generate_series(2, 20000) AS i) "
        )
        connection.execute(
            text(
                "INSERT INTO subscribers (id, email, email_key, address_hash, fields, tags, created, erased) "
                f"{sequence} SELECT i, 'r' || i || '@example.org', 'r' || i || '@example.org', 'h' || i, '{{}}', '[]', "
                ":now, FALSE FROM n"
            ).bindparams(now=now)
        )
        connection.execute(
            text(
                "INSERT INTO memberships (subscriber_id, list_id, state, changed, changed_by) "
                "SELECT id, :list, 'active', :now, 'test' FROM subscribers WHERE id > 1"
            ).bindparams(list=target, now=now)
        )
    assert _tally(store, start(target)) == Tally(pending=20_000)
