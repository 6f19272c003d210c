"""What of an article is indexed, and how: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL.

Four fields of tokens: title; byline (authors, site, category, tags); body (with the deck); facets, the words that are
searched for by field ("xxauthorxxada"), which count for no ranking. The index is made by hand in the migrations:
SQLite's is a virtual table, PostgreSQL's has an index of its own kind. Beside it stands the list of all words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection, Text, bindparam, cast, column, delete, insert, table, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from newsletter import urls
from newsletter.models import Article
from newsletter.store.words import tokens

#: The last column, named as the table, is what FTS5 is asked by.
FTS5 = table("article_index", *map(column, ("rowid", "title", "byline", "body", "facets", "article_index")))
VECTORS = table("article_index", column("article_id"), column("vector", TSVECTOR()))

#: Fields of the index, as `Fields` has them, and their weights' names on PostgreSQL.
WEIGHTS = {"title": "A", "byline": "B", "facets": "C", "body": "D"}

#: What PostgreSQL allows in a tsvector (its manual, 12.11): positions up to 16,383, 256 a lexeme, one megabyte in all.
_LAST_POSITION, _MOST_POSITIONS, _MOST_BYTES = 16_383, 250, 900_000
#: Between the values of a facet, so that phrases don't run from one into the next.
_GAP = "xxgapxx"
#: Words that a typing error may be measured against, in characters.
_SHORTEST, _LONGEST = 4, 24


class Fields(NamedTuple):
    """The tokens of each field, with spaces between them."""

    title: str
    byline: str
    facets: str
    body: str
    #: Those that a typing error may be measured against, each once.
    words: str


def fields_of(article: Article) -> Fields:
    """The tokens of an article by field, as they are indexed."""
    sources = (article.site or "", article.source, urls.host(article.url or "") or "")
    facets = [
        *[_facets("source", value) for value in sources],
        *[_facets("author", value) for value in article.authors],
        *[_facets("tag", value) for value in article.tags],
        _facets("category", article.category or ""),
    ]
    byline = (*article.authors, article.site or "", article.category or "", *article.tags)
    found = [
        tokens(article.title),
        [token for value in byline for token in _tokens(value)],
        tokens(f"{article.deck or ''}\n{article.body_text}"),
    ]
    known = {word for word in set().union(*found) if _SHORTEST <= len(word) <= _LONGEST and word.isalpha()}
    title, named, body = map(" ".join, found)
    return Fields(title, named, " ".join(facets), body, " ".join(sorted(known)))


@lru_cache(2048)  # an outlet's articles have most of them in common
def _facets(name: str, value: str) -> str:
    return " ".join([*(facet(name, token) for token in _tokens(value)), _GAP])


@lru_cache(2048)
def _tokens(value: str) -> tuple[str, ...]:
    return tuple(tokens(value))


def facet(name: str, token: str) -> str:
    """A token that means a word in one field alone: letters and digits only, as every token."""
    return f"xx{name}xx{token}"


def put(connection: Connection, coming: Mapping[int, Fields]) -> None:
    """Index articles that are not in the index, and keep their words."""
    if not coming:
        return
    if connection.dialect.name == "sqlite":
        rows = [(number, *fields[: len(WEIGHTS)]) for number, fields in coming.items()]
        connection.exec_driver_sql(_INSERT_FTS5, rows)
    else:
        vectors = [
            {
                "number": number,
                "words": _vector((weight, getattr(fields, name).split()) for name, weight in WEIGHTS.items()),
            }
            for number, fields in coming.items()
        ]
        connection.execute(_INSERT_VECTOR, vectors)
    words = json.dumps(sorted(set().union(*[fields.words.split() for fields in coming.values()])))
    connection.execute(_KEEP_WORDS[connection.dialect.name], {"words": words})


def remove(connection: Connection, article: int) -> None:
    """Take an article out of the index; nothing happens if it is not in there."""
    if connection.dialect.name == "sqlite":
        connection.execute(delete(FTS5).where(FTS5.c.rowid == article))
    else:
        connection.execute(delete(VECTORS).where(VECTORS.c.article_id == article))


_INSERT_FTS5 = f"INSERT INTO article_index (rowid, {', '.join(WEIGHTS)}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608 - ours
_INSERT_VECTOR = insert(VECTORS).values(
    article_id=bindparam("number"), vector=cast(bindparam("words", type_=Text), TSVECTOR())
)
_KEEP_WORDS = {
    "sqlite": text("INSERT OR IGNORE INTO search_words (word) SELECT value FROM json_each(:words)"),
    "postgresql": text(
        "INSERT INTO search_words (word) SELECT jsonb_array_elements_text(CAST(:words AS jsonb)) ON CONFLICT DO NOTHING"
    ),
}


def _vector(fields: Iterable[tuple[str, Sequence[str]]]) -> str:
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
