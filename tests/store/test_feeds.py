"""Feeds in the store: followed once, listed by what is due, moved onto each other without a fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.errors import NotFound
from newsletter.models import Feed


def _follow(store, now, *urls, **fields):
    with store.begin() as work:
        return [work.feeds.follow(Feed(url, **{"due": now} | fields), now)[1] for url in urls]


def test_an_address_is_followed_once(store, now):
    with store.begin() as work:
        assert work.feeds.follow(Feed("https://a.example/f", "A"), now)[0]
        new, feed = work.feeds.follow(Feed("https://a.example/f", "B"), now)
    assert (new, feed.title) == (False, "A")


def test_what_is_saved_comes_back(store, now):
    (feed,) = _follow(store, now, "https://a.example/f")
    changed = replace(
        feed, url="https://a.example/g", title="A\x00", etag='"x"', modified="Mon", digest="d", fetched=now, due=None,
        failing_since=now, failures=3, error="gone", gone=True, items=7, full_text=True, category="x/y", site="https://a.example/",
    )  # fmt: skip
    with store.begin() as work:
        assert work.feeds.save(changed)
    with store.read() as work:
        assert work.feeds.get(feed.id) == replace(changed, title="A\ufffd")
        assert work.feeds.at("https://a.example/f") is None


def test_the_longest_due_come_first_and_those_not_due_not_at_all(store, now):
    early, late, later, gone = _follow(store, now, *(f"https://{n}.example/" for n in "abcd"))
    with store.begin() as work:
        for feed, due in (
            (early, now - timedelta(hours=2)),
            (late, now - timedelta(days=1)),
            (later, now + timedelta(hours=1)),
            (gone, None),
        ):
            work.feeds.save(replace(feed, due=due))
    with store.read() as work:
        assert [feed.id for feed in work.feeds.list(due=now)] == [late.id, early.id]
        assert len(work.feeds.list()) == 4
        assert work.feeds.next_due() == now - timedelta(days=1)


def test_a_feed_that_moves_to_where_another_is_followed_is_forgotten(store, now):
    one, two = _follow(store, now, "https://a.example/old", "https://a.example/new")
    with store.begin() as work:
        assert not work.feeds.save(replace(one, url=two.url))
    with store.read() as work:
        assert work.feeds.list() == [two]


def test_a_feed_that_is_not_there_is_named(store):
    with store.begin() as work, pytest.raises(NotFound, match="no feed 9"):
        work.feeds.remove(9)


def test_known_articles_are_found_by_key(store, now, make_article):
    with store.begin() as work:
        work.articles.add(make_article("One", key="url:https://a.example/1"), now)
        found = work.feeds.known(["url:https://a.example/1", "url:https://a.example/2"])
    assert {key: article.title for key, article in found.items()} == {"url:https://a.example/1": "One"}


def test_a_move_that_another_process_has_made_meanwhile_is_no_fault(store, now):
    one, _ = _follow(store, now, "https://a.example/f", "https://a.example/g")
    for _ in range(2):
        with store.begin() as work:
            assert not work.feeds.save(replace(one, url="https://a.example/g"))
