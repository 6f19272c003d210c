"""How much each sentence of an article says about it, told from the words alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from newsletter.curate.terms import terms

#: One number a sentence, shape (n,); or one a pair of sentences, shape (n, n).
Array = npt.NDArray[np.float64]

# The weights were tuned on one half of benchmarks/bench_summaries.py's samples; the other half was held back.
#: PacSum: what came before and what comes after a sentence.
_BEFORE, _AFTER = -0.1, 1.0
#: What a sentence gets at most for words that recur in the article, for its place (falling to 1/e in so many
#: sentences), and for sharing all words with the headline, beside 1 for the most central one.
_RECURRING, _TOP, _TOP_SENTENCES, _HEADLINE = 0.6, 1.0, 3.0, 0.5
#: Taken off a sentence that speaks in the first or second person or asks: a digest reports.
_PERSONAL = 0.2
_SPEAKS = re.compile(r"(?:^|\s)(?:I|[Ww]e|[Mm]y|[Oo]ur|[Yy]ou|[Yy]our)(?:\s|['’](?:m|ve|ll|re|d)\b)|\?[\"”’]?$")


def weigh(texts: Sequence[str], headline: str = "") -> tuple[Array, Array]:
    """A score for each sentence, and the similarity (cosine) of each pair; rounded so that every machine agrees."""
    listed = [terms(text) for text in texts]
    similarity = _similarities(listed)
    scores = _unit(_pacsum(similarity)) + _RECURRING * _unit(_recurrence(listed))
    scores += _TOP * np.exp(-np.arange(len(texts)) / _TOP_SENTENCES)
    named = set(terms(headline))
    if named:
        scores += _HEADLINE * np.array([len(named.intersection(found)) / len(named) for found in listed])
    scores -= _PERSONAL * np.array([_SPEAKS.search(text) is not None for text in texts], dtype=float)
    return np.round(scores, 9), similarity


def covers(text: str, texts: Sequence[str]) -> float:
    """How much more of the sentences a text covers than the best of them does: 1 is as much, 0 is nothing."""
    similarity = _similarities([terms(text), *map(terms, texts)])
    np.fill_diagonal(similarity, 0.0)
    covered = similarity[:, 1:].sum(axis=1)
    best = covered[1:].max(initial=0.0)
    return float(round(covered[0] / best, 9)) if best > 0 else 0.0


def _unit(values: Array) -> Array:
    """Scaled so that the largest is 1."""
    best = values.max(initial=0.0)
    return values / best if best > 0 else values


def _pacsum(similarity: Array) -> Array:
    edges = similarity - np.diag(np.diag(similarity))
    return np.asarray(_AFTER * np.triu(edges).sum(axis=1) + _BEFORE * np.tril(edges).sum(axis=1))


def _recurrence(listed: Sequence[Sequence[str]]) -> Array:
    """In how many other sentences each one's words stand, over the root of its length: neither long nor short wins."""
    different = [set(found) for found in listed]
    counts = Counter(term for found in different for term in found)
    return np.array(
        [
            (sum(map(counts.__getitem__, terms)) - len(terms)) / max(1, len(found)) ** 0.5
            for terms, found in zip(different, listed, strict=True)
        ]
    )


def _similarities(listed: Sequence[Sequence[str]]) -> Array:
    """Cosine similarities of the sentences' TF-IDF vectors, shape (n, n).

    Only what two sentences share is multiplied: a product of whole matrices takes several times as long, and wakes the
    threads of BLAS, which get in each other's way where several processes summarise.
    """
    count = len(listed)
    vocabulary: dict[str, int] = {}
    rows = np.repeat(np.arange(count), [len(found) for found in listed])
    columns = np.array([vocabulary.setdefault(term, len(vocabulary)) for found in listed for term in found], np.int64)
    places, times = np.unique(columns * count + rows, return_counts=True)  # by column, then by row
    columns, rows = np.divmod(places, max(1, count))
    frequency = np.bincount(columns, minlength=1)
    weights = times * np.log((count + 1) / (frequency + 0.5))[columns]
    norms = np.sqrt(np.bincount(rows, weights=weights**2, minlength=count))
    weights = weights / np.where(norms > 0, norms, 1.0)[rows]
    # Each entry of a column with every entry of it.
    sizes = frequency[columns]
    first = (np.cumsum(frequency) - frequency)[columns]
    other = np.arange(sizes.sum()) + np.repeat(first - (np.cumsum(sizes) - sizes), sizes)
    cells = np.repeat(rows * count, sizes) + rows[other]
    products = np.repeat(weights, sizes) * weights[other]
    return np.asarray(np.bincount(cells, weights=products, minlength=count * count).reshape(count, count).round(9))
