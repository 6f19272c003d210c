"""What stands near articles that are being placed into stories: those of about the same time that share telling words.

Looked up for many articles together and kept up while they are placed, so that each sees those placed before it, as if
it had come alone.
"""

from __future__ import annotations

import json
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import nlargest
from itertools import chain

from sqlalchemy import Connection, bindparam, insert, update

from newsletter.store import telling
from newsletter.store.columns import as_written
from newsletter.store.prepared import Runner
from newsletter.store.tables import articles, story_subjects
from newsletter.store.telling import SHIFT
from newsletter.store.vicinity import Subject, Vicinity

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Words of an article that others are looked up by, those fewest others have.
_ASKED = 12
#: Candidates, those with most words in common first.
_MOST = 40
_MASK = (1 << SHIFT) - 1


@dataclass(frozen=True, slots=True)
class Coming:
    """An article that is to be placed: its date, and what it is about (its telling words with their counts)."""

    when: datetime
    terms: Mapping[str, int]
    #: The same as JSON, where it is made already.
    written: str = ""


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
        if coming:
            first, last = min(first for first, _ in self._days.values()), max(last for _, last in self._days.values())
            self._known.cover(connection, first, last, {term for each in coming.values() for term in each.terms})

    def near(self, article: int) -> Neighbourhood:
        """What stands near one of the articles that are coming, but for itself."""
        known, (first, last) = self._known, self._days[article]
        owners = self._owners(self._coming[article].terms, first << SHIFT, (last + 1) << SHIFT)
        frequency = dict(zip(owners, map(len, owners.values()), strict=True))
        nearest = _nearest(owners, _rarest(frequency))
        known.read_subjects(self._runner, nearest, self._stories)
        size = sum([known.sizes.get(at, 0) for at in range(first, last + 1)])
        # On PostgreSQL an editor may have changed one since its words were read: until placed it is about nothing.
        subjects = [known.subjects[number] for number in nearest if number in known.subjects]
        return Neighbourhood(size, frequency, tuple(subjects))

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
            owners = known.owners[term]
            if not owners or owners[-1] < code:
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
            {
                "article_id": number,
                "day": at,
                "terms": self._coming[number].written or json.dumps(dict(terms)),
                "norm": self._norms[number],
            }
            for number, at, terms in placed
        ]
        self._runner.many(_INSERT_SUBJECTS, rows)
        telling.write(self._connection, placed)
        self._norms.clear()

    def _owners(self, terms: Iterable[str], begin: int, end: int) -> dict[str, Sequence[int]]:
        """By word: who has it, between two numbers of day and article (`SHIFT`). Words that nobody has are left out."""
        known = self._known
        if begin <= known.first << SHIFT and (known.last + 1) << SHIFT <= end:
            return {term: owners for term in terms if (owners := known.owners[term])}
        found: dict[str, Sequence[int]] = {}
        for term in terms:
            if owners := known.owners[term]:
                if owners[0] < begin or owners[-1] >= end:
                    owners = owners[bisect_left(owners, begin) : bisect_left(owners, end)]
                    if not owners:
                        continue
                found[term] = owners
        return found


def _rarest(frequency: Mapping[str, int]) -> list[str]:
    least = sorted(frequency.values())[:_ASKED]  # words are compared where that does not tell
    return [term for _, term in sorted([(n, term) for term, n in frequency.items() if n <= least[-1]])[:_ASKED]]


def _nearest(owners: Mapping[str, Sequence[int]], asked: Iterable[str]) -> list[int]:
    """The articles that have two or more of the words, those with most first, then the latest."""
    shared = Counter(chain.from_iterable([owners[term] for term in asked]))
    several = [(count, code & _MASK) for code, count in shared.items() if count > 1]
    return [number for _, number in nlargest(_MOST, several)]


def day(when: datetime) -> int:
    """Days since 1970."""
    return (when - _EPOCH).days


_INSERT_SUBJECTS = insert(story_subjects).values(as_written(story_subjects.c))
_JOIN = update(articles).where(articles.c.id == bindparam("article")).values(story=bindparam("of"))
