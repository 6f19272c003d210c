"""How a database is set up, for who looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from newsletter.store.database import Database


@dataclass(frozen=True, slots=True)
class Condition:
    """What `doctor` tells of a database."""

    #: "SQLite 3.40.1", "PostgreSQL 16.2".
    engine: str
    #: The last migration it has.
    revision: str
    #: SQLite's journal mode ("wal"); None for a server.
    journal: str | None = None
    #: Whether a commit is on disk when it returns.
    durable: bool = True
    #: SQLite's file; None for a server.
    file: Path | None = None


def condition(database: Database) -> Condition:
    """Look at a database that is open and migrated. Raises StoreError."""
    with database.read() as connection:
        revision = str(connection.scalar(text("SELECT version_num FROM alembic_version")))
        if not database.is_sqlite:
            version = str(connection.scalar(text("SHOW server_version"))).split(" ")[0]
            durable = connection.scalar(text("SHOW synchronous_commit")) != "off"
            return Condition(f"PostgreSQL {version}", revision, durable=durable)
        version = connection.scalar(text("SELECT sqlite_version()"))
        journal = connection.scalar(text("PRAGMA journal_mode"))
        synchronous = connection.scalar(text("PRAGMA synchronous"))
        return Condition(f"SQLite {version}", revision, str(journal), int(synchronous or 0) >= 2, database.file)
