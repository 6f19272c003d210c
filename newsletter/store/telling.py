"""Who has which telling word on which day: the rows of `story_terms`.

A row has a word, a day, and the articles that have it, as far as their ids differ in the last ten bits only: that part
of each is kept, two bytes, in no order. A row for each article and word would be three times as many in a round of
feeds, and writing them took longer than writing all else of an article.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
from sqlalchemy import Connection, bindparam, collate, delete, select, text, update

from newsletter.store.prepared import Runner
from newsletter.store.tables import story_terms

#: A day and an article as one number that sorts by day.
SHIFT = 40
#: Of an article's id, what its place in a row says; a row has at most 1,024 articles, 2 KB.
_BITS = 10
_REST = (1 << _BITS) - 1


def read(connection: Connection, terms: Iterable[str], first: int, last: int) -> Iterator[tuple[str, array[int]]]:
    """Those of the words that articles of these days have, each with days and articles (`SHIFT`), ascending."""
    wanted = sorted(terms)
    if not wanted:
        return
    asked = {"terms": json.dumps(wanted), "first": first, "last": last}
    rows = Runner(connection).all(_READ[connection.dialect.name], asked)
    rests = np.frombuffer(b"".join([row[3] for row in rows]), "<u2")
    starts = np.fromiter([(day << SHIFT) + (part << _BITS) for _, day, part, _ in rows], np.int64, len(rows))
    codes = (np.repeat(starts, [len(row[3]) // 2 for row in rows]) + rests).tolist()
    begin = 0
    for term, of_term in groupby(rows, key=itemgetter(0)):
        end = begin + sum([len(row[3]) // 2 for row in of_term])
        yield term, array("q", sorted(codes[begin:end]))
        begin = end


def write(connection: Connection, placed: Iterable[tuple[int, int, Iterable[str]]]) -> None:
    """Add articles, each given by its id, its day and its words."""
    parts: defaultdict[tuple[int, int], defaultdict[str, bytearray]] = defaultdict(lambda: defaultdict(bytearray))
    for number, day, terms in placed:
        rests, rest = parts[day, number >> _BITS], _rest(number)
        for term in terms:
            rests[term] += rest
    # In the order of the table, and past SQLAlchemy's handling of parameters, which takes longer than the database.
    rows = sorted((term, *part, bytes(rest)) for part, rests in parts.items() for term, rest in rests.items())
    if rows:
        connection.exec_driver_sql(_WRITE[connection.dialect.name], rows)


def remove(connection: Connection, article: int, day: int, terms: Sequence[str]) -> None:
    """Take an article out of the rows of its words."""
    rest = _rest(article)
    row = {"of_day": day, "of_part": article >> _BITS}
    query = _ROWS[connection.dialect.name].where(story_terms.c.term.in_(terms))
    changed: list[dict[str, object]] = []
    for term, rests in connection.execute(query, row).all():
        pairs = [rests[at : at + 2] for at in range(0, len(rests), 2)]
        changed.append(row | {"of_term": term, "left": b"".join(pair for pair in pairs if pair != rest)})
    for statement, rows in (
        (_SHORTEN, [each for each in changed if each["left"]]),
        (_DELETE, [each for each in changed if not each["left"]]),
    ):
        if rows:
            connection.execute(statement, rows)


def _rest(article: int) -> bytes:
    return (article & _REST).to_bytes(2, "little")


_OF_PART = story_terms.c.day == bindparam("of_day"), story_terms.c.part == bindparam("of_part")
_OF_TERM = (*_OF_PART, story_terms.c.term == bindparam("of_term"))
_OF_ARTICLE = select(story_terms.c.term, story_terms.c.articles).where(*_OF_PART)
#: On PostgreSQL others may append meanwhile: locked as they are read, in the order they are written in.
_ROWS = {
    "sqlite": _OF_ARTICLE,
    "postgresql": _OF_ARTICLE.order_by(collate(story_terms.c.term, "C")).with_for_update(),
}
_SHORTEN = update(story_terms).where(*_OF_TERM).values(articles=bindparam("left"))
_DELETE = delete(story_terms).where(*_OF_TERM)
_READ = {
    dialect: text(
        f"SELECT term, day, part, articles FROM story_terms WHERE term IN ({listed}) "  # noqa: S608 - our own words
        "AND day BETWEEN :first AND :last ORDER BY term"
    )
    for dialect, listed in {
        "sqlite": "SELECT value FROM json_each(:terms)",
        "postgresql": "SELECT jsonb_array_elements_text(CAST(:terms AS jsonb))",
    }.items()
}
# SQLite calls what it joins text, whatever it was.
_WRITE = {
    "sqlite": "INSERT INTO story_terms (term, day, part, articles) VALUES (?, ?, ?, ?) ON CONFLICT (term, day, part) "
    "DO UPDATE SET articles = CAST(story_terms.articles || excluded.articles AS BLOB)",
    "postgresql": "INSERT INTO story_terms (term, day, part, articles) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (term, day, part) DO UPDATE SET articles = story_terms.articles || excluded.articles",
}
