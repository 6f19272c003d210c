"""Made-up articles for the benchmarks: words as frequent as in real texts (Zipf), sentences, copies of known kinds."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import accumulate

SYLLABLES = [first + last for first in "bdfgklmnprstvz" for last in ("a", "en", "i", "or", "un")]


class Texts:
    """The same for the same seed."""

    def __init__(self, seed: int = 1, words: int = 30_000) -> None:
        self.random = random.Random(seed)
        self.vocabulary = self._vocabulary(words)
        self._weights = list(accumulate(1 / (rank + 8) for rank in range(words)))

    def _vocabulary(self, size: int) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < size:
            found["".join(self.random.choices(SYLLABLES, k=self.random.choice((1, 2, 2, 3, 3, 4))))] = None
        return list(found)

    def words(self, count: int) -> list[str]:
        return self.random.choices(self.vocabulary, cum_weights=self._weights, k=count)

    def copy(self, words: list[str]) -> tuple[str, list[str]]:
        """A near-duplicate of a text, and of what kind it is."""
        kinds: dict[str, Callable[[list[str]], list[str]]] = {
            "typos": lambda w: self._replaced(w, 0.01),
            "edited": lambda w: self._replaced(w, 0.05),
            "boxed": lambda w: self.words(len(w) // 10) + w + self.words(len(w) // 10),
            "cut": lambda w: w[: int(len(w) * 0.75)],
            "moved": lambda w: w[len(w) // 3 :] + w[: len(w) // 3],
            "rewritten": lambda w: self._replaced(w[: int(len(w) * 0.9)], 0.03),
        }
        kind = self.random.choice(list(kinds))
        return kind, kinds[kind](words)

    def _replaced(self, words: list[str], share: float) -> list[str]:
        return [self.words(1)[0] if self.random.random() < share else word for word in words]
