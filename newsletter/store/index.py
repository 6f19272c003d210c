"""What of an article is indexed, and how: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL.

The fields are in `fields`. The index is made by hand in the migrations:
SQLite's is a virtual table, PostgreSQL's has an index of its own kind. Beside it stands the list of all words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Text, bindparam, cast, column, delete, insert, table, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from newsletter.store.fields import Fields

#: The last column, named as the table, is what FTS5 is asked by.
FTS5 = table("article_index", *map(column, ("rowid", "title", "byline", "body", "facets", "article_index")))
VECTORS = table("article_index", column("article_id"), column("vector", TSVECTOR()))

#: Fields of the index, as `Fields` has them, and their weights' names on PostgreSQL.
WEIGHTS = {"title": "A", "byline": "B", "facets": "C", "body": "D"}

#: What PostgreSQL allows in a tsvector (its manual, 12.11): positions up to 16,383, 256 a lexeme, one megabyte in all.
_LAST_POSITION, _MOST_POSITIONS, _MOST_BYTES = 16_383, 250, 900_000


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
