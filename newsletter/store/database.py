"""A database as this program uses it: one engine to write with, one to read with, errors in our own words (never with
the values of a statement: they are people's addresses).

SQLite: WAL, foreign keys on, synchronous FULL (a commit is on disk when it returns), BEGIN IMMEDIATE for writers, so
that a transaction never finds out halfway that another one wrote first; readers see one snapshot and can't write.
PostgreSQL: READ COMMITTED for writers, who lock rows; REPEATABLE READ, READ ONLY for readers.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from newsletter.errors import ConfigError, StoreBusy, StoreError
from newsletter.store.faults import translate, translated

#: How long a writer waits for another one before it gives up with StoreBusy, in seconds.
PATIENCE = 5.0


class Database:
    """Engines for one URL ("sqlite:///PATH" or "postgresql+psycopg://…"). Opens nothing before it is used.

    `lone`: one thread writes, over and over; on SQLite its connection is kept between transactions. Raises ConfigError
    for a URL that is neither.
    """

    def __init__(self, url: str, *, patience: float = PATIENCE, lone: bool = False) -> None:
        self.url = _checked(url)
        self._lone = lone and self.url.get_backend_name() == "sqlite"
        self._kept: Connection | None = None
        if self.url.get_backend_name() == "sqlite":
            self.writer = _sqlite(self.url, patience, "BEGIN IMMEDIATE")
            self.reader = _sqlite(self.url, patience, "BEGIN")
        else:
            self.writer = _postgres(self.url, patience)
            self.reader = self.writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def is_sqlite(self) -> bool:
        return self.writer.dialect.name == "sqlite"

    @property
    def file(self) -> Path | None:
        """SQLite's file; None for a server."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write, committed at the end; StoreBusy when no connection becomes free."""
        if self._lone:
            kept = self._kept = self._kept or self.writer.connect()
            with kept.begin():
                yield kept
        else:
            with _connected(self.writer) as connection:
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment and can't write; StoreBusy when no connection becomes free."""
        with _connected(self.reader) as connection:
            yield connection

    def close(self) -> None:
        """Close every connection that is not in use."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None
        self.writer.dispose()
        self.reader.dispose()


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    except PoolTimeout as error:
        raise StoreBusy("too much is going on at once; try again in a moment") from error


def serialize(connection: Connection, scope: str, key: int = 0) -> None:
    """One transaction at a time goes on from here for this scope and key; on SQLite a writer is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ALONE, {"scope": scope, "key": key})


def share(connection: Connection, scope: str, key: int = 0) -> None:
    """Go on together with others that `share`, but not while one of them is alone (`serialize`)."""
    if connection.dialect.name == "postgresql":
        connection.execute(_TOGETHER, {"scope": scope, "key": key})


_ALONE = text("SELECT pg_advisory_xact_lock(hashtext(:scope), :key)")
_TOGETHER = text("SELECT pg_advisory_xact_lock_shared(hashtext(:scope), :key)")


def _checked(url: str) -> URL:
    expected = "sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigError("newsletter.toml", "database.url", "something that is no URL", expected) from error
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise ConfigError("newsletter.toml", "database.url", parsed.render_as_string(hide_password=True), expected)


def _sqlite(url: URL, patience: float, begin: str) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": patience},
        hide_parameters=True,
        pool_timeout=patience,
        json_deserializer=_document,
    )

    def on_connect(connection: Any, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001 - SQLAlchemy's hook
        connection.isolation_level = None  # the driver would begin transactions of its own kind
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        if begin == "BEGIN":
            cursor.execute("PRAGMA query_only = ON")
        elif cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.close()

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", partial(_begin, begin))
    translate(engine)
    return engine


def _document(text: str) -> Any:
    """Most columns of JSON hold nothing: what subscribers' fields cost is mostly this."""
    return {} if text == "{}" else json.loads(text)


def _begin(statement: str, connection: Connection) -> None:
    """By the driver itself: SQLAlchemy takes longer for it than SQLite."""
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(statement)
    except sqlite3.Error as error:
        raise translated(error) from error


def _postgres(url: URL, patience: float) -> Engine:
    options = f"-c lock_timeout={int(patience * 1000)} -c timezone=UTC"
    try:
        engine = create_engine(
            url,
            connect_args={"options": options, "connect_timeout": 10},
            pool_pre_ping=True,
            pool_timeout=patience,
            hide_parameters=True,
        )
    except (ImportError, NoSuchModuleError) as error:
        raise StoreError("PostgreSQL needs its driver; install newsletter[postgres]") from error
    translate(engine)
    return engine
