"""Addresses that are never mailed again: known by a keyed hash, so that one outlives the erasure of its subscriber."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from newsletter import addresses
from newsletter.models import MembershipState, Suppression
from newsletter.store.columns import DatabaseClock
from newsletter.store.database import serialize
from newsletter.store.tables import memberships, subscribers, suppressions

#: The keyed hash of an address's key.
Hasher = Callable[[str], str]


class Suppressions:
    """The suppressions of one transaction."""

    def __init__(self, connection: Connection, hasher: Hasher) -> None:
        self._connection = connection
        self._hash = hasher

    def suppress(self, email: str, reason: str, now: datetime) -> bool:
        """Never mail this address again; False if it was suppressed before (the first reason stays).

        Raises AddressError for what is no address.
        """
        return self._add(self._hash(addresses.key(email)), email, reason, now)

    def lift(self, email: str) -> bool:
        """Take a suppression back; False if there was none. Raises AddressError.

        Memberships that a bounce ended go on; those that a person ended stay ended.
        """
        address_hash = self._hash(addresses.key(email))
        found = delete(suppressions).where(suppressions.c.address_hash == address_hash)
        if self._connection.execute(found).rowcount != 1:
            return False
        person = select(subscribers.c.id).where(subscribers.c.address_hash == address_hash).scalar_subquery()
        bounced = memberships.c.state == MembershipState.BOUNCED
        self._connection.execute(
            update(memberships)
            .where(memberships.c.subscriber_id == person, bounced)
            .values(state=MembershipState.ACTIVE, changed=DatabaseClock(), changed_by="lifted suppression")
        )
        return True

    def suppression_reason(self, email: str) -> str | None:
        """Why the address is never mailed; None if it may be. Raises AddressError."""
        address_hash = self._hash(addresses.key(email))
        query = select(suppressions.c.reason).where(suppressions.c.address_hash == address_hash)
        return self._connection.scalar(query)

    def suppressions(self) -> list[Suppression]:
        """All of them, the latest first."""
        rows = self._connection.execute(select(suppressions).order_by(suppressions.c.id.desc()))
        return [Suppression(row.reason, row.added, row.email) for row in rows]

    def _suppressed(self, hashes: Iterable[str]) -> set[str]:
        query = select(suppressions.c.address_hash).where(suppressions.c.address_hash.in_(list(hashes)))
        return set(self._connection.scalars(query))

    def _add(self, address_hash: str, email: str | None, reason: str, now: datetime) -> bool:
        serialize(self._connection, "newsletter.suppressions")
        if self._suppressed([address_hash]):
            return False
        values = {"address_hash": address_hash, "email": email, "reason": reason, "added": now}
        self._connection.execute(insert(suppressions).values(values))
        return True
