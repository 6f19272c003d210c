"""What articles are about: topics from words and examples, and what is learned from earlier issues.

A topic's value in an article is 0 to 1: its words where they stand (see matching), or how much the article resembles
the topic's examples, whichever says more. What is learned is one direction in the space of terms: the sum of what was
printed, halved with every `_FADING` issues (Rocchio's method), without the terms that one article alone brought, and
without words that say nothing (idle_words).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from newsletter.curate.idle_words import idle
from newsletter.curate.matching import SPEAKS, Hit, Needle, haystack
from newsletter.curate.selection import Criteria
from newsletter.curate.similarity import Idle, Similarities
from newsletter.models import Article

Floats = npt.NDArray[np.float64]

#: Cosines with a topic's examples: below the first an article has no more to do with them than any other, from the
#: second on it is wholly about them.
_APART, _ALIKE = 0.06, 0.3
#: Issues after which what was printed counts half.
_FADING = 8.0
#: So many printed articles are needed before anything is learned.
ENOUGH = 12


@dataclass(frozen=True, slots=True)
class Profile:
    """What is learned."""

    #: Each article's value, 0 to 1.
    values: Floats
    #: The rows of what was printed in the similarities, and their weights.
    rows: range
    weights: Floats
    #: Whether a term says nothing in what was printed.
    idle: Idle

    def terms(self, similarities: Similarities) -> tuple[tuple[str, float], ...]:
        """The terms that count most with their shares (0 to 1)."""
        return similarities.leading_terms(self.rows, self.weights, idle=self.idle)


class Interests:
    """Words asked for and topics, found in articles."""

    def __init__(
        self, articles: Sequence[Article], criteria: Criteria, similarities: Similarities, examples: Mapping[int, int]
    ) -> None:
        """`examples` is where in `similarities` the topics' example articles are, by id; the articles come first."""
        self.topics = criteria.interests()
        self.names = list(self.topics)
        wanted = [Needle(word) for word in criteria.words]
        needles = {name: [Needle(word) for word in topic.words] for name, topic in self.topics.items()}
        #: What was found in each article: words asked for; each topic's best word.
        self.words: list[tuple[Hit, ...]] = [()] * len(articles)
        #: Articles by topics, 0 to 1.
        self.values: Floats = np.zeros((len(articles), len(self.names)))
        if wanted or any(needles.values()):
            for at, article in enumerate(articles):
                texts = haystack(article)
                self.words[at] = texts.find(wanted)
                for column, name in enumerate(self.names):
                    hits = texts.find(needles[name])
                    if hits:
                        self.values[at, column] = max(hit.value for hit in hits)
        for column, topic in enumerate(self.topics.values()):
            rows = [examples[number] for number in topic.articles if number in examples]
            if rows:
                cosines = similarities.resemblance(rows, np.ones(len(rows)))[: len(articles)]
                alike = np.clip((cosines - _APART) / (_ALIKE - _APART), 0, 1)
                self.values[:, column] = np.maximum(self.values[:, column], alike.round(6))
        weights = np.array([topic.weight for topic in self.topics.values()])
        #: Each topic's weight against the heaviest, 0 to 1.
        self.shares: Floats = weights / weights.max(initial=1e-9)

    def found(self, at: int) -> list[tuple[str, float]]:
        """An article's topics with their values, the strongest first."""
        order = sorted(range(len(self.names)), key=lambda column: (-self.values[at, column], column))
        return [(self.names[column], float(self.values[at, column])) for column in order if self.values[at, column] > 0]

    def homes(self) -> npt.NDArray[np.int64]:
        """The column of each article's strongest topic by value and weight, -1 without one.

        Topics that place articles (by a section or a max) go before those that don't, where the article speaks of them;
        a word in passing places nothing.
        """
        if not self.names:
            return np.full(len(self.values), -1)
        places = np.array([bool(topic.section or topic.max) for topic in self.topics.values()])
        worth = (self.values * self.shares).round(6)
        worth = np.where(places, np.where(self.values >= SPEAKS, worth + 1, 0), worth)
        return np.where(worth.any(axis=1), worth.argmax(axis=1), -1)


def learned(history: Sequence[Article], start: int, similarities: Similarities) -> Profile | None:
    """What the history teaches about articles before `start` in `similarities`, where it stands from `start` on.

    None when too little was printed.
    """
    if len(history) < ENOUGH:
        return None
    latest = max(article.used_in or 0 for article in history)
    weights = np.array([0.5 ** ((latest - (article.used_in or latest)) / _FADING) for article in history])
    rows = range(start, start + len(history))
    says_nothing = idle({article.language for article in history})
    cosines = similarities.resemblance(rows, weights, at_least=2, idle=says_nothing)
    usual = float(np.average(cosines[rows.start : rows.stop], weights=weights))
    if usual <= 0:
        return None
    return Profile(np.clip(cosines[:start] / usual, 0, 1).round(6), rows, weights, says_nothing)
