"""Lists, and who is on them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from newsletter.errors import NotFound
from newsletter.models import Consent, MailingList, Membership, MembershipState, Subscriber
from newsletter.store import groups
from newsletter.store.columns import DatabaseClock
from newsletter.store.database import serialize
from newsletter.store.tables import lists, memberships, subscribers


class Lists:
    """The lists and memberships of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create_list(self, name: str, title: str = "") -> MailingList:
        """The list of that name, made if there is none; a title that is given replaces the old one."""
        serialize(self._connection, "newsletter.lists")
        known = self._connection.scalar(select(lists.c.id).where(lists.c.name == name))
        if known is None:
            self._connection.execute(insert(lists).values(name=name, title=title, created=DatabaseClock()))
        elif title:
            self._connection.execute(update(lists).where(lists.c.id == known).values(title=title))
        return self.list_named(name)

    def list_named(self, name: str) -> MailingList:
        """A list with its counts. Raises NotFound."""
        row = self._connection.execute(select(lists).where(lists.c.name == name)).first()
        if row is None:
            raise NotFound("list", name, "`newsletter lists` shows them, an import makes one")
        return _list(row, self._counts().get(row.id, {}))

    def lists(self) -> list[MailingList]:
        """All lists by name, with their counts."""
        counts = self._counts()
        rows = self._connection.execute(select(lists).order_by(lists.c.name))
        return [_list(row, counts.get(row.id, {})) for row in rows]

    def memberships(self, subscriber_id: int) -> list[Membership]:
        """Every list a person is or was on."""
        query = select(memberships).where(memberships.c.subscriber_id == subscriber_id)
        return [_membership(row) for row in self._connection.execute(query.order_by(memberships.c.list_id))]

    def unsubscribe(self, subscriber_id: int, list_id: int, origin: str, now: datetime) -> bool:
        """End a membership; answers whether there was one to end. Asking again changes nothing."""
        ended = self._connection.execute(
            update(memberships)
            .where(
                memberships.c.subscriber_id == subscriber_id,
                memberships.c.list_id == list_id,
                memberships.c.state.in_((MembershipState.ACTIVE, MembershipState.PENDING)),
            )
            .values(state=MembershipState.UNSUBSCRIBED, changed=now, changed_by=origin)
        )
        return ended.rowcount == 1

    def export(self, list_id: int) -> Iterator[Subscriber]:
        """The active members of a list in the order they came, read as they are asked for."""
        active = _active(list_id).execution_options(yield_per=1000)
        return (subscriber_from(row) for row in self._connection.execute(active))

    def members(self, list_id: int, state: MembershipState | None = None) -> list[tuple[Subscriber, Membership]]:
        """Everybody who is or was on a list (or stands so), with how they stand, in the order they came."""
        query = select(subscribers, memberships).join(memberships).where(memberships.c.list_id == list_id)
        if state is not None:
            query = query.where(memberships.c.state == state)
        rows = self._connection.execute(query.order_by(memberships.c.subscriber_id))
        return [(subscriber_from(row), _membership(row)) for row in rows]

    def groups(self, list_id: int | None, by: Collection[groups.Axis]) -> Iterator[tuple[groups.Raw, int]]:
        """The groups among a list's active members (None: any list's) by language and topics, with their numbers."""
        return groups.counts(self._connection, list_id, by)

    def like(self, words: str, limit: int) -> list[Subscriber]:
        """People whose address or name holds the words (all of them, where there are none), by address; none erased."""
        query = select(subscribers).where(subscribers.c.erased.is_(False))
        if held := words.strip():
            columns = subscribers.c.email, subscribers.c.name
            query = query.where(or_(*(column.icontains(held, autoescape=True) for column in columns)))
        rows = self._connection.execute(query.order_by(subscribers.c.email).limit(limit))
        return [subscriber_from(row) for row in rows]

    def _counts(self) -> dict[int, dict[MembershipState, int]]:
        found: dict[int, dict[MembershipState, int]] = {}
        columns = memberships.c.list_id, memberships.c.state
        for list_id, state, count in self._connection.execute(select(*columns, func.count()).group_by(*columns)):
            found.setdefault(list_id, {})[MembershipState(state)] = count
        return found


def subscriber_from(row: Row[Any]) -> Subscriber:
    """The person that a row of the subscribers table holds."""
    return Subscriber(
        email=row.email,
        name=row.name,
        language=row.language,
        timezone=row.timezone,
        fields=row.fields,
        tags=tuple(row.tags),
        id=row.id,
        created=row.created,
        erased=row.erased,
    )


def _active(list_id: int) -> Select[Any]:
    joined = subscribers.join(memberships, memberships.c.subscriber_id == subscribers.c.id)
    return (
        select(subscribers)
        .select_from(joined)
        .where(memberships.c.list_id == list_id, memberships.c.state == MembershipState.ACTIVE)
        .order_by(memberships.c.subscriber_id)
    )


def _list(row: Row[Any], counts: dict[MembershipState, int]) -> MailingList:
    return MailingList(row.id, row.name, row.title, counts)


def _membership(row: Row[Any]) -> Membership:
    consent = Consent(row.consent_method, row.consent_at, row.consent_origin or "") if row.consent_method else None
    return Membership(row.subscriber_id, row.list_id, MembershipState(row.state), consent, row.changed)
