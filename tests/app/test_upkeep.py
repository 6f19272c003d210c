"""When a feed is asked next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.app import upkeep
from newsletter.errors import FetchError
from newsletter.models import Feed

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = Feed("https://a.example/feed", id=1)


def _failed(feed: Feed, times: int = 1, **fault) -> Feed:
    for turn in range(times):
        feed = upkeep.failed(feed, FetchError(feed.url, "down", **fault), NOW + turn * HOUR)
    return feed


@pytest.mark.parametrize(("times", "hours"), [(1, 1), (2, 2), (4, 8), (9, 168), (5000, 168)])
def test_the_pause_doubles_up_to_a_week_and_the_first_failure_is_remembered(times, hours):
    feed = _failed(FEED, times)
    assert feed.failing_since == NOW
    assert feed.fetched is not None
    assert feed.due == feed.fetched + timedelta(hours=hours)
    assert (feed.failures, feed.error, feed.state) == (times, "down", "failing")


def test_a_server_that_asks_for_a_longer_pause_gets_it():
    assert _failed(FEED, retry_after=timedelta(days=2), status=503).due == NOW + timedelta(days=2)


def test_a_feed_that_is_gone_is_not_asked_again_and_one_that_comes_back_is_well():
    gone = _failed(FEED, status=410)
    assert (gone.due, gone.state) == (None, "gone")
    back = upkeep.well(gone, NOW, etag='"x"', digest="d")
    assert (back.state, back.due, back.error, back.failing_since, back.etag) == ("ok", NOW + HOUR, None, None, '"x"')


@pytest.mark.parametrize(
    ("wishes", "due"),
    [((None, None), HOUR), ((timedelta(minutes=1), None), HOUR), ((3 * HOUR, 2 * HOUR), 3 * HOUR),
     ((timedelta(days=90),), timedelta(days=1))],
)  # fmt: skip
def test_wishes_for_a_longer_pause_count_up_to_a_day(wishes, due):
    assert upkeep.well(FEED, NOW, wishes=wishes).due == NOW + due
