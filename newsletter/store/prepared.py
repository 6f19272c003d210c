"""Statements of the hot path, compiled once and run on SQLite's driver itself.

SQLAlchemy takes longer to run one of them than SQLite does. They are its own all the same: built and compiled by it,
with its types at both ends. On PostgreSQL it runs them too, for there a round trip costs more than either.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler

from newsletter.store.faults import translated

_Process = Callable[[Any], Any]


class Runner:
    """Runs prepared statements in one transaction. On SQLite, errors are translated as an engine's are (`faults`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._dialect = connection, connection.dialect
        self._driver: sqlite3.Connection | None = None
        if self._dialect.name == "sqlite":
            self._driver = connection.connection.driver_connection

    @property
    def is_sqlite(self) -> bool:
        return self._driver is not None

    def all(self, statement: Executable, values: Mapping[str, Any]) -> Sequence[Any]:
        """Every row, as tuples."""
        if self._driver is None:
            return self._connection.execute(statement, dict(values)).all()
        prepared = _prepared(statement, self._dialect)
        try:
            rows = self._driver.execute(prepared.sql, prepared.parameters(values)).fetchall()
        except sqlite3.Error as error:
            raise translated(error) from error
        return prepared.read(rows)

    def run(self, statement: Executable, values: Mapping[str, Any]) -> None:
        """A statement whose rows, if any, are not looked at."""
        if self._driver is None:
            self._connection.execute(statement, dict(values))
            return
        prepared = _prepared(statement, self._dialect)
        try:
            self._driver.execute(prepared.sql, prepared.parameters(values))
        except sqlite3.Error as error:
            raise translated(error) from error

    def many(self, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
        """A statement once for each of some rows, none of which is looked at."""
        if self._driver is None:
            self._connection.execute(statement, [dict(row) for row in rows])
            return
        prepared = _prepared(statement, self._dialect)
        try:
            self._driver.executemany(prepared.sql, map(prepared.parameters, rows))
        except sqlite3.Error as error:
            raise translated(error) from error


class _Prepared:
    """One statement as the driver takes it."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every statement of ours has it
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - no DDL comes here
        if compiled.post_compile_params:
            raise ValueError(f"a list that is expanded when it runs can't be prepared: {compiled}")
        self.sql = str(compiled)
        types = {name: bind.type for bind, name in compiled.bind_names.items()}
        order = compiled.positiontup or []
        self._order = [(name, _writer(types[name], dialect)) for name in order]
        self._fixed = {name: _plain(value) for name, value in compiled.params.items() if value is not None}
        kinds = [entry.type for entry in compiled._result_columns]  # noqa: SLF001 - there is no public way
        readers = [kind.dialect_impl(dialect).result_processor(dialect, None) for kind in kinds]
        self._readers = [(at, read) for at, read in enumerate(readers) if read is not None]

    def parameters(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        fixed = self._fixed
        found = []
        for name, process in self._order:
            value = values[name] if name in values else fixed.get(name)
            found.append(value if process is None else process(value))
        return tuple(found)

    def read(self, rows: list[tuple[Any, ...]]) -> Sequence[Any]:
        if not self._readers:
            return rows
        found = []
        for row in rows:
            cells = list(row)
            for at, read in self._readers:
                cells[at] = read(cells[at])
            found.append(cells)
        return found


def _writer(kind: Any, dialect: Dialect) -> _Process | None:
    """How a value is written; None for as it is."""
    found: _Process | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


@lru_cache(maxsize=64)
def _prepared(statement: Executable, dialect: Dialect) -> _Prepared:
    return _Prepared(statement, dialect)
