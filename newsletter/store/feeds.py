"""Feeds: each address followed once, with how it fares; and what the store has of their items already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from newsletter.errors import NotFound
from newsletter.models import Article, Feed
from newsletter.store import codec
from newsletter.store.database import serialize
from newsletter.store.prepared import Runner
from newsletter.store.tables import articles, feeds

_COLUMNS = tuple(field.name for field in fields(Feed) if field.name not in ("id", "added"))
#: Keys asked for in one statement.
_BATCH = 500


class Feeds:
    """The feeds of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._runner = Runner(connection)

    def follow(self, feed: Feed, now: datetime) -> tuple[bool, Feed]:
        """Follow a feed; False, and the one there is, where its address is followed already."""
        serialize(self._connection, "newsletter.feeds")
        known = self.at(feed.url)
        if known is not None:
            return False, known
        values = _values(feed) | {"added": now}
        row = self._connection.execute(insert(feeds).values(values).returning(feeds)).one()
        return True, _feed(row)

    def get(self, number: int) -> Feed:
        """One feed. Raises NotFound."""
        row = self._connection.execute(select(feeds).where(feeds.c.id == number)).first()
        if row is None:
            raise NotFound("feed", number, "`newsletter feeds list` lists them")
        return _feed(row)

    def at(self, url: str) -> Feed | None:
        """The feed with this address."""
        row = self._connection.execute(_AT, {"address": url}).first()
        return _feed(row) if row else None

    def list(self, *, due: datetime | None = None) -> list[Feed]:
        """All feeds in the order they were added; with `due` those to be asked by then, longest due first."""
        query = select(feeds).order_by(feeds.c.id)
        if due is not None:
            query = select(feeds).where(feeds.c.due <= due).order_by(feeds.c.due, feeds.c.id)
        return [_feed(row) for row in self._connection.execute(query)]

    def next_due(self) -> datetime | None:
        """When the next one is to be asked."""
        earliest: datetime | None = self._connection.scalar(select(func.min(feeds.c.due)))
        return earliest

    def save(self, feed: Feed) -> bool:
        """Keep how a feed fares. False, and the feed is forgotten, when it moved to where another one is followed."""
        serialize(self._connection, "newsletter.feeds")
        if any(number != feed.id for (number,) in self._runner.all(_NUMBER_AT, {"address": feed.url})):
            # Not `remove`: another process, asking the same feeds, may have found it out before.
            self._connection.execute(delete(feeds).where(feeds.c.id == feed.id))
            return False
        self._runner.run(_SAVE, _values(feed) | {"number": feed.id})
        return True

    def remove(self, number: int) -> None:
        """Follow a feed no longer; its articles stay. Raises NotFound."""
        if self._connection.execute(delete(feeds).where(feeds.c.id == number)).rowcount == 0:
            raise NotFound("feed", number, "`newsletter feeds list` lists them")

    def known(self, keys: Iterable[str]) -> dict[str, Article]:
        """The articles that have these keys, by key; dropped ones too, without their text."""
        wanted = sorted(set(keys))
        found: dict[str, Article] = {}
        for start in range(0, len(wanted), _BATCH):
            query = select(articles).where(articles.c.key.in_(wanted[start : start + _BATCH]))
            found |= {row.key: codec.article_from(row) for row in self._connection.execute(query)}
        return found


# Made once: a round runs them for every feed.
_AT = select(feeds).where(feeds.c.url == bindparam("address"))
_NUMBER_AT = select(feeds.c.id).where(feeds.c.url == bindparam("address"))
_SAVE = update(feeds).where(feeds.c.id == bindparam("number")).values({name: bindparam(name) for name in _COLUMNS})


def _values(feed: Feed) -> dict[str, Any]:
    return {name: getattr(feed, name) for name in _COLUMNS}


def _feed(row: Row[Any]) -> Feed:
    return Feed(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
