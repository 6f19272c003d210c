"""Full-text search over articles: FTS5 with bm25 on SQLite, tsvector with a GIN index on PostgreSQL.

Both indexes hold the tokens of `words` and are kept in the articles' own transaction, so the same query finds the same
articles on either. A hit has every word asked for; a title counts more than byline and tags, those more than the body.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Float,
    Label,
    Select,
    cast,
    column,
    delete,
    desc,
    func,
    insert,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from newsletter.models import Article, SearchHit
from newsletter.store import codec
from newsletter.store.tables import articles
from newsletter.store.words import Phrase, phrases, snippet, tokens

#: The index is made by hand in the migrations: SQLite's is a virtual table, PostgreSQL's has an index of its own kind.
_FTS5 = table("article_index", column("rowid"), column("title"), column("byline"), column("body"))
_VECTORS = table("article_index", column("article_id"), column("vector", TSVECTOR()))

_INSERT_FTS5 = insert(_FTS5)

#: What PostgreSQL allows in a tsvector (its manual, 12.11): positions up to 16,383, 256 a lexeme, one megabyte in all.
_LAST_POSITION, _MOST_POSITIONS, _MOST_BYTES = 16_383, 250, 900_000


class Search:
    """The search index of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._fts5 = connection.dialect.name == "sqlite"

    def search(self, query: str, since: datetime | None = None, limit: int = 50) -> list[SearchHit]:
        """Articles that have every word of the query (a "quoted phrase" as one), best first.

        Any text is a query: what is no word is passed over, and nothing is found where no word is left.
        """
        wanted = phrases(query)
        if not wanted:
            return []
        statement = _fts5_query(wanted) if self._fts5 else _vector_query(wanted)
        if since is not None:
            statement = statement.where(articles.c.dated >= since)
        rows = self._connection.execute(statement.order_by(desc("score"), desc(articles.c.id)).limit(limit))
        return [_hit(codec.article_from(row), wanted, row.score) for row in rows]

    def put(self, article: Article, *, new: bool = False) -> None:
        """Index an article, instead of what was indexed of it before (nothing, of a `new` one)."""
        if not new:
            self.remove(article.id)
        title, body = tokens(article.title), tokens("\n".join((article.deck or "", article.body_text)))
        byline = tokens("\n".join((*article.authors, article.site or "", article.category or "", *article.tags)))
        if self._fts5:
            values = {"rowid": article.id, "title": " ".join(title), "byline": " ".join(byline), "body": " ".join(body)}
            self._connection.execute(_INSERT_FTS5, values)
        else:
            vector = _vector((("A", title), ("B", byline), ("D", body)))
            self._connection.execute(insert(_VECTORS).values(article_id=article.id, vector=cast(vector, TSVECTOR())))

    def remove(self, number: int) -> None:
        """Forget an article; nothing happens if it is not indexed."""
        statement = delete(_FTS5).where(_FTS5.c.rowid == number)
        if not self._fts5:
            statement = delete(_VECTORS).where(_VECTORS.c.article_id == number)
        self._connection.execute(statement)


def _fts5_query(wanted: list[Phrase]) -> Select[Any]:
    """Tokens are letters and digits alone, so a quoted string of them is only ever a phrase to FTS5."""
    match = " ".join('"' + " ".join(phrase) + '"' for phrase in wanted)
    score: Label[float] = literal_column("-bm25(article_index, 10.0, 4.0, 1.0)", Float()).label("score")
    joined = articles.join(_FTS5, articles.c.id == _FTS5.c.rowid)
    return select(articles, score).select_from(joined).where(text("article_index MATCH :match").bindparams(match=match))


def _vector_query(wanted: list[Phrase]) -> Select[Any]:
    match = cast(" & ".join("(" + " <-> ".join(f"'{token}'" for token in phrase) + ")" for phrase in wanted), TSQUERY())
    score: Label[float] = func.ts_rank(_VECTORS.c.vector, match, type_=Float()).label("score")
    joined = articles.join(_VECTORS, articles.c.id == _VECTORS.c.article_id)
    return select(articles, score).select_from(joined).where(_VECTORS.c.vector.bool_op("@@")(match))


def _vector(fields: Iterable[tuple[str, list[str]]]) -> str:
    """A tsvector's text form; a gap keeps phrases from running over the end of a field."""
    places: dict[str, list[str]] = {}
    position, size = 0, 0
    for weight, words in fields:
        position += 10
        for token in words:
            position += 1
            of_token = places.setdefault(token, [])
            size += 3 if of_token else len(token.encode()) + 8
            if size > _MOST_BYTES:
                break
            if len(of_token) < _MOST_POSITIONS:
                of_token.append(f"{min(position, _LAST_POSITION)}{weight}")
    return " ".join(f"'{token}':{','.join(at)}" for token, at in places.items() if at)


def _hit(article: Article, wanted: list[Phrase], score: float) -> SearchHit:
    """The snippet is of the body, or of the deck where only that has a match."""
    shown = snippet(article.body_text, wanted)
    if "\x02" not in shown and article.deck:
        deck = snippet(article.deck, wanted)
        shown = deck if "\x02" in deck or not shown else shown
    return SearchHit(article, shown, score)
