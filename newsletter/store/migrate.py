"""Bring a database to the program's own version, or say why that can't be.

An up-to-date database costs one query and no Alembic. Otherwise the steps run in one transaction, alone: of two
processes that open an old database at once, one migrates and the other waits and finds it done. A step that fails
leaves the database as it was.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from newsletter.errors import StoreError, StoreTooNew
from newsletter.store.database import Database, serialize
from newsletter.store.migrations import REVISIONS

_FOLDER = Path(__file__).resolve().parent / "migrations"


def migrate(database: Database, *, create: bool = False) -> None:
    """Run the pending migrations; an empty or absent database is filled only with `create`.

    Raises StoreTooNew for a database that a newer program made, StoreError when there is none or it is another
    program's, StoreBusy when another process holds it too long.
    """
    file = database.file
    if file is not None and not file.is_file() and not create:
        raise StoreError(f"no database at {file}; `newsletter init` makes one")
    if file is None or file.is_file():
        with database.read() as connection:
            if _pending(connection, create=create) == ():
                return
    with database.write() as connection:
        serialize(connection, "newsletter.migrate")
        if _pending(connection, create=create):
            _upgrade(connection)


def _pending(connection: Connection, *, create: bool) -> tuple[str, ...]:
    """The revisions still to run."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        if tables:
            raise StoreError("the database has tables of another program in it; give the newsletter one of its own")
        if not create:
            raise StoreError("the database is empty; `newsletter init` fills it")
        return REVISIONS
    current = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if current not in REVISIONS:
        raise StoreTooNew(
            f"the database is at version {current}, made by a newer newsletter than this one (which knows "
            f"{REVISIONS[-1]}); install the newer one, or restore a backup made by this one"
        )
    return REVISIONS[REVISIONS.index(current) + 1 :]


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    # A percent sign in the path would be read as an interpolation.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
