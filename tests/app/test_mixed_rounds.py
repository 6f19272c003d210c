"""A round over feeds of which some are slow, broken, huge, moved or failing in passing; and what is asked again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.app.feeds import Feeds
from newsletter.models import FeedLink
from newsletter.net import Fetcher
from newsletter.store import Store
from tests.databases import Databases
from tests.net.conftest import POLICY, loopback
from tests.net.site import Handler, Site, answer, dripping, endless, rubbish, silent

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LIMITS = replace(POLICY.limits, seconds=2.5, patience=1.5)


@pytest.fixture
def store(sqlite_databases: Databases) -> Iterator[Store]:
    with Store.open(sqlite_databases.ready(), hash_key=b"a key for the tests, 32 bytes or more") as opened:
        yield opened


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def feeds(store: Store) -> Feeds:
    policy = replace(POLICY, limits=LIMITS)
    return Feeds(store, lambda: START, lambda: policy, lambda rules: Fetcher(rules, resolve=loopback))


def rss(number: int, items: int = 5) -> str:
    texts = "".join(
        f"<item><title>Mill {number} turns {place}</title><link>http://h{number}.test/{place}</link>"
        f"<description>Wheel {place * 7} of mill {number} turned {number * place} times today.</description></item>"
        for place in range(items)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Mill {number}</title>{texts}</channel></rss>'


def once(failing: Handler, then: Handler) -> Handler:
    """Fails the first time it is asked."""
    asked = []

    async def handle(request: dict[str, str]) -> AsyncIterator[bytes]:
        asked.append(request)
        async for piece in (failing if len(asked) == 1 else then)(request):
            yield piece

    return handle


def test_a_round_with_all_kinds_of_trouble_takes_in_what_is_there(site, feeds, store):
    links = []
    for number in range(120):
        good = answer(200, rss(number))
        kinds: list[Handler] = [
            silent, dripping, endless, rubbish, answer(404), answer(410), answer(500), answer(200, "<html><p>No.</p>"),
            answer(200, rss(number)[:200]), answer(301, Location=f"/new{number}"),
            answer(302, Location=f"/new{number}"), once(answer(503, Retry_After="0"), good), once(answer(500), good),
        ]  # fmt: skip
        site.routes[f"/{number}"] = kinds[number // 5] if number % 5 == 0 and number // 5 < len(kinds) else good
        site.routes[f"/new{number}"] = good
        links.append(FeedLink(site.url(f"/{number}", host=f"h{number}.test")))
    feeds.follow(links)
    report = feeds.fetch()
    assert report.asked == 120
    # Failed for good: the first eight, and the one cut off, which has no item.
    assert len(report.failed) == 8, report.failed
    assert len(report.added) == 5 * (120 - 9)
    assert [move.new.rpartition("/")[2] for move in report.moved] == ["new45"]
    assert feeds.fetch().asked == 0
    with store.read() as work:
        assert work.articles.count() == len(report.added)


@pytest.mark.parametrize(
    ("failing", "added", "asked"),
    [
        (answer(503, Retry_After="0"), 5, 2),
        (answer(429), 5, 2),
        (rubbish, 5, 2),
        (answer(503, Retry_After="600"), 0, 1),
        (answer(404), 0, 1),
        (answer(302, Location="ftp://a.test/"), 0, 1),
    ],
)
def test_what_fails_in_passing_is_asked_once_more_in_the_round(site, feeds, failing, added, asked):
    site.routes["/f"] = once(failing, answer(200, rss(1)))
    feeds.follow([FeedLink(site.url("/f"))])
    report = feeds.fetch()
    assert (len(report.added), len(site.asked("/f")), len(report.failed)) == (added, asked, 0 if added else 1)


def test_a_feed_that_failed_in_the_round_before_is_asked_once(site, feeds):
    site.routes["/f"] = answer(500)
    feeds.follow([FeedLink(site.url("/f"))])
    feeds.fetch()
    assert len(site.asked("/f")) == 2
    feeds.fetch(everything=True)
    assert len(site.asked("/f")) == 3


@pytest.mark.parametrize(("status", "pages"), [(500, 1), (429, 1), (404, 0)])
def test_a_page_that_fails_in_passing_is_fetched_at_a_later_round(site, store, status, pages):
    now = [START]
    feeds = Feeds(store, lambda: now[0], lambda: POLICY, lambda rules: Fetcher(rules, resolve=loopback))
    words = "<p>The words of a page, of which there have to be some to make an article of it at all.</p>" * 3
    whole = f"<html><body><article><h1>Item</h1>{words}</article></body></html>"
    site.routes["/page"] = once(answer(status), answer(200, whole))
    item = f"<item><title>Item</title><link>{site.url('/page')}</link></item>"
    site.routes["/f"] = answer(200, f'<rss version="2.0"><channel><title>Links</title>{item}</channel></rss>')
    feeds.follow([FeedLink(site.url("/f"))], full_text=True)
    assert feeds.fetch().pages == 0
    now[0] += timedelta(hours=2)
    report = feeds.fetch()
    assert (report.pages, len(report.added)) == (pages, pages)


def test_a_teaser_whose_page_fails_for_days_comes_in_as_it_is(site, store):
    now = [START]
    feeds = Feeds(store, lambda: now[0], lambda: POLICY, lambda rules: Fetcher(rules, resolve=loopback))
    site.routes["/page"] = answer(503)
    item = f"<item><title>Item</title><link>{site.url('/page')}</link><description>Said in short.</description></item>"
    site.routes["/f"] = answer(200, f'<rss version="2.0"><channel><title>Short</title>{item}</channel></rss>')
    feeds.follow([FeedLink(site.url("/f"))], full_text=True)
    added = []
    for _ in range(4):
        added.append(len(feeds.fetch(everything=True).added))
        now[0] += timedelta(days=1)
    assert added == [0, 0, 0, 1]


def test_feeds_that_wait_together_are_kept_each_with_its_own(site, store):
    """More feeds than one transaction waits for, all of which have one item in common, of different lengths."""
    feeds = Feeds(store, lambda: START, lambda: POLICY, lambda rules: Fetcher(rules, resolve=loopback))
    shared = "<item><title>Shared</title><link>http://shared.test/1</link><description>{}</description></item>"
    for number in range(24):
        text = "One sentence of the mill and its wheel. " * (1 + number % 3)
        body = rss(number, 2).replace("</channel>", shared.format(text) + "</channel>")
        site.routes[f"/{number}"] = answer(200, body)
    feeds.follow([FeedLink(site.url(f"/{number}", host=f"h{number}.test")) for number in range(24)])
    report = feeds.fetch()
    assert (report.failed, len(report.added)) == ((), 49)
    assert sorted(feed.items for feed in feeds.list()) == [2] * 23 + [3]
