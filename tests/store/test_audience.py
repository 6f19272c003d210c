"""People are kept once, and nobody who left is ever brought back by a file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from newsletter.errors import NotFound, StoreError
from newsletter.models import Consent, DeliveryState, MembershipState, SendKind, Subscriber
from newsletter.store import Store


def _import(work, list_id, now, *people):
    return work.audience.upsert(list_id, people, Consent("import", now, "weekly.csv"), now)


def test_people_and_their_consent_come_back_as_they_were_given(store, now):
    person = Subscriber("Ada@Example.org", "Ada", "en", "Europe/London", {"city": "London"}, ("early",))
    with store.begin() as work:
        weekly = work.audience.create_list("weekly", "The Weekly")
        report = _import(work, weekly.id, now, person)
        assert (report.read, report.added) == (1, 1)
    with store.read() as work:
        kept = work.audience.find("ada@example.ORG")
        assert (kept.email, kept.name, kept.fields, kept.tags) == (
            "Ada@Example.org",
            "Ada",
            {"city": "London"},
            ("early",),
        )
        assert work.audience.get(kept.id) == kept
        [membership] = work.audience.memberships(kept.id)
        assert (membership.state, membership.consent) == (MembershipState.ACTIVE, Consent("import", now, "weekly.csv"))
        assert work.audience.list_named("weekly").members == {MembershipState.ACTIVE: 1}
        assert list(work.audience.export(weekly.id)) == [kept]
        assert work.audience.field_names() == {"city"}


def test_an_import_says_who_is_new_changed_and_unchanged(store, now):
    with store.begin() as work:
        target = work.audience.create_list("weekly").id
        _import(work, target, now, Subscriber("a@example.org", "A"), Subscriber("b@example.org"))
        report = _import(
            work,
            target,
            now,
            Subscriber("a@example.org", "A"),
            Subscriber("b@example.org", "B"),
            Subscriber("c@example.org"),
            Subscriber("C@EXAMPLE.ORG"),
        )
        assert (report.read, report.added, report.updated, report.unchanged) == (4, 1, 1, 2)
        assert work.audience.find("b@example.org").name == "B"


def test_an_import_adds_to_what_is_known_and_takes_nothing_away(store, now):
    with store.begin() as work:
        target = work.audience.create_list("weekly").id
        _import(work, target, now, Subscriber("a@example.org", "A", "en", fields={"x": "1"}, tags=("t",)))
        _import(work, target, now, Subscriber("a@example.org", None, "de", fields={"y": "2", "x": ""}, tags=("u",)))
        kept = work.audience.find("a@example.org")
        assert (kept.name, kept.language, kept.fields, kept.tags) == ("A", "de", {"x": "1", "y": "2"}, ("t", "u"))


def test_somebody_known_may_join_another_list(store, now):
    with store.begin() as work:
        weekly, daily = (work.audience.create_list(name).id for name in ("weekly", "daily"))
        _import(work, weekly, now, Subscriber("a@example.org"))
        assert _import(work, daily, now, Subscriber("a@example.org")).added == 1
        assert len(work.audience.memberships(work.audience.find("a@example.org").id)) == 2


def test_an_import_never_brings_back_who_unsubscribed(store, now):
    with store.begin() as work:
        target = work.audience.create_list("weekly").id
        _import(work, target, now, Subscriber("a@example.org", "A"))
        person = work.audience.find("a@example.org")
        assert work.audience.unsubscribe(person.id, target, "link", now + timedelta(hours=1))
        assert not work.audience.unsubscribe(person.id, target, "link", now + timedelta(hours=2))
        report = _import(work, target, now, Subscriber("A@example.org", "Another name"), Subscriber("b@example.org"))
        assert (report.added, report.updated, report.never_resurrected) == (1, 0, 1)
        [membership] = work.audience.memberships(person.id)
        assert membership.state is MembershipState.UNSUBSCRIBED
        assert membership.changed == now + timedelta(hours=1)
        assert work.audience.find("a@example.org").name == "A"


@pytest.mark.parametrize("state", [MembershipState.BOUNCED, MembershipState.COMPLAINED, MembershipState.PENDING])
def test_an_import_leaves_every_other_state_as_it_is(store, now, enrol, state):
    target = enrol(["a@example.org"])
    with store.begin() as work:
        work._connection.execute(text("UPDATE memberships SET state = :state"), {"state": state})
        report = _import(work, target, now, Subscriber("a@example.org"))
        assert work.audience.list_named("weekly").members == {state: 1}
        assert report.never_resurrected == (state is not MembershipState.PENDING)


def test_a_suppressed_address_is_never_taken_in(store, now, enrol):
    target = enrol(1)
    with store.begin() as work:
        assert work.audience.suppress("Bad@Example.org", "complaint", now)
        assert not work.audience.suppress("bad@example.org", "again", now)
        assert work.audience.suppression_reason("BAD@example.org") == "complaint"
        report = _import(work, target, now, Subscriber("bad@example.org"))
        assert (report.added, report.never_resurrected) == (0, 1)
        assert work.audience.find("bad@example.org") is None
        assert [(s.email, s.reason) for s in work.audience.suppressions()] == [("Bad@Example.org", "complaint")]
        assert work.audience.lift("bad@example.org")
        assert not work.audience.lift("bad@example.org")
        assert _import(work, target, now, Subscriber("bad@example.org")).added == 1


def test_an_erased_person_is_an_empty_row_and_a_hash_that_keeps_them_away(store, now, enrol, start, claimer):
    target = enrol(["gone@example.org", "here@example.org"])
    send = start(target)
    start(kind=SendKind.TEST, addresses=["gone@example.org"])
    claimer(send.id).exchange([], 50)
    with store.begin() as work:
        person = work.audience.find("gone@example.org")
        work.audience.suppress("gone@example.org", "complaint", now)
        work.audience.erase(person.id, now)
        work.audience.erase(person.id, now)
        erased = work.audience.get(person.id)
        assert (erased.email, erased.name, erased.erased) == ("", None, True)
        assert work.audience.find("gone@example.org") is None
        assert [s.email for s in work.audience.suppressions()] == [None]
        assert _import(work, target, now, Subscriber("gone@example.org")).never_resurrected == 1
        assert [m.state for m in work.audience.memberships(person.id)] == [MembershipState.UNSUBSCRIBED]
        [row] = [row for row in work.sends.deliveries(send.id) if row.subscriber == person.id]
        assert (row.email, row.reply, row.state) == (None, None, DeliveryState.CLAIMED)
        assert work.sends.deliveries(send.id + 1)[0].email is None
    with store.read() as work:
        for table in ("subscribers", "memberships", "suppressions", "deliveries"):
            rows = work._connection.execute(text(f"SELECT * FROM {table}")).all()
            assert "gone@" not in str(rows), table
        assert work.audience.find("here@example.org") is not None


def test_lists_are_made_once_and_named_when_missing(store):
    with store.begin() as work:
        first = work.audience.create_list("weekly")
        assert work.audience.create_list("weekly", "With a title").id == first.id
        work.audience.create_list("daily")
        assert [(entry.name, entry.title) for entry in work.audience.lists()] == [
            ("daily", ""),
            ("weekly", "With a title"),
        ]
        with pytest.raises(NotFound, match="no list monthly"):
            work.audience.list_named("monthly")
        with pytest.raises(NotFound, match="no subscriber 5"):
            work.audience.erase(5, None)


def test_many_people_are_taken_in_with_few_statements(store, now, enrol):
    target = enrol(1_201)
    with store.begin() as work:
        assert work.audience.list_named("weekly").members == {MembershipState.ACTIVE: 1_201}
        emails = [person.email for person in work.audience.export(target)]
    assert emails == [f"reader{n}@example.org" for n in range(1, 1_202)]


def test_without_its_key_the_store_hashes_nothing(url, now):
    with Store.open(url) as store, store.begin() as work, pytest.raises(StoreError, match="key file"):
        work.audience.suppress("a@example.org", "complaint", now)
