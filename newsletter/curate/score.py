"""What each article is worth, and the greedy order that comes of it.

An article's score is the sum of its terms, each a weight times a value of 0 to 1: recency, words asked for, topics,
coverage by several outlets, and diversity. Topics and diversity depend on what was picked before: a topic that is
served counts half (xQuAD: Santos, Macdonald and Ounis, WWW 2010), and so does a second article of one outlet, or one
that resembles a pick (MMR). The weights of what was not asked for go to the other terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from newsletter.curate.matching import Haystack, Hit, Needle, either
from newsletter.curate.selection import Criteria
from newsletter.curate.similarity import Similarities
from newsletter.models import Article

Floats = npt.NDArray[np.float64]

WEIGHTS = {"recency": 0.3, "words": 0.3, "topics": 0.2, "coverage": 0.08, "diversity": 0.12}
#: How much of a topic's worth is left when picks have served it fully.
_SERVED = 0.5


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article's turn: its index, its terms then, and whether it was passed over for its outlet's sake."""

    index: int
    terms: dict[str, float]
    is_over_quota: bool = False


class Scores:
    """The scores of articles, which change as some are taken."""

    def __init__(self, articles: Sequence[Article], criteria: Criteria, now: datetime) -> None:
        self._criteria = criteria
        hits = list(_hits(articles, criteria))
        #: What was found in each article: words asked for, topics.
        self.words: list[tuple[Hit, ...]] = [found for found, _ in hits]
        self.topics: list[tuple[Hit, ...]] = [found for _, found in hits]
        asked = {"words": bool(criteria.words), "topics": bool(criteria.topics)}
        used = {name: weight for name, weight in WEIGHTS.items() if asked.get(name, True)}
        self._weights = {name: weight / sum(used.values()) for name, weight in used.items()}
        self._values = {
            "recency": np.array([_recency(article, criteria, now) for article in articles]),
            "words": np.array([either(hit.value for hit in found) for found in self.words]),
            "coverage": np.zeros(len(articles)),
        }
        self._topic_hits = self._matrix(self.topics)
        self._shares = np.array(list(criteria.topics.values()))
        self._shares = self._shares / self._shares.max(initial=1e-9)

    def relevance(self) -> Floats:
        """Scores before anything is picked, diversity left out."""
        return sum(
            (
                self._weights[name] * self._value(name, np.ones(len(self._shares)))
                for name in self._weights
                if name != "diversity"
            ),
            np.zeros(len(self.words)),
        )

    def cover(self, index: int, outlets: int) -> None:
        """Note how many outlets cover the story that an article leads."""
        self._values["coverage"][index] = 1 - 0.5 ** (outlets - 1)

    def order(
        self, articles: Sequence[Article], pinned: Sequence[int], free: Sequence[int], similarities: Similarities
    ) -> Iterator[Ranked]:
        """The pinned, then the free ones as they would be picked one after another, best first.

        Equal scores are decided by the order of `free`. An article that would be next if its outlet had not given all
        it may comes as over quota, without terms.
        """
        unmet = np.ones(len(self._shares))
        nearest = np.zeros(len(articles))
        _, outlet = np.unique([article.outlet for article in articles] or [""], return_inverse=True)
        taken = np.zeros(int(outlet.max(initial=0)) + 1, dtype=np.int64)
        waiting = np.array(free, dtype=np.int64)
        forced = list(pinned)
        while forced or len(waiting):
            diversity = (1 - nearest) * 0.5 ** taken[outlet[: len(articles)]]
            if forced:
                at = forced.pop(0)
            else:
                gains = self._total(unmet, diversity)[waiting]
                full = taken[outlet[waiting]] >= self._criteria.max_per_source
                best = int(np.argmax(np.where(full, -np.inf, gains)))
                passed = full & (gains > gains[best]) if not full.all() else full
                yield from (Ranked(int(at), {}, is_over_quota=True) for at in waiting[passed])
                if full.all():
                    return
                at = int(waiting[best])
                passed[best] = True
                waiting = waiting[~passed]
            yield Ranked(at, self._terms(at, unmet, diversity))
            taken[outlet[at]] += 1
            unmet = unmet * (1 - self._topic_hits[at])
            for other, cosine in similarities.near(at).items():
                if other < len(articles):
                    nearest[other] = max(nearest[other], cosine)

    def _matrix(self, found: Sequence[Sequence[Hit]]) -> Floats:
        column = {topic: at for at, topic in enumerate(self._criteria.topics)}
        matrix = np.zeros((len(found), len(column)))
        for row, hits in enumerate(found):
            for hit in hits:
                matrix[row, column[hit.word]] = hit.value
        return matrix

    def _value(self, name: str, unmet: Floats, diversity: Floats | None = None) -> Floats:
        if name == "topics":
            worth = self._shares * (_SERVED + (1 - _SERVED) * unmet)
            return np.asarray(1 - np.prod(1 - self._topic_hits * worth, axis=1))
        return diversity if name == "diversity" and diversity is not None else self._values[name]

    def _total(self, unmet: Floats, diversity: Floats) -> Floats:
        """Rounded, so that the last bits of a float decide nothing."""
        parts = [weight * self._value(name, unmet, diversity) for name, weight in self._weights.items()]
        return np.asarray(np.round(np.sum(parts, axis=0), 6))

    def _terms(self, at: int, unmet: Floats, diversity: Floats) -> dict[str, float]:
        terms = {
            name: round(float(weight * self._value(name, unmet, diversity)[at]), 4)
            for name, weight in self._weights.items()
        }
        return {**terms, "score": round(sum(terms.values()), 4)}


def _hits(articles: Sequence[Article], criteria: Criteria) -> Iterator[tuple[tuple[Hit, ...], tuple[Hit, ...]]]:
    """The words asked for and the topics that each article has."""
    words, topics = [Needle(word) for word in criteria.words], [Needle(topic) for topic in criteria.topics]
    for article in articles:
        if words or topics:
            haystack = Haystack(article)
            yield haystack.find(words), haystack.find(topics)
        else:
            yield (), ()


def _recency(article: Article, criteria: Criteria, now: datetime) -> float:
    """1 when new, halved with every half-life; 0 without a date."""
    if article.when is None:
        return 0.0
    return float(0.5 ** (max(0.0, (now - article.when) / criteria.half_life)))
