"""Groups of subscribers: who reads which language and follows which topics, counted, and mapped to variants.

A group is what the subscriber's row says, letter for letter: `language`, and the field "topics". What that means (a
catalogue's language, known topics) is not known here. The map from groups to variants goes into the one statement that
freezes an audience as a single JSON parameter, joined by the group: memory stays flat however long the list is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    bindparam,
    column,
    exists,
    func,
    literal,
    null,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from newsletter.models.audience import MembershipState
from newsletter.store.columns import Words
from newsletter.store.tables import memberships, subscribers

Axis = Literal["language", "topics"]
#: Language and topics as the row has them; None where it has none, or where variants don't differ by it.
Raw = tuple[str | None, str | None]

#: The subscriber's field that says what they follow.
FIELD = "topics"
#: Between language and topics in a group's key.
_BETWEEN = "\n"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which group gets which variant; groups that are not named get the default."""

    by: tuple[Axis, ...] = ()
    names: Mapping[Raw, str] = field(default_factory=dict)

    def joined(self, people: FromClause, default: str) -> tuple[FromClause, ColumnElement[Any]]:
        """`people` (subscribers in it) with the map beside them, and each one's variant."""
        if not self.names:
            return people, literal(default, Words())
        pairs = {_written(raw): name for raw, name in self.names.items()}  # nothing and "" are one group
        given = bindparam("groups", json.dumps(list(pairs.items()), ensure_ascii=False), Words(), unique=True)
        table = _Pairs(given).table_valued(column("key", Words()), column("value", Words()))
        key = _key(self.by)
        return people.outerjoin(table, table.c.key == key), func.coalesce(table.c.value, literal(default, Words()))


def counts(connection: Connection, list_id: int | None, by: Collection[Axis]) -> Iterator[tuple[Raw, int]]:
    """Every group among the active members of a list (None: of any list), and how many are in it."""
    language, topics = _columns(by)
    active = memberships.c.state == MembershipState.ACTIVE
    mine = memberships.c.subscriber_id == subscribers.c.id
    if list_id is None:
        query = select(language, topics, func.count()).where(exists().where(mine, active))
    else:
        query = select(language, topics, func.count()).select_from(subscribers.join(memberships, mine))
        query = query.where(memberships.c.list_id == list_id, active)
    query = query.where(subscribers.c.erased.is_(False))
    chosen = [each for axis, each in zip(("language", "topics"), (language, topics), strict=True) if axis in by]
    query = query.group_by(*chosen).having(func.count() > 0)
    for row in connection.execute(query.execution_options(yield_per=1000)):
        yield (row[0], row[1]), row[2]


def _columns(by: Collection[Axis]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    nothing = type_coerce(null(), Words())
    followed = subscribers.c.fields[FIELD].as_string()
    return subscribers.c.language if "language" in by else nothing, followed if "topics" in by else nothing


def _key(by: Collection[Axis]) -> ColumnElement[Any]:
    """As `_written` puts it, in SQL."""
    parts = [
        func.coalesce(each, literal("", Words())) if axis in by else literal("", Words())
        for axis, each in zip(("language", "topics"), _columns(by), strict=True)
    ]
    return parts[0].concat(literal(_BETWEEN, Words())).concat(parts[1])


def _written(raw: Raw) -> str:
    return _BETWEEN.join(part or "" for part in raw)


class _Pairs(FunctionElement[Any]):
    """A JSON array of [key, value] as a table."""

    name = "pairs"
    inherit_cache = True


@compiles(_Pairs, "sqlite")
def _pairs_sqlite(element: _Pairs, compiler: Any, **options: Any) -> str:
    given = compiler.process(element.clauses, **options)
    chosen = "json_extract(value, '$[0]') AS key, json_extract(value, '$[1]') AS value"
    return f"(SELECT {chosen} FROM json_each({given}))"  # noqa: S608 - of compiled SQL


@compiles(_Pairs, "postgresql")
def _pairs_postgresql(element: _Pairs, compiler: Any, **options: Any) -> str:
    given = compiler.process(element.clauses, **options)
    chosen = "pair ->> 0 AS key, pair ->> 1 AS value"
    return f"(SELECT {chosen} FROM json_array_elements(CAST({given} AS json)) AS pair)"  # noqa: S608 - of compiled SQL
