"""How much articles say the same: cosine of TF-IDF vectors.

Each article becomes its few dozen most telling terms (title words count more), kept in an inverted index that is asked
for the neighbours of one article at a time: exact, and some 0.1 ms each among 10,000 articles. Frequencies are damped
by a made-up background collection: in a workspace with five articles, a word that three of them share still tells
something.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from itertools import count

import numpy as np
import numpy.typing as npt

from newsletter.curate.terms import is_telling, words
from newsletter.models import Article

#: Characters of the body that are compared: a story's subject stands at its top.
_READ = 1_000
_TITLE_WEIGHT = 3
#: Terms kept for an article.
_KEPT = 32
_BACKGROUND = 1_000
#: Above any term's weight: rows kept apart when sorting by row and weight in one number.
_ROOM = 1_000.0
#: Less similar articles are not reported.
FLOOR = 0.2

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Similarities:
    """Cosine similarities (0 to 1) of the articles of a sequence, by index. The `ignored` indices resemble nothing."""

    def __init__(self, articles: Sequence[Article], ignored: Container[int] = ()) -> None:
        subjects = [_subject(article) if at not in ignored else [] for at, article in enumerate(articles)]
        self._rows, self._columns, self._weights = _vectors(subjects)
        self._ends = np.searchsorted(self._rows, np.arange(len(articles) + 1))
        self._count = len(articles)
        order = np.argsort(self._columns, kind="stable")
        self._posted_rows, self._posted_weights = self._rows[order], self._weights[order]
        self._posted_ends = np.searchsorted(self._columns[order], np.arange(self._columns.max(initial=-1) + 2))
        self._asked: dict[int, dict[int, float]] = {}

    def near(self, index: int) -> dict[int, float]:
        """The articles whose similarity to that one is at least FLOOR, with how much, by ascending index."""
        if index not in self._asked:
            self._asked[index] = self._near(index)
        return self._asked[index]

    def _near(self, index: int) -> dict[int, float]:
        entries = slice(self._ends[index], self._ends[index + 1])
        columns = self._columns[entries]
        if not len(columns):
            return {}
        spans = [slice(self._posted_ends[column], self._posted_ends[column + 1]) for column in columns]
        rows = np.concatenate([self._posted_rows[span] for span in spans])
        parts = [
            self._posted_weights[span] * weight for span, weight in zip(spans, self._weights[entries], strict=True)
        ]
        cosines = np.bincount(rows, weights=np.concatenate(parts), minlength=self._count).round(6)
        cosines[index] = 0.0
        found = np.flatnonzero(cosines >= FLOOR)
        return dict(zip(found.tolist(), cosines[found].tolist(), strict=True))


def _subject(article: Article) -> list[str]:
    """The words an article is compared by: its title's (several times), its deck's and its beginning's."""
    body = " ".join(block.text for block in article.blocks[:12] if block.type != "image")[:_READ]
    return words(article.title[:300]) * _TITLE_WEIGHT + words(f"{(article.deck or '')[:500]} {body}")


def _vectors(subjects: Sequence[Sequence[str]]) -> tuple[Ints, Ints, Floats]:
    """Vectors of length 1 as (row, column, weight) entries, at most _KEPT a row, ordered by row, then column."""
    documents = len(subjects)
    vocabulary: defaultdict[str, int] = defaultdict(count().__next__)
    found = [np.fromiter(map(vocabulary.__getitem__, subject), np.int64) for subject in subjects]
    size = max(1, len(vocabulary))
    rows = np.repeat(np.arange(documents), [len(columns) for columns in found])
    listed = sorted(vocabulary)  # columns in the order of the alphabet, so that the articles' order decides nothing
    place = np.empty(size, np.int64)
    place[[vocabulary[word] for word in listed]] = np.arange(len(listed))
    columns = place[np.concatenate(found)] if found else np.empty(0, np.int64)
    telling = np.array([is_telling(word) for word in listed], dtype=bool)[columns]
    entries, counts = np.unique(rows[telling] * size + columns[telling], return_counts=True)
    rows, columns = np.divmod(entries, size)
    frequency = np.bincount(columns, minlength=size)[columns]
    weights = (1 + np.log(counts)) * np.log((documents + _BACKGROUND) / (frequency + 1))
    # The heaviest terms of each row, of equal weights the first in the alphabet.
    order = np.argsort(rows * _ROOM - np.round(weights, 9), kind="stable")
    rank = np.arange(len(order)) - np.searchsorted(rows[order], rows[order], side="left")
    kept = np.sort(order[rank < _KEPT])
    rows, columns, weights = rows[kept], columns[kept], weights[kept]
    norms = np.sqrt(np.bincount(rows, weights=weights**2, minlength=documents))
    return rows, columns, weights / norms[rows]
