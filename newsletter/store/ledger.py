"""What sends and claims share: who may get a send, how it is counted, and when it is over.

A send's kind says which membership it needs; a test copy needs none. Everything here is SQL that both databases run.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)

from newsletter.models.audience import MembershipState
from newsletter.models.sends import DeliveryState, SendKind, SendState, Tally
from newsletter.store.tables import deliveries, sends, suppressions

#: The membership a kind of send goes to; the kinds that are not here ask for none.
NEEDS = {
    SendKind.ISSUE: MembershipState.ACTIVE,
    SendKind.CONFIRM: MembershipState.PENDING,
    SendKind.WELCOME: MembershipState.ACTIVE,
    SendKind.NOTICE: MembershipState.ACTIVE,
}

#: Characters of a relay's reply that are kept.
REPLY = 1_000

#: States of a delivery that is not over.
OPEN = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.DEFERRED)
#: States of a delivery that may have reached its reader.
HAD = (DeliveryState.CLAIMED, DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN)
#: States of a send that is not over.
UNFINISHED = (SendState.SCHEDULED, SendState.RUNNING, SendState.PAUSED)

#: Why somebody is skipped, in the words that are shown.
ERASED, SUPPRESSED, NOT_ON_LIST = "erased", "suppressed", "not on the list"
HAD_ALREADY, CANCELLED = "had this issue already", "cancelled"
_NOT_CONFIRMED = "not confirmed"

#: How an uncertain delivery that stays as it is was settled.
LEFT = "leave"


def is_suppressed(address_hash: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the address behind the hash is never to be mailed."""
    return exists().where(suppressions.c.address_hash == address_hash)


def had_already(
    subscriber_id: ColumnElement[Any], issue: ColumnElement[Any], this_send: ColumnElement[Any] | None
) -> ColumnElement[bool]:
    """Whether the person has the issue, or may have it, from another list send."""
    earlier, of = deliveries.alias("earlier"), sends.alias("of")
    query = exists().where(
        of.c.issue == issue,
        of.c.kind == SendKind.ISSUE,
        earlier.c.send_id == of.c.id,
        earlier.c.subscriber_id == subscriber_id,
        # Not IN: the list would be expanded only when the statement runs (`prepared`).
        or_(*(earlier.c.state == state for state in HAD)),
    )
    return query if this_send is None else query.where(of.c.id != this_send)


def membership_fault(state: ColumnElement[Any], needed: MembershipState) -> tuple[tuple[ColumnElement[bool], Any], ...]:
    """CASE branches: why a membership in this state does not get a send that needs the other."""
    return (
        (state.is_(None), literal(NOT_ON_LIST)),
        (and_(state != needed, state == MembershipState.PENDING), literal(_NOT_CONFIRMED)),
        (state != needed, state),
    )


def tally(connection: Connection, send_id: int) -> Tally:
    """The send counted, in one statement, so that the identity holds whatever others do meanwhile."""
    counts: dict[str, int] = {}
    skipped_why: dict[str, int] = {}
    left = 0
    for state, note, count in connection.execute(_TALLY, {"send": send_id}):
        counts[state] = counts.get(state, 0) + count
        if state == DeliveryState.SKIPPED:
            skipped_why[note or ""] = count
        elif note == LEFT:
            left += count
    return Tally(**counts, left=left, skipped_why=dict(sorted(skipped_why.items())))


def finish(connection: Connection, send_id: int) -> bool:
    """Mark a running or paused send finished if nothing is left to do or to settle; whether it was marked now."""
    return connection.execute(_FINISH, {"send": send_id}).rowcount == 1


def reopen(connection: Connection, send_id: int) -> None:
    """A finished send goes on if there is something to do again."""
    connection.execute(_REOPEN, {"send": send_id})


_ONE_SEND = deliveries.c.send_id == bindparam("send")
_NOTED = (DeliveryState.SKIPPED, DeliveryState.UNCERTAIN)
_NOTE = case((deliveries.c.state == DeliveryState.SKIPPED, deliveries.c.why), else_=deliveries.c.resolution)

# The index alone counts most rows; only skipped and uncertain ones are read, for why and for how they were settled.
_TALLY = union_all(
    select(deliveries.c.state, cast(null(), Text), func.count())
    .where(_ONE_SEND, deliveries.c.state.in_([state for state in DeliveryState if state not in _NOTED]))
    .group_by(deliveries.c.state),
    select(deliveries.c.state, _NOTE, func.count())
    .where(_ONE_SEND, deliveries.c.state.in_(_NOTED))
    .group_by(deliveries.c.state, _NOTE),
)

_UNSETTLED = and_(
    deliveries.c.state == DeliveryState.UNCERTAIN,
    or_(deliveries.c.resolution.is_(None), deliveries.c.resolution != LEFT),
)
_FINISH = (
    update(sends)
    .where(
        sends.c.id == bindparam("send"),
        sends.c.state.in_((SendState.RUNNING, SendState.PAUSED)),
        sends.c.begun.is_not(None),  # a planned one has nobody yet
        ~exists().where(_ONE_SEND, deliveries.c.state.in_(OPEN)),
        ~exists().where(_ONE_SEND, _UNSETTLED),
    )
    .values(state=SendState.FINISHED)
)
_REOPEN = (
    update(sends)
    .where(
        sends.c.id == bindparam("send"),
        sends.c.state == SendState.FINISHED,
        exists().where(_ONE_SEND, deliveries.c.state.in_(OPEN)),
    )
    .values(state=SendState.RUNNING)
)
