"""What was read of the articles around some days: how many there are, which words they have, what they are about.

It serves one transaction, or several in a row: as long as nobody else has written since, what the first one read and
placed need not be read again by the next. Where that can't be told (PostgreSQL) every transaction reads for itself.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection, Text, bindparam, func, select

from newsletter.store import telling
from newsletter.store.columns import Among
from newsletter.store.prepared import Runner
from newsletter.store.tables import articles, story_subjects

#: What one transaction leaves to the next: subjects (about 3 KB each), words, and words' owners (8 bytes each).
_SUBJECTS_LEFT, _WORDS_LEFT, _OWNERS_LEFT = 2_000, 100_000, 2_000_000


@dataclass(frozen=True, slots=True)
class Subject:
    """What an article is about, and the story it is in."""

    article: int
    story: int | None
    terms: Mapping[str, int]
    #: Length of the vector of its terms, as they weighed when it came.
    norm: float


@dataclass(slots=True, eq=False)
class Vicinity:
    """What is known of the days from `first` to `last`; empty before the first `cover`."""

    first: int = 0
    last: int = -1
    #: How many articles there are of each day.
    sizes: dict[int, int] = field(default_factory=dict)
    #: By word: who has it, each with its day (`telling.SHIFT`), ascending. Words that nobody has have an empty one.
    owners: dict[str, array[int]] = field(default_factory=dict)
    subjects: dict[int, Subject] = field(default_factory=dict)
    #: The database as it was when the last transaction ended (`_stamp`).
    stamp: object = None

    def forget(self) -> None:
        """Know nothing any more."""
        self.first, self.last, self.stamp = 0, -1, None
        for each in (self.sizes, self.owners, self.subjects):
            each.clear()

    def cover(self, connection: Connection, first: int, last: int, terms: Iterable[str]) -> None:
        """Know sizes of these days, and who has these words."""
        if first < self.first or last > self.last:
            if self.first <= self.last:
                first, last = min(first, self.first), max(last, self.last)
            self.forget()
            self.first, self.last = first, last
            asked = {"first": first, "last": last}
            self.sizes = {row.day: row.articles for row in connection.execute(_SIZES, asked)}
        missing = set(terms).difference(self.owners)
        self.owners.update(telling.read(connection, missing, self.first, self.last))
        for term in missing.difference(self.owners):
            self.owners[term] = array("q")

    def read_subjects(self, runner: Runner, ids: Iterable[int], stories: Mapping[int, int]) -> None:
        """Know what these articles are about; `stories` are those that some were put into and are not written yet."""
        missing = [number for number in ids if number not in self.subjects]
        if missing:
            for number, terms, norm, story in runner.all(_SUBJECTS, {"ids": json.dumps(missing)}):
                self.subjects[number] = Subject(number, stories.get(number, story), terms, norm)

    def resume(self, connection: Connection) -> None:
        """Forget all, unless the database is as the last transaction left it."""
        if self.stamp is None or self.stamp != _stamp(connection):
            self.forget()

    def leave(self, connection: Connection) -> None:
        """Keep for the next transaction what is not too much."""
        self.stamp = _stamp(connection)
        is_much = len(self.owners) > _WORDS_LEFT or sum(map(len, self.owners.values())) > _OWNERS_LEFT
        if self.stamp is None or is_much:
            self.forget()
        for number in list(islice(self.subjects, max(0, len(self.subjects) - _SUBJECTS_LEFT))):
            del self.subjects[number]


def _stamp(connection: Connection) -> object:
    """What tells whether anything was written between this moment and another, in transactions that write.

    Another connection's commits change its data_version, this one's own writes the count of its changes. None where
    there is no telling.
    """
    if connection.dialect.name != "sqlite":
        return None
    driver = connection.connection.driver_connection
    if driver is None:
        return None
    return driver, driver.execute("PRAGMA data_version").fetchone(), driver.total_changes


_SIZES = (
    select(story_subjects.c.day, func.count().label("articles"))
    .where(story_subjects.c.day.between(bindparam("first"), bindparam("last")))
    .group_by(story_subjects.c.day)
)
_SUBJECTS = (
    select(story_subjects.c.article_id, story_subjects.c.terms, story_subjects.c.norm, articles.c.story)
    .join(articles, articles.c.id == story_subjects.c.article_id)
    .where(Among(story_subjects.c.article_id, bindparam("ids", type_=Text)))
)
