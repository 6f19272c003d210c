"""The steps of one exchange, in one transaction: record what came of claims, end dead ones, skip, fail, claim."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, Text, and_, bindparam, case, func, literal, null, or_, select, update

from newsletter.models.sends import Claim, DeliveryState, Outcome, SendKind
from newsletter.store import bounced, ledger
from newsletter.store.columns import Among
from newsletter.store.owners import is_dead
from newsletter.store.prepared import Runner
from newsletter.store.recording import record
from newsletter.store.tables import deliveries, memberships, subscribers
from newsletter.store.terms import Terms

#: Seconds a claim is its owner's without a renewal.
LEASE = 30.0
#: Unrecorded claims one owner may hold: as many as a crash can leave uncertain.
WINDOW = 50

#: After so many rows that had to be skipped an exchange ends, so that others get their turn.
_MOST_SKIPPED = 1_000
#: Where a row of `_people` has these.
_ID, _FAULT = 0, -1
_ENDED = "the process that sent it ended before it recorded a reply"
_TOO_LATE = "the deadline passed"


class Exchange:
    """One transaction of one owner; the methods in this order."""

    def __init__(self, connection: Connection, terms: Terms, owner: str) -> None:
        self._connection = connection
        self._runner = Runner(connection)
        self._terms = terms
        self._owner = owner

    @property
    def lease(self) -> datetime:
        """Until when a claim made or renewed now is held."""
        return self._terms.now + timedelta(seconds=LEASE)

    def record(self, outcomes: Sequence[Outcome]) -> None:
        """Settle what this owner holds, or held until it became uncertain; dead mailboxes end with it (`bounced`)."""
        record(self._connection, self._runner, self._terms, self._owner, outcomes)
        bounced.end(self._connection, self._terms, outcomes)

    def expire(self) -> int:
        """Turn claims nobody holds any more into uncertain ones; answers how many this owner holds."""
        held, dead = 0, []
        for owner, count, lease in self._runner.all(_HOLDERS, {"send": self._terms.send}):
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
            faults = [row for row in rows if row[_FAULT] is not None]
            clear = [row for row in rows if row[_FAULT] is None][: limit - len(claims)]
            self._skip(faults)
            self._take(clear)
            skipped += len(faults)
            claims += [self._claim(row) for row in clear]
        return claims

    def _due(self, limit: int) -> Sequence[Sequence[Any]]:
        """Deliveries to claim, retries first, with what their messages need and why they may not be claimed.

        Locked first, read then: PostgreSQL takes a new snapshot for the second statement, which sees what others
        committed before the lock was had.
        """
        ids: list[int] = []
        for state in (DeliveryState.DEFERRED, DeliveryState.PENDING):
            if len(ids) < limit:
                wanted = {"send": self._terms.send, "of_state": state.value, "now": self._terms.now}
                ids += [row[0] for row in self._runner.all(_NEXT, wanted | {"most": limit - len(ids)})]
        if not ids:
            return ()
        terms = self._terms
        values = {"ids": json.dumps(ids), "send": terms.send, "issue": terms.issue, "list": terms.list_id}
        return self._runner.all(_people(terms.kind, terms.again), values)

    def _skip(self, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            values = [{"of": row[_ID], "fault": row[_FAULT], "now": self._terms.now} for row in rows]
            self._connection.execute(_SKIP, values)

    def _take(self, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            ids = json.dumps([row[_ID] for row in rows])
            values = {"ids": ids, "by": self._owner, "until": self.lease, "now": self._terms.now}
            self._runner.run(_TAKE, values)

    def _claim(self, row: Sequence[Any]) -> Claim:
        number, subscriber, email, variant, attempt, message_id, name, language, fields, _ = tuple(row)
        return Claim(
            number,
            subscriber,
            email,
            name,
            language,
            fields or {},
            variant,
            attempt + 1,
            message_id,
            self._terms.list_id,
        )


_OF_SEND = deliveries.c.send_id == bindparam("send")
_IN_STATE = deliveries.c.state == bindparam("of_state")
_CLAIMED = and_(_OF_SEND, deliveries.c.state == DeliveryState.CLAIMED)

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
    .where(Among(deliveries.c.id, bindparam("ids", type_=Text)))
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
        .where(Among(deliveries.c.id, bindparam("ids", type_=Text)))
        .order_by(deliveries.c.id)
    )
