"""Column types and SQL functions that mean the same on SQLite and PostgreSQL.

Times are UTC on both sides and never naive in Python. Text and JSON lose what a database can't keep (NUL characters
and lone surrogates become U+FFFD), so that no article, however broken, makes a statement fail.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from newsletter.store.storable import is_storable, storable

#: Alembic needs names for constraints it may have to change later.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Row ids: 64 bits; SQLite numbers rows by itself only under the exact name INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")


class Words(TypeDecorator[str]):
    """Text from outside."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's hook
        return None if value is None else storable(value)


class Document(TypeDecorator[Any]):
    """JSON from outside: JSONB on PostgreSQL."""

    impl = JSON().with_variant(JSONB(), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's hook
        return value if value is None or is_storable(value) else storable(value)


class Moment(TypeDecorator[datetime]):
    """A point in time. SQLite keeps UTC as text that sorts; PostgreSQL has a type for it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; times are UTC inside")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class DatabaseClock(FunctionElement[datetime]):
    """The time by the database's clock: the one clock that all processes share. To the millisecond on SQLite."""

    name = "database_clock"
    type = Moment()
    inherit_cache = True


class Minute(FunctionElement[str]):
    """A point in time without its seconds, to group by."""

    name = "minute"
    type = Text()
    inherit_cache = True


class RandomToken(FunctionElement[str]):
    """32 hexadecimal digits nobody can guess, another one for each row."""

    name = "random_token"
    type = Text()
    inherit_cache = True


def _spelled(element: type[FunctionElement[Any]], dialect: str, sql: str) -> None:
    compiles(element, dialect)(lambda *_, **__: sql)


_spelled(DatabaseClock, "sqlite", "strftime('%Y-%m-%d %H:%M:%f', 'now')")
_spelled(DatabaseClock, "postgresql", "clock_timestamp()")  # now() would stand still at the transaction's start
compiles(Minute, "sqlite")(lambda minute, build, **more: f"substr({build.process(minute.clauses, **more)}, 1, 16)")
compiles(Minute, "postgresql")(
    lambda minute, build, **more: f"date_trunc('minute', {build.process(minute.clauses, **more)})"
)
_spelled(RandomToken, "sqlite", "lower(hex(randomblob(16)))")
_spelled(RandomToken, "postgresql", "replace(gen_random_uuid()::text, '-', '')")


class Written(FunctionElement[Any]):
    """`Written(bindparam("tags", type_=Text))`: a document that is JSON already, to be kept in a column for one."""

    name = "written"
    type = Document()
    inherit_cache = True


compiles(Written, "sqlite")(lambda written, build, **more: build.process(written.clauses, **more))
compiles(Written, "postgresql")(
    lambda written, build, **more: f"CAST({build.process(written.clauses, **more)} AS JSONB)"
)


def as_written(columns: Iterable[Column[Any]]) -> dict[str, ColumnElement[Any]]:
    """Parameters named as the columns, for documents that are JSON already and for text that is `storable`."""
    found: dict[str, ColumnElement[Any]] = {}
    for each in columns:
        if isinstance(each.type, Document):
            found[each.name] = Written(bindparam(each.name, type_=Text))
        else:
            found[each.name] = bindparam(each.name, type_=Text() if isinstance(each.type, Words) else each.type)
    return found


class Among(FunctionElement[int]):
    """`Among(column, bindparam("ids"))`: whether the column's value is a number of the JSON array."""

    name = "among"
    # Not Boolean: on SQLite that is compared with 1, and then no index helps.
    type = Integer()
    inherit_cache = True


@compiles(Among, "sqlite")
def _among_sqlite(element: Among, compiler: Any, **options: Any) -> str:
    column, array = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({array}))"  # noqa: S608 - of compiled SQL


@compiles(Among, "postgresql")
def _among_postgresql(element: Among, compiler: Any, **options: Any) -> str:
    column, array = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT CAST(n AS bigint) FROM json_array_elements_text(CAST({array} AS json)) AS n)"  # noqa: S608 - of compiled SQL
