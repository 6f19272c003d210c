"""The ledger a sending process works on: it records outcomes and claims deliveries, in one transaction a window.

Fulfils `deliver.engine.Ledger` for one send and one owner. All times are the database's. Two processes never hold the
same delivery: on SQLite a writing transaction is alone, on PostgreSQL rows that somebody else has locked are passed
over. A claim whose owner's lease has ended, or whose process is known to have died on this machine, becomes uncertain:
its message may be out, and only a late outcome under the same token, or a person, settles it.

What keeps two PostgreSQL transactions from each missing the other's half:
- every exchange shares a lock on its send, which pausing, cancelling and settling take alone (`sends`);
- exchanges of one issue's sends share an advisory lock on the issue, and take it alone while more than one send of the
  issue is running, so that nobody is claimed for two of them at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, exists, func, select, update

from newsletter.errors import NotFound
from newsletter.models.sends import Claim, DeliveryState, Outcome, SendKind, SendState
from newsletter.store import ledger
from newsletter.store.columns import DatabaseClock
from newsletter.store.database import Database, serialize, share
from newsletter.store.exchange import WINDOW, Exchange, Terms
from newsletter.store.owners import is_dead, new_owner
from newsletter.store.tables import deliveries, sends


class Claims:
    """One owner's view of one send's ledger. Call it from one thread at a time; `close` ends its connections.

    Every method may raise StoreBusy, StoreFull or StoreError: nothing was recorded then, and the same call may be
    repeated.
    """

    def __init__(self, url: str, send_id: int, owner: str | None = None) -> None:
        self._database = Database(url)
        self._send = send_id
        self.owner = owner or new_owner()

    def exchange(self, outcomes: Sequence[Outcome], limit: int) -> list[Claim]:
        """Record outcomes, then claim up to `limit` deliveries; no owner ever holds more than 50.

        An outcome counts if this owner holds the delivery, or held it when it became uncertain; any other is ignored.
        Before each claim consent and suppression are read again: who may not be mailed is skipped, with the reason.
        Nothing is claimed of a send that is not running. The send is marked finished when all is done and settled.
        """
        with self._database.writer.begin() as connection:
            terms = self._terms(connection)
            step = Exchange(connection, terms, self.owner)
            step.record(outcomes)
            held = step.expire()
            if terms.state is not SendState.RUNNING:
                return []
            claims = step.claim(min(limit, WINDOW - held))
            if not claims and not held:
                ledger.finish(connection, self._send)
            return claims

    def renew(self) -> None:
        """Hold what this owner holds for another LEASE seconds."""
        with self._database.writer.begin() as connection:
            lease = Exchange(connection, self._terms(connection), self.owner).lease
            mine = _CLAIMED, deliveries.c.owner == self.owner
            connection.execute(update(deliveries).where(*mine).values(lease=lease), {"send": self._send})

    def next_due(self) -> float | None:
        """Seconds until there may be something to claim: one falls due, or another owner's lease ends.

        None when there never will be: all is over, or the send is paused or cancelled. It is marked finished then, if
        it is.
        """
        with self._database.reader.begin() as connection:
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
        with self._database.writer.begin() as connection:
            ledger.finish(connection, self._send)
        return None

    def close(self) -> None:
        """Close the database; what is still held stays claimed until its lease ends."""
        self._database.close()

    def _terms(self, connection: Connection) -> Terms:
        row = connection.execute(_TERMS, {"send": self._send}).first()
        if row is None:
            raise NotFound("send", self._send)
        if row.rivals and row.again is None:
            serialize(connection, "newsletter.issue", row.issue)
        else:
            share(connection, "newsletter.issue", row.issue)
        return Terms(
            send=self._send,
            kind=SendKind(row.kind),
            state=SendState(row.state),
            issue=row.issue,
            list_id=row.list_id,
            again=row.again is not None,
            deadline=row.deadline,
            now=row.now,
        )


_rival = sends.alias("rival")
_RIVALS = exists().where(
    _rival.c.issue == sends.c.issue, _rival.c.id != sends.c.id, _rival.c.state == SendState.RUNNING
)
_TERMS = (
    select(sends, _RIVALS.label("rivals"), DatabaseClock().label("now"))
    .where(sends.c.id == bindparam("send"))
    .with_for_update(read=True, key_share=True, of=sends)
)
_STATE = select(sends.c.state, DatabaseClock().label("now")).where(sends.c.id == bindparam("send"))
_OF_SEND = deliveries.c.send_id == bindparam("send")
_CLAIMED = _OF_SEND & (deliveries.c.state == DeliveryState.CLAIMED)
_HOLDERS = select(deliveries.c.owner, func.max(deliveries.c.lease)).where(_CLAIMED).group_by(deliveries.c.owner)
_DUE = (
    select(func.min(deliveries.c.due))
    .where(_OF_SEND, deliveries.c.state.in_((DeliveryState.PENDING, DeliveryState.DEFERRED)))
    .group_by(deliveries.c.state)
)
