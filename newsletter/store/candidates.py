"""Articles to pick from: those of a window, read whole only where that is worth while, and what was printed lately.

A window that holds more than `MOST` articles is narrowed by the indexes before anything is read: the newest stay, and
the latest that have a word the editor cares about. Decoded articles are remembered by their row's own words, so that a
second pick in the same process decodes only what changed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, cast, desc, func, select, text

from newsletter.models import Article, IssueStatus
from newsletter.store import codec
from newsletter.store.tables import articles, issues
from newsletter.store.words import tokens

#: Articles that are read for one pick; so many of them are the newest, and so many come by each word.
MOST, _NEWEST, _BY_WORD = 3_000, 1_800, 300
#: Issues whose articles count as printed lately: two years of a weekly.
LATELY = 104
_BATCH = 900
#: Longer rows (characters) are not remembered.
_LONGEST = 32_768

_TEXTS = ("tags", "summary", "content")
_NAMES = ("id", "key", "title", "source", "url", "language", "published", "added", "story", "used_in")
_ROW = (*(articles.c[name] for name in _NAMES), *(cast(articles.c[name], Text).label(name) for name in _TEXTS))
_MATCHES = {
    "sqlite": "SELECT rowid FROM article_index WHERE article_index MATCH :words ORDER BY rowid DESC LIMIT :most",
    "postgresql": (
        "SELECT article_id FROM article_index WHERE vector @@ CAST(:words AS tsquery) "
        "ORDER BY article_id DESC LIMIT :most"
    ),
}


@dataclass(frozen=True, slots=True)
class Window:
    """The articles of a window, newest first, and how many of its articles were not read."""

    articles: tuple[Article, ...]
    unread: int = 0


class Candidates:
    """The articles of one transaction, as the picker sees them. Dropped ones are seen by `printed` alone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def window(self, since: datetime, words: Iterable[str] = (), also: Collection[int] = ()) -> Window:
        """What is dated `since` then or later; `also` those ids whatever their date.

        `words` are what the editor cares about: they decide what is read of a window with too many articles.
        """
        dated = articles.c.dated >= since
        count = self._connection.scalar(select(func.count()).select_from(articles).where(dated)) or 0
        if count <= MOST:
            found = self._read(select(*_ROW).where(dated, _KEPT))
            unread = 0
        else:
            newest = select(articles.c.id).where(dated).order_by(desc(articles.c.dated)).limit(_NEWEST)
            ids = set(self._connection.scalars(newest))
            for word in sorted(set(words)):
                if len(ids) < MOST:
                    ids.update(sorted(self._with(word), reverse=True)[: MOST - len(ids)])
            found = [article for article in self.many(ids) if article.when is not None and article.when >= since]
            unread = count - len(found)
        present = {article.id for article in found}
        found += self.many(set(also) - present)
        return Window(tuple(sorted(found, key=_age, reverse=True)), unread)

    def many(self, ids: Collection[int]) -> list[Article]:
        """Those of the ids that exist."""
        wanted, found = sorted(ids), list[Article]()
        for start in range(0, len(wanted), _BATCH):
            found += self._read(select(*_ROW).where(articles.c.id.in_(wanted[start : start + _BATCH]), _KEPT))
        return found

    def printed(self) -> list[Article]:
        """What the last issues that were sent have printed, latest issue first; dropped ones without their text."""
        latest = self._connection.scalar(select(func.max(articles.c.used_in))) or 0
        query = select(*_ROW).where(articles.c.used_in > latest - LATELY)
        return self._read(query.order_by(desc(articles.c.used_in), articles.c.id))

    def count_before(self, moment: datetime) -> int:
        """How many articles are dated before that."""
        query = select(func.count()).select_from(articles).where(articles.c.dated < moment, _KEPT)
        return self._connection.scalar(query) or 0

    def sent_since(self, moment: datetime) -> frozenset[int]:
        """Numbers of the issues that were made since then and are sent."""
        query = select(issues.c.number).where(issues.c.status == IssueStatus.SENT, issues.c.created >= moment)
        return frozenset(self._connection.scalars(query))

    def newest(self, moment: datetime) -> datetime | None:
        """The latest date before that."""
        query = select(articles.c.dated).where(articles.c.dated < moment, _KEPT).order_by(desc(articles.c.dated))
        return self._connection.scalars(query.limit(1)).first()

    def _with(self, word: str) -> list[int]:
        """The articles added last that have a word or phrase."""
        phrase = tokens(word)
        if not phrase:
            return []
        dialect = self._connection.dialect.name
        forms = {"sqlite": f'"{" ".join(phrase)}"', "postgresql": " <-> ".join(f"'{token}'" for token in phrase)}
        return list(self._connection.scalars(text(_MATCHES[dialect]), {"words": forms[dialect], "most": _BY_WORD}))

    def _read(self, query: Select[Any]) -> list[Article]:
        return [_article(row) for row in self._connection.execute(query)]


_KEPT = articles.c.dropped.is_(None)
_EVER = datetime.min.replace(tzinfo=UTC)


def _age(article: Article) -> tuple[datetime, int]:
    return article.when or _EVER, article.id


def _article(row: Row[Any]) -> Article:
    return _remembered(tuple(row)) if len(row[-1]) <= _LONGEST else _decoded(tuple(row))


def _decoded(row: tuple[Any, ...]) -> Article:
    texts = {name: json.loads(value) if value else None for name, value in zip(_TEXTS, row[-3:], strict=True)}
    whole: Any = SimpleNamespace(**dict(zip(_NAMES, row, strict=False)), **texts)
    return codec.article_from(whole)


_remembered = lru_cache(maxsize=4_096)(_decoded)
