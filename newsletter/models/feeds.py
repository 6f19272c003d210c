"""A feed that the newsletter follows, and what one round of asking the feeds brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page or an OPML list names."""

    url: str
    title: str = ""
    #: The page the feed belongs to.
    site: str | None = None
    #: The folder it is in, outermost first, joined by "/"; "" for none.
    category: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed and how it fares. `id` is 0 until it is stored."""

    #: Where it is asked for; a move for good (301, 308) changes it.
    url: str
    title: str = ""
    site: str | None = None
    category: str = ""
    #: Whether the pages of items that are only teasers are fetched too.
    full_text: bool = False
    #: What the server said of its last answer, sent back so that it need not answer again (RFC 9110, 8.8).
    etag: str | None = None
    modified: str | None = None
    #: SHA-256 (hex) of its last body, for servers that send the same again whatever they are told.
    digest: str | None = None
    #: UTC; when it was last asked, with or without success.
    fetched: datetime | None = None
    #: UTC; not asked before. None for one that is gone: only by name.
    due: datetime | None = None
    #: UTC; the first failure of those in a row, None while it is well.
    failing_since: datetime | None = None
    #: Failures in a row.
    failures: int = 0
    #: Why the last fetch failed, in words for the editor.
    error: str | None = None
    #: The server said that it is gone for good (410).
    gone: bool = False
    #: Articles that came in from it.
    items: int = 0
    id: int = 0
    #: UTC.
    added: datetime | None = None

    @property
    def state(self) -> str:
        """One word for a list: new, ok, failing or gone."""
        if self.gone:
            return "gone"
        if self.failing_since:
            return "failing"
        return "ok" if self.fetched else "new"


@dataclass(frozen=True, slots=True)
class FeedFailure:
    """A feed that could not be read this time."""

    feed: int
    url: str
    reason: str
    #: UTC; the first failure in a row.
    since: datetime | None
    #: UTC; when it is tried again, None if never by itself.
    due: datetime | None


@dataclass(frozen=True, slots=True)
class FeedMove:
    """A feed that has another address now."""

    feed: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FeedsReport:
    """What one round brought: feeds by what became of them, and articles by fate."""

    #: Feeds that were asked.
    asked: int = 0
    #: … of which so many had nothing new to say (304, or the same bytes).
    unchanged: int = 0
    failed: tuple[FeedFailure, ...] = ()
    moved: tuple[FeedMove, ...] = ()
    #: Ids of articles.
    added: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    #: Items that the store had already.
    duplicate: int = 0
    #: Items that can't be used.
    rejected: int = 0
    #: Pages fetched for items that were only teasers.
    pages: int = 0
    #: UTC; when the next feed is due.
    next_due: datetime | None = None
