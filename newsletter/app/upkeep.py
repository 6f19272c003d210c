"""What one fetch means for a feed: when it is asked next, since when it fails, where it is now. Pure.

A feed that is well is asked once an hour, less often where its server or the feed itself asks for that (at most a day
apart). One that was well and fails in passing is asked once more in the same round. One that fails is asked after one
hour, two, four … at most a week, and not before a Retry-After. One that is gone (410) is not asked again by itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from newsletter.errors import FetchError, FetchRefused
from newsletter.models import Feed

#: Between two fetches of a feed that is well.
INTERVAL = timedelta(hours=1)
_LONGEST_WISH = timedelta(days=1)
_LONGEST_BACKOFF = timedelta(days=7)
#: How long a teaser waits for a page that can't be fetched.
_LONGEST_WAIT_FOR_PAGE = timedelta(days=2)


def well(
    feed: Feed,
    now: datetime,
    *,
    moved: str | None = None,
    etag: str | None = None,
    modified: str | None = None,
    digest: str | None = None,
    wishes: tuple[timedelta | None, ...] = (),
) -> Feed:
    """It answered. `wishes` are how long server and feed ask to be left alone; None where they don't say."""
    wish = min(max((wish for wish in wishes if wish), default=INTERVAL), _LONGEST_WISH)
    return replace(
        feed,
        url=moved or feed.url,
        etag=etag,
        modified=modified,
        digest=digest,
        fetched=now,
        due=now + max(INTERVAL, wish),
        failing_since=None,
        failures=0,
        error=None,
        gone=False,
    )


def failed(feed: Feed, error: FetchError, now: datetime) -> Feed:
    """It did not answer, or with something else than a feed."""
    failures = feed.failures + 1
    backoff = min(INTERVAL * 2 ** min(failures - 1, 20), _LONGEST_BACKOFF)
    gone = error.status == 410
    return replace(
        feed,
        fetched=now,
        due=None if gone else now + max(backoff, error.retry_after or INTERVAL),
        failing_since=feed.failing_since or now,
        failures=failures,
        error=error.reason,
        gone=gone,
    )


def may_pass(error: FetchError) -> bool:
    """Whether it may go well a little later: nobody refused, and the server did not say that there is nothing."""
    if isinstance(error, FetchRefused):
        return False
    return error.status is None or error.status in (408, 429) or error.status >= 500


def is_late(feed: Feed, published: datetime | None, now: datetime) -> bool:
    """Whether an item of the feed has waited long enough for its page: then its teaser is better than nothing.

    It is known to wait since it was published, or, without a date, since the feed is followed; never for longer.
    """
    followed = feed.added or now
    return now - max(followed, published or followed) > _LONGEST_WAIT_FOR_PAGE


def is_worth_another(feed: Feed, error: FetchError, longest_wait: timedelta) -> bool:
    """Whether a feed is asked again in the same round: it was well until now, and need not be left alone for long."""
    return not feed.failures and may_pass(error) and (error.retry_after or timedelta()) <= longest_wait
