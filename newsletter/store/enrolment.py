"""People taken in by the batch: who is new, who changed, who joins, and who left and is left alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from newsletter.models import Consent, ImportReport, MembershipState, Subscriber
from newsletter.store.lists import subscriber_from
from newsletter.store.tables import field_names, memberships, subscribers


@dataclass(slots=True)
class Enrolment:
    """People on their way to one list, with the consent they gave; the caller keeps other importers out meanwhile."""

    connection: Connection
    list_id: int
    consent: Consent
    now: datetime
    _names: set[str] = field(default_factory=set)

    def take(self, people: dict[str, Subscriber], hashes: dict[str, str]) -> ImportReport:
        """People by key, none of them suppressed."""
        query = select(subscribers).where(subscribers.c.email_key.in_(list(people)))
        known = {row.email_key: subscriber_from(row) for row in self.connection.execute(query)}
        states = self._states([person.id for person in known.values()])
        back = _BROUGHT_BACK.get(self.consent.method, frozenset())
        returning = [person.id for person in known.values() if states.get(person.id) in back]
        left = {key for key, person in known.items() if states.get(person.id) in _LEFT - back}
        changed = {}
        for key, person in known.items():
            merged = joined(person, people[key])
            if key not in left and merged != person:
                changed[key] = merged
        self._note_fields(people)
        new = {key: person for key, person in people.items() if key not in known}
        joining = [person.id for key, person in known.items() if person.id not in states]
        self._update(list(changed.values()))
        self._join(joining + self._insert(new, hashes))
        self._bring_back(returning)
        added = len(new) + len(joining) + len(returning)
        updated = sum(1 for person in changed.values() if person.id in states and person.id not in returning)
        return ImportReport(
            added=added,
            updated=updated,
            unchanged=len(people) - added - updated - len(left),
            never_resurrected=len(left),
        )

    def _note_fields(self, people: dict[str, Subscriber]) -> None:
        """Keep the names of fields, so that knowing them takes no walk over everybody."""
        names = {name for person in people.values() for name in person.fields} - self._names
        if names:
            known = select(field_names.c.name).where(field_names.c.name.in_(names))
            new = sorted(names - set(self.connection.scalars(known)))
            if new:
                self.connection.execute(insert(field_names), [{"name": name} for name in new])
            self._names |= names

    def _states(self, ids: list[int]) -> dict[int, str]:
        query = select(memberships.c.subscriber_id, memberships.c.state).where(
            memberships.c.list_id == self.list_id, memberships.c.subscriber_id.in_(ids)
        )
        return {row.subscriber_id: row.state for row in self.connection.execute(query)}

    def _insert(self, people: dict[str, Subscriber], hashes: dict[str, str]) -> list[int]:
        if not people:
            return []
        rows = [
            _values(person)
            | {
                "email": person.email,
                "email_key": key,
                "address_hash": hashes[key],
                "created": self.now,
                "erased": False,
            }
            for key, person in people.items()
        ]
        ids = insert(subscribers).returning(subscribers.c.id, sort_by_parameter_order=True)
        return list(self.connection.scalars(ids, rows))

    def _update(self, people: list[Subscriber]) -> None:
        if people:
            statement = update(subscribers).where(subscribers.c.id == bindparam("_id"))
            self.connection.execute(statement, [{"_id": person.id} | _values(person) for person in people])

    def _join(self, ids: list[int]) -> None:
        row = {"list_id": self.list_id} | self._active()
        if ids:
            self.connection.execute(insert(memberships), [{"subscriber_id": number} | row for number in ids])

    def _bring_back(self, ids: list[int]) -> None:
        if ids:
            theirs = (memberships.c.list_id == self.list_id) & memberships.c.subscriber_id.in_(ids)
            self.connection.execute(update(memberships).where(theirs).values(self._active()))

    def _active(self) -> dict[str, Any]:
        """A membership that begins now."""
        return {
            "state": MembershipState.ACTIVE,
            "consent_method": self.consent.method,
            "consent_at": self.consent.at,
            "consent_origin": self.consent.origin,
            "changed": self.now,
            "changed_by": self.consent.method,
        }


_LEFT = frozenset({MembershipState.UNSUBSCRIBED, MembershipState.BOUNCED, MembershipState.COMPLAINED})
#: Whom a method of consent brings back: a file nobody, an editor who was asked to everybody but who complained.
_BROUGHT_BACK = {
    "editor": frozenset({MembershipState.PENDING, MembershipState.UNSUBSCRIBED, MembershipState.BOUNCED}),
}


def joined(known: Subscriber, given: Subscriber) -> Subscriber:
    """What is known of a person after they were given (again); the address stays as it was first written."""
    return replace(
        known,
        name=given.name or known.name,
        language=given.language or known.language,
        timezone=given.timezone or known.timezone,
        fields={**known.fields, **{name: value for name, value in given.fields.items() if value}},
        tags=tuple(dict.fromkeys((*known.tags, *given.tags))),
    )


def _values(person: Subscriber) -> dict[str, Any]:
    return {
        "name": person.name,
        "language": person.language,
        "timezone": person.timezone,
        "fields": dict(person.fields),
        "tags": list(person.tags),
    }
