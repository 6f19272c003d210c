"""Earlier versions of articles: what title and text were before they changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, desc, insert, select

from newsletter.models import Article, Version
from newsletter.store.tables import article_versions


class History:
    """The versions of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, before: Article, after: Article, now: datetime) -> None:
        """Keep what an article was, if its words are others now."""
        if before.fingerprint != after.fingerprint:
            self._connection.execute(
                insert(article_versions),
                {
                    "article_id": before.id,
                    "replaced": now,
                    "fingerprint": before.fingerprint,
                    "title": before.title,
                    "body": before.body_text,
                },
            )

    def of(self, article: int) -> list[Version]:
        """What an article was, latest first."""
        query = select(article_versions).where(article_versions.c.article_id == article)
        rows = self._connection.execute(query.order_by(desc(article_versions.c.id)))
        return [Version(row.replaced, row.fingerprint, row.title, row.body) for row in rows]

    def forget(self, article: int) -> None:
        """Keep nothing of it."""
        self._connection.execute(delete(article_versions).where(article_versions.c.article_id == article))
