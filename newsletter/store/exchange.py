"""The steps of one exchange, in one transaction: record what came of claims, end dead ones, skip, fail, claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, func, literal, null, or_, select, update

from newsletter.models.sends import Claim, DeliveryState, Outcome, SendKind, SendState
from newsletter.store import ledger
from newsletter.store.owners import is_dead
from newsletter.store.tables import deliveries, memberships, subscribers

#: Seconds a claim is its owner's without a renewal.
LEASE = 30.0
#: Unrecorded claims one owner may hold: as many as a crash can leave uncertain.
WINDOW = 50

#: After so many rows that had to be skipped an exchange ends, so that others get their turn.
_MOST_SKIPPED = 1_000
_REPLY = 1_000
_ENDED = "the process that sent it ended before it recorded a reply"
_TOO_LATE = "the deadline passed"


@dataclass(frozen=True, slots=True)
class Terms:
    """A send as it is at the moment of an exchange; `now` by the database's clock."""

    send: int
    kind: SendKind
    state: SendState
    issue: int
    list_id: int | None
    again: bool
    deadline: datetime
    now: datetime


class Exchange:
    """One transaction of one owner; the methods in this order."""

    def __init__(self, connection: Connection, terms: Terms, owner: str) -> None:
        self._connection = connection
        self._terms = terms
        self._owner = owner

    @property
    def lease(self) -> datetime:
        """Until when a claim made or renewed now is held."""
        return self._terms.now + timedelta(seconds=LEASE)

    def record(self, outcomes: Sequence[Outcome]) -> None:
        """Settle what this owner holds, or held until it became uncertain.

        In the order of ids, so that two transactions never wait for each other crosswise.
        """
        if not outcomes:
            return
        rows = [self._settled(outcome) for outcome in sorted(outcomes, key=lambda outcome: outcome.delivery)]
        self._connection.execute(_RECORD, rows)
        if self._terms.state is SendState.FINISHED:  # a late outcome may leave something to do
            ledger.reopen(self._connection, self._terms.send)

    def expire(self) -> int:
        """Turn claims nobody holds any more into uncertain ones; answers how many this owner holds."""
        held, dead = 0, []
        for owner, count, lease in self._connection.execute(_HOLDERS, {"send": self._terms.send}):
            if owner == self._owner:
                held = count
            elif lease <= self._terms.now or is_dead(owner):
                dead.append(owner)
        if dead:
            self._connection.execute(
                _EXPIRE, {"send": self._terms.send, "now": self._terms.now, "dead": dead, "ended": _ENDED}
            )
        return held

    def claim(self, limit: int) -> list[Claim]:
        """Take up to `limit` deliveries that are due; who must not get one is skipped on the way."""
        terms = self._terms
        if terms.now >= terms.deadline:
            self._connection.execute(_FAIL, {"send": terms.send, "now": terms.now, "late": _TOO_LATE})
        claims: list[Claim] = []
        skipped = 0
        while len(claims) < limit and skipped < _MOST_SKIPPED:
            rows = self._due(limit - len(claims) if not skipped else WINDOW)
            if not rows:
                break
            faults = [row for row in rows if row.fault is not None]
            clear = [row for row in rows if row.fault is None][: limit - len(claims)]
            self._skip(faults)
            self._take(clear)
            skipped += len(faults)
            claims += [self._claim(row) for row in clear]
        return claims

    def _settled(self, outcome: Outcome) -> dict[str, Any]:
        state, due, why = outcome.state, None, None
        if state is DeliveryState.DEFERRED:
            due = self._terms.now + timedelta(seconds=max(0.0, outcome.retry_after or 0.0))
            if due >= self._terms.deadline:
                state = DeliveryState.FAILED
        elif state is DeliveryState.PENDING:
            due = self._terms.now
        if self._terms.state is SendState.CANCELLED and state in (DeliveryState.PENDING, DeliveryState.DEFERRED):
            state, why = DeliveryState.SKIPPED, ledger.CANCELLED
        return {
            "of": outcome.delivery,
            "send": self._terms.send,
            "by": self._owner,
            "new_state": state,
            "new_due": due,
            "new_owner": self._owner if state is DeliveryState.UNCERTAIN else None,
            "new_code": outcome.reply_code,
            "new_enhanced": outcome.enhanced_code,
            "new_reply": outcome.reply[:_REPLY] if outcome.reply else None,
            "new_relay": outcome.relay,
            "new_why": why,
            "now": self._terms.now,
        }

    def _due(self, limit: int) -> Sequence[Row[Any]]:
        """Deliveries to claim, retries first, with what their messages need and why they may not be claimed.

        Locked first, read then: PostgreSQL takes a new snapshot for the second statement, which sees what others
        committed before the lock was had.
        """
        ids: list[int] = []
        for state in (DeliveryState.DEFERRED, DeliveryState.PENDING):
            if len(ids) < limit:
                wanted = {"send": self._terms.send, "of_state": state, "now": self._terms.now}
                ids += self._connection.scalars(_NEXT, wanted | {"most": limit - len(ids)})
        if not ids:
            return ()
        values = {"ids": ids, "send": self._terms.send, "issue": self._terms.issue, "list": self._terms.list_id}
        return self._connection.execute(_people(self._terms.kind, self._terms.again), values).all()

    def _skip(self, rows: Sequence[Row[Any]]) -> None:
        if rows:
            values = [{"of": row.id, "fault": row.fault, "now": self._terms.now} for row in rows]
            self._connection.execute(_SKIP, values)

    def _take(self, rows: Sequence[Row[Any]]) -> None:
        if rows:
            ids = [row.id for row in rows]
            values = {"ids": ids, "by": self._owner, "until": self.lease, "now": self._terms.now}
            self._connection.execute(_TAKE, values)

    def _claim(self, row: Row[Any]) -> Claim:
        return Claim(
            delivery=row.id,
            subscriber=row.subscriber_id,
            email=row.email,
            name=row.name,
            language=row.language,
            fields=row.fields or {},
            variant=row.variant,
            attempt=row.attempt + 1,
            message_id=row.message_id,
            list=self._terms.list_id,
        )


_OF_SEND = deliveries.c.send_id == bindparam("send")
_IN_STATE = deliveries.c.state == bindparam("of_state")
_CLAIMED = and_(_OF_SEND, deliveries.c.state == DeliveryState.CLAIMED)

_RECORD = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("of"),
        _OF_SEND,
        deliveries.c.owner == bindparam("by"),
        # Not IN: executemany takes no list that is expanded.
        or_(deliveries.c.state == DeliveryState.CLAIMED, deliveries.c.state == DeliveryState.UNCERTAIN),
    )
    .values(
        state=bindparam("new_state"),
        due=func.coalesce(bindparam("new_due", type_=deliveries.c.due.type), deliveries.c.due),
        owner=bindparam("new_owner"),
        lease=None,
        reply_code=bindparam("new_code"),
        enhanced_code=bindparam("new_enhanced"),
        # A relay's words may hold the address of somebody who was erased meanwhile.
        reply=case((deliveries.c.email.is_(None), null()), else_=bindparam("new_reply", type_=deliveries.c.reply.type)),
        relay=bindparam("new_relay"),
        why=bindparam("new_why"),
        updated=bindparam("now"),
    )
)

_HOLDERS = (
    select(deliveries.c.owner, func.count(), func.max(deliveries.c.lease)).where(_CLAIMED).group_by(deliveries.c.owner)
)

# Rows that somebody else has locked are being settled by them.
_ABANDONED = (
    select(deliveries.c.id)
    .where(_CLAIMED, deliveries.c.owner.in_(bindparam("dead", expanding=True)))
    .with_for_update(skip_locked=True)
)
_EXPIRE = (
    update(deliveries)
    .where(deliveries.c.id.in_(_ABANDONED))
    .values(
        state=DeliveryState.UNCERTAIN, lease=None, resolution=None, updated=bindparam("now"), reply=bindparam("ended")
    )
)

_OVERDUE = select(deliveries.c.id).where(_OF_SEND, deliveries.c.state == DeliveryState.DEFERRED)
_FAIL = (
    update(deliveries)
    .where(deliveries.c.id.in_(_OVERDUE.with_for_update(skip_locked=True)))
    .values(
        state=DeliveryState.FAILED, updated=bindparam("now"), reply=func.coalesce(deliveries.c.reply, bindparam("late"))
    )
)

_NEXT = (
    select(deliveries.c.id)
    .where(_OF_SEND, _IN_STATE, deliveries.c.due <= bindparam("now", type_=deliveries.c.due.type))
    .order_by(deliveries.c.due, deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)

_SKIP = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("of"))
    .values(state=DeliveryState.SKIPPED, why=bindparam("fault"), updated=bindparam("now"))
)

_TAKE = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=DeliveryState.CLAIMED,
        attempt=deliveries.c.attempt + 1,
        owner=bindparam("by"),
        lease=bindparam("until"),
        resolution=None,
        updated=bindparam("now"),
    )
)


@lru_cache
def _people(kind: SendKind, again: bool) -> Select[Any]:
    """Deliveries by id with their subscribers, and the reason why not (`fault`) or NULL."""
    hashed = func.coalesce(subscribers.c.address_hash, deliveries.c.address_hash)
    faults: list[tuple[Any, Any]] = [
        (or_(deliveries.c.email.is_(None), subscribers.c.erased), literal(ledger.ERASED)),
        (ledger.is_suppressed(hashed), literal(ledger.SUPPRESSED)),
    ]
    joined = deliveries.outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
    if kind in ledger.NEEDS:
        of_list = memberships.c.list_id == bindparam("list")
        joined = joined.outerjoin(memberships, and_(memberships.c.subscriber_id == subscribers.c.id, of_list))
        faults += ledger.membership_fault(memberships.c.state, ledger.NEEDS[kind])
    if kind is SendKind.ISSUE and not again:
        had = ledger.had_already(deliveries.c.subscriber_id, bindparam("issue"), bindparam("send"))
        faults.append((had, literal(ledger.HAD_ALREADY)))
    return (
        select(
            deliveries.c.id,
            deliveries.c.subscriber_id,
            deliveries.c.email,
            deliveries.c.variant,
            deliveries.c.attempt,
            deliveries.c.message_id,
            subscribers.c.name,
            subscribers.c.language,
            subscribers.c.fields,
            case(*faults, else_=null()).label("fault"),
        )
        .select_from(joined)
        .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
        .order_by(deliveries.c.id)
    )
