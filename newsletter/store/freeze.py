"""The audience of a send, frozen: a delivery for everyone, made by one INSERT … SELECT however many they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, insert, literal, null, select

from newsletter.addresses import parse
from newsletter.models.audience import MembershipState
from newsletter.models.sends import DeliveryState, SendKind, Tally
from newsletter.store import groups, ledger
from newsletter.store.columns import Id, Moment, RandomToken, Words
from newsletter.store.suppressions import Hasher
from newsletter.store.tables import deliveries, memberships, subscribers


@dataclass(frozen=True, slots=True)
class Frozen:
    """What all deliveries of a send have in common."""

    send: int
    #: For test copies, and for members of no other group.
    variant: str
    now: datetime
    #: When they may be claimed.
    due: datetime
    domain: str
    #: When those may whose subscribers have one of these time zones.
    due_in: Mapping[str, datetime] = field(default_factory=dict)
    #: Which of them get another variant.
    others: groups.Assignment = field(default_factory=groups.Assignment)


def preview(connection: Connection, list_id: int, issue: int, *, again: bool) -> Tally:
    """The audience of a list as it would be frozen, counted."""
    why = _fault(issue, again=again)
    counts = select(why, func.count()).select_from(_PEOPLE).where(*_members(list_id, MembershipState.ACTIVE))
    found = {row[0]: row[1] for row in connection.execute(counts.group_by(why))}
    pending = found.pop(None, 0)
    return Tally(pending=pending, skipped=sum(found.values()), skipped_why=dict(sorted(found.items())))


def members(connection: Connection, frozen: Frozen, kind: SendKind, list_id: int, issue: int, *, again: bool) -> None:
    """A delivery for every member of the list who has the membership this kind of send needs."""
    people, variant = frozen.others.joined(_PEOPLE, frozen.variant)
    why = _fault(issue, again=again or kind is not SendKind.ISSUE)
    audience = (
        _rows(frozen, subscribers.c.id, subscribers.c.email, why, variant)
        .select_from(people)
        .where(*_members(list_id, ledger.NEEDS.get(kind, MembershipState.ACTIVE)))
        .order_by(memberships.c.subscriber_id)
    )
    connection.execute(insert(deliveries).from_select(_COLUMNS, audience))


def addresses(connection: Connection, frozen: Frozen, emails: Sequence[str], hasher: Hasher) -> None:
    """A delivery for each address, once; membership does not matter, suppression does. Raises AddressError."""
    by_key = {address.key: address.email for address in map(parse, emails)}
    for key, email in by_key.items():
        address_hash = literal(hasher(key), Words())
        why = case((ledger.is_suppressed(address_hash), literal(ledger.SUPPRESSED)), else_=null())
        variant = literal(frozen.variant, Words())
        row = _rows(frozen, literal(None, Id), literal(email, Words()), why, variant).add_columns(address_hash)
        connection.execute(insert(deliveries).from_select([*_COLUMNS, "address_hash"], row))


_COLUMNS = ["send_id", "subscriber_id", "email", "state", "variant", "due", "attempt", "message_id", "why", "updated"]
_PEOPLE = memberships.join(subscribers, subscribers.c.id == memberships.c.subscriber_id)


def _members(list_id: int, state: MembershipState) -> tuple[ColumnElement[bool], ...]:
    return memberships.c.list_id == list_id, memberships.c.state == state


def _fault(issue: int, *, again: bool) -> ColumnElement[Any]:
    """Why a member is skipped; NULL for who gets it."""
    faults = [
        (subscribers.c.erased, literal(ledger.ERASED)),
        (ledger.is_suppressed(subscribers.c.address_hash), literal(ledger.SUPPRESSED)),
    ]
    if not again:
        had = ledger.had_already(subscribers.c.id, literal(issue), None)
        faults.append((had, literal(ledger.HAD_ALREADY)))
    return case(*faults, else_=null())


def zones(connection: Connection, list_id: int) -> list[str]:
    """The time zones that members of a list have."""
    query = select(subscribers.c.timezone).select_from(_PEOPLE).where(*_members(list_id, MembershipState.ACTIVE))
    return [zone for zone in connection.scalars(query.distinct()) if zone]


def _due(frozen: Frozen) -> ColumnElement[Any]:
    due = literal(frozen.due, Moment())
    if not frozen.due_in:
        return due
    known = [(subscribers.c.timezone == zone, literal(at, Moment())) for zone, at in sorted(frozen.due_in.items())]
    return case(*known, else_=due)


def _rows(
    frozen: Frozen, subscriber: Any, email: Any, why: ColumnElement[Any], variant: ColumnElement[Any]
) -> Select[Any]:
    return select(
        literal(frozen.send, Id),
        subscriber,
        email,
        case((why.is_(None), literal(DeliveryState.PENDING.value)), else_=literal(DeliveryState.SKIPPED.value)),
        variant,
        _due(frozen),
        literal(0),
        RandomToken().concat("@" + frozen.domain),
        why,
        literal(frozen.now, Moment()),
    )
