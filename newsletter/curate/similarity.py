"""How much articles say the same: cosine of TF-IDF vectors.

Each article becomes its few dozen most telling terms (title words count more), kept in an inverted index that is asked
for the neighbours of a run of articles at a time, exactly. Frequencies are damped
by a made-up background collection: in a workspace with five articles, a word that three of them share still tells
something.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, count
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from newsletter.curate.terms import telling_of, words
from newsletter.models import Article

#: Characters of the body that are compared: a story's subject stands at its top.
_READ = 1_000
_TITLE_WEIGHT = 3
#: Terms kept for an article.
_KEPT = 32
_BACKGROUND = 1_000
#: Above any term's weight: rows kept apart when sorting by row and weight in one number.
_ROOM = 1_000.0
#: How much is worked out at once: products of weights, and cells of the table of cosines.
_PRODUCTS, _CELLS = 2_000_000, 2_000_000
_NOTHING: Mapping[int, float] = MappingProxyType({})
#: Less similar articles are not reported.
FLOOR = 0.2

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: Terms, and how often each occurs.
_Terms = tuple[tuple[str, ...], tuple[int, ...]]
#: Whether a term says nothing.
Idle = Callable[[str], bool]


def _none(_: str) -> bool:
    return False


class Similarities:
    """Cosine similarities (0 to 1) of the articles of a sequence, by index. The `ignored` indices resemble nothing."""

    def __init__(self, articles: Sequence[Article], ignored: Container[int] = ()) -> None:
        subjects = [_subject(article) if at not in ignored else ((), ()) for at, article in enumerate(articles)]
        self._rows, self._columns, self._weights, self._listed = _vectors(subjects)
        self._ends = np.searchsorted(self._rows, np.arange(len(articles) + 1))
        self._count = len(articles)
        order = np.argsort(self._columns, kind="stable")
        self._posted_rows, self._posted_weights = self._rows[order], self._weights[order]
        self._posted_ends = np.searchsorted(self._columns[order], np.arange(self._columns.max(initial=-1) + 2))
        #: How many products of weights each article's neighbours take; chunks of articles are worked out at once.
        products = np.diff(self._posted_ends)[self._columns] if len(self._columns) else self._columns
        spent = np.concatenate(([0], np.cumsum(products)))[self._ends]
        self._chunk = spent[:-1] // _PRODUCTS + np.arange(self._count) // max(1, _CELLS // max(1, self._count))
        self._known: dict[int, dict[int, float]] = {}
        self._done: set[int] = set()

    def near(self, index: int) -> Mapping[int, float]:
        """The articles whose similarity to that one is at least FLOOR, with how much, by ascending index."""
        chunk = int(self._chunk[index])
        if chunk not in self._done:
            begin, end = np.searchsorted(self._chunk, [chunk, chunk + 1])
            self._known |= self._near(int(begin), int(end))
            self._done.add(chunk)
        return self._known.get(index, _NOTHING)

    def _near(self, begin: int, end: int) -> dict[int, dict[int, float]]:
        """The neighbours of the articles from begin to end, of those that have any."""
        entries = slice(self._ends[begin], self._ends[end])
        columns = self._columns[entries]
        first, counts = self._posted_ends[columns], np.diff(self._posted_ends)[columns]
        total = int(counts.sum())
        posted = np.arange(total) + np.repeat(first - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        cells = np.repeat((self._rows[entries] - begin) * self._count, counts) + self._posted_rows[posted]
        products = np.repeat(self._weights[entries], counts) * self._posted_weights[posted]
        cosines = np.bincount(cells, weights=products).round(6)
        found: dict[int, dict[int, float]] = {}
        for cell in np.flatnonzero(cosines >= FLOOR).tolist():
            row, other = divmod(cell, self._count)
            if row + begin != other:
                found.setdefault(row + begin, {})[other] = float(cosines[cell])
        return found

    def across(self, indices: Iterable[int], start: int, least: float) -> Iterator[tuple[int, int, float]]:
        """Pairs of one of the articles and another from `start` on (counted from there) that are so similar."""
        for at in indices:
            for other, cosine in self.near(at).items():
                if other >= start and cosine >= least:
                    yield at, other - start, cosine

    def resemblance(self, rows: Sequence[int], weights: Floats, at_least: int = 1, idle: Idle = _none) -> Floats:
        """Every article's cosine (0 to 1) with the weighted sum of some.

        Terms of fewer than `at_least` of them don't count, nor do idle ones.
        """
        direction = self._sum(rows, weights, at_least, idle)
        return _sums(self._rows, self._weights * direction[self._columns], self._count)

    def leading_terms(
        self, rows: Sequence[int], weights: Floats, most: int = 12, idle: Idle = _none
    ) -> tuple[tuple[str, float], ...]:
        """The heaviest terms in the weighted sum of some articles, each at least two have, beside the heaviest.

        Idle ones don't count.
        """
        direction = self._sum(rows, weights, 2, idle)
        order = sorted(np.flatnonzero(direction), key=lambda column: (-round(float(direction[column]), 9), column))[
            :most
        ]
        return tuple(
            (self._listed[column], round(float(direction[column] / direction[order[0]]), 2)) for column in order
        )

    def _sum(self, rows: Sequence[int], weights: Floats, at_least: int, idle: Idle = _none) -> Floats:
        """The weighted sum of some articles' vectors, of length 1 (or 0)."""
        entries = [np.arange(self._ends[row], self._ends[row + 1]) for row in rows]
        chosen = np.concatenate(entries) if entries else np.empty(0, np.int64)
        of_row = np.repeat(weights, [len(found) for found in entries])
        columns, size = self._columns[chosen], max(1, len(self._listed))
        total = _sums(columns, self._weights[chosen] * of_row, size)
        total[np.bincount(columns, minlength=size) < at_least] = 0
        total[[column for column in np.flatnonzero(total).tolist() if idle(self._listed[column])]] = 0
        return np.asarray(total / (float(np.linalg.norm(total)) or 1.0))


def similarities(articles: Sequence[Article], ignored: Collection[int] = ()) -> Similarities:
    """The same as `Similarities`; the last answer is kept for when the very same articles come again."""
    global _last  # noqa: PLW0603 (a memory of one, which decides nothing)
    key = (tuple(map(id, articles)), frozenset(ignored))
    if _last is None or _last[0] != key:
        # The articles are kept, too, so that none of them can be confused with a later one.
        _last = (key, tuple(articles), Similarities(articles, key[1]))
    return _last[2]


_last: tuple[tuple[tuple[int, ...], frozenset[int]], tuple[Article, ...], Similarities] | None = None


def _sums(places: Ints, values: Floats, size: int) -> Floats:
    """The values added up by place."""
    return np.bincount(places, weights=values, minlength=size).astype(np.float64)


def _subject(article: Article) -> _Terms:
    """The terms an article is compared by: its title's (several times), its deck's and its beginning's."""
    body = " ".join(block.text for block in article.blocks[:12] if block.type != "image")[:_READ]
    return _compared(article.title[:300], f"{(article.deck or '')[:500]} {body}")


@lru_cache(maxsize=8_192)  # a second pick in the same process compares the same texts
def _compared(title: str, rest: str) -> _Terms:
    counted = Counter(words(rest))
    for word in words(title):
        counted[word] += _TITLE_WEIGHT
    telling = telling_of(counted)
    return tuple(map(sys.intern, telling)), tuple(counted[word] for word in telling)


def _vectors(subjects: Sequence[_Terms]) -> tuple[Ints, Ints, Floats, list[str]]:
    """Vectors of length 1 as (row, column, weight) entries, at most _KEPT a row, ordered by row, then column.

    With them the term of each column.
    """
    documents = len(subjects)
    vocabulary: defaultdict[str, int] = defaultdict(count().__next__)
    rows = np.repeat(np.arange(documents), [len(found) for found, _ in subjects])
    columns = np.fromiter(
        map(vocabulary.__getitem__, chain.from_iterable(found for found, _ in subjects)), np.int64, len(rows)
    )
    counts = np.fromiter(chain.from_iterable(counts for _, counts in subjects), np.int64, len(rows))
    size = max(1, len(vocabulary))
    listed = sorted(vocabulary)  # columns in the order of the alphabet, so that the articles' order decides nothing
    place = np.empty(size, np.int64)
    place[[vocabulary[word] for word in listed]] = np.arange(len(listed))
    columns = place[columns]
    order = np.argsort(rows * size + columns)
    columns, counts = columns[order], counts[order]
    frequency = np.bincount(columns, minlength=size)[columns]
    weights = (1 + np.log(counts)) * np.log((documents + _BACKGROUND) / (frequency + 1))
    # The heaviest terms of each row, of equal weights the first in the alphabet.
    order = np.argsort(rows * _ROOM - np.round(weights, 9), kind="stable")
    rank = np.arange(len(order)) - np.searchsorted(rows[order], rows[order], side="left")
    kept = np.sort(order[rank < _KEPT])
    rows, columns, weights = rows[kept], columns[kept], weights[kept]
    norms = np.sqrt(np.bincount(rows, weights=weights**2, minlength=documents))
    return rows, columns, weights / norms[rows], listed
