"""What came of claims, recorded: the first step of an exchange, and the one that runs once a message.

An outcome counts if its owner holds the delivery, or held it when it became uncertain; any other is ignored, so that a
repeated call does no harm. A retry that would come after the deadline has failed; what goes back to waiting in a
cancelled send is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, bindparam, case, func, null, or_, update

from newsletter.models.sends import DeliveryState, Outcome, SendState
from newsletter.store import ledger
from newsletter.store.columns import Moment, storable
from newsletter.store.tables import deliveries
from newsletter.store.terms import Terms

#: Characters of a reply that are kept.
_REPLY = 1_000


def record(connection: Connection, terms: Terms, owner: str, outcomes: Sequence[Outcome]) -> None:
    """Settle what the owner holds, or held until it became uncertain.

    In the order of ids, so that two transactions never wait for each other crosswise.
    """
    if not outcomes:
        return
    rows = [_settled(terms, owner, outcome) for outcome in sorted(outcomes, key=lambda outcome: outcome.delivery)]
    statement = _for_driver(connection.dialect)
    connection.exec_driver_sql(statement.sql, statement.parameters(rows))
    if terms.state is SendState.FINISHED:  # a late outcome may leave something to do
        ledger.reopen(connection, terms.send)


def _settled(terms: Terms, owner: str, outcome: Outcome) -> dict[str, Any]:
    state, due, why = outcome.state, None, None
    if state is DeliveryState.DEFERRED:
        due = terms.now + timedelta(seconds=max(0.0, outcome.retry_after or 0.0))
        if due >= terms.deadline:
            state = DeliveryState.FAILED
    elif state is DeliveryState.PENDING:
        due = terms.now + timedelta(seconds=max(0.0, outcome.retry_after or 0.0))
    if terms.state is SendState.CANCELLED and state in (DeliveryState.PENDING, DeliveryState.DEFERRED):
        state, why = DeliveryState.SKIPPED, ledger.CANCELLED
    return {
        "of": outcome.delivery,
        "send": terms.send,
        "by": owner,
        "new_state": state.value,
        "untried": int(outcome.state is DeliveryState.PENDING and outcome.retry_after is not None),
        "new_due": due,
        "new_owner": owner if state is DeliveryState.UNCERTAIN else None,
        "new_code": outcome.reply_code,
        "new_enhanced": storable(outcome.enhanced_code),
        "new_reply": storable(outcome.reply[:_REPLY]) if outcome.reply else None,
        "new_relay": storable(outcome.relay),
        "new_why": why,
        "now": terms.now,
    }


_RECORD = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("of"),
        deliveries.c.send_id == bindparam("send"),
        deliveries.c.owner == bindparam("by"),
        # Not IN: the list would be expanded only when the statement runs.
        or_(deliveries.c.state == DeliveryState.CLAIMED, deliveries.c.state == DeliveryState.UNCERTAIN),
    )
    .values(
        state=bindparam("new_state"),
        attempt=deliveries.c.attempt - bindparam("untried", type_=deliveries.c.attempt.type),
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


@dataclass(frozen=True, slots=True)
class _Statement:
    """_RECORD as the driver takes it: SQLAlchemy takes twice as long to prepare 50 rows as SQLite to write them."""

    sql: str
    #: Parameters in the driver's order; None where it takes them by name.
    order: Sequence[str] | None
    #: What the statement itself holds.
    fixed: Mapping[str, Any]
    #: A time as the driver takes it.
    moment: Callable[[Any], Any]

    def parameters(self, rows: Sequence[dict[str, Any]]) -> list[Any]:
        whole = [
            {**self.fixed, **row, "now": self.moment(row["now"]), "new_due": self.moment(row["new_due"])}
            for row in rows
        ]
        if self.order is None:
            return whole
        return [tuple([row[name] for name in self.order]) for row in whole]


@lru_cache
def _for_driver(dialect: Dialect) -> _Statement:
    compiled = _RECORD.compile(dialect=dialect)
    order = compiled.positiontup if compiled.positional else None
    moment = Moment().dialect_impl(dialect).bind_processor(dialect)
    return _Statement(str(compiled), order, dict(compiled.params), moment or (lambda at: at))
