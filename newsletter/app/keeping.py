"""Keeping what feeds brought: the items, their stories and how each feed fares are one transaction, which the feeds
that wait to be kept at the same time share.

One thread keeps, so that no fetch waits for the database. Many together are kept in less time than one by one (what
stands near them is looked up once), so that in a round of many feeds the first to come wait a little for others. If a
transaction fails, each of its feeds has its own.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from newsletter.app import prepared, upkeep
from newsletter.app.clock import Clock
from newsletter.app.prepared import Prepared
from newsletter.ingest.feeds import FeedReading, is_teaser
from newsletter.models import Feed, FeedFailure, FeedMove, FeedsReport
from newsletter.net import Fetched
from newsletter.store import Fate, Store, UnitOfWork, Vicinity

#: Items and feeds that one transaction keeps at most, about; and how long a feed waits for others, in seconds.
_TOGETHER, _PATIENCE = 1000, 0.25

_Result = TypeVar("_Result")


@dataclass(slots=True)
class Tally:
    """A report in the making."""

    asked: int = 0
    unchanged: int = 0
    failed: list[FeedFailure] = field(default_factory=list)
    moved: list[FeedMove] = field(default_factory=list)
    fates: dict[str, list[int]] = field(default_factory=lambda: {"added": [], "updated": [], "duplicate": []})
    rejected: int = 0
    pages: int = 0

    def report(self, next_due: datetime | None) -> FeedsReport:
        return FeedsReport(
            asked=self.asked,
            unchanged=self.unchanged,
            failed=tuple(sorted(self.failed, key=lambda failure: failure.feed)),
            moved=tuple(self.moved),
            added=tuple(dict.fromkeys(self.fates["added"])),
            updated=tuple(dict.fromkeys(self.fates["updated"])),
            duplicate=len(self.fates["duplicate"]),
            rejected=self.rejected,
            pages=self.pages,
            next_due=next_due,
        )


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells next time that nothing has changed."""

    etag: str | None = None
    modified: str | None = None
    digest: str | None = None


@dataclass(slots=True)
class Brought:
    """What a feed brought, to be kept; then `fault` says why it could not be."""

    feed: Feed
    #: Its body is not needed any more.
    fetched: Fetched
    marks: Marks
    reading: FeedReading | None = None
    articles: Sequence[Prepared] = ()
    fault: Exception | None = None


class Keeper:
    """The thread that keeps, and the tally of what it kept. Feeds wait until `enough` of them do."""

    def __init__(self, store: Store, clock: Clock, enough: int = 1) -> None:
        self._store = store
        self._clock = clock
        self._enough = enough
        self._waiting: deque[Brought] = deque()
        self._full = asyncio.Event()
        #: What one transaction knows of the articles around, for the next.
        self._vicinity = Vicinity()
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="feeds")
        self.tally = Tally()

    async def call(self, call: Callable[..., _Result], *arguments: object) -> _Result:
        """Have something done in the thread."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, call, *arguments)

    async def keep(self, brought: Brought) -> None:
        """Keep what a feed brought, together with the others that wait. Raises what `Brought.fault` says."""
        self._waiting.append(brought)
        full = self._full
        if len(self._waiting) >= self._enough or self._items() >= _TOGETHER:
            self._full = asyncio.Event()
            full.set()
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    await full.wait()
        await self.call(self._keep_waiting)
        if brought.fault is not None:
            raise brought.fault

    def close(self) -> None:
        """What is being kept is kept; what waits is not begun."""
        self.thread.shutdown(wait=True, cancel_futures=True)

    def _items(self) -> int:
        return sum(1 + len(each.articles) for each in tuple(self._waiting))

    def _keep_waiting(self) -> None:
        """Keep all that wait, as many in one transaction as it should have; where that fails, each in its own."""
        while self._waiting:  # mostly not: an earlier call took them all
            group: list[Brought] = []
            while self._waiting and sum(1 + len(each.articles) for each in group) < _TOGETHER:
                group.append(self._waiting.popleft())
            try:
                self._keep_group(group)
            except Exception:
                self._vicinity.forget()
                for each in group:
                    try:
                        self._keep_group([each])
                    except Exception as fault:  # its own `keep` raises it
                        each.fault = fault
                        self._vicinity.forget()

    def _keep_group(self, group: Sequence[Brought]) -> None:
        now = self._clock()
        with self._store.begin() as work:
            work.stories.resume(self._vicinity)
            coming = [each for brought in group for each in brought.articles]
            fates = iter(_take(coming, work, now, self._vicinity))
            kept = [(brought, list(islice(fates, len(brought.articles)))) for brought in group]
            fresh = [_fresh(brought, sum(fate == "added" for fate, _ in own), now) for brought, own in kept]
            for feed in fresh:
                work.feeds.save(feed)
            work.stories.leave_to_next(self._vicinity)
        for (brought, own), feed in zip(kept, fresh, strict=True):
            for fate, number in own:
                self.tally.fates[fate].append(number)
            if feed.url != brought.feed.url:
                self.tally.moved.append(FeedMove(feed.id, brought.feed.url, feed.url))


def _take(
    coming: Sequence[Prepared], work: UnitOfWork, now: datetime, vicinity: Vicinity | None = None
) -> list[tuple[Fate, int]]:
    """Each article's fate and id, in their order; a teaser leaves the longer text that there is as it is."""
    known = work.feeds.known(each.article.key for each in coming if is_teaser(each.article))
    lengths = {key: len(article.body_text) for key, article in known.items()}
    taken: list[Prepared] = []
    for each in coming:
        key, length = each.article.key, len(each.article.body_text)
        if not is_teaser(each.article) or lengths.get(key, 0) <= length:
            taken.append(each)
            lengths[key] = length
    fates = work.articles.take([each.arrival for each in taken], now)
    prepared.place(work, taken, fates, now, vicinity)
    found = dict(zip(map(id, taken), fates, strict=True))
    numbers = {key: article.id for key, article in known.items()}
    numbers |= {each.article.key: number for each, (_, number) in zip(taken, fates, strict=True)}
    return [found.get(id(each)) or ("duplicate", numbers[each.article.key]) for each in coming]


def _fresh(brought: Brought, new: int, now: datetime) -> Feed:
    """The feed as it is kept, with so many new articles."""
    feed, reading, marks = brought.feed, brought.reading, brought.marks
    fresh = upkeep.well(
        feed,
        now,
        moved=brought.fetched.moved,
        etag=marks.etag,
        modified=marks.modified,
        digest=marks.digest,
        wishes=(brought.fetched.fresh, reading.ttl if reading else None),
    )
    title, site = (reading.title, reading.site) if reading else ("", None)
    return replace(fresh, title=feed.title or title, site=site or feed.site, items=feed.items + new)
