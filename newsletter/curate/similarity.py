"""How much articles say the same: cosine of TF-IDF vectors, for all pairs that share telling words.

Each article becomes its few dozen most telling terms (title words count more). Pairs are found through an inverted
index, rarest terms first, within a budget, so 10,000 articles take about a second and an unlucky collection (every
article about one thing) can't take for ever. Frequencies are damped by a made-up background collection: in a workspace
with five articles, a word that three of them share still tells something.
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
#: Terms kept for an article, and pairs of term occurrences looked at for all.
_KEPT = 32
_BUDGET = 2_000_000
_BACKGROUND = 1_000
#: Above any term's weight: rows kept apart when sorting by row and weight in one number.
_ROOM = 1_000.0
#: Terms that more articles have tell nothing in a large collection.
_COMMON, _COMMON_SHARE = 50, 0.05
#: Less similar pairs are not reported.
FLOOR = 0.2

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Similarities:
    """Cosine similarities (0 to 1) of the articles of a sequence, by index; pairs below FLOOR count as 0.

    The `ignored` indices resemble nothing.
    """

    def __init__(self, articles: Sequence[Article], ignored: Container[int] = ()) -> None:
        self._near: dict[int, dict[int, float]] = defaultdict(dict)
        for i, j, cosine in _pairs(
            [_subject(article) if at not in ignored else [] for at, article in enumerate(articles)]
        ):
            self._near[i][j] = self._near[j][i] = cosine

    def near(self, index: int) -> dict[int, float]:
        """The articles similar to that one, with how much."""
        return self._near.get(index, {})


def _subject(article: Article) -> list[str]:
    """The words an article is compared by: its title's (several times), its deck's and its beginning's."""
    body = " ".join(block.text for block in article.blocks[:12] if block.type != "image")[:_READ]
    return words(article.title[:300]) * _TITLE_WEIGHT + words(f"{(article.deck or '')[:500]} {body}")


def _pairs(subjects: Sequence[Sequence[str]]) -> list[tuple[int, int, float]]:
    """(i, j, cosine) with i < j for every pair at or above FLOOR."""
    rows, columns, weights, documents = _vectors(subjects)
    if not len(rows):
        return []
    order = np.argsort(columns, kind="stable")
    rows, columns, weights = rows[order], columns[order], weights[order]
    starts = np.flatnonzero(np.r_[True, columns[1:] != columns[:-1]])
    sizes = np.diff(np.r_[starts, len(columns)])
    rarest = np.argsort(sizes, kind="stable")
    affordable = np.cumsum(sizes[rarest].astype(np.int64) ** 2) <= _BUDGET * 2
    keys: list[Ints] = []
    products: list[Floats] = []
    for size in np.unique(sizes[rarest[affordable]]):
        if size < 2:
            continue
        block = starts[rarest[affordable & (sizes[rarest] == size)]][:, None] + np.arange(size)
        first, second = np.triu_indices(int(size), k=1)
        keys.append((rows[block[:, first]] * documents + rows[block[:, second]]).ravel())
        products.append((weights[block[:, first]] * weights[block[:, second]]).ravel())
    if not keys:
        return []
    pairs, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    cosines = np.round(np.bincount(inverse, weights=np.concatenate(products)), 6)
    kept = cosines >= FLOOR
    return [
        (int(p) // documents, int(p) % documents, float(c)) for p, c in zip(pairs[kept], cosines[kept], strict=True)
    ]


def _vectors(subjects: Sequence[Sequence[str]]) -> tuple[Ints, Ints, Floats, int]:
    """The articles' vectors of length 1 as (row, column, weight) entries, at most _KEPT a row, rows ascending."""
    documents = len(subjects)
    vocabulary: defaultdict[str, int] = defaultdict(count().__next__)
    found = [np.fromiter(map(vocabulary.__getitem__, subject), np.int64) for subject in subjects]
    size = max(1, len(vocabulary))
    rows = np.repeat(np.arange(documents), [len(columns) for columns in found])
    columns = np.concatenate(found) if found else np.empty(0, np.int64)
    telling = np.array([is_telling(word) for word in vocabulary], dtype=bool)[columns]
    entries, counts = np.unique(rows[telling] * size + columns[telling], return_counts=True)
    rows, columns = np.divmod(entries, size)
    frequency = np.bincount(columns, minlength=size)[columns]
    rare = frequency <= _COMMON + documents * _COMMON_SHARE
    rows, columns, counts, frequency = rows[rare], columns[rare], counts[rare], frequency[rare]
    weights = (1 + np.log(counts)) * np.log((documents + _BACKGROUND) / (frequency + 1))
    # The heaviest terms of each row; equal weights in the order of first occurrence, which no hash seed changes.
    order = np.argsort(rows * _ROOM - np.round(weights, 9), kind="stable")
    rank = np.arange(len(order)) - np.searchsorted(rows[order], rows[order], side="left")
    kept = np.sort(order[rank < _KEPT])
    rows, columns, weights = rows[kept], columns[kept], weights[kept]
    norms = np.sqrt(np.bincount(rows, weights=weights**2, minlength=documents))
    return rows, columns, weights / norms[rows], documents
