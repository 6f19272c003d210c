"""Full-text search over articles: FTS5 with bm25 on SQLite, tsvector with a GIN index on PostgreSQL.

Both indexes hold the tokens of `words` and are kept in the articles' own transaction, so the same query (`query`) finds
the same articles on either. A title counts more than byline and tags, those more than the body; of a query without
words the newest articles come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    cast,
    desc,
    false,
    func,
    literal,
    literal_column,
    not_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from newsletter.models import Article, SearchHit
from newsletter.store import codec, index, spelling
from newsletter.store.index import FTS5, VECTORS, WEIGHTS
from newsletter.store.query import Clause, Fact, Query, Term, parse
from newsletter.store.tables import articles
from newsletter.store.words import snippet

#: Weights of the columns title, byline, body and facets.
_BM25 = "bm25(article_index, 10.0, 4.0, 1.0, 0.0)"


class Search:
    """The search index of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._fts5 = connection.dialect.name == "sqlite"

    def search(self, query: str, since: datetime | None = None, limit: int = 50) -> list[SearchHit]:
        """Articles that the query (`query.parse`) asks for, best first. Raises QueryError.

        What is no word is passed over, and nothing is found where nothing is left.
        """
        asked = parse(query)
        if not asked.clauses and not asked.facts:
            return []
        scores = self._scores(asked, since, limit)
        found = {row.id: row for row in self._connection.execute(select(articles).where(articles.c.id.in_(scores)))}
        return [_hit(codec.article_from(found[number]), asked, score) for number, score in scores.items()]

    def suggest(self, query: str) -> str | None:
        """The query with every word that occurs nowhere replaced by the nearest that does; None if there is none."""
        return spelling.mended(self._connection, query)

    def put(self, article: Article) -> None:
        """Index an article, instead of what was indexed of it before."""
        self.remove(article.id)
        self.put_new({article.id: index.fields_of(article)})

    def put_new(self, coming: Mapping[int, index.Fields]) -> None:
        """Index articles that are not indexed yet."""
        index.put(self._connection, coming)

    def remove(self, number: int) -> None:
        """Forget an article; nothing happens if it is not indexed."""
        index.remove(self._connection, number)

    def _scores(self, asked: Query, since: datetime | None, limit: int) -> dict[int, float]:
        """The best articles' ids and scores, in order. Whole rows are read of these alone."""
        facts = [_holds(fact) for fact in asked.facts]
        if since is not None:
            facts.append(articles.c.dated >= since)
        if self._fts5:
            number, score, matches = _fts5_query(asked)
        else:
            number, score, matches = _vector_query(asked)
        query = select(number.label("number"), score.label("score")).where(*matches)
        best: ColumnElement[Any] = desc("score")
        if facts or not asked.wanted:
            if number.table is not articles:
                query = query.join_from(number.table, articles, articles.c.id == number)
            query = query.where(articles.c.dropped.is_(None), *facts)
            best = best if asked.wanted else desc(articles.c.dated)
        rows = self._connection.execute(query.order_by(best, desc("number")).limit(limit))
        return {row.number: row.score for row in rows}


#: An article's id, its score, and the conditions that its words match.
_Parts = tuple[ColumnElement[int], ColumnElement[float], list[ColumnElement[bool]]]
_NOTHING = literal(0.0)


def _fts5_query(asked: Query) -> _Parts:
    positive = [clause for clause in asked.clauses if not clause.is_negated]
    negative = [clause for clause in asked.clauses if clause.is_negated]
    if not positive:
        without = select(FTS5.c.rowid).where(_matched(_fts5_any(negative)))
        return articles.c.id, _NOTHING, [articles.c.id.not_in(without)] if negative else []
    match = " AND ".join(f"({_fts5_any([clause])})" for clause in positive)
    if negative:
        match = f"({match}) NOT ({_fts5_any(negative)})"
    score = literal_column(f"-{_BM25}", Float()) if asked.wanted else _NOTHING
    return FTS5.c.rowid, score, [_matched(match)]


def _vector_query(asked: Query) -> _Parts:
    if not asked.clauses:
        return articles.c.id, _NOTHING, []
    matches = VECTORS.c.vector.bool_op("@@")(cast(_tsquery(asked.clauses), TSQUERY()))
    score: ColumnElement[float] = _NOTHING
    if asked.wanted:
        score = func.ts_rank(VECTORS.c.vector, cast(_tsquery([Clause(asked.wanted)]), TSQUERY()), type_=Float())
    return VECTORS.c.article_id, score, [matches]


def _matched(match: str) -> ColumnElement[bool]:
    return text("article_index MATCH :match").bindparams(match=match)  # type: ignore[return-value]


def _fts5_any(clauses: Iterable[Clause]) -> str:
    """Tokens are letters and digits alone, so a quoted string of them is only ever a phrase to FTS5."""
    return " OR ".join(_fts5_term(term) for clause in clauses for term in clause.terms)


def _fts5_term(term: Term) -> str:
    columns = {None: "{title byline body} : ", "title": "title : "}.get(term.field, "facets : ")
    return columns + '"' + " ".join(_lexemes(term)) + '"' + (" *" if term.is_begun else "")


def _tsquery(clauses: Iterable[Clause]) -> str:
    parts = (
        ("!" if clause.is_negated else "") + "(" + " | ".join(map(_tsquery_term, clause.terms)) + ")"
        for clause in clauses
    )
    return " & ".join(parts)


def _tsquery_term(term: Term) -> str:
    weights = {None: "ABD", "title": WEIGHTS["title"]}.get(term.field, WEIGHTS["facets"])
    lexemes = _lexemes(term)
    parts = [f"'{lexeme}':{weights}" for lexeme in lexemes]
    if term.is_begun:
        parts[-1] = f"'{lexemes[-1]}':*{weights}"
    return "(" + " <-> ".join(parts) + ")"


def _lexemes(term: Term) -> list[str]:
    if term.field in (None, "title"):
        return list(term.tokens)
    return [index.facet(term.field or "", token) for token in term.tokens]


def _holds(fact: Fact) -> ColumnElement[bool]:
    """The fact as a condition; an article that states no language is of none."""
    value: Any = fact.value
    match fact.field:
        case "after":
            held: ColumnElement[bool] = articles.c.dated >= value
        case "before":
            held = articles.c.dated < value
        case "used":
            return articles.c.used_in.is_not(None) if value else articles.c.used_in.is_(None)
        case "story":
            held = articles.c.story == value
        case _:
            held = func.lower(func.substr(articles.c.language, 1, len(value))) == value
    return not_(func.coalesce(held, false())) if fact.is_negated else held


def _hit(article: Article, asked: Query, score: float) -> SearchHit:
    """The snippet is of the body, or of the deck where only that has a match."""
    wanted = [term.tokens for term in asked.wanted]
    begun = {term.tokens for term in asked.wanted if term.is_begun}
    shown = snippet(article.body_text, wanted, begun)
    if "\x02" not in shown and article.deck:
        deck = snippet(article.deck, wanted, begun)
        shown = deck if "\x02" in deck or not shown else shown
    return SearchHit(article, shown, score)
