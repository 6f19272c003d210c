"""What stands near articles that are being placed into stories: those of about the same time that share telling words.

Looked up for many articles together and kept up while they are placed, so that each sees those placed before it, as if
it had come alone. What a guess did not bring in beforehand is read when it is asked for.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import nlargest
from itertools import repeat

from sqlalchemy import Connection, bindparam, insert, update

from newsletter.store.prepared import Runner
from newsletter.store.tables import articles, story_subjects
from newsletter.store.vicinity import SHIFT, Subject, Vicinity

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Words of an article that others are looked up by, those fewest others have; and how many are read beforehand.
_ASKED, _GUESSED = 12, 15
#: Candidates, those with most words in common first.
_MOST = 40
_MASK = (1 << SHIFT) - 1


@dataclass(frozen=True, slots=True)
class Coming:
    """An article that is to be placed: its date, and what it is about (its telling words with their counts)."""

    when: datetime
    terms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Articles of about the same time that share telling words with one."""

    #: How many articles there are of that time, and in how many of them each of its words is.
    size: int
    frequency: Mapping[str, int]
    subjects: tuple[Subject, ...]


class Surroundings:
    """Of the articles in `coming`, none of which is placed yet; others count when not further than `spell` away."""

    def __init__(
        self, connection: Connection, coming: Mapping[int, Coming], spell: timedelta, vicinity: Vicinity
    ) -> None:
        self._connection = connection
        self._runner = Runner(connection)
        self._coming = coming
        self._days = {number: (day(each.when - spell), day(each.when + spell)) for number, each in coming.items()}
        self._known = vicinity
        #: Placed since, with the length of its vector; and put into a story since.
        self._norms: dict[int, float] = {}
        self._stories: dict[int, int] = {}
        self._read()

    def near(self, article: int) -> Neighbourhood:
        """What stands near one of the articles that are coming, but for itself."""
        known, terms = self._known, self._coming[article].terms
        first, last = self._days[article]
        size = _between(known.sizes, first, last)
        frequency = self._frequency(terms, first, last)
        nearest = self._nearest(_rarest(frequency, _ASKED), first, last)
        known.read_subjects(self._runner, nearest, self._stories)
        return Neighbourhood(size, frequency, tuple([known.subjects[number] for number in nearest]))

    def terms(self, article: int) -> Mapping[str, int]:
        """What one of the articles that are coming is about."""
        return self._coming[article].terms

    def put(self, article: int, norm: float, story: int | None) -> None:
        """From here on it stands near others; `keep` writes it."""
        coming, known = self._coming[article], self._known
        at = day(coming.when)
        self._norms[article] = norm
        known.subjects[article] = Subject(article, story, coming.terms, norm)
        known.sizes[at] = known.sizes.get(at, 0) + 1
        code = (at << SHIFT) + article
        for term in coming.terms:
            counts = known.counts[term]
            counts[at] = counts.get(at, 0) + 1
            owners = known.owners.get(term)
            if owners is None:
                known.unread[term].append(code)
            elif not owners or owners[-1] < code:
                owners.append(code)
            else:
                insort(owners, code)

    def join(self, story: int, ids: Iterable[int]) -> None:
        """These articles, which are of none, are of that story from here on; `keep` writes it."""
        for number in ids:
            self._stories[number] = story
            if number in self._known.subjects:
                self._known.subjects[number] = replace(self._known.subjects[number], story=story)

    def keep(self) -> None:
        """Write what was put, and which stories were joined."""
        if self._stories:
            joined = [{"article": number, "of": story} for number, story in sorted(self._stories.items())]
            self._runner.many(_JOIN, joined)
            self._stories.clear()
        if not self._norms:
            return
        placed = [(number, day(self._coming[number].when), self._coming[number].terms) for number in self._norms]
        rows = [
            {"article_id": number, "day": at, "terms": dict(terms), "norm": self._norms[number]}
            for number, at, terms in placed
        ]
        self._runner.many(_INSERT_SUBJECTS, rows)
        # In the order of the table, and past SQLAlchemy's handling of parameters, which takes longer than the database.
        words = sorted((term, at, number) for number, at, terms in placed for term in terms)
        if words:
            self._connection.exec_driver_sql(_INSERT_TERMS[self._connection.dialect.name], words)
        self._norms.clear()
        self._known.written()

    def _frequency(self, terms: Iterable[str], first: int, last: int) -> dict[str, int]:
        """In how many articles of these days each of the words is; without those that are in none."""
        known = self._known
        counted = [(term, counts) for term in terms if (counts := known.counts[term])]
        if first <= known.first and known.last <= last:  # all that was read
            return {term: sum(counts.values()) for term, counts in counted}
        return {term: number for term, counts in counted if (number := _between(counts, first, last))}

    def _nearest(self, asked: Sequence[str], first: int, last: int) -> list[int]:
        """The articles of these days with two of the words or more, those with most first, then the latest."""
        self._known.read_owners(self._connection, asked)
        shared: Counter[int] = Counter()
        for term in asked:
            owners = self._known.owners[term]
            begin = bisect_left(owners, first << SHIFT)
            shared.update(owners[begin : bisect_left(owners, (last + 1) << SHIFT, begin)])
        several = [(count, code & _MASK) for code, count in shared.items() if count > 1]
        return [number for _, number in nlargest(_MOST, several)]

    def _read(self) -> None:
        """Read what the articles will ask for, as far as it can be told before any is placed."""
        if not self._coming:
            return
        first, last = min(first for first, _ in self._days.values()), max(last for _, last in self._days.values())
        self._known.cover(self._connection, first, last, {t for each in self._coming.values() for t in each.terms})
        if len(self._coming) > 1:
            guessed: set[str] = set()
            for number, each in self._coming.items():
                guessed.update(_rarest(self._frequency(each.terms, *self._days[number]), _GUESSED))
            self._known.read_owners(self._connection, guessed)


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
