"""Every test of the store runs on SQLite and on a real PostgreSQL, each with a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsletter.models import Article, Block, Consent, Edition, Send, SendKind, Subscriber, Variant
from newsletter.store import Claims, Store
from tests.databases import Databases

HASH_KEY = b"a key for the tests, 32 bytes or more"
NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


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
