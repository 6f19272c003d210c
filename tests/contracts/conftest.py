"""A send's ledger in each of its forms, behind the few things a contract test has to arrange."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from sqlalchemy import create_engine, text

from newsletter.app.ledger_keeper import LedgerKeeper
from newsletter.deliver.ledger import Ledger
from newsletter.deliver.memory import MemoryDeliveries
from newsletter.models import (
    Claim,
    Consent,
    Delivery,
    DeliveryState,
    Edition,
    Outcome,
    SendKind,
    Subscriber,
    Tally,
    Variant,
)
from newsletter.store import Claims, Store
from tests.databases import Databases

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
DEADLINE = timedelta(days=2)

#: Reply code, enhanced code, words, relay.
Said = tuple[int | None, str | None, str | None, str | None]


class Book(Protocol):
    """A send to `people` subscribers, seen from outside."""

    def ledger(self) -> Ledger:
        """For a new owner."""
        ...

    def leave(self, claim: Claim) -> None:
        """The subscriber of that claim unsubscribes now."""
        ...

    def pass_time(self, seconds: float) -> None: ...

    def tally(self) -> Tally: ...

    def state(self, delivery: int) -> DeliveryState: ...

    def said(self, delivery: int) -> Said | None:
        """What was said of it last."""
        ...


class MemoryBook:
    def __init__(self, people: int) -> None:
        rows = [
            Claim(n, n, f"reader{n}@example.org", None, None, {}, "default", 0, f"{n}@example.org", 1)
            for n in range(1, people + 1)
        ]
        self._now = 1000.0
        self._deliveries = MemoryDeliveries(
            rows, clock=lambda: self._now, deadline=self._now + DEADLINE.total_seconds()
        )

    def ledger(self) -> Ledger:
        return self._deliveries.ledger()

    def leave(self, claim: Claim) -> None:
        self._deliveries.gone.add(claim.subscriber or 0)

    def pass_time(self, seconds: float) -> None:
        self._now += seconds

    def tally(self) -> Tally:
        return self._deliveries.tally()

    def state(self, delivery: int) -> DeliveryState:
        return self._deliveries.rows[delivery].state

    def said(self, delivery: int) -> Said | None:
        last = self._deliveries.rows[delivery].outcome
        return last and (last.reply_code, last.enhanced_code, last.reply, last.relay)


class StoreBook:
    """The real one. Time passes by moving all that it waits for into the past."""

    def __init__(self, url: str, people: int) -> None:
        self._url = url
        self._open: list[Claims | LedgerKeeper | Store] = []
        self._store = Store.open(url, hash_key=b"a key for the tests, 32 bytes or more")
        self._open.append(self._store)
        edition = Edition(1, (Variant("default", ("s",), ("",), ("<p>",), ("t",)),))
        with self._store.begin() as work:
            self._list = work.audience.create_list("weekly").id
            rows = [Subscriber(f"reader{n}@example.org") for n in range(1, people + 1)]
            work.audience.upsert(self._list, rows, Consent("import", NOW, "weekly.csv"), NOW)
            self._send = work.sends.start(
                work.editions.freeze(edition, NOW),
                SendKind.ISSUE,
                list_id=self._list,
                now=NOW,
                deadline=datetime.now(UTC) + DEADLINE,
                message_id_domain="example.org",
            ).id

    def ledger(self) -> Ledger:
        claims = Claims(self._url, self._send)
        self._open.append(claims)
        return claims

    def leave(self, claim: Claim) -> None:
        with self._store.begin() as work:
            assert work.audience.unsubscribe(claim.subscriber or 0, self._list, "link", NOW)

    def pass_time(self, seconds: float) -> None:
        engine = create_engine(self._url)
        with engine.begin() as connection:
            for table, column in (("deliveries", "due"), ("deliveries", "lease"), ("sends", "deadline")):
                earlier = f"{column} - interval '{seconds} seconds'"
                if engine.dialect.name == "sqlite":
                    earlier = f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-{seconds} seconds')"
                connection.execute(text(f"UPDATE {table} SET {column} = {earlier}"))
        engine.dispose()

    def tally(self) -> Tally:
        with self._store.read() as work:
            return work.sends.tally(self._send)

    def state(self, delivery: int) -> DeliveryState:
        return self._row(delivery).state

    def said(self, delivery: int) -> Said | None:
        row = self._row(delivery)
        return row.reply_code, row.enhanced_code, row.reply, row.relay

    def _row(self, delivery: int) -> Delivery:
        with self._store.read() as work:
            return next(row for row in work.sends.deliveries(self._send) if row.id == delivery)

    def close(self) -> None:
        for one in reversed(self._open):
            one.close()


class Waiting:
    """An `AwaitedLedger` whose answers are waited for."""

    def __init__(self, keeper: LedgerKeeper) -> None:
        self._keeper = keeper

    def exchange(self, outcomes: Sequence[Outcome], limit: int) -> Sequence[Claim]:
        return asyncio.run(self._keeper.exchange(outcomes, limit))

    def renew(self) -> None:
        asyncio.run(self._keeper.renew())

    def next_due(self) -> float | None:
        return asyncio.run(self._keeper.next_due())


class KeptBook(StoreBook):
    """The same as the sending process has it: each owner's ledger is kept by a process of its own."""

    def ledger(self) -> Ledger:
        keeper = LedgerKeeper(self._url, self._send, {})
        self._open.append(keeper)
        return Waiting(keeper)


@pytest.fixture(params=["memory", "sqlite", "postgresql", "kept"])
def book(request: pytest.FixtureRequest) -> Iterator[Callable[[int], MemoryBook | StoreBook]]:
    """book(people): a fresh send in one of its forms."""
    made: list[StoreBook] = []
    fixture = {"memory": None, "postgresql": "postgres_databases"}.get(request.param, "sqlite_databases")
    databases: Databases | None = request.getfixturevalue(fixture) if fixture else None

    def start(people: int) -> MemoryBook | StoreBook:
        if databases is None:
            return MemoryBook(people)
        made.append((KeptBook if request.param == "kept" else StoreBook)(databases.ready(), people))
        return made[-1]

    yield start
    for one in made:
        one.close()
