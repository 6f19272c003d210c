"""Rows of sends and deliveries as the models people see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from newsletter.models import Delivery, DeliveryState, Send, SendKind, SendState
from newsletter.store.tables import lists, sends

#: Sends with the names of their lists.
SENDS = select(sends, lists.c.name.label("list_name")).select_from(sends.outerjoin(lists))


def send(row: Row[Any]) -> Send:
    """A row of `SENDS`."""
    return Send(
        id=row.id,
        kind=SendKind(row.kind),
        edition=row.edition_id,
        issue=row.issue,
        list=row.list_name,
        state=SendState(row.state),
        created=row.created,
        deadline=row.deadline,
        again=row.again,
        forced=row.forced,
        planned=row.scheduled_at,
        wall_time=row.wall_time,
        begun=row.begun,
    )


def delivery(row: Row[Any]) -> Delivery:
    """A row of `deliveries`."""
    state = DeliveryState(row.state)
    return Delivery(
        id=row.id,
        send=row.send_id,
        subscriber=row.subscriber_id,
        email=row.email,
        state=state,
        variant=row.variant,
        attempts=row.attempt,
        message_id=row.message_id,
        due=row.due if state is DeliveryState.DEFERRED else None,
        reply_code=row.reply_code,
        enhanced_code=row.enhanced_code,
        reply=row.why if state is DeliveryState.SKIPPED else row.reply,
        relay=row.relay,
        updated=row.updated,
        resolution=row.resolution,
    )
