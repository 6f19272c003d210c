"""Articles: each kept once, changed in place, dropped to a tombstone that keeps it from coming back.

An article is known again by its key, by its address in whatever dress (`urls.key`), by its words, and by words that are
nearly the same, if they are of the same outlet: another outlet's are an article of their own (and of the same story).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, desc, func, select, update

from newsletter.errors import Conflict, NotFound
from newsletter.models import Article, Issue, IssueStatus, Version
from newsletter.store import codec
from newsletter.store.arrival import Arrival, arrival
from newsletter.store.columns import DatabaseClock
from newsletter.store.history import History
from newsletter.store.intake import Fate, Intake
from newsletter.store.search import Search
from newsletter.store.storable import kept
from newsletter.store.stories import Stories
from newsletter.store.tables import articles, issues

#: The class has a method named list.
_List = list[Article]
_Versions = list[Version]
_Fates = list[tuple[Fate, int]]

#: Ids asked for in one statement.
_BATCH = 500


class Articles:
    """The articles of one transaction. Dropped ones are seen by `add` alone."""

    def __init__(self, connection: Connection, search: Search) -> None:
        self._connection = connection
        self._search = search
        self._intake = Intake(connection, search)
        self._history = History(connection)
        self._stories = Stories(connection)

    def add(self, article: Article, now: datetime) -> tuple[Fate, int]:
        """Keep an article; answers what became of it and its id.

        "duplicate": the store has it as it is, under this key or with the same words under another, or nearly the same
        words of the same outlet, or it was dropped, or another site says that it has the page (`copies.may_change`).
        "updated": the same key or address, but something changed; id, tags, date of adding and use in issues stay, and
        so does the summary unless its sentences come from words that changed. The words it had are kept as a version.
        """
        return self.add_all([article], now)[0]

    def add_all(self, coming: Iterable[Article], now: datetime) -> _Fates:
        """Keep articles as if they were added one by one, in less time; each one's fate and id, in their order."""
        return self.take(map(arrival, coming), now)

    def take(self, coming: Iterable[Arrival], now: datetime) -> _Fates:
        """The same for articles of which all is worked out that needs no store (`intake.arrival`)."""
        return self._intake.take(coming, now)

    def history(self, number: int) -> _Versions:
        """What an article's words were before, latest first. Raises NotFound."""
        self.get(number)
        return self._history.of(number)

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
        self._history.forget(number)
        self._stories.leave(number)
        blank: dict[str, Any] = dict.fromkeys(("url", "summary")) | {"tags": [], "content": {}}
        blank["dropped"] = DatabaseClock()
        self._connection.execute(update(articles).where(articles.c.id == number).values(blank))
        self._search.remove(number)

    def amend(self, article: Article, now: datetime) -> None:
        """Replace what is known of an article by what an editor says. Raises NotFound."""
        self._intake.replace(self.get(article.id), kept(article), now, tags=list(article.tags))

    def set_tags(self, number: int, tags: Sequence[str]) -> None:
        """Replace an article's tags. Raises NotFound."""
        article = replace(self.get(number), tags=tuple(tags))
        self._connection.execute(update(articles).where(articles.c.id == number).values(tags=list(tags)))
        self._search.put(article)

    def mark_used(self, issue: Issue) -> None:
        """Note that this issue, which goes out now, printed its picks."""
        ids = sorted({pick.article for pick in issue.picks})
        for start in range(0, len(ids), _BATCH):
            query = update(articles).where(articles.c.id.in_(ids[start : start + _BATCH]))
            self._connection.execute(query.values(used_in=issue.number))

    def _row(self, condition: Any) -> Row[Any] | None:
        return self._connection.execute(select(articles).where(condition).order_by(articles.c.id).limit(1)).first()

    def _unsent_with(self, number: int) -> Sequence[int]:
        drafts = select(issues.c.number, issues.c.content).where(issues.c.status != IssueStatus.SENT)
        return [
            row.number
            for row in self._connection.execute(drafts.order_by(issues.c.number))
            if any(pick["article"] == number for section in row.content["sections"] for pick in section["picks"])
        ]


_KEPT = articles.c.dropped.is_(None)
