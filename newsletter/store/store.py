"""The store: one database, opened and up to date, and units of work on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from newsletter.addresses import keyed_hash
from newsletter.errors import StoreError
from newsletter.store.articles import Articles
from newsletter.store.audience import Audience
from newsletter.store.candidates import Candidates
from newsletter.store.condition import Condition, condition
from newsletter.store.database import PATIENCE, Database
from newsletter.store.editions import Editions
from newsletter.store.feeds import Feeds
from newsletter.store.issues import Issues
from newsletter.store.migrate import migrate
from newsletter.store.published import Published
from newsletter.store.pulse import Pulse
from newsletter.store.search import Search
from newsletter.store.sends import Sends
from newsletter.store.signatures import Signatures
from newsletter.store.stories import Stories
from newsletter.store.suppressions import Hasher


class UnitOfWork:
    """One transaction: what its repositories do happens wholly or not at all. Not for use after it ended."""

    def __init__(self, connection: Connection, hasher: Hasher) -> None:
        self._connection = connection
        self._hasher = hasher

    @cached_property
    def articles(self) -> Articles:
        return Articles(self._connection, self.search)

    @cached_property
    def search(self) -> Search:
        return Search(self._connection)

    @cached_property
    def feeds(self) -> Feeds:
        return Feeds(self._connection)

    @cached_property
    def signatures(self) -> Signatures:
        return Signatures(self._connection)

    @cached_property
    def stories(self) -> Stories:
        return Stories(self._connection)

    @cached_property
    def candidates(self) -> Candidates:
        return Candidates(self._connection)

    @cached_property
    def issues(self) -> Issues:
        return Issues(self._connection, self.articles)

    @cached_property
    def editions(self) -> Editions:
        return Editions(self._connection)

    @cached_property
    def published(self) -> Published:
        return Published(self._connection)

    @cached_property
    def audience(self) -> Audience:
        return Audience(self._connection, self._hasher)

    @cached_property
    def sends(self) -> Sends:
        return Sends(self._connection, self._hasher)


class Store:
    """Opened with `Store.open`; usable from several threads, each with units of work of its own."""

    def __init__(self, database: Database, hash_key: bytes | None) -> None:
        self._database = database
        self._hash_key = hash_key

    @classmethod
    def open(
        cls, url: str, *, create: bool = False, hash_key: bytes | None = None, patience: float = PATIENCE
    ) -> Store:
        """Open the database at `url`, running the migrations it lacks; `create` makes and fills one that is not there.

        `hash_key` is the secret of suppression hashes; what needs it raises StoreError without. A writer waits
        `patience` seconds for others before it gives up. Raises ConfigError for an unusable URL, StoreTooNew,
        StoreBusy, StoreFull, StoreError.
        """
        database = Database(url, patience=patience)
        try:
            migrate(database, create=create)
        except BaseException:
            database.close()
            raise
        return cls(database, hash_key)

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """A transaction that may write: committed at the end, undone when an exception leaves it.

        Raises StoreBusy, StoreFull and StoreError, from any call on it and from its end; nothing is kept then.
        """
        with self._database.write() as connection:
            yield UnitOfWork(connection, self._hash)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """The database as it is at the first query, whoever writes meanwhile; writing raises StoreError."""
        with self._database.read() as connection:
            yield UnitOfWork(connection, self._hash)

    def pulse(self) -> Pulse:
        """Tells whether anybody has written since; to be closed. Raises StoreError."""
        return Pulse(self._database)

    def condition(self) -> Condition:
        """How the database is set up. Raises StoreError."""
        return condition(self._database)

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _hash(self, address_key: str) -> str:
        if self._hash_key is None:
            raise StoreError("the key of suppression hashes is missing; restore the workspace's key file")
        return keyed_hash(address_key, self._hash_key)
