"""What came of claims, recorded: the first step of an exchange, in one statement for those that were tried and one for
the others, however many there are.

An outcome counts if its owner holds the delivery, or held it when it became uncertain; any other is ignored, so that a
repeated call does no harm. A retry that would come after the deadline has failed; what goes back to waiting in a
cancelled send is skipped. What was not tried keeps what was said of it before, and is deferred again if a relay had
deferred it.

Not a statement for each outcome: to run one takes longer than to find and change a row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    Text,
    Update,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    type_coerce,
    update,
)

from newsletter.models.sends import DeliveryState, Outcome, SendState
from newsletter.store import ledger
from newsletter.store.columns import Moment
from newsletter.store.prepared import Runner
from newsletter.store.storable import storable
from newsletter.store.tables import deliveries
from newsletter.store.terms import Terms


def record(connection: Connection, runner: Runner, terms: Terms, owner: str, outcomes: Sequence[Outcome]) -> None:
    """Settle what the owner holds, or held until it became uncertain."""
    if not outcomes:
        return
    spelled = _moments(connection.dialect)
    kinds: dict[bool, list[Any]] = {False: [], True: []}
    for outcome in outcomes:
        kinds[_is_untried(outcome)].append(_settled(terms, owner, outcome, spelled))
    for untried, rows in kinds.items():
        if rows:
            values = {"send": terms.send, "by": owner, "now": terms.now, "rows": _written(rows)}
            runner.run(_record(runner.is_sqlite, untried), values)
    if terms.state is SendState.FINISHED:  # a late outcome may leave something to do
        ledger.reopen(connection, terms.send)


def _written(rows: list[Any]) -> str:
    """As JSON, without what a database can't keep: where nothing is, the JSON itself tells."""
    text = json.dumps(rows)
    return text if "\\u0000" not in text and "\\ud" not in text else json.dumps(storable(rows))


def _settled(terms: Terms, owner: str, outcome: Outcome, spelled: Callable[[datetime], str]) -> tuple[Any, ...]:
    """One outcome's cells, as `_record` reads them."""
    number, state, code, enhanced, reply, relay, _, _ = outcome
    if state is DeliveryState.ACCEPTED:  # nearly all
        return number, state, None, None, code, enhanced, reply and reply[: ledger.REPLY], relay, None
    due, why = None, None
    if state is DeliveryState.DEFERRED:
        due = terms.now + timedelta(seconds=max(0.0, outcome.retry_after or 0.0))
        if due >= terms.deadline:
            state = DeliveryState.FAILED
    elif state is DeliveryState.PENDING:
        due = terms.now + timedelta(seconds=max(0.0, outcome.retry_after or 0.0))
    if terms.state is SendState.CANCELLED and state in (DeliveryState.PENDING, DeliveryState.DEFERRED):
        state, why = DeliveryState.SKIPPED, ledger.CANCELLED
    return (
        number,
        state,
        due and spelled(due),
        owner if state is DeliveryState.UNCERTAIN else None,
        code,
        enhanced,
        reply and reply[: ledger.REPLY],
        relay,
        why,
    )


def _is_untried(outcome: Outcome) -> bool:
    return outcome.state is DeliveryState.PENDING and outcome.retry_after is not None


@lru_cache
def _record(sqlite: bool, untried: bool) -> Update:
    """The statement for outcomes of one kind; a row is a JSON array, and its cells are numbered."""
    rows = bindparam("rows", type_=Text)
    elements = func.json_each(rows) if sqlite else func.json_array_elements(cast(rows, JSON))
    given = elements.table_valued("value").alias("given")

    def cell(number: int, kind: Any = Text) -> ColumnElement[Any]:
        if sqlite:
            return type_coerce(func.json_extract(given.c.value, f"$[{number}]"), kind)
        return cast(given.c.value.op("->>")(number), kind)

    def said(column: ColumnElement[Any], number: int, kind: Any = Text) -> ColumnElement[Any]:
        return column if untried else cell(number, kind)

    state: ColumnElement[Any] = cell(1)
    if untried:
        deferred = and_(state == DeliveryState.PENDING.value, deliveries.c.reply_code.between(400, 499))
        state = case((deferred, literal(DeliveryState.DEFERRED.value)), else_=state)
    return (
        update(deliveries)
        .where(
            deliveries.c.id == cell(0, BigInteger),
            # As a sum, so that SQLite finds the rows by their ids and not by the index on sends.
            deliveries.c.send_id + 0 == bindparam("send"),
            deliveries.c.owner == bindparam("by"),
            # Not IN: the list would be expanded only when the statement runs.
            or_(deliveries.c.state == DeliveryState.CLAIMED, deliveries.c.state == DeliveryState.UNCERTAIN),
        )
        .values(
            state=state,
            # The attempt of one that was not tried does not count.
            attempt=deliveries.c.attempt - int(untried),
            due=func.coalesce(cell(2, Moment), deliveries.c.due),
            owner=cell(3),
            lease=None,
            reply_code=said(deliveries.c.reply_code, 4, Integer),
            enhanced_code=said(deliveries.c.enhanced_code, 5),
            # A relay's words may hold the address of somebody who was erased meanwhile.
            reply=case((deliveries.c.email.is_(None), null()), else_=said(deliveries.c.reply, 6)),
            relay=said(deliveries.c.relay, 7),
            why=cell(8),
            updated=bindparam("now"),
        )
    )


@lru_cache
def _moments(dialect: Dialect) -> Callable[[datetime], str]:
    """How a time is written for the database to read."""
    bound = Moment().dialect_impl(dialect).bind_processor(dialect)
    return lambda moment: str(bound(moment) if bound else moment.isoformat())
