"""One round of asking feeds: fetched many at once, read and kept one after the other.

Keeping happens in a thread of its own, reading there or in processes (`readers`), so that no fetch waits for a parser;
a feed's items and how it fares are one transaction. Who asks a feed has it in hand until it is kept: memory grows with
the fetches under way, not with the feeds there are.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from newsletter import ingest
from newsletter.app import readers, upkeep
from newsletter.app.clock import Clock
from newsletter.errors import FetchError, SourceError, StoreBusy, StoreFull
from newsletter.ingest.feeds import FeedReading, is_teaser
from newsletter.models import Article, Feed, FeedFailure, FeedMove, FeedsReport
from newsletter.net import Conditions, Fetched, Fetcher
from newsletter.store import Store, UnitOfWork

#: Pages fetched for one feed in one round; the others wait for the next.
MOST_PAGES = 20
#: Feeds of a round from which on processes that read are worth their start.
_WORTH_PROCESSES = 40

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
class _Marks:
    """What tells next time that nothing has changed."""

    etag: str | None = None
    modified: str | None = None
    digest: str | None = None


class Round:
    """Asks feeds with a fetcher and keeps what comes in a store; an async context manager.

    With `expected` feeds enough to be worth it, they are read in processes of their own.
    """

    def __init__(self, store: Store, clock: Clock, fetcher: Fetcher, *, expected: int = 1) -> None:
        self._store = store
        self._clock = clock
        self._fetcher = fetcher
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="feeds")
        self._readers: Executor = readers.pool() if expected >= _WORTH_PROCESSES else self._keeper
        self.tally = Tally()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What is being kept is kept; what waits is not begun.
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._keeper.shutdown(wait=True, cancel_futures=True)

    async def ask(self, feed: Feed) -> None:
        """Fetch a feed if it has changed, and take in what it has. Raises StoreError only."""
        self.tally.asked += 1
        try:
            fetched = await self._fetcher.get(feed.url, conditions=Conditions(feed.etag, feed.modified))
        except FetchError as error:
            await self._keep(self._failed, feed, error)
        except Exception as fault:  # a client's bug must not end a round of a thousand feeds
            await self._keep(self._failed, feed, FetchError(feed.url, _described("fetched", fault)))
        else:
            await self.take_in(feed, fetched)

    async def take_in(self, feed: Feed, fetched: Fetched) -> None:
        """Take in what was fetched for a feed. Raises StoreError only, when nothing at all can be kept."""
        try:
            await self._take_in(feed, fetched)
        except (StoreBusy, StoreFull):
            raise
        except Exception as fault:  # it may be what the feed sent; if the store is at fault, noting that fails as well
            await self._keep(self._failed, feed, FetchError(feed.url, _described("taken in", fault)))

    async def _take_in(self, feed: Feed, fetched: Fetched) -> None:
        digest = feed.digest if fetched.status == 304 else hashlib.sha256(fetched.body).hexdigest()
        if fetched.status == 304 or digest == feed.digest:
            self.tally.unchanged += 1
            marks = _Marks(fetched.etag or feed.etag, fetched.modified or feed.modified, digest)
            await self._keep(self._well, feed, fetched, None, (), marks)
            return
        try:
            reading = await self._read(fetched, feed.url)
        except SourceError as error:
            await self._keep(self._failed, feed, FetchError(feed.url, error.reason))
            return
        articles: Sequence[Article] = reading.articles
        marks = _Marks(fetched.etag, fetched.modified, digest)
        if feed.full_text:
            articles, complete = await self._completed(feed, reading)
            if not complete:
                marks = _Marks()  # so that the feed comes whole again, with what is left of it
        self.tally.rejected += len(reading.rejected)
        await self._keep(self._well, feed, fetched, reading, articles, marks)

    async def _completed(self, feed: Feed, reading: FeedReading) -> tuple[list[Article], bool]:
        """The articles, those that are new and only teasers as their pages have them; False if pages were left."""
        wanted = {article.key: article.url for article in reading.articles if article.url and is_teaser(article)}
        # Teasers are kept whatever their pages give, so they are new once; of the others, each has its turn.
        turn = random.Random(f"{feed.url} {self._clock()}")  # noqa: S311 - no secret
        first = turn.randrange(len(reading.untold)) if len(reading.untold) > MOST_PAGES else 0
        wanted |= {f"url:{url}": url for url in (*reading.untold[first:], *reading.untold[:first])}
        known = await self._keep(self._known, list(wanted))
        new = {key: url for key, url in wanted.items() if key not in known}
        pages: dict[str, Article] = {}
        for key, url in list(new.items())[:MOST_PAGES]:
            page = await self._page(url, feed)
            if page is not None:
                pages[key] = page
        left = set(list(new)[MOST_PAGES:])
        articles = [
            _merged(article, pages.pop(article.key, None))
            for article in reading.articles
            if article.key not in left
        ]  # fmt: skip
        articles += [replace(page, key=key, url=key.removeprefix("url:")) for key, page in pages.items()]
        return articles, not left

    async def _page(self, url: str, feed: Feed) -> Article | None:
        """The article on a page; None where there is none, or it must not be fetched."""
        try:
            fetched = await self._fetcher.get(url, check_robots=True, named_by=feed.url)
            reading = await self._keep(_read_page, fetched, self._clock())
        except (FetchError, SourceError):
            return None
        self.tally.pages += 1
        return reading.articles[0] if len(reading.articles) == 1 else None

    async def _read(self, fetched: Fetched, url: str) -> FeedReading:
        """Raises SourceError."""
        arguments = fetched.body, fetched.content_type, url, self._clock()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, readers.read, *arguments)
        except BrokenExecutor:  # a reader died (no memory left, most likely), and the others with it
            self._readers = self._keeper
            raise SourceError(url, "the process that read it ended; it is tried again later") from None

    async def _keep(self, call: Callable[..., _Result], *arguments: object) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._keeper, call, *arguments)

    def _known(self, keys: Iterable[str]) -> dict[str, Article]:
        with self._store.read() as work:
            return work.feeds.known(keys)

    def _failed(self, feed: Feed, error: FetchError) -> None:
        feed = upkeep.failed(feed, error, self._clock())
        with self._store.begin() as work:
            work.feeds.save(feed)
        self.tally.failed.append(FeedFailure(feed.id, feed.url, error.reason, feed.failing_since, feed.due))

    def _well(
        self,
        feed: Feed,
        fetched: Fetched,
        reading: FeedReading | None,
        articles: Sequence[Article],
        marks: _Marks,
    ) -> None:
        now = self._clock()
        wishes = fetched.fresh, reading.ttl if reading else None
        fresh = upkeep.well(
            feed,
            now,
            moved=fetched.moved,
            etag=marks.etag,
            modified=marks.modified,
            digest=marks.digest,
            wishes=wishes,
        )
        with self._store.begin() as work:
            fates = list(_add(work, articles, now))
            new = sum(fate == "added" for fate, _ in fates)
            title, site = (reading.title, reading.site) if reading else ("", None)
            fresh = replace(fresh, title=feed.title or title, site=site or feed.site, items=feed.items + new)
            work.feeds.save(fresh)
        for fate, number in fates:
            self.tally.fates[fate].append(number)
        if fresh.url != feed.url:
            self.tally.moved.append(FeedMove(feed.id, feed.url, fresh.url))


def _described(doing: str, fault: Exception) -> str:
    return f"could not be {doing} ({type(fault).__name__}: {' '.join(str(fault).split())[:200]})"


def _read_page(fetched: Fetched, now: datetime) -> ingest.Reading:
    return ingest.read(fetched.body, fetched.url, now=now, content_type=fetched.content_type)


def _add(work: UnitOfWork, articles: Sequence[Article], now: datetime) -> Iterable[tuple[str, int]]:
    """Each article's fate and id; a teaser leaves the longer text that the store has as it is."""
    known = work.feeds.known(article.key for article in articles if is_teaser(article))
    for article in articles:
        there = known.get(article.key)
        if there is not None and len(there.body_text) > len(article.body_text):
            yield "duplicate", there.id
        else:
            yield work.articles.add(article, now)


def _merged(item: Article, page: Article | None) -> Article:
    """The item with its page's text: the feed says what it is, the page what it says."""
    if page is None or len(page.body_text) <= len(item.body_text):
        return item
    return replace(
        page,
        key=item.key,
        url=item.url,
        source=item.source,
        title=item.title or page.title,
        deck=item.deck or page.deck,
        authors=item.authors or page.authors,
        published=item.published or page.published,
        published_precision=item.published_precision if item.published else page.published_precision,
        site=item.site or page.site,
        tags=item.tags or page.tags,
    )
