"""Articles: each kept once, changed in place, dropped to a tombstone that keeps it from coming back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, desc, func, insert, select, update

from newsletter.errors import Conflict, NotFound
from newsletter.models import Article, Issue, IssueStatus, Summary
from newsletter.store import codec
from newsletter.store.columns import DatabaseClock
from newsletter.store.database import serialize
from newsletter.store.search import Search
from newsletter.store.tables import articles, issues

Fate = Literal["added", "updated", "duplicate"]

#: The class has a method of that name.
_List = list[Article]

#: Ids asked for in one statement.
_BATCH = 500


class Articles:
    """The articles of one transaction. Dropped ones are seen by `add` alone."""

    def __init__(self, connection: Connection, search: Search) -> None:
        self._connection = connection
        self._search = search

    def add(self, article: Article, now: datetime) -> tuple[Fate, int]:
        """Keep an article; answers what became of it and its id.

        "duplicate": the store has it as it is, under this key or with the same words under another, or it was dropped.
        "updated": the same key, but something changed; id, tags, date of adding and use in issues stay, and so does
        the summary unless its sentences come from words that changed.
        """
        article = codec.kept(article)
        serialize(self._connection, "newsletter.articles")
        known = self._row(articles.c.key == article.key)
        if known is None and article.body_text.strip():
            known = self._row(articles.c.fingerprint == article.fingerprint)
            if known is not None:
                return "duplicate", known.id
        if known is None:
            return "added", self._insert(article, now)
        if known.dropped is not None:
            return "duplicate", known.id
        stored = codec.article_from(known)
        fresh = _updated(stored, article)
        if fresh == stored:
            return "duplicate", stored.id
        self._connection.execute(update(articles).where(articles.c.id == stored.id).values(codec.article_values(fresh)))
        self._search.put(fresh)
        return "updated", stored.id

    def get(self, number: int) -> Article:
        """One article. Raises NotFound, also for a dropped one."""
        row = self._row(articles.c.id == number)
        if row is None:
            raise NotFound("article", number, "`newsletter articles` lists them")
        if row.dropped is not None:
            raise NotFound("article", number, "it was dropped")
        return codec.article_from(row)

    def many(self, ids: Iterable[int]) -> dict[int, Article]:
        """Those of the ids that exist, by id."""
        wanted = sorted(set(ids))
        found: dict[int, Article] = {}
        for start in range(0, len(wanted), _BATCH):
            query = select(articles).where(articles.c.id.in_(wanted[start : start + _BATCH]), _KEPT)
            found |= {row.id: codec.article_from(row) for row in self._connection.execute(query)}
        return found

    def list(self, since: datetime | None = None, limit: int | None = None) -> _List:
        """Newest first, by the published date, else the date of adding; `since` is part of the window."""
        query = select(articles).where(_KEPT).order_by(desc(articles.c.dated), desc(articles.c.id)).limit(limit)
        if since is not None:
            query = query.where(articles.c.dated >= since)
        return [codec.article_from(row) for row in self._connection.execute(query)]

    def count(self) -> int:
        """How many there are."""
        return self._connection.scalar(select(func.count()).select_from(articles).where(_KEPT)) or 0

    def drop(self, number: int, force: bool = False) -> None:
        """Forget an article but for a tombstone: title, key and fingerprint, so that it never comes in again.

        Raises NotFound, and Conflict when an issue that is not sent yet uses it (unless `force`).
        """
        self.get(number)
        users = [] if force else self._unsent_with(number)
        if users:
            numbers = ", ".join(map(str, users))
            raise Conflict(f"article {number} is in issue {numbers}; take it out there first, or drop it with --force")
        blank: dict[str, Any] = {"url": None, "tags": [], "summary": None, "content": {}, "dropped": DatabaseClock()}
        self._connection.execute(update(articles).where(articles.c.id == number).values(blank))
        self._search.remove(number)

    def amend(self, article: Article) -> None:
        """Replace what is known of an article by what an editor says. Raises NotFound."""
        self.get(article.id)
        article = codec.kept(article)
        values = codec.article_values(article) | {"tags": list(article.tags)}
        self._connection.execute(update(articles).where(articles.c.id == article.id).values(values))
        self._search.put(article)

    def set_tags(self, number: int, tags: Sequence[str]) -> None:
        """Replace an article's tags. Raises NotFound."""
        article = replace(self.get(number), tags=tuple(tags))
        self._connection.execute(update(articles).where(articles.c.id == number).values(tags=list(tags)))
        self._search.put(article)

    def save_summary(self, number: int, summary: Summary) -> None:
        """Keep a summary with its article. Raises NotFound."""
        self.get(number)
        data = codec.summary_data(summary)
        self._connection.execute(update(articles).where(articles.c.id == number).values(summary=data))

    def mark_used(self, issue: Issue) -> None:
        """Note that this issue, which goes out now, printed its picks."""
        ids = sorted({pick.article for pick in issue.picks})
        for start in range(0, len(ids), _BATCH):
            query = update(articles).where(articles.c.id.in_(ids[start : start + _BATCH]))
            self._connection.execute(query.values(used_in=issue.number))

    def _row(self, condition: Any) -> Row[Any] | None:
        return self._connection.execute(select(articles).where(condition).order_by(articles.c.id).limit(1)).first()

    def _insert(self, article: Article, now: datetime) -> int:
        values = codec.article_values(replace(article, added=now, used_in=None)) | {"tags": list(article.tags)}
        number: int = self._connection.execute(insert(articles).values(values).returning(articles.c.id)).scalar_one()
        self._search.put(replace(article, id=number))
        return number

    def _unsent_with(self, number: int) -> Sequence[int]:
        drafts = select(issues.c.number, issues.c.content).where(issues.c.status != IssueStatus.SENT)
        return [
            row.number
            for row in self._connection.execute(drafts.order_by(issues.c.number))
            if any(pick["article"] == number for section in row.content["sections"] for pick in section["picks"])
        ]


_KEPT = articles.c.dropped.is_(None)


def _updated(stored: Article, read: Article) -> Article:
    """What is kept when an article comes again."""
    summary = stored.summary
    if summary is not None and summary.engine != "editor" and stored.body_text != read.body_text:
        summary = None
    return replace(
        read,
        **{name: getattr(stored, name) for name in stored.edited},
        edited=stored.edited,
        id=stored.id,
        source=stored.source,
        added=stored.added,
        tags=stored.tags,
        used_in=stored.used_in,
        story=stored.story,
        summary=summary,
    )
