"""What stands near articles that are being placed into stories: those of about the same time that share telling words.

Looked up for many articles together and kept up while they are placed, so that each sees those placed before it, as if
it had come alone. What a guess did not bring in beforehand is read when it is asked for.
"""

from __future__ import annotations

import json
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import nlargest
from itertools import repeat
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from newsletter.store.tables import articles, story_subjects

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Words of an article that others are looked up by, those fewest others have; and how many are read beforehand.
_ASKED, _GUESSED = 12, 15
#: Candidates, those with most words in common first.
_MOST = 40
_BATCH = 500
#: A day and an article as one number that sorts by day.
_SHIFT = 40
_MASK = (1 << _SHIFT) - 1


@dataclass(frozen=True, slots=True)
class Coming:
    """An article that is to be placed: its date, and what it is about (its telling words with their counts)."""

    when: datetime
    terms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Subject:
    """What an article is about, and the story it is in."""

    article: int
    story: int | None
    terms: Mapping[str, int]
    #: Length of the vector of its terms, as they weighed when it came.
    norm: float


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Articles of about the same time that share telling words with one."""

    #: How many articles there are of that time, and in how many of them each of its words is.
    size: int
    frequency: Mapping[str, int]
    subjects: tuple[Subject, ...]


class Surroundings:
    """Of the articles in `coming`, none of which is placed yet; others count when not further than `spell` away."""

    def __init__(self, connection: Connection, coming: Mapping[int, Coming], spell: timedelta) -> None:
        self._connection = connection
        self._coming = coming
        self._spell = spell
        self._first = min((day(each.when - spell) for each in coming.values()), default=0)
        self._last = max((day(each.when + spell) for each in coming.values()), default=0)
        self._sizes = self._count_articles()
        #: By word: in how many articles it is on each day.
        self._counts = self._count_words({term for each in coming.values() for term in each.terms})
        #: Words that the store has of these days, those placed since aside.
        self._stored = frozenset(self._counts)
        #: By word, as far as they were read: who has it, by day; and those placed since whose word was not read.
        self._owners: dict[str, list[int]] = {}
        self._unread: defaultdict[str, list[int]] = defaultdict(list)
        self._subjects: dict[int, Subject] = {}
        #: Placed since, with the length of its vector; and put into a story since.
        self._norms: dict[int, float] = {}
        self._stories: dict[int, int] = {}
        self._guess()

    def near(self, article: int) -> Neighbourhood:
        """What stands near one of the articles that are coming, but for itself."""
        coming = self._coming[article]
        first, last = day(coming.when - self._spell), day(coming.when + self._spell)
        size = _between(self._sizes, first, last)
        frequency = self._frequency(coming.terms, first, last)
        nearest = self._nearest(_rarest(frequency, _ASKED), first, last)
        self._read_subjects(nearest)
        return Neighbourhood(size, frequency, tuple(self._subjects[number] for number in nearest))

    def terms(self, article: int) -> Mapping[str, int]:
        """What one of the articles that are coming is about."""
        return self._coming[article].terms

    def put(self, article: int, norm: float, story: int | None) -> None:
        """From here on it stands near others; `keep` writes it."""
        coming = self._coming[article]
        at = day(coming.when)
        self._norms[article] = norm
        self._subjects[article] = Subject(article, story, coming.terms, norm)
        self._sizes[at] = self._sizes.get(at, 0) + 1
        code = (at << _SHIFT) + article
        for term in coming.terms:
            counts = self._counts.get(term)
            if counts is None:
                self._counts[term] = {at: 1}
            else:
                counts[at] = counts.get(at, 0) + 1
            owners = self._owners.get(term)
            if owners is None:
                self._unread[term].append(code)
            else:
                insort(owners, code)

    def join(self, story: int, ids: Iterable[int]) -> None:
        """These articles, which are of none, are of that story from here on; `keep` writes it."""
        for number in ids:
            self._stories[number] = story
            if number in self._subjects:
                self._subjects[number] = replace(self._subjects[number], story=story)

    def keep(self) -> None:
        """Write what was put, and which stories were joined."""
        if self._stories:
            joined = [{"article": number, "of": story} for number, story in sorted(self._stories.items())]
            self._connection.execute(_JOIN, joined)
            self._stories.clear()
        if not self._norms:
            return
        placed = [(number, day(self._coming[number].when), self._coming[number].terms) for number in self._norms]
        rows = [
            {"article_id": number, "day": at, "terms": dict(terms), "norm": self._norms[number]}
            for number, at, terms in placed
        ]
        self._connection.execute(_INSERT_SUBJECTS, rows)
        # In the order of the table, and past SQLAlchemy's handling of parameters, which takes longer than the database.
        words = sorted((term, at, number) for number, at, terms in placed for term in terms)
        if words:
            self._connection.exec_driver_sql(_INSERT_TERMS[self._connection.dialect.name], words)
        self._norms.clear()

    def _frequency(self, terms: Iterable[str], first: int, last: int) -> dict[str, int]:
        """In how many articles of these days each of the words is; without those that are in none."""
        known = [(term, counts) for term in terms if (counts := self._counts.get(term))]
        if first <= self._first and self._last <= last:  # all that was read
            return {term: sum(counts.values()) for term, counts in known}
        return {term: number for term, counts in known if (number := _between(counts, first, last))}

    def _nearest(self, asked: Sequence[str], first: int, last: int) -> list[int]:
        """The articles of these days with two of the words or more, those with most first, then the latest."""
        self._read_owners(asked)
        shared: Counter[int] = Counter()
        for term in asked:
            owners = self._owners[term]
            begin = bisect_left(owners, first << _SHIFT)
            shared.update(owners[begin : bisect_left(owners, (last + 1) << _SHIFT, begin)])
        several = [(count, code & _MASK) for code, count in shared.items() if count > 1]
        return [number for _, number in nlargest(_MOST, several)]

    def _guess(self) -> None:
        """Read what the articles will ask for, as far as it can be told before any is placed."""
        if len(self._coming) == 1:
            return
        rarest: dict[int, list[str]] = {}
        spans = {}
        for number, each in self._coming.items():
            first, last = spans[number] = day(each.when - self._spell), day(each.when + self._spell)
            rarest[number] = _rarest(self._frequency(each.terms, first, last), _GUESSED)
        self._read_owners({term for terms in rarest.values() for term in terms})
        wanted: set[int] = set()
        for number, terms in rarest.items():
            wanted.update(self._nearest(terms[:_ASKED], *spans[number]))
        self._read_subjects(wanted)

    def _count_articles(self) -> dict[int, int]:
        if not self._coming:
            return {}
        asked = {"first": self._first, "last": self._last}
        return {row.day: row.articles for row in self._connection.execute(_SIZES, asked)}

    def _count_words(self, terms: Iterable[str]) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {}
        for term, at, number in self._of_terms("day, count(*)", "GROUP BY term, day", terms):
            found.setdefault(term, {})[at] = number
        return found

    def _read_owners(self, terms: Iterable[str]) -> None:
        missing = [term for term in terms if term not in self._owners]
        if not missing:
            return
        for term in missing:
            self._owners[term] = self._unread.pop(term, [])
        stored = self._stored.intersection(missing)
        for term, owners in self._of_terms(_OWNERS[self._connection.dialect.name], "GROUP BY term", stored):
            self._owners[term] += map(int, owners.split(","))
        for term in missing:
            self._owners[term].sort()

    def _of_terms(self, columns: str, grouped: str, terms: Iterable[str]) -> Iterable[Any]:
        wanted = sorted(terms)
        if not wanted:
            return []
        listed = _LISTED[self._connection.dialect.name]
        query = text(
            f"SELECT term, {columns} FROM story_terms WHERE term IN ({listed}) "  # noqa: S608 - our own words
            f"AND day BETWEEN :first AND :last {grouped}"
        )
        asked = {"terms": json.dumps(wanted), "first": self._first, "last": self._last}
        return self._connection.execute(query, asked).all()

    def _read_subjects(self, ids: Iterable[int]) -> None:
        missing = [number for number in ids if number not in self._subjects]
        for start in range(0, len(missing), _BATCH):
            for row in self._connection.execute(_SUBJECTS, {"ids": missing[start : start + _BATCH]}):
                story = self._stories.get(row.article_id, row.story)
                self._subjects[row.article_id] = Subject(row.article_id, story, row.terms, row.norm)


def day(when: datetime) -> int:
    """Days since 1970."""
    return (when - _EPOCH).days


def _between(counts: Mapping[int, int], first: int, last: int) -> int:
    """The sum of what is counted by day, of these days."""
    if len(counts) <= last - first:  # most words are on few days
        return sum([number for at, number in counts.items() if first <= at <= last])
    return sum(map(counts.get, range(first, last + 1), repeat(0)))


def _rarest(frequency: Mapping[str, int], most: int) -> list[str]:
    return [term for _, term in sorted(zip(frequency.values(), frequency, strict=True))[:most]]


_INSERT_SUBJECTS = insert(story_subjects)
_JOIN = update(articles).where(articles.c.id == bindparam("article")).values(story=bindparam("of"))
_INSERT_TERMS = {
    "sqlite": "INSERT INTO story_terms (term, day, article_id) VALUES (?, ?, ?)",
    "postgresql": "INSERT INTO story_terms (term, day, article_id) VALUES (%s, %s, %s)",
}
#: Day and article of all that have a word, each as one number, in one text: rows would take three times as long.
_OWNERS = {
    "sqlite": f"group_concat((day << {_SHIFT}) + article_id)",
    "postgresql": f"string_agg(CAST((CAST(day AS bigint) << {_SHIFT}) + article_id AS text), ',')",
}
_LISTED = {
    "sqlite": "SELECT value FROM json_each(:terms)",
    "postgresql": "SELECT jsonb_array_elements_text(CAST(:terms AS jsonb))",
}
_SIZES = (
    select(story_subjects.c.day, func.count().label("articles"))
    .where(story_subjects.c.day.between(bindparam("first"), bindparam("last")))
    .group_by(story_subjects.c.day)
)
_SUBJECTS = (
    select(story_subjects.c.article_id, story_subjects.c.terms, story_subjects.c.norm, articles.c.story)
    .join(articles, articles.c.id == story_subjects.c.article_id)
    .where(story_subjects.c.article_id.in_(bindparam("ids", expanding=True)))
)
