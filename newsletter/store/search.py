"""Full-text search over articles: FTS5 with bm25 on SQLite, tsvector with a GIN index on PostgreSQL.

Both indexes hold the tokens of `words` and are kept in the articles' own transaction, so the same query (`query`) finds
the same articles on either. A title counts more than byline and tags, those more than the body; of a query without
words the newest articles come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    cast,
    desc,
    false,
    func,
    literal,
    literal_column,
    not_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from newsletter.models import Article, SearchHit
from newsletter.store import codec, index, spelling
from newsletter.store.fields import Fields, facet, fields_of
from newsletter.store.index import FTS5, VECTORS, WEIGHTS
from newsletter.store.query import Clause, Fact, Query, Term, parse
from newsletter.store.tables import articles
from newsletter.store.words import snippet

#: Weights of the columns title, byline, body and facets.
_BM25 = literal_column("-bm25(article_index, 10.0, 4.0, 1.0, 0.0)", Float())

#: Articles that are ranked for one query: so many of those added last, half as many that have one of its words in the
#: title, half as many for each word of several that would do. All that are found, but for words that are everywhere.
RANKED = 6_000


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
        self.put_new({article.id: fields_of(article)})

    def put_new(self, coming: Mapping[int, Fields]) -> None:
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
        query = self._best(asked, facts) if asked.wanted else self._newest(asked, facts)
        return {row.number: row.score for row in self._connection.execute(query.limit(limit))}

    def _newest(self, asked: Query, facts: Sequence[_Condition]) -> _Select:
        number, matches = self._matching(asked.clauses)
        query: _Select = select(number.label("number"), literal(0.0).label("score")).where(*matches)
        query = _holding(query, number, facts)
        return query.order_by(desc(articles.c.dated), desc("number"))

    def _best(self, asked: Query, facts: Sequence[_Condition]) -> _Select:
        """Ranked are those of `RANKED`; to weigh all that have a frequent word would take ten times as long."""
        number, matches = self._matching(asked.clauses)
        query: _Select = select(number.label("number"), (_BM25 if self._fts5 else _rank(asked)).label("score")).where(
            *matches
        )
        if facts or self._are_more_than(RANKED, asked.clauses):
            groups = [(asked.clauses, RANKED), *((telling, RANKED // 2) for telling in _telling(asked))]
            ranked = union_all(*(select(self._latest(clauses, facts, most).subquery()) for clauses, most in groups))
            # "+ 0": lest the index is asked for each of them on its own.
            query = query.where((number + 0).in_(ranked))
        return query.order_by(desc("score"), desc("number"))

    def _are_more_than(self, most: int, clauses: Sequence[Clause]) -> bool:
        found = self._latest(clauses, (), most + 1).subquery()
        return (self._connection.scalar(select(func.count()).select_from(found)) or 0) > most

    def _latest(self, clauses: Sequence[Clause], facts: Sequence[_Condition], most: int) -> _Select:
        """The ids of the articles added last that match."""
        number, matches = self._matching(clauses)
        query = select(number.label("number")).where(*matches)
        return (_holding(query, number, facts) if facts else query).order_by(desc(number)).limit(most)

    def _matching(self, clauses: Sequence[Clause]) -> tuple[ColumnElement[int], list[_Condition]]:
        """Where an article's id stands, and the conditions that its words fulfil."""
        if not clauses:
            return articles.c.id, []
        if not self._fts5:
            return VECTORS.c.article_id, [VECTORS.c.vector.bool_op("@@")(cast(_tsquery(clauses), TSQUERY()))]
        positive = [clause for clause in clauses if not clause.is_negated]
        negative = [clause for clause in clauses if clause.is_negated]
        if not positive:
            return articles.c.id, [articles.c.id.not_in(select(FTS5.c.rowid).where(_matched(_fts5_any(negative))))]
        match = " AND ".join(f"({_fts5_any([clause])})" for clause in positive)
        return FTS5.c.rowid, [_matched(f"({match}) NOT ({_fts5_any(negative)})" if negative else match)]


_Condition = ColumnElement[bool]
_Select = Select[*tuple[Any, ...]]


def _holding(query: _Select, number: ColumnElement[int], facts: Sequence[_Condition]) -> _Select:
    """The query for articles that are not dropped and of which the facts hold."""
    if number.table is not articles:
        query = query.join_from(number.table, articles, articles.c.id == number)
    return query.where(articles.c.dropped.is_(None), *facts)


def _telling(asked: Query) -> Iterator[tuple[Clause, ...]]:
    """What finds articles that rank high though they are old: a word in the title; one of several that may be rare."""
    yield *asked.clauses, Clause(tuple(replace(term, field="title") for term in asked.wanted))
    for at, clause in enumerate(asked.clauses):
        if len(clause.terms) > 1 and not clause.is_negated:
            for term in clause.terms:
                yield *asked.clauses[:at], Clause((term,)), *asked.clauses[at + 1 :]


def _rank(asked: Query) -> ColumnElement[float]:
    return func.ts_rank(VECTORS.c.vector, cast(_tsquery([Clause(asked.wanted)]), TSQUERY()), type_=Float())


def _matched(match: str) -> _Condition:
    return FTS5.c.article_index.bool_op("MATCH")(match)


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
    return [facet(term.field or "", token) for token in term.tokens]


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
