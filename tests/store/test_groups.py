"""Groups are counted as subscribers' rows say, and each delivery is frozen with its group's variant."""

from __future__ import annotations

from newsletter.models import Consent, Subscriber
from newsletter.store.groups import Assignment

BOTH = ("language", "topics")
PEOPLE = [
    Subscriber("a@example.org", language="de", fields={"topics": "rust"}),
    Subscriber("b@example.org", language="de"),
    Subscriber("c@example.org", fields={"topics": 'a "b" \\ c, Ωmega'}),
    Subscriber("d@example.org"),
    Subscriber("e@example.org", language="de", fields={"topics": "rust", "town": "Wien"}),
    Subscriber("f@example.org", language="fr", fields={"topics": "rust"}),
]


def _enrol(store, now, people=PEOPLE, name="weekly"):
    with store.begin() as work:
        target = work.audience.create_list(name)
        work.audience.upsert(target.id, people, Consent("import", now, "x.csv"), now)
    return target.id


def test_active_members_are_counted_by_what_is_asked_for(store, now):
    target = _enrol(store, now)
    _enrol(store, now, [PEOPLE[0], Subscriber("z@example.org", language="it")], "other")
    with store.begin() as work:
        work.audience.unsubscribe(work.audience.find("f@example.org").id, target, "link", now)
        odd = PEOPLE[2].fields["topics"]
        expected = {("de", "rust"): 2, ("de", None): 1, (None, odd): 1, (None, None): 1}
        assert dict(work.audience.groups(target, BOTH)) == expected
        assert dict(work.audience.groups(target, ["language"])) == {("de", None): 3, (None, None): 2}
        assert dict(work.audience.groups(target, ())) == {(None, None): 5}
        everywhere = dict(work.audience.groups(None, ["topics"]))
        assert everywhere == {(None, "rust"): 2, (None, odd): 1, (None, None): 3}


def test_each_delivery_is_frozen_with_its_groups_variant_and_all_others_with_the_first(store, now, start):
    target = _enrol(store, now)
    odd = PEOPLE[2].fields["topics"]
    names = {("de", "rust"): "de/rust", ("de", None): "de", ("de", ""): "de", (None, odd): "odd"}
    send = start(target, others=Assignment(BOTH, names))
    with store.read() as work:
        found = {row.email[0]: row.variant for row in work.sends.deliveries(send.id)}
    assert found == {"a": "de/rust", "b": "de", "c": "odd", "d": "default", "e": "de/rust", "f": "default"}


def test_what_a_variant_does_not_differ_by_plays_no_part(store, now, start):
    target = _enrol(store, now)
    send = start(target, others=Assignment(("topics",), {(None, "rust"): "rust"}))
    with store.read() as work:
        found = [row.email[0] for row in work.sends.deliveries(send.id) if row.variant == "rust"]
    assert found == ["a", "e", "f"]
