"""What one feed sends, however odd, is that feed's trouble: the others are taken in, now and in every later round."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.app.feeds import Feeds
from newsletter.errors import StoreBusy
from newsletter.models import FeedLink
from newsletter.net import Fetcher
from newsletter.store import Store
from tests.databases import Databases
from tests.net.conftest import POLICY, loopback
from tests.net.site import Site, answer

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
#: Incompressible, and longer than an index entry of PostgreSQL may be.
LONG = "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=3_900))


def rss(title: str = "Good", guid: str = "1", link: str = "", ttl: str = "60") -> str:
    return (
        f'<rss version="2.0"><channel><title>{title}</title><ttl>{ttl}</ttl><item><guid>{guid}</guid>{link}'
        f"<title>{title} news</title><description>Some words that {title} has to say.</description>"
        "</item></channel></rss>"
    )


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    databases: Databases = request.getfixturevalue(f"{request.param}_databases")
    with Store.open(databases.ready(), hash_key=b"a key for the tests, 32 bytes or more") as opened:
        yield opened


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


ODD = {
    "an ETag beyond ASCII": answer(200, rss("Odd"), ETag='"café"'),
    "a digit that is no number": answer(429, Retry_After="\u00b2"),
    "a number of 5,000 digits": answer(200, rss("Odd", ttl="9" * 5000), Cache_Control="max-age=" + "9" * 5000),
    "an id that no index holds": answer(200, rss("Odd", guid=LONG)),
    "an address that no index holds": answer(200, rss("Odd", link=f"<link>https://a.example/{LONG}</link>")),
    "a move to an address that no index holds": answer(301, Location=f"/{LONG}"),
    "a move to no address": answer(301, Location="http://[::1"),
    "text that no database holds": answer(
        200,
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "Odd\ud800\x00\n",
                "items": [{"id": "\ud800", "content_text": "Some words \x00 to say."}],
            }
        ),
    ),
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_feed_stops_no_round(site: Site, store: Store, odd: str) -> None:
    site.routes |= {"/odd": ODD[odd], f"/{LONG}": answer(200, rss("Odd")), "/good": answer(200, rss())}
    now = [START]
    policy = replace(POLICY, at_once=1)
    feeds = Feeds(store, lambda: now[0], lambda: policy, lambda rules: Fetcher(rules, resolve=loopback))
    feeds.follow([FeedLink(site.url("/odd")), FeedLink(site.url("/good"))], full_text=True)
    for _ in range(2):
        assert feeds.fetch().asked == 2
        now[0] += timedelta(days=40)
    assert feeds.list()[1].failing_since is None
    with store.read() as work:
        assert "Good news" in [article.title for article in work.articles.list()]


def test_what_nobody_foresaw_is_noted_with_the_feed(site: Site, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from newsletter.app import keeping

    site.routes |= {"/odd": answer(200, rss("Odd")), "/good": answer(200, rss())}
    taken_in = keeping._take

    def take(coming: list, *rest: object) -> object:
        if any(each.article.title == "Odd news" for each in coming):
            raise ZeroDivisionError("unforeseen")
        return taken_in(coming, *rest)

    monkeypatch.setattr(keeping, "_take", take)
    feeds = Feeds(store, lambda: START, lambda: POLICY, lambda rules: Fetcher(rules, resolve=loopback))
    feeds.follow([FeedLink(site.url("/odd")), FeedLink(site.url("/good"))])
    report = feeds.fetch()
    assert [failure.reason for failure in report.failed] == ["could not be taken in (ZeroDivisionError: unforeseen)"]
    assert len(report.added) == 1


def test_a_database_that_is_busy_is_no_feeds_fault(site: Site, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from newsletter.app import keeping

    def add(*_: object) -> object:
        raise StoreBusy("in use")

    monkeypatch.setattr(keeping, "_take", add)
    site.routes["/good"] = answer(200, rss())
    feeds = Feeds(store, lambda: START, lambda: POLICY, lambda rules: Fetcher(rules, resolve=loopback))
    feeds.follow([FeedLink(site.url("/good"))])
    with pytest.raises(StoreBusy):
        feeds.fetch()
    assert feeds.list()[0].failing_since is None


def test_a_feed_cannot_put_its_words_into_another_sites_page(site: Site, store: Store) -> None:
    link = "<link>https://paper.example/story</link>"
    site.routes |= {"/own": answer(200, rss("True", link=link)), "/other": answer(200, rss("False", link=link))}
    feeds = Feeds(store, lambda: START, lambda: POLICY, lambda rules: Fetcher(rules, resolve=loopback))
    feeds.add([site.url("/own")])
    report = feeds.add([site.url("/other", host="other.test")]).report
    assert (report.updated, report.duplicate) == ((), 1)
    site.routes["/own"] = answer(200, rss("Mended", link=link))
    assert len(feeds.fetch([site.url("/own")]).updated) == 1
    with store.read() as work:
        assert [article.title for article in work.articles.list()] == ["Mended news"]


def test_pages_that_give_nothing_keep_no_others_out(site: Site, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.app.rounds.MOST_PAGES", 2)
    items = "".join(f"<item><title>Item {n}</title><link>{site.url(f'/{n}')}</link></item>" for n in range(4))
    words = "<p>The words of a page, of which there have to be some to make an article of it at all.</p>" * 3
    site.routes |= {
        "/feed": answer(200, f'<rss version="2.0"><channel><title>Links</title>{items}</channel></rss>'),
        "/3": answer(200, f"<html><body><article><h1>Item 3</h1>{words}</article></body></html>"),
    }
    now = [START]
    feeds = Feeds(store, lambda: now[0], lambda: POLICY, lambda rules: Fetcher(rules, resolve=loopback))
    feeds.follow([FeedLink(site.url("/feed"))], full_text=True)
    added = 0
    for _ in range(25):  # ports are drawn, and the turns with them
        added += len(feeds.fetch().added)
        now[0] += timedelta(days=1)
    assert added == 1
