"""One round of asking feeds: fetched many at once, read and kept one after the other.

Keeping happens in a thread of its own (`keeping`), reading there or in processes (`readers`), so that no fetch waits
for a parser. Who asks a feed has it in hand until it is kept: memory grows with the feeds that are asked at the same
time, not with the feeds there are.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Iterable, Sequence
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from newsletter import ingest
from newsletter.app import readers, upkeep
from newsletter.app.clock import Clock
from newsletter.app.keeping import Brought, Keeper, Marks
from newsletter.app.prepared import Prepared, prepare
from newsletter.errors import FetchError, SourceError, StoreBusy, StoreFull
from newsletter.ingest.feeds import FeedReading, is_teaser
from newsletter.models import Article, Feed, FeedFailure
from newsletter.net import Conditions, Fetched, Fetcher
from newsletter.store import Store

#: Pages fetched for one feed in one round; the others wait for the next.
MOST_PAGES = 20


class Round:
    """Asks feeds with a fetcher and keeps what comes in a store; an async context manager.

    Of `expected` feeds, where what they bring is enough to be worth it, most are read in processes of their own;
    `together` are kept at the same time. A host that asks to be left alone for no more than `longest_wait` seconds is
    asked again in the same round.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        fetcher: Fetcher,
        *,
        expected: int = 1,
        together: int = 1,
        longest_wait: float = 10.0,
    ) -> None:
        self._store = store
        self._clock = clock
        self._fetcher = fetcher
        self._longest_wait = timedelta(seconds=longest_wait)
        self._keeper = Keeper(store, clock, together)
        self._worth = readers.Worth(expected)
        self._readers: Executor = self._keeper.thread
        self._less = readers.collecting_less()
        self.tally = self._keeper.tally

    async def __aenter__(self) -> Self:
        self._less.__enter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._readers.shutdown(wait=True, cancel_futures=True)
            self._keeper.close()
        finally:
            self._less.__exit__(kind, error, trace)

    async def ask(self, feed: Feed, *, again: bool = False) -> bool:
        """Fetch a feed if it has changed, and take in what it has. Raises StoreError only.

        False, and nothing is kept, where it is worth to ask `again` in this round.
        """
        self.tally.asked += not again
        try:
            fetched = await self._fetcher.get(feed.url, conditions=Conditions(feed.etag, feed.modified))
        except FetchError as error:
            if not again and upkeep.is_worth_another(feed, error, self._longest_wait):
                return False
            self._worth.answered(is_new=False)
            await self._keeper.call(self._failed, feed, error)
        except Exception as fault:  # a client's bug must not end a round of a thousand feeds
            await self._keeper.call(self._failed, feed, FetchError(feed.url, _described("fetched", fault)))
        else:
            await self.take_in(feed, fetched)
        return True

    async def take_in(self, feed: Feed, fetched: Fetched) -> None:
        """Take in what was fetched for a feed. Raises StoreError only, when nothing at all can be kept."""
        try:
            await self._take_in(feed, fetched)
        except (StoreBusy, StoreFull):
            raise
        except Exception as fault:  # it may be what the feed sent; if the store is at fault, noting that fails as well
            await self._keeper.call(self._failed, feed, FetchError(feed.url, _described("taken in", fault)))

    async def _take_in(self, feed: Feed, fetched: Fetched) -> None:
        digest = feed.digest if fetched.status == 304 else hashlib.sha256(fetched.body).hexdigest()
        is_new = fetched.status != 304 and digest != feed.digest
        self._worth.answered(is_new=is_new)
        if not is_new:
            self.tally.unchanged += 1
            marks = Marks(fetched.etag or feed.etag, fetched.modified or feed.modified, digest)
            await self._keeper.keep(Brought(feed, fetched, marks))
            return
        try:
            reading, ready = await self._read(fetched, feed.url)
        except SourceError as error:
            await self._keeper.call(self._failed, feed, FetchError(feed.url, error.reason))
            return
        fetched = replace(fetched, body=b"")  # it may be large, and waits
        marks = Marks(fetched.etag, fetched.modified, digest)
        if feed.full_text:
            articles, complete = await self._completed(feed, reading)
            ready = await self._keeper.call(_prepared, articles, ready)
            if not complete:
                marks = Marks()  # so that the feed comes whole again, with what is left of it
        self.tally.rejected += len(reading.rejected)
        await self._keeper.keep(Brought(feed, fetched, marks, reading, ready))

    async def _completed(self, feed: Feed, reading: FeedReading) -> tuple[list[Article], bool]:
        """The articles, those that are new and only teasers as their pages have them; False if pages were left."""
        wanted = {article.key: article.url for article in reading.articles if article.url and is_teaser(article)}
        wanted |= {f"url:{url}": url for url in reading.untold}
        known = await self._keeper.call(self._known, list(wanted))
        new = [(key, url) for key, url in wanted.items() if key not in known]
        if len(new) > MOST_PAGES:  # each has its turn, so that none that fails for long keeps the others out
            first = random.Random(f"{feed.url} {self._clock()}").randrange(len(new))  # noqa: S311 - no secret
            new = [*new[first:], *new[:first]]
        pages: dict[str, Article] = {}
        left = {key for key, _ in new[MOST_PAGES:]}
        published = {article.key: article.published for article in reading.articles}
        for key, url in new[:MOST_PAGES]:
            try:
                page = await self._page(url, feed)
            except FetchError:
                if key not in published or not upkeep.is_late(feed, published[key], self._clock()):
                    left.add(key)
            else:
                pages |= {key: page} if page else {}
        articles = [
            _merged(article, pages.pop(article.key, None))
            for article in reading.articles
            if article.key not in left
        ]  # fmt: skip
        articles += [replace(page, key=key, url=key.removeprefix("url:")) for key, page in pages.items()]
        return articles, not left

    async def _page(self, url: str, feed: Feed) -> Article | None:
        """The article on a page; None where there is none, or it can't be fetched. Raises FetchError for a fault that
        may pass."""
        try:
            fetched = await self._fetcher.get(url, check_robots=True, named_by=feed.url)
            reading = await self._keeper.call(_read_page, fetched, self._clock())
        except SourceError:
            return None
        except FetchError as error:
            if upkeep.may_pass(error):
                raise
            return None
        self.tally.pages += 1
        return reading.articles[0] if len(reading.articles) == 1 else None

    async def _read(self, fetched: Fetched, url: str) -> tuple[FeedReading, Sequence[Prepared]]:
        """Raises SourceError."""
        arguments = fetched.body, fetched.content_type, url, self._clock()
        if self._readers is self._keeper.thread and self._worth.is_worth_it():
            self._readers = readers.pool()
        if self._readers is self._keeper.thread:
            return await self._keeper.call(self._worth.timed, *arguments)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, readers.read, *arguments)
        except BrokenExecutor:  # a reader died (no memory left, most likely), and the others with it
            self._readers = self._keeper.thread
            self._worth = readers.Worth(0)
            raise SourceError(url, "the process that read it ended; it is tried again later") from None

    def _known(self, keys: Iterable[str]) -> dict[str, Article]:
        with self._store.read() as work:
            return work.feeds.known(keys)

    def _failed(self, feed: Feed, error: FetchError) -> None:
        feed = upkeep.failed(feed, error, self._clock())
        with self._store.begin() as work:
            work.feeds.save(feed)
        self.tally.failed.append(FeedFailure(feed.id, feed.url, error.reason, feed.failing_since, feed.due))


def _described(doing: str, fault: Exception) -> str:
    return f"could not be {doing} ({type(fault).__name__}: {' '.join(str(fault).split())[:200]})"


def _read_page(fetched: Fetched, now: datetime) -> ingest.Reading:
    return ingest.read(fetched.body, fetched.url, now=now, content_type=fetched.content_type)


def _prepared(articles: Sequence[Article], ready: Sequence[Prepared]) -> list[Prepared]:
    """The articles prepared; those that are the feed's own are so already."""
    known = {id(each.article): each for each in ready}
    return [known.get(id(article)) or prepare(article) for article in articles]


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
        published_offset=item.published_offset if item.published else page.published_offset,
        site=item.site or page.site,
        tags=item.tags or page.tags,
    )
