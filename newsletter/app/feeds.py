"""Feeds: followed, asked for what is new, listed with how they fare, and exchanged with other readers (OPML)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from newsletter import ingest, urls
from newsletter.app.clock import Clock
from newsletter.app.rounds import Round
from newsletter.app.stories import Stories
from newsletter.errors import FetchError, NotFound, SourceError
from newsletter.ingest import discover, opml
from newsletter.models import Feed, FeedLink, FeedsReport, Rejected
from newsletter.net import Fetched, Fetcher, Policy
from newsletter.store import Store, UnitOfWork

#: Told after each feed: how many are done, how many there are, which one it was.
Progress = Callable[[int, int, str], None]
_List = list[Feed]
#: Feeds in hand for each that may be fetched at the same time: the others are read, or wait to be kept.
_IN_HAND = 2


@dataclass(frozen=True, slots=True)
class Followed:
    """What following some addresses did."""

    #: The feeds that are followed now, those followed before too.
    feeds: tuple[Feed, ...]
    #: Addresses where no feed is, and why.
    rejected: tuple[Rejected, ...]
    #: What they brought at once.
    report: FeedsReport


class Feeds:
    """The feeds of one workspace. `policy` is asked for when something is fetched; `fetcher` makes what fetches."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        policy: Callable[[], Policy],
        fetcher: Callable[[Policy], Fetcher] = Fetcher,
    ) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy
        self._fetcher = fetcher

    def add(
        self, addresses: Sequence[str], *, full_text: bool = False, category: str = "", ignore_robots: bool = False
    ) -> Followed:
        """Follow the feeds at these addresses, or the first that the page there names, and take in what they have.

        Raises StoreError; an address without a feed is rejected while the others go on.
        """
        found: list[int] = []
        rejected: list[Rejected] = []

        async def run() -> FeedsReport:
            policy = self._rules(ignore_robots)
            async with self._fetcher(policy) as fetcher, Round(self._store, self._clock, fetcher) as this:
                for address in addresses:
                    try:
                        url, fetched = await self._find(fetcher, address)
                    except (FetchError, SourceError) as error:
                        rejected.append(Rejected(address, error.reason))
                        continue
                    wanted = Feed(url, full_text=full_text, category=category, due=self._clock())
                    with self._store.begin() as work:
                        _, feed = work.feeds.follow(wanted, self._clock())
                    this.tally.asked += 1
                    await this.take_in(feed, fetched)
                    found.append(feed.id)
                return this.tally.report(None)

        report = asyncio.run(run())
        Stories(self._store, self._clock, ()).catch_up()
        with self._store.read() as work:
            feeds = tuple(feed for feed in work.feeds.list() if feed.id in found)
            return Followed(feeds, tuple(rejected), replace(report, next_due=work.feeds.next_due()))

    def follow(self, links: Iterable[FeedLink], *, full_text: bool = False) -> _List:
        """Follow feeds without asking them yet; answers the new ones."""
        now = self._clock()
        with self._store.begin() as work:
            made = [
                work.feeds.follow(Feed(link.url, link.title, link.site, link.category, full_text, due=now), now)
                for link in links
            ]
        return [feed for new, feed in made if new]

    def import_opml(self, data: bytes, source: str, *, full_text: bool = False) -> _List:
        """Follow the feeds of an OPML list; answers the new ones. Raises SourceError."""
        links = ingest.read(data, source, now=self._clock()).feeds
        if not links:
            raise SourceError(source, "no list of feeds; expected OPML")
        return self.follow(links, full_text=full_text)

    def export_opml(self, title: str) -> str:
        """All feeds as OPML."""
        return opml.write(self.list(), title, self._clock())

    def list(self) -> _List:
        """All feeds, in the order they were added."""
        with self._store.read() as work:
            return work.feeds.list()

    def remove(self, names: Iterable[str]) -> _List:
        """Follow feeds, named by number or address, no longer; their articles stay. Raises NotFound; then none is."""
        with self._store.begin() as work:
            found = {feed.id: feed for feed in (_named(work, name) for name in names)}
            for number in found:
                work.feeds.remove(number)
        return list(found.values())

    def fetch(
        self,
        names: Sequence[str] = (),
        *,
        everything: bool = False,
        ignore_robots: bool = False,
        progress: Progress = lambda *_: None,
    ) -> FeedsReport:
        """Ask the feeds that are due; or those named by number or address; or all but those that are gone.

        Raises NotFound for a name that no feed has, and StoreError; a feed that fails is in the report.
        """
        with self._store.read() as work:
            if names:
                feeds = list({feed.id: feed for feed in (_named(work, name) for name in names)}.values())
            elif everything:
                feeds = [feed for feed in work.feeds.list() if not feed.gone]
            else:
                feeds = work.feeds.list(due=self._clock())
        try:
            report = asyncio.run(self._round(feeds, self._rules(ignore_robots), progress))
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
        Stories(self._store, self._clock, ()).catch_up()
        with self._store.read() as work:
            return replace(report, next_due=work.feeds.next_due())

    async def _round(self, feeds: _List, policy: Policy, progress: Progress) -> FeedsReport:
        """Workers, each with one feed in hand; they take a feed a host in turn.

        What fails in passing is asked once more when all others were asked.
        """
        by_host: dict[str, deque[Feed]] = {}
        for feed in feeds:
            by_host.setdefault(urlsplit(feed.url).hostname or "", deque()).append(feed)
        hosts = deque(by_host.values())
        again: deque[tuple[float, Feed]] = deque()
        clock = asyncio.get_running_loop().time
        done = 0

        async def next_one() -> tuple[Feed, bool]:
            """The next feed, and whether it was asked in this round before."""
            if not hosts:
                begin, feed = again.popleft()
                await asyncio.sleep(max(0.0, begin - clock()))
                return feed, True
            queue = hosts.popleft()
            feed = queue.popleft()
            if queue:
                hosts.append(queue)
            return feed, False

        async def work() -> None:
            nonlocal done
            while hosts or again:
                feed, asked = await next_one()
                if not await this.ask(feed, again=asked):
                    again.append((clock() + policy.again, feed))
                    continue
                done += 1
                progress(done, count, feed.url)

        count = len(feeds)
        together = max(1, min(policy.at_once, count // 4))
        async with (
            self._fetcher(policy) as fetcher,
            Round(
                self._store,
                self._clock,
                fetcher,
                expected=count,
                together=together,
                longest_wait=policy.longest_wait,
            ) as this,
        ):
            async with asyncio.TaskGroup() as workers:
                for _ in range(min(_IN_HAND * policy.at_once, count)):
                    workers.create_task(work())
            return this.tally.report(None)

    async def _find(self, fetcher: Fetcher, address: str) -> tuple[str, Fetched]:
        """The feed at an address, or the first that its page names or has where feeds usually are.

        Raises FetchError, SourceError.
        """
        fetched = await fetcher.get(address)
        if _is_feed(fetched, self._clock):
            return fetched.moved or urls.canonical(address) or address, fetched
        named = [link.url for link in discover.feeds(ingest.text(fetched.body, fetched.content_type), fetched.url)]
        for url in named or discover.usual(fetched.url):
            try:
                found = await fetcher.get(url, named_by=fetched.url)
            except FetchError:
                continue
            if _is_feed(found, self._clock):
                return found.moved or url, found
        raise SourceError(address, "neither a feed nor a page that names one; give the feed's own address")

    def _rules(self, ignore_robots: bool) -> Policy:
        return replace(self._policy(), robots=not ignore_robots)


def _is_feed(fetched: Fetched, clock: Clock) -> bool:
    try:
        ingest.read_feed(fetched.body, fetched.url, now=clock(), content_type=fetched.content_type)
    except SourceError:
        return False
    return True


def _named(work: UnitOfWork, name: str) -> Feed:
    if name.isdecimal():
        return work.feeds.get(int(name))
    feed = work.feeds.at(urls.canonical(name) or name)
    if feed is None:
        raise NotFound("feed", name, "`newsletter feeds list` lists them")
    return feed
