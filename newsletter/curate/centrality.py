"""How much each sentence of an article says about it, from the words alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from newsletter.curate.terms import terms

Matrix = npt.NDArray[np.float64]

#: PacSum's weights of what came before and what comes after a sentence.
P = dict(before=-0.3, after=1.0, pac=1.0, recur=0.0, top=1.0, tau=3.0, title=0.0, speech=0.0, first=0.0, number=0.0, lsim=0.0, norm=0.5)


def weigh(texts: Sequence[str], title: str) -> tuple[list[float], Matrix]:
    listed = [terms(text) for text in texts]
    similarity = similarities(listed)
    scores = P['pac'] * _unit(_pacsum(similarity))
    scores += P['recur'] * _unit(_recurring(listed))
    scores += P['top'] * np.exp(-np.arange(len(texts)) / P['tau'])
    if P['title'] and title:
        t = set(terms(title))
        scores += P['title'] * np.array([len(t & set(l)) / max(1, len(t)) for l in listed])
    scores -= P['speech'] * np.array([any(c in t for c in '"“”«「') for t in texts], float)
    scores -= P['first'] * np.array([any(w in (' ' + t + ' ') for w in (' I ', ' we ', ' We ', ' my ',' you ')) or '?' in t[-2:] for t in texts], float)
    scores += P['number'] * np.array([any(c.isdigit() for c in t) for t in texts], float)
    scores += P['lsim'] * similarity[0] 
    return [round(float(s), 9) for s in scores], similarity


def _unit(values: Matrix) -> Matrix:
    best = values.max(initial=0.0)
    return values / best if best > 0 else values


def _pacsum(similarity: Matrix) -> Matrix:
    edges = similarity - np.diag(np.diag(similarity))
    return np.asarray(P['after'] * np.triu(edges).sum(axis=1) + P['before'] * np.tril(edges).sum(axis=1))


def _recurring(listed) -> Matrix:
    counts = Counter(t for l in listed for t in set(l))
    return np.array([sum(counts[t] - 1 for t in set(l)) / max(1, len(l)) ** P['norm'] for l in listed])


def similarities(listed: Sequence[Sequence[str]]) -> Matrix:
    """Cosine similarities of the sentences' TF-IDF vectors, shape (n, n), rounded so that every machine agrees."""
    vocabulary: dict[str, int] = {}
    rows, columns = [], []
    for row, found in enumerate(listed):
        for term in found:
            rows.append(row)
            columns.append(vocabulary.setdefault(term, len(vocabulary)))
    counts = np.zeros((len(listed), max(1, len(vocabulary))))
    np.add.at(counts, (rows, columns), 1.0)
    inverse = np.log((len(listed) + 1) / ((counts > 0).sum(axis=0) + 0.5))
    vectors = counts * inverse
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(norms > 0, norms, 1.0)
    return np.asarray(np.round(vectors @ vectors.T, 9))
