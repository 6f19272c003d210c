"""What relays were given within the last day, counted from the deliveries: limits hold across restarts without a state
of their own."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, bindparam, func, select

from newsletter.models.sends import COUNTED
from newsletter.store.columns import DatabaseClock, Minute
from newsletter.store.tables import deliveries, sends

_DAY = timedelta(days=1)
#: Sends whose deadline passed longer ago have nothing within a day but what a person sent again by hand.
_OLD = timedelta(days=30)


def usage(connection: Connection) -> dict[str, list[tuple[float, int]]]:
    """By relay, what it accepted, or may have, in the last day: (seconds ago, messages), an entry a minute with any.

    Reads the rows of the last month's sends once.
    """
    now = connection.scalar(select(DatabaseClock()))
    if now is None:
        return {}
    found: dict[str, list[tuple[float, int]]] = {}
    for relay, last, count in connection.execute(_USED, {"day": now - _DAY, "old": now - _OLD}):
        found.setdefault(relay, []).append((max(0.0, (now - last).total_seconds()), count))
    return found


_MINUTE = Minute(deliveries.c.updated)
_USED = (
    select(deliveries.c.relay, func.max(deliveries.c.updated), func.count())
    .join(sends, sends.c.id == deliveries.c.send_id)
    .where(
        sends.c.deadline > bindparam("old", type_=sends.c.deadline.type),
        deliveries.c.state.in_(COUNTED),
        deliveries.c.updated > bindparam("day", type_=deliveries.c.updated.type),
        deliveries.c.relay.is_not(None),
    )
    .group_by(deliveries.c.relay, _MINUTE)
)
