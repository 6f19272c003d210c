"""The ledger a sending process works on: it records outcomes and claims deliveries, in one transaction a window.

Fulfils `deliver.ledger.Ledger` for one send and one owner. All times are the database's. Two processes never hold the
same delivery: on SQLite a writing transaction is alone, on PostgreSQL rows that somebody else has locked are passed
over. A claim whose owner's lease has ended, or whose process is known to have died on this machine, becomes uncertain:
its message may be out, and only a late outcome under the same token, or a person, settles it. What is locked: `terms`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select, update

from newsletter.models.sends import Claim, DeliveryState, Outcome, SendState
from newsletter.store import ledger
from newsletter.store.columns import DatabaseClock
from newsletter.store.database import Database
from newsletter.store.exchange import WINDOW, Exchange
from newsletter.store.owners import is_dead, new_owner
from newsletter.store.tables import deliveries, sends
from newsletter.store.terms import terms


class Claims:
    """One owner's view of one send's ledger. Call it from one thread at a time; `close` ends its connections.

    Every method may raise StoreBusy, StoreFull or StoreError: nothing was recorded then, and the same call may be
    repeated.
    """

    def __init__(self, url: str, send_id: int, owner: str | None = None) -> None:
        self._database = Database(url, lone=True)
        self._send = send_id
        self.owner = owner or new_owner()

    def exchange(self, outcomes: Sequence[Outcome], limit: int) -> list[Claim]:
        """Record outcomes, then claim up to `limit` deliveries; no owner ever holds more than 50.

        An outcome counts if this owner holds the delivery, or held it when it became uncertain; any other is ignored.
        Before each claim consent and suppression are read again: who may not be mailed is skipped, with the reason.
        Nothing is claimed of a send that is not running. The send is marked finished when all is done and settled, a
        paused one too.
        """
        with self._database.write() as connection:
            found = terms(connection, self._send)
            step = Exchange(connection, found, self.owner)
            step.record(outcomes)
            held = step.expire()
            if found.state is not SendState.RUNNING:
                ledger.finish(connection, self._send)  # a paused one whose last outcome has come
                return []
            claims = step.claim(min(limit, WINDOW - held))
            if not claims and not held:
                ledger.finish(connection, self._send)
            return claims

    def renew(self) -> None:
        """Hold what this owner holds for another LEASE seconds."""
        with self._database.write() as connection:
            lease = Exchange(connection, terms(connection, self._send), self.owner).lease
            mine = _CLAIMED, deliveries.c.owner == self.owner
            connection.execute(update(deliveries).where(*mine).values(lease=lease), {"send": self._send})

    def next_due(self) -> float | None:
        """Seconds until there may be something to claim: one falls due, or another owner's lease ends.

        None when there never will be: all is over, or the send is paused or cancelled. It is marked finished then, if
        it is.
        """
        with self._database.read() as connection:
            state, now = connection.execute(_STATE, {"send": self._send}).one()
            if state != SendState.RUNNING:
                return None
            moments = list(connection.scalars(_DUE, {"send": self._send}))
            for owner, lease in connection.execute(_HOLDERS, {"send": self._send}):
                if owner != self.owner:
                    moments.append(now if is_dead(owner) else lease)
        waits: list[float] = [max(0.0, (moment - now).total_seconds()) for moment in moments if moment is not None]
        if waits:
            return min(waits)
        with self._database.write() as connection:
            ledger.finish(connection, self._send)
        return None

    def others(self) -> int:
        """How many living processes beside this one hold claims of the send."""
        with self._database.read() as connection:
            now = connection.execute(_STATE, {"send": self._send}).one().now
            holders = connection.execute(_HOLDERS, {"send": self._send}).all()
        return sum(1 for owner, lease in holders if owner != self.owner and lease > now and not is_dead(owner))

    def close(self) -> None:
        """Close the database; what is still held stays claimed until its lease ends."""
        self._database.close()


_STATE = select(sends.c.state, DatabaseClock().label("now")).where(sends.c.id == bindparam("send"))
_OF_SEND = deliveries.c.send_id == bindparam("send")
_CLAIMED = _OF_SEND & (deliveries.c.state == DeliveryState.CLAIMED)
_HOLDERS = select(deliveries.c.owner, func.max(deliveries.c.lease)).where(_CLAIMED).group_by(deliveries.c.owner)
_DUE = (
    select(func.min(deliveries.c.due))
    .where(_OF_SEND, deliveries.c.state.in_((DeliveryState.PENDING, DeliveryState.DEFERRED)))
    .group_by(deliveries.c.state)
)
