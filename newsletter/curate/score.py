"""What each article is worth, and the greedy order that comes of it.

An article's score is the sum of its terms, each a weight times a value of 0 to 1: recency, words asked for, topics,
likeness to what was printed before, coverage by several outlets, balance and diversity. The last two depend on what
was picked before. Balance is xQuAD (Santos, Macdonald and Ounis, WWW 2010): the issue should serve every topic by its
weight, and freshness, so that a topic counts the less the better the picks serve it. Diversity halves with every pick
of the same outlet and falls with likeness to a pick (MMR). The weights of what was not asked for go to the other
terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from newsletter.curate.interests import Interests, Profile
from newsletter.curate.matching import either
from newsletter.curate.selection import Criteria
from newsletter.curate.similarity import Similarities
from newsletter.models import Article

Floats = npt.NDArray[np.float64]

#: "learned" is the weight where `Criteria.learn` is 1. Set with benchmarks/bench_pick.py.
WEIGHTS = {
    "recency": 0.4,
    "words": 0.4,
    "topics": 0.2,
    "learned": 0.3,
    "coverage": 0.08,
    "balance": 0.15,
    "diversity": 0.12,
}
#: Freshness as an aspect of the issue, beside the heaviest topic at 1.
_FRESHNESS = 0.5
#: What is undated may be from any year: a page that was added today is not new for that.
_UNDATED = 0.5


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article's turn: its index, its terms then, and the quota it was passed over for: "source", a topic's name."""

    index: int
    terms: dict[str, float]
    quota: str | None = None
    #: Name of the topic it was taken for, its strongest; None without one.
    topic: str | None = None


class Scores:
    """The scores of articles, which change as some are taken."""

    def __init__(
        self,
        articles: Sequence[Article],
        criteria: Criteria,
        now: datetime,
        interests: Interests,
        profile: Profile | None,
    ) -> None:
        self._criteria = criteria
        self.interests = interests
        has_topics = bool(interests.names)
        asked = {
            "words": bool(criteria.words),
            "topics": has_topics,
            "balance": has_topics,
            "learned": profile is not None,
        }
        used = {name: weight for name, weight in WEIGHTS.items() if asked.get(name, True)}
        if "learned" in used:
            used["learned"] *= criteria.learn
        self._weights = {name: weight / sum(used.values()) for name, weight in used.items()}
        recency = np.array([_recency(article, criteria, now) for article in articles])
        worth = interests.values * interests.shares
        self._fixed = {
            "recency": recency,
            "words": np.array([either(hit.value for hit in found) for found in interests.words]),
            "topics": np.asarray(1 - np.prod(1 - worth, axis=1)),
            "learned": np.zeros(len(articles)) if profile is None else profile.values,
            "coverage": np.zeros(len(articles)),
        }
        #: What each article gives to each aspect: the topics, then freshness; and how much each aspect weighs.
        self._aspects = np.column_stack((interests.values, recency)) if has_topics else np.zeros((len(articles), 1))
        shares = np.append(interests.shares, _FRESHNESS)
        self._shares = shares / shares.max(initial=1e-9)

    def relevance(self) -> Floats:
        """Scores before anything is picked, balance and diversity left out."""
        parts = (self._weights[name] * self._fixed[name] for name in self._weights if name in self._fixed)
        return sum(parts, np.zeros(len(self._aspects)))

    def cover(self, index: int, outlets: int) -> None:
        """Note how many outlets cover the story that an article leads."""
        self._fixed["coverage"][index] = 1 - 0.5 ** (outlets - 1)

    def order(
        self, articles: Sequence[Article], pinned: Sequence[int], free: Sequence[int], similarities: Similarities
    ) -> Iterator[Ranked]:
        """The pinned, then the free ones as they would be picked one after another, best first.

        Equal scores are decided by the order of `free`. An article that would be next if its outlet or its topic had
        not given all it may comes with that quota, without terms.
        """
        unmet = np.ones(self._aspects.shape[1])
        nearest = np.zeros(len(articles))
        quotas = _Quotas(articles, self._criteria, self.interests)
        waiting = np.array(free, dtype=np.int64)
        forced = list(pinned)
        while forced or len(waiting):
            diversity = (1 - nearest) * 0.5 ** quotas.from_outlet()
            balance = np.minimum(1, (self._aspects * (self._shares * unmet)).sum(axis=1))
            if forced:
                at = forced.pop(0)
            else:
                gains = self._total(balance, diversity)[waiting]
                full = quotas.are_full(waiting)
                best = int(np.argmax(np.where(full, -np.inf, gains)))
                passed = full & (gains > gains[best]) if not full.all() else full
                yield from (Ranked(int(at), {}, quota=quotas.name(int(at))) for at in waiting[passed])
                if full.all():
                    return
                at = int(waiting[best])
                passed[best] = True
                waiting = waiting[~passed]
            yield Ranked(at, self._terms(at, balance, diversity), topic=quotas.topic(at))
            quotas.take(at)
            unmet = unmet * (1 - self._aspects[at])
            for other, cosine in similarities.near(at).items():
                if other < len(articles):
                    nearest[other] = max(nearest[other], cosine)

    def _value(self, name: str, balance: Floats, diversity: Floats) -> Floats:
        return balance if name == "balance" else diversity if name == "diversity" else self._fixed[name]

    def _total(self, balance: Floats, diversity: Floats) -> Floats:
        """Rounded, so that the last bits of a float decide nothing."""
        parts = [weight * self._value(name, balance, diversity) for name, weight in self._weights.items()]
        return np.asarray(np.round(np.sum(parts, axis=0), 6))

    def _terms(self, at: int, balance: Floats, diversity: Floats) -> dict[str, float]:
        terms = {
            name: round(float(weight * self._value(name, balance, diversity)[at]), 4)
            for name, weight in self._weights.items()
        }
        return {**terms, "score": round(sum(terms.values()), 4)}


class _Quotas:
    """How much outlets and topics have given, and may give."""

    def __init__(self, articles: Sequence[Article], criteria: Criteria, interests: Interests) -> None:
        _, outlet = np.unique([article.outlet for article in articles] or [""], return_inverse=True)
        self._outlet = outlet[: len(articles)]
        self._outlets = np.zeros(int(outlet.max(initial=0)) + 1, dtype=np.int64)
        self._most = criteria.max_per_source
        self._names = interests.names
        #: The topic of each article; those without one share the last place (-1), which is never full.
        self._topic = interests.homes()
        self._topics = np.zeros(len(self._names) + 1, dtype=np.int64)
        limits = [np.inf if topic.max is None else topic.max for topic in interests.topics.values()]
        self._limits = np.array([*limits, np.inf])

    def from_outlet(self) -> Floats:
        """How many of each article's outlet were taken."""
        return self._outlets[self._outlet].astype(np.float64)

    def are_full(self, indices: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        of_topic = self._topic[indices]
        return (self._outlets[self._outlet[indices]] >= self._most) | (self._topics[of_topic] >= self._limits[of_topic])

    def name(self, at: int) -> str:
        """The quota that keeps an article out: "source", or "topic " and the topic's name."""
        return "source" if self._outlets[self._outlet[at]] >= self._most else f"topic {self.topic(at)}"

    def topic(self, at: int) -> str | None:
        return self._names[self._topic[at]] if self._topic[at] >= 0 else None

    def take(self, at: int) -> None:
        self._outlets[self._outlet[at]] += 1
        self._topics[self._topic[at]] += 1


def _recency(article: Article, criteria: Criteria, now: datetime) -> float:
    """1 when new, halved with every half-life; half of that where only the day it was added is known, 0 without."""
    if article.when is None:
        return 0.0
    fresh = float(0.5 ** (max(0.0, (now - article.when) / criteria.half_life)))
    return fresh if article.published else _UNDATED * fresh
