"""Whether anybody has written to the database: a question cheap enough to ask ten times a second.

SQLite keeps a number for it (`PRAGMA data_version`), which moves on one connection when another one commits; PostgreSQL
tells which transactions are over (`pg_current_snapshot()`), for the whole server. A beat that differs from the last one
means "look again"; nothing may have changed that the reader cares for.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection

from newsletter.errors import StoreError
from newsletter.store.database import Database

_SQLITE = "PRAGMA data_version"
_POSTGRES = "SELECT pg_current_snapshot()::text"


class Pulse:
    """One connection, held as long as this is open. For one thread."""

    def __init__(self, database: Database) -> None:
        self._query = _SQLITE if database.is_sqlite else _POSTGRES
        self._engine = database.reader
        self._connection: PoolProxiedConnection | None = None

    def beat(self) -> object:
        """Equal to the last one, unless somebody has committed since, or the database does not answer."""
        try:
            # Below SQLAlchemy, which would begin a transaction: within one, nothing ever changes.
            connection = self._connection = self._connection or self._engine.raw_connection()
            cursor = connection.cursor()
            cursor.execute(self._query)
            (beat,) = cursor.fetchone() or (None,)
            cursor.close()
            connection.rollback()
        except (self._engine.dialect.loaded_dbapi.Error, SQLAlchemyError, StoreError):
            if self._connection is not None:
                self._connection.invalidate()
                self._connection = None
            return object()
        return beat

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
