"""What relays said, counted: for the tables of a send's status."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select

from newsletter.models.sends import DeliveryState, Reason
from newsletter.store import ledger
from newsletter.store.tables import deliveries, subscribers


def reasons(connection: Connection, send_id: int) -> Sequence[Reason]:
    """Those who failed, wait after a refusal, or are uncertain, by what was said to them."""
    return [
        Reason(
            relay=row.relay,
            state=DeliveryState(row.state),
            reply_code=row.reply_code,
            enhanced_code=row.enhanced_code,
            reply=row.reply,
            count=row.many,
            recipients=tuple(sorted({email for email in (row.first, row.last) if email})),
            suppressed=row.suppressed or 0,
        )
        for row in connection.execute(_REASONS, {"send": send_id})
    ]


def by_relay(connection: Connection, send_id: int) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for relay, state, count in connection.execute(_BY_RELAY, {"send": send_id}):
        found.setdefault(relay, {})[state] = count
    return found


_OF_SEND = deliveries.c.send_id == bindparam("send")
_UNSERVED = (DeliveryState.FAILED, DeliveryState.DEFERRED, DeliveryState.UNCERTAIN)
_WORDS = (
    deliveries.c.relay,
    deliveries.c.state,
    deliveries.c.reply_code,
    deliveries.c.enhanced_code,
    deliveries.c.reply,
)
_REASONS = (
    select(
        *_WORDS,
        func.count().label("many"),
        func.min(deliveries.c.email).label("first"),
        func.max(deliveries.c.email).label("last"),
        func.sum(case((ledger.is_suppressed(subscribers.c.address_hash), 1), else_=0)).label("suppressed"),
    )
    .select_from(deliveries.outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id))
    .where(
        _OF_SEND,
        or_(
            deliveries.c.state.in_(_UNSERVED),
            and_(deliveries.c.state == DeliveryState.PENDING, deliveries.c.reply.is_not(None)),
        ),
    )
    .group_by(*_WORDS)
    .order_by(func.count().desc())
)
_BY_RELAY = (
    select(deliveries.c.relay, deliveries.c.state, func.count())
    .where(_OF_SEND, deliveries.c.relay.is_not(None))
    .group_by(deliveries.c.relay, deliveries.c.state)
    .order_by(deliveries.c.relay)
)
