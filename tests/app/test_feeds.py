"""Following and asking feeds, against a real server and a real store."""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.app.feeds import Feeds
from newsletter.errors import NotFound
from newsletter.models import FeedLink
from newsletter.net import Fetcher, Limits, Policy
from newsletter.store import Store
from tests.databases import Databases
from tests.net.conftest import POLICY, loopback
from tests.net.site import Site, answer, conditional, endless, rubbish, silent

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def store(sqlite_databases: Databases) -> Iterator[Store]:
    with Store.open(sqlite_databases.ready(), hash_key=b"a key for the tests, 32 bytes or more") as opened:
        yield opened


@pytest.fixture
def make(store: Store, clock: Clock) -> Callable[..., Feeds]:
    def make(**changes: object) -> Feeds:
        policy: Policy = replace(POLICY, **changes)  # type: ignore[arg-type]
        return Feeds(store, clock, lambda: policy, lambda rules: Fetcher(rules, resolve=loopback))

    return make


@pytest.fixture
def feeds(make: Callable[..., Feeds]) -> Feeds:
    return make()


def rss(*items: tuple[str, str], host: str = "a.test", port: int = 80) -> str:
    texts = "".join(
        f"<item><title>{name}</title><link>http://{host}:{port}/{name}</link><description>{text}</description></item>"
        for name, text in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed of {host}</title>{texts}</channel></rss>'


def _titles(store: Store) -> set[str]:
    with store.read() as work:
        return {article.title for article in work.articles.list()}


def test_a_page_leads_to_its_feed_and_its_items_come_in(site, feeds, store):
    site.routes["/blog"] = answer(
        200, '<html><head><link rel="alternate" type="application/rss+xml" href="/f.xml"></head></html>'
    )
    site.routes["/f.xml"] = conditional(rss(("one", "Some words."), ("two", "Other words.")))
    done = feeds.add([site.url("/blog", host="a.test"), site.url("/none", host="a.test")])
    (feed,) = done.feeds
    assert (feed.url, feed.title, feed.items, feed.state) == (
        site.url("/f.xml", host="a.test"),
        "Feed of a.test",
        2,
        "ok",
    )
    assert "404" in done.rejected[0].reason
    assert _titles(store) == {"one", "two"}
    assert len(site.asked("/f.xml")) == 1


def test_a_page_that_names_no_feed_is_asked_where_feeds_usually_are(site, feeds):
    site.routes |= {
        "/": answer(200, "<html><body><p>Hello</p></body></html>"),
        "/atom.xml": answer(200, rss(("one", "Words."))),
    }
    assert feeds.add([site.url()]).feeds[0].url == site.url("/atom.xml")


def test_what_has_not_changed_is_not_sent_and_what_is_new_comes_in(site, feeds, store, clock):
    site.routes["/f"] = conditional(rss(("one", "Words.")), '"1"')
    feeds.add([site.url("/f")])
    assert feeds.fetch().asked == 0
    clock.now += timedelta(hours=1)
    assert feeds.fetch().unchanged == 1
    site.routes["/f"] = conditional(
        rss(("one", "Words."), ("two", "More words.")), '"2"', "Tue, 03 Nov 2026 08:00:00 GMT"
    )
    report = feeds.fetch(everything=True)
    assert (report.unchanged, len(report.added), report.duplicate) == (0, 1, 1)
    assert site.requests[-1].headers["if-none-match"] == '"1"'
    assert feeds.list()[0].items == 2


def test_the_same_bytes_are_not_read_again_whatever_the_server_says(site, feeds):
    site.routes["/f"] = answer(200, rss(("one", "Words.")))
    feeds.add([site.url("/f")])
    report = feeds.fetch(everything=True)
    assert (report.unchanged, report.duplicate) == (1, 0)
    site.routes["/f"] = answer(200, rss(("one", "Words."), ("two", "More words.")))
    assert len(feeds.fetch(everything=True).added) == 1


def test_pages_beyond_those_of_one_round_come_with_the_next(site, feeds, monkeypatch):
    monkeypatch.setattr("newsletter.app.rounds.MOST_PAGES", 2)
    site.routes |= {"/f": conditional(_teasers(site, 3))} | {f"/story{n}": answer(200, _page(n)) for n in range(3)}
    first = feeds.add([site.url("/f", host="a.test")], full_text=True).report
    assert (first.pages, len(first.added)) == (2, 2)
    second = feeds.fetch(everything=True)
    assert (second.pages, len(second.added), second.unchanged) == (1, 1, 0)
    assert feeds.fetch(everything=True).unchanged == 1


BROKEN = {
    "silent": (silent, "not done within|no answer"),
    "endless": (endless, "which is the limit"),
    "rubbish": (rubbish, "can't be reached"),
    "page": (answer(200, "<html><body><p>Log in, please.</p></body></html>"), "this is a web page"),
    "bomb": (answer(200, gzip.compress(bytes(10**7)), Content_Encoding="gzip"), "which is the limit"),
    "inside": (answer(302, Location="http://10.0.0.1/"), "not a public address|name is unknown"),
    "fault": (answer(500), "fault"),
    "empty": (answer(200, ""), "empty"),
}


def test_feeds_that_fail_say_since_when_and_why_while_the_others_come_in(site, make, store, clock):
    service = make(limits=Limits(size=100_000, seconds=0.4))
    site.routes |= {f"/{name}": handler for name, (handler, _) in BROKEN.items()}
    site.routes |= {f"/good{n}": answer(200, rss((f"item{n}", f"Words of feed {n}."))) for n in range(5)}
    names = [*BROKEN, *(f"good{n}" for n in range(5))]
    service.follow(FeedLink(site.url(f"/{name}", host=f"{name}.test")) for name in names)
    report = service.fetch()
    assert (report.asked, len(report.failed), len(report.added)) == (13, 8, 5)
    for failure, (_, reason) in zip(report.failed, BROKEN.values(), strict=True):
        assert re.search(reason, failure.reason), failure
        assert (failure.since, failure.due) == (START, START + timedelta(hours=1))
    clock.now += timedelta(hours=1)
    service.fetch()
    failing = [feed for feed in service.list() if feed.state == "failing"]
    assert {(feed.failing_since, feed.failures, feed.due) for feed in failing} == {
        (START, 2, clock.now + timedelta(hours=2))
    }


def test_moved_feeds_are_followed_to_where_they_are_and_gone_ones_are_left(site, feeds, clock):
    site.routes |= {
        "/old": answer(301, Location="/new"),
        "/new": answer(200, rss(("one", "Words."))),
        "/gone": answer(410),
    }
    site.routes |= {"/moved-wrong": answer(308, Location="/page"), "/page": answer(200, "<html><p>x</p></html>")}
    feeds.follow(FeedLink(site.url(path)) for path in ("/old", "/gone", "/moved-wrong"))
    report = feeds.fetch()
    assert [(move.old, move.new) for move in report.moved] == [(site.url("/old"), site.url("/new"))]
    assert [feed.url for feed in feeds.list()] == [site.url("/new"), site.url("/gone"), site.url("/moved-wrong")]
    clock.now += timedelta(days=30)
    assert feeds.fetch().asked == 2
    assert feeds.list()[1].state == "gone"
    assert len(site.asked("/gone")) == 1
    assert feeds.fetch(["2"]).asked == 1


LONG = "<p>" + "The whole story is told here, sentence after sentence, with all its figures. " * 30 + "</p>"


def _teasers(site: Site, count: int = 2) -> str:
    return rss(*((f"story{n}", f"Story {n} begins …") for n in range(count)), host="a.test", port=site.port)


def _page(number: int) -> str:
    head = f"<html><head><title>Story {number}</title></head>"
    return f"{head}<body><article><h1>Story {number}</h1><p>Story {number} begins, and on.</p>{LONG}</article></body>"


def test_teasers_are_completed_from_their_pages_and_stay_so(site, feeds, store, clock):
    site.routes |= {
        "/f": answer(200, _teasers(site)),
        "/story0": answer(200, _page(0)),
        "/story1": answer(200, _page(1)),
    }
    report = feeds.add([site.url("/f", host="a.test")], full_text=True).report
    assert (report.pages, len(report.added)) == (2, 2)
    clock.now += timedelta(hours=1)
    again = feeds.fetch()
    assert (again.unchanged, again.updated, again.pages) == (1, (), 0)
    site.routes["/f"] = answer(200, _teasers(site) + "<!-- again -->")
    again = feeds.fetch(everything=True)
    assert (again.duplicate, again.updated, again.pages) == (2, (), 0)
    with store.read() as work:
        assert all(article.word_count > 200 for article in work.articles.list())
    assert len(site.asked("/story0")) == 1


def test_pages_that_robots_txt_closes_are_left_and_may_be_asked_for_all_the_same(site, feeds, store, clock):
    site.routes |= {
        "/f": answer(200, _teasers(site)),
        "/story0": answer(200, _page(0)),
        "/story1": answer(200, _page(1)),
    }
    site.routes["/robots.txt"] = answer(200, "User-agent: *\nDisallow: /story1\nDisallow: /f")
    report = feeds.add([site.url("/f", host="a.test")], full_text=True).report
    assert (report.pages, len(report.added)) == (1, 2)
    assert site.asked("/story1") == []


def test_pages_are_asked_for_in_the_feed_s_name(site, store, clock):
    """What the editor allowed by name is not allowed to every feed on the Web that links to it (`Fetcher.get`)."""
    asked: list[tuple[str, object]] = []

    class Recording(Fetcher):
        async def get(self, url, **options):
            asked.append((url, options.get("named_by")))
            return await super().get(url, **options)

    site.routes |= {"/f": answer(200, _teasers(site, 1)), "/story0": answer(200, _page(0))}
    feed = site.url("/f", host="a.test")
    Feeds(store, clock, lambda: POLICY, lambda rules: Recording(rules, resolve=loopback)).add([feed], full_text=True)
    assert asked == [(feed, None), (site.url("/story0", host="a.test"), feed)]


def test_feeds_are_removed_by_number_or_address_or_not_at_all(site, feeds):
    feeds.follow([FeedLink(site.url("/a")), FeedLink(site.url("/b"))])
    with pytest.raises(NotFound):
        feeds.remove(["1", "https://nowhere.example/"])
    assert len(feeds.list()) == 2
    assert [feed.id for feed in feeds.remove(["1", site.url("/b")])] == [1, 2]
    assert feeds.list() == []


def test_a_round_that_is_interrupted_keeps_what_it_has_and_the_next_goes_on(site, feeds, store):
    site.routes |= {f"/{n}": answer(200, rss((f"item{n}", f"Words of feed {n}."))) for n in range(6)}
    feeds.follow(FeedLink(site.url(f"/{n}")) for n in range(6))

    def interrupt(done: int, total: int, url: str) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        feeds.fetch(progress=interrupt)
    assert 3 <= len(_titles(store)) <= 6
    feeds.fetch()
    assert len(_titles(store)) == 6
    assert all(len(site.asked(f"/{n}")) == 1 for n in range(3))


def test_many_feeds_are_read_in_processes_that_end_with_the_round(site, make, store):
    service = make(at_once=50)

    async def handle(request: dict[str, str]) -> AsyncIterator[bytes]:
        name = request[":path"].strip("/")
        await asyncio.sleep(0.05)  # a server that takes its time
        async for piece in answer(200, rss(*((f"{name}-{n}", f"Words {n} of feed {name}.") for n in range(5))))(
            request
        ):
            yield piece

    site.fallback = handle
    service.follow(FeedLink(site.url(f"/{n}", host=f"h{n}.test")) for n in range(60))
    report = service.fetch()
    assert (report.asked, len(report.failed), len(report.added)) == (60, 0, 300)
    assert 10 < site.busiest <= 50
    assert multiprocessing.active_children() == []
