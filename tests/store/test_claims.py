"""Claims: on disk before a message leaves, held by one owner at a time, and never of somebody who may not be mailed."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from newsletter.errors import NotFound, StoreBusy
from newsletter.models import DeliveryState, Outcome, SendKind, SendState, Tally
from newsletter.store.exchange import LEASE


@pytest.fixture
def tally(store):
    def tally(send) -> Tally:
        with store.read() as work:
            return work.sends.tally(send.id)

    return tally


@pytest.fixture
def state(store):
    def state(send) -> SendState:
        with store.read() as work:
            return work.sends.get(send.id).state

    return state


@pytest.fixture
def pass_time(url):
    """Moves everything the ledger waits for into the past, by seconds of the database's clock."""

    def pass_time(seconds: float) -> None:
        engine = create_engine(url)
        with engine.begin() as connection:
            for table, column in (("deliveries", "due"), ("deliveries", "lease"), ("sends", "deadline")):
                if connection.dialect.name == "sqlite":
                    earlier = f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-{seconds} seconds')"
                else:
                    earlier = f"{column} - interval '{seconds} seconds'"
                connection.execute(text(f"UPDATE {table} SET {column} = {earlier}"))
        engine.dispose()

    return pass_time


def _all(claims, state, **values):
    return [Outcome(claim.delivery, state, **values) for claim in claims]


def test_a_claim_has_all_that_its_message_is_made_of(store, now, enrol, start, claimer, url):
    target = enrol(["ada@example.org"])
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE subscribers SET name = 'Ada', language = 'de', fields = '{\"city\": \"Ulm\"}'"))
    engine.dispose()
    send = start(target)
    [claim] = claimer(send.id).exchange([], 10)
    with store.read() as work:
        [row] = work.sends.deliveries(send.id)
    assert (claim.delivery, claim.subscriber, claim.message_id) == (row.id, row.subscriber, row.message_id)
    assert (claim.email, claim.name, claim.language, claim.fields) == ("ada@example.org", "Ada", "de", {"city": "Ulm"})
    assert (claim.variant, claim.attempt, claim.list) == ("default", 1, target)


def test_a_send_goes_through_windows_until_it_is_finished(enrol, start, claimer, tally, state):
    send = start(enrol(120))
    ledger = claimer(send.id)
    claims, seen = ledger.exchange([], 50), []
    while claims:
        seen += [claim.delivery for claim in claims]
        assert tally(send).claimed == len(claims)
        claims = ledger.exchange(_all(claims, DeliveryState.ACCEPTED, reply_code=250), 50)
    assert (len(seen), len(set(seen))) == (120, 120)
    assert tally(send) == Tally(accepted=120)
    assert state(send) is SendState.FINISHED
    assert ledger.next_due() is None


def test_one_owner_never_holds_more_than_fifty(enrol, start, claimer, tally):
    send = start(enrol(130))
    ledger = claimer(send.id)
    claims = ledger.exchange([], 500)
    assert len(claims) == 50
    assert ledger.exchange([], 10) == []
    assert len(ledger.exchange(_all(claims[:7], DeliveryState.ACCEPTED), 50)) == 7
    assert tally(send).claimed == 50
    assert ledger.exchange(_all(claims[7:], DeliveryState.ACCEPTED), 0) == []


def test_two_owners_never_hold_the_same_delivery(enrol, start, claimer):
    send = start(enrol(60))
    one, two = claimer(send.id), claimer(send.id)
    mine, theirs = one.exchange([], 40), two.exchange([], 40)
    assert (len(mine), len(theirs)) == (40, 20)
    assert not {c.delivery for c in mine} & {c.delivery for c in theirs}


def test_consent_is_read_again_at_every_claim(store, now, enrol, start, claimer, tally):
    target = enrol(4)
    send = start(target)
    ledger = claimer(send.id)
    [claim] = ledger.exchange([], 1)
    with store.begin() as work:
        find = work.audience.find
        work.audience.unsubscribe(find("reader1@example.org").id, target, "one-click", now)
        work.audience.suppress("reader2@example.org", "hard bounce", now)
        work.audience.erase(find("reader3@example.org").id, now)
    retry = Outcome(claim.delivery, DeliveryState.DEFERRED, 451, retry_after=0)
    assert [c.email for c in ledger.exchange([retry], 50)] == ["reader4@example.org"]
    why = {"erased": 1, "suppressed": 1, "unsubscribed": 1}
    assert tally(send) == Tally(claimed=1, skipped=3, skipped_why=why)


def test_hundreds_who_left_are_passed_over_in_one_exchange(enrol, start, claimer, tally, url):
    send = start(enrol(400))
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE memberships SET state = 'complained' WHERE subscriber_id <= 390"))
    engine.dispose()
    assert len(claimer(send.id).exchange([], 50)) == 10
    assert tally(send) == Tally(claimed=10, skipped=390, skipped_why={"complained": 390})


def test_for_a_test_copy_only_suppression_counts(store, now, enrol, start, claimer):
    target = enrol(2)
    send = start(kind=SendKind.TEST, addresses=["reader1@example.org", "reader2@example.org", "other@example.org"])
    with store.begin() as work:
        work.audience.unsubscribe(work.audience.find("reader1@example.org").id, target, "link", now)
        work.audience.suppress("other@example.org", "complaint", now)
    claims = claimer(send.id).exchange([], 50)
    assert [(c.email, c.subscriber, c.list) for c in claims] == [
        ("reader1@example.org", None, None),
        ("reader2@example.org", None, None),
    ]


@pytest.mark.parametrize("end", [DeliveryState.CLAIMED, DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN])
def test_who_has_the_issue_from_another_send_is_skipped_unless_again(enrol, start, claimer, tally, end):
    weekly, daily = start(enrol(3)), start(enrol(2, "daily"))
    again = start(enrol(2, "daily"), again="twice is better")
    first = claimer(weekly.id)
    claims = first.exchange([], 1)
    if end is not DeliveryState.CLAIMED:
        first.exchange(_all(claims, end), 0)
    assert [c.email for c in claimer(daily.id).exchange([], 50)] == ["reader2@example.org"]
    assert tally(daily) == Tally(claimed=1, skipped=1, skipped_why={"had this issue already": 1})
    assert len(claimer(again.id).exchange([], 50)) == 2


@pytest.mark.parametrize("end", [DeliveryState.FAILED, DeliveryState.PENDING, DeliveryState.DEFERRED])
def test_who_surely_does_not_have_it_is_not_skipped(enrol, start, claimer, end):
    weekly, daily = start(enrol(1)), start(enrol(1, "daily"))
    first = claimer(weekly.id)
    first.exchange(_all(first.exchange([], 1), end, retry_after=60), 0)
    assert len(claimer(daily.id).exchange([], 50)) == 1


@pytest.mark.parametrize("stopped", [SendState.PAUSED, SendState.CANCELLED])
def test_nothing_is_claimed_of_a_send_that_does_not_run(store, enrol, start, claimer, stopped):
    send = start(enrol(3))
    ledger = claimer(send.id)
    [claim] = ledger.exchange([], 1)
    with store.begin() as work:
        work.sends.set_state(send.id, stopped)
    assert ledger.exchange(_all([claim], DeliveryState.ACCEPTED), 50) == []
    assert ledger.next_due() is None
    with store.read() as work:
        assert work.sends.tally(send.id).accepted == 1


def test_a_clean_stop_gives_claims_back_to_be_claimed_again(enrol, start, claimer, tally):
    send = start(enrol(2))
    ledger = claimer(send.id)
    claims = ledger.exchange([], 2)
    ledger.exchange(_all(claims, DeliveryState.PENDING), 0)
    assert tally(send) == Tally(pending=2)
    again = claimer(send.id).exchange([], 2)
    assert [(c.delivery, c.message_id, c.attempt) for c in again] == [(c.delivery, c.message_id, 2) for c in claims]


def test_a_deferred_delivery_waits_for_its_time_by_the_databases_clock(enrol, start, claimer, tally, pass_time):
    send = start(enrol(1))
    ledger = claimer(send.id)
    claims = ledger.exchange([], 1)
    assert ledger.exchange(_all(claims, DeliveryState.DEFERRED, reply_code=451, retry_after=90), 1) == []
    assert 80 < ledger.next_due() <= 90
    pass_time(91)
    assert ledger.next_due() == 0
    [again] = ledger.exchange([], 1)
    assert again.attempt == 2


def test_retries_that_are_due_go_before_those_who_wait_for_their_first(enrol, start, claimer):
    send = start(enrol(3))
    ledger = claimer(send.id)
    [claim] = ledger.exchange([], 1)
    again = ledger.exchange(_all([claim], DeliveryState.DEFERRED, retry_after=0), 2)
    assert claim.delivery in {c.delivery for c in again}


def test_past_the_deadline_a_deferred_delivery_has_failed(enrol, start, claimer, tally, pass_time, state):
    send = start(enrol(2), deadline=datetime.now(UTC) + timedelta(hours=1))
    ledger = claimer(send.id)
    one, two = ledger.exchange([], 2)
    outcomes = [
        Outcome(one.delivery, DeliveryState.DEFERRED, 451, reply="try later", retry_after=7_200),
        Outcome(two.delivery, DeliveryState.DEFERRED, 451, reply="try later", retry_after=600),
    ]
    ledger.exchange(outcomes, 2)
    assert tally(send) == Tally(failed=1, deferred=1)
    pass_time(3_601)
    assert ledger.exchange([], 2) == []
    assert tally(send) == Tally(failed=2)
    assert state(send) is SendState.FINISHED


def test_when_its_lease_ends_an_owners_claims_are_uncertain_and_nobody_elses(enrol, start, claimer, tally, pass_time):
    send = start(enrol(6))
    gone, alive, other = claimer(send.id), claimer(send.id), claimer(send.id)
    gone.exchange([], 2)
    alive.exchange([], 3)
    assert LEASE - 5 < other.next_due() <= LEASE or other.next_due() == 0
    pass_time(LEASE + 1)
    alive.renew()
    assert [c.attempt for c in other.exchange([], 50)] == [1]
    assert tally(send) == Tally(uncertain=2, claimed=4)
    assert alive.exchange([], 0) == []
    assert tally(send) == Tally(uncertain=2, claimed=4)


def test_a_late_outcome_settles_what_became_uncertain(store, enrol, start, claimer, tally, pass_time):
    send = start(enrol(3))
    slow, other = claimer(send.id), claimer(send.id)
    claims = slow.exchange([], 3)
    pass_time(LEASE + 1)
    other.exchange([], 0)
    assert tally(send) == Tally(uncertain=3)
    with store.begin() as work:
        work.sends.settle(claims[1].delivery, "leave")
        work.sends.settle(claims[2].delivery, "resend")
    [taken] = other.exchange([], 1)
    slow.exchange(_all(claims, DeliveryState.ACCEPTED), 0)
    assert taken.delivery == claims[2].delivery
    assert tally(send) == Tally(accepted=2, claimed=1)  # what another owner holds by now is not touched


def test_a_late_retry_opens_a_finished_send_again(store, enrol, start, claimer, state, tally):
    send = start(enrol(1))
    ledger = claimer(send.id)
    [claim] = ledger.exchange([], 1)
    ledger.exchange(_all([claim], DeliveryState.UNCERTAIN), 0)
    with store.begin() as work:
        work.sends.settle(claim.delivery, "leave")
    assert state(send) is SendState.FINISHED
    ledger.exchange(_all([claim], DeliveryState.DEFERRED, retry_after=60), 0)
    assert (state(send), tally(send)) == (SendState.RUNNING, Tally(deferred=1))


def test_somebody_elses_outcome_changes_nothing(enrol, start, claimer, tally):
    send = start(enrol(2))
    one, two = claimer(send.id), claimer(send.id)
    claims = one.exchange([], 1)
    two.exchange([*_all(claims, DeliveryState.FAILED), Outcome(999_999, DeliveryState.ACCEPTED)], 0)
    assert tally(send) == Tally(pending=1, claimed=1)
    one.exchange(_all(claims, DeliveryState.ACCEPTED), 0)
    one.exchange(_all(claims, DeliveryState.FAILED), 0)
    assert tally(send) == Tally(pending=1, accepted=1)


def test_a_killed_process_loses_its_claims_at_once_and_only_its_own(url, enrol, start, claimer, tally):
    send = start(enrol(5))
    code = (
        "import os, signal, sys; from newsletter.store import Claims\n"
        "Claims(sys.argv[1], int(sys.argv[2])).exchange([], 2); os.kill(os.getpid(), signal.SIGKILL)"
    )
    alive = claimer(send.id)
    alive.exchange([], 1)
    killed = subprocess.run([sys.executable, "-c", code, url, str(send.id)], check=False)
    assert killed.returncode == -9
    assert tally(send) == Tally(pending=2, claimed=3)
    survivor = claimer(send.id)
    assert survivor.next_due() == 0
    assert len(survivor.exchange([], 50)) == 2
    assert tally(send) == Tally(claimed=3, uncertain=2)


def test_an_erased_persons_reply_is_not_kept(store, now, enrol, start, claimer):
    send = start(enrol(1))
    ledger = claimer(send.id)
    claims = ledger.exchange([], 1)
    with store.begin() as work:
        work.audience.erase(claims[0].subscriber, now)
    ledger.exchange(_all(claims, DeliveryState.FAILED, reply="<reader1@example.org> unknown"), 0)
    with store.read() as work:
        [row] = work.sends.deliveries(send.id)
    assert (row.state, row.email, row.reply) == (DeliveryState.FAILED, None, None)


def test_a_send_with_something_uncertain_is_not_finished(enrol, start, claimer, state):
    send = start(enrol(1))
    ledger = claimer(send.id)
    ledger.exchange(_all(ledger.exchange([], 1), DeliveryState.UNCERTAIN, reply="x" * 5_000), 1)
    assert (ledger.next_due(), state(send)) == (None, SendState.RUNNING)


def test_what_failed_to_be_recorded_can_be_recorded_again(url, enrol, start, claimer, tally):
    """StoreBusy means that nothing was done; the same call does it later."""
    send = start(enrol(2))
    ledger = claimer(send.id)
    claims = ledger.exchange([], 1)
    blocker = create_engine(url)
    ledger.close()
    ledger._database.writer.dispose()
    impatient = claimer(send.id, ledger.owner)
    impatient._database = type(impatient._database)(url, patience=0.05)
    with blocker.connect() as connection:
        lock = "BEGIN IMMEDIATE" if url.startswith("sqlite") else "SELECT 1 FROM sends FOR UPDATE"
        connection.exec_driver_sql(lock)
        with pytest.raises(StoreBusy):
            impatient.exchange(_all(claims, DeliveryState.ACCEPTED), 1)
        connection.rollback()
    blocker.dispose()
    assert len(impatient.exchange(_all(claims, DeliveryState.ACCEPTED), 1)) == 1
    assert tally(send) == Tally(accepted=1, claimed=1)
    impatient._database.close()


def test_a_send_that_is_not_there_is_named(claimer):
    with pytest.raises(NotFound, match="no send 9"):
        claimer(9).exchange([], 1)


def test_claiming_needs_neither_the_services_nor_their_libraries(url):
    heavy = ("alembic", "pydantic", "jinja2", "lxml", "email_validator", "newsletter.store.store")
    code = f"import sys; import newsletter.store.claims; sys.exit(any(name in sys.modules for name in {heavy!r}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
