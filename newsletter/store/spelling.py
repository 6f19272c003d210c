"""Did you mean: the nearest word that occurs, for one that does not.

Asked only when nothing was found, so it may look at some thousand words: those that begin with the same letter (or with
the second one, for letters left out or swapped at the start), at most two edits away, one for short words (edits:
a letter more, less, another, or two swapped). Of equally near ones the one that most articles have wins.
"""

from __future__ import annotations

import re
from itertools import pairwise

from sqlalchemy import Connection, func, or_, select

from newsletter.store.index import FTS5, VECTORS
from newsletter.store.query import parse
from newsletter.store.tables import search_words
from newsletter.store.words import tokens

#: Equally near words whose articles are counted.
_COUNTED = 8
_WORD = re.compile(r"[^\W\d_]{4,24}")


def mended(connection: Connection, query: str) -> str | None:
    """The query with its unknown words replaced; None when that changes nothing, or it can't be read."""
    asked = {token for clause in parse(query).clauses for term in clause.terms for token in term.tokens}
    changes = {word: other for word in asked if (other := _nearest(connection, word))}

    def change(match: re.Match[str]) -> str:
        found = tokens(match[0])
        return changes.get(found[0], match[0]) if len(found) == 1 else match[0]

    better = _WORD.sub(change, query)
    return better if better != query else None


def distance(one: str, other: str, most: int) -> int:
    """Edits between two words (optimal string alignment), or `most` + 1 when there are more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for at, facing in enumerate(other, 1):
            cost = min(last[at] + 1, current[at - 1] + 1, last[at - 1] + (letter != facing))
            if row > 1 and at > 1 and letter == other[at - 2] and one[row - 2] == facing:
                cost = min(cost, before[at - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, last = last, current
    return last[-1]


def _nearest(connection: Connection, word: str) -> str | None:
    """The nearest word that is indexed; None for one that occurs itself, or when none is near."""
    if not _WORD.fullmatch(word) or connection.scalar(select(search_words.c.word).where(search_words.c.word == word)):
        return None
    most = 1 if len(word) < 6 else 2
    column = search_words.c.word
    starts = [column.between(letter, letter + "\uffff") for letter in dict.fromkeys(word[:2])]
    length = func.length(column).between(len(word) - most, len(word) + most)
    letters = set(pairwise(f" {word} "))
    near: dict[str, int] = {}
    for candidate in connection.scalars(select(column).where(or_(*starts), length)):
        # Every edit changes three pairs of neighbours at most.
        if len(letters.difference(pairwise(f" {candidate} "))) <= 3 * most:
            edits = distance(word, candidate, most)
            if edits <= most:
                near[candidate] = edits
    if not near:
        return None
    least = min(near.values())
    best = sorted(candidate for candidate, edits in near.items() if edits == least)[:_COUNTED]
    return max(best, key=lambda candidate: (_count(connection, candidate), candidate[:1] == word[:1]))


def _count(connection: Connection, word: str) -> int:
    """In how many articles a word is."""
    if connection.dialect.name == "sqlite":
        query = select(func.count()).select_from(FTS5).where(FTS5.c.body.op("MATCH")(word))
    else:
        query = (
            select(func.count()).select_from(VECTORS).where(VECTORS.c.vector.op("@@")(func.to_tsquery("simple", word)))
        )
    return connection.scalar(query) or 0
