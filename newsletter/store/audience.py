"""People: who they are, what they agreed to, and that nobody who left is brought back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select, update

from newsletter import addresses
from newsletter.errors import NotFound
from newsletter.models import Consent, ImportReport, MembershipState, Subscriber
from newsletter.store.database import serialize
from newsletter.store.enrolment import Enrolment, joined
from newsletter.store.lists import Lists, subscriber_from
from newsletter.store.suppressions import Hasher, Suppressions
from newsletter.store.tables import deliveries, events, field_names, memberships, subscribers, suppressions

#: People taken in with one set of statements.
_BATCH = 500


class Audience(Lists, Suppressions):
    """Subscribers, lists, memberships and suppressions of one transaction."""

    def __init__(self, connection: Connection, hasher: Hasher) -> None:
        Lists.__init__(self, connection)
        Suppressions.__init__(self, connection, hasher)

    def find(self, email: str) -> Subscriber | None:
        """The person with this address, however it is written. Raises AddressError for what is none."""
        row = self._connection.execute(
            select(subscribers).where(subscribers.c.email_key == addresses.key(email))
        ).first()
        return None if row is None else subscriber_from(row)

    def get(self, subscriber_id: int) -> Subscriber:
        """One person, an erased one too. Raises NotFound."""
        row = self._connection.execute(select(subscribers).where(subscribers.c.id == subscriber_id)).first()
        if row is None:
            raise NotFound("subscriber", subscriber_id)
        return subscriber_from(row)

    def field_names(self) -> frozenset[str]:
        """The names of the fields that anybody has, or had."""
        return frozenset(self._connection.scalars(select(field_names.c.name)))

    def upsert(self, list_id: int, people: Iterable[Subscriber], consent: Consent, now: datetime) -> ImportReport:
        """Add and update many people, and make them members of a list.

        What is given replaces what is known, what is not given stays; fields and tags are joined. Nobody who is
        suppressed, or has left this list in whatever way, is touched: they are counted as `never_resurrected`.
        The same person twice counts as unchanged the second time. Raises AddressError.
        """
        serialize(self._connection, "newsletter.subscribers")
        rest = iter(people)
        total = ImportReport()
        enrolment = Enrolment(self._connection, list_id, consent, now)
        while batch := list(islice(rest, _BATCH)):
            total = _sum(total, self._take(enrolment, batch))
        return total

    def erase(self, subscriber_id: int, now: datetime) -> None:
        """Forget a person. Raises NotFound.

        Their row stays, empty; memberships end; deliveries keep their state and lose address and reply; a suppression
        keeps the keyed hash, so that no import brings them back.
        """
        person = self._connection.execute(select(subscribers).where(subscribers.c.id == subscriber_id)).first()
        if person is None:
            raise NotFound("subscriber", subscriber_id)
        if person.erased:
            return
        run = self._connection.execute
        self._add(person.address_hash, None, "erased", now)
        hashed = suppressions.c.address_hash == person.address_hash
        run(update(suppressions).where(hashed).values(email=None))
        run(update(subscribers).where(subscribers.c.id == subscriber_id).values(_EMPTY))
        ended = {"state": MembershipState.UNSUBSCRIBED, "changed": now, "changed_by": "erased", "consent_origin": ""}
        run(update(memberships).where(memberships.c.subscriber_id == subscriber_id).values(ended))
        run(update(events).where(events.c.subscriber_id == subscriber_id).values(data={}))
        nameless = {"email": None, "reply": None, "address_hash": None}
        run(update(deliveries).where(deliveries.c.subscriber_id == subscriber_id).values(nameless))
        test_copies = deliveries.c.subscriber_id.is_(None) & (deliveries.c.address_hash == person.address_hash)
        run(update(deliveries).where(test_copies).values({"email": None, "reply": None}))

    def _take(self, enrolment: Enrolment, people: Sequence[Subscriber]) -> ImportReport:
        wanted: dict[str, Subscriber] = {}
        for person in people:
            key = addresses.key(person.email)
            wanted[key] = joined(wanted[key], person) if key in wanted else person
        hashes = {key: self._hash(key) for key in wanted}
        suppressed = self._suppressed(hashes.values())
        open_to = {key: person for key, person in wanted.items() if hashes[key] not in suppressed}
        report = enrolment.take(open_to, hashes)
        return replace(
            report,
            read=len(people),
            unchanged=report.unchanged + len(people) - len(wanted),
            never_resurrected=report.never_resurrected + len(wanted) - len(open_to),
        )


#: What is left of somebody who was erased.
_EMPTY: dict[str, Any] = {
    "email": "",
    "email_key": None,
    "address_hash": None,
    "name": None,
    "language": None,
    "timezone": None,
    "fields": {},
    "tags": [],
    "erased": True,
}


def _sum(one: ImportReport, other: ImportReport) -> ImportReport:
    return ImportReport(
        read=one.read + other.read,
        added=one.added + other.added,
        updated=one.updated + other.updated,
        unchanged=one.unchanged + other.unchanged,
        never_resurrected=one.never_resurrected + other.never_resurrected,
    )
