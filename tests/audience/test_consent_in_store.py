"""The store's bulk import does what the consent policy says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from newsletter.audience.consent import after_joining, after_leaving
from newsletter.models import Consent, MembershipState, Subscriber
from newsletter.store import Store

NOW = datetime(2026, 1, 5, 7, tzinfo=UTC)
ADA = Subscriber("ada@example.org", "Ada")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("store")
    return f"sqlite:///{folder / 'newsletter.db'}"


@pytest.fixture(scope="module")
def store(url: str) -> Store:
    return Store.open(url, create=True, hash_key=b"a key for these tests, 32 bytes.")


def join(store: Store, person: Subscriber, list_name: str, method: str = "import") -> tuple[int, int]:
    """Take the person in; answers list and subscriber."""
    with store.begin() as work:
        target = work.audience.create_list(list_name).id
        work.audience.upsert(target, [person], Consent(method, NOW), NOW)
        found = work.audience.find(person.email)
    return target, found.id if found else 0


def state(store: Store, subscriber: int, target: int) -> MembershipState | None:
    with store.read() as work:
        return next((place.state for place in work.audience.memberships(subscriber) if place.list == target), None)


def put(url: str, subscriber: int, target: int, to: MembershipState) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        where = "WHERE subscriber_id = :subscriber AND list_id = :target"
        connection.execute(
            text(f"UPDATE memberships SET state = :to {where}"), {"to": to, "subscriber": subscriber, "target": target}
        )
    engine.dispose()


@pytest.mark.parametrize("before", list(MembershipState))
def test_an_import_and_a_departure_leave_what_the_policy_says(url: str, store: Store, before: MembershipState) -> None:
    target, subscriber = join(store, ADA, before.value)
    assert state(store, subscriber, target) is after_joining(None, "import", suppressed=False)
    put(url, subscriber, target, before)
    join(store, ADA, before.value)
    assert state(store, subscriber, target) is after_joining(before, "import", suppressed=False)
    with store.begin() as work:
        work.audience.unsubscribe(subscriber, target, "page", NOW)
    assert state(store, subscriber, target) is after_leaving(before)


def test_a_suppressed_address_joins_nothing(store: Store) -> None:
    with store.begin() as work:
        work.audience.suppress("grace@example.org", "complaint", NOW)
    target, subscriber = join(store, Subscriber("Grace@example.org"), "suppressed")
    assert state(store, subscriber, target) is after_joining(None, "import", suppressed=True) is None


@pytest.mark.parametrize("before", list(MembershipState))
def test_an_editor_s_add_does_what_the_policy_says(store: Store, url: str, before: MembershipState) -> None:
    name = f"by hand {before}"
    target, subscriber = join(store, ADA, name)
    put(url, subscriber, target, before)
    join(store, ADA, name, "editor")
    assert state(store, subscriber, target) is after_joining(before, "editor", suppressed=False)
