"""What counts as published, and how one hears that anybody wrote to the database."""

from __future__ import annotations

from newsletter.models import DeliveryState, Outcome, SendKind, SendState


def numbers(store):
    with store.read() as work:
        return [past.number for past in work.published.issues()]


def deliver(claimer, send, state=DeliveryState.ACCEPTED):
    ledger = claimer(send.id)
    ledger.exchange([Outcome(claim.delivery, state) for claim in ledger.exchange([], 1)], 0)


def test_an_issue_is_published_once_a_reader_of_a_list_has_it(store, enrol, start, claimer):
    send = start(enrol(2))
    assert numbers(store) == []
    deliver(claimer, send)
    with store.read() as work:
        (past,) = work.published.issues()
    assert (past.number, past.edition, past.sent) == (1, send.edition, send.created)


def test_a_test_copy_and_a_send_that_reached_nobody_publish_nothing(store, enrol, start, claimer):
    deliver(claimer, start(addresses=["editor@example.org"], kind=SendKind.TEST))
    refused = start(enrol(1), issue=2)
    deliver(claimer, refused, DeliveryState.FAILED)
    cancelled = start(enrol(1), issue=3)
    with store.begin() as work:
        work.sends.set_state(cancelled.id, SendState.CANCELLED)
    assert numbers(store) == []


def test_the_edition_that_was_sent_last_is_the_one_and_the_latest_issue_comes_first(
    store, enrol, start, claimer, now, make_edition
):
    target = enrol(1)
    for issue in (1, 3, 2):
        deliver(claimer, start(target, issue=issue))
    with store.begin() as work:
        mended = work.editions.freeze(make_edition(1, "mended"), now)
        again = work.sends.start(
            mended, SendKind.ISSUE, list_id=target, now=now, deadline=now.replace(year=2099),
            message_id_domain="news.example.org", again="it had a mistake",
        )  # fmt: skip
    deliver(claimer, again)
    with store.read() as work:
        past = work.published.issues()
    assert [one.number for one in past] == [3, 2, 1]
    assert past[-1].edition == mended.id


def test_the_pulse_beats_anew_when_somebody_has_committed_and_only_then(store, enrol):
    with store.pulse() as pulse:
        first = pulse.beat()
        numbers(store)
        assert pulse.beat() == first
        enrol(1)
        second = pulse.beat()
        assert second != first
        assert pulse.beat() == second


def test_people_are_found_by_name_or_address_and_the_erased_are_not(store, enrol, now):
    enrol(["ada@example.org", "grace@example.org", "100%@example.org"])
    with store.begin() as work:
        assert [person.email for person in work.audience.like("", 2)] == ["100%@example.org", "ada@example.org"]
        assert [person.email for person in work.audience.like(" ADA ", 9)] == ["ada@example.org"]
        assert [person.email for person in work.audience.like("%", 9)] == ["100%@example.org"]
        work.audience.erase(work.audience.find("ada@example.org").id, now)
        assert work.audience.like("ada", 9) == []
