"""Which of the weighed sentences are printed: the best that fit, none repeating another, none left hanging.

What is chosen is a *unit*: a sentence that stands alone, or one with the neighbours it can't do without (the sentence
before "He …", the rest of a quote). A number of sentences is filled unit by unit, the best first. A number of words is
a small knapsack: of the best units, the combination worth most is taken, whatever the order, and then filled up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from newsletter.curate.candidates import Candidate
from newsletter.curate.centrality import Array

#: A sentence this similar (cosine) to one already taken says nothing new.
_SAME = 0.6
#: Sentences in one unit at most, and what each one that can't stand alone costs.
_LONGEST_UNIT, _HANGS = 3, 0.5
#: Units that are tried in all combinations of at most so many.
_TRIED, _COMBINED = 10, 4
#: A sentence's worth grows with its words to this power when words are what is filled.
_LENGTH = 0.3

Unit = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """At most so many sentences, or so many words (`terms.length`); exactly one of them is None."""

    sentences: int | None
    words: int | None


def choose(found: Sequence[Candidate], scores: Array, similarity: Array, budget: Budget) -> list[int]:
    """Indices of the chosen sentences in order; never empty when some sentence stands alone.

    One sentence is chosen even if it is longer than the words allowed.
    """
    worth = [float(score) - (0.0 if it.alone else _HANGS) for score, it in zip(scores, found, strict=True)]
    if budget.words is not None:
        worth = [value * it.words**_LENGTH for value, it in zip(worth, found, strict=True)]
    units = sorted(
        {unit for at in range(len(found)) if (unit := _unit(found, at))}, key=lambda u: (-_mean(worth, u), u)
    )
    desk = _Desk(found, similarity, budget, worth)
    chosen = desk.best_combination(units[:_TRIED]) if budget.words is not None else ()
    while len(chosen) >= _COMBINED or not (budget.words and chosen):
        added = desk.best_addition(units, chosen)
        if added is None:
            break
        chosen = added
    alone = (unit for unit in [*units, *((at,) for at, it in enumerate(found) if it.alone)] if len(unit) == 1)
    return list(chosen or next(alone, ()))


@dataclass(frozen=True, slots=True)
class _Desk:
    """What may be printed together."""

    found: Sequence[Candidate]
    similarity: Array
    budget: Budget
    worth: Sequence[float]

    def fits(self, chosen: Unit) -> bool:
        if self.budget.sentences is not None and len(chosen) > self.budget.sentences:
            return False
        if self.budget.words is not None and sum(self.found[at].words for at in chosen) > self.budget.words:
            return False
        return not any(self.similarity[a, b] >= _SAME for a, b in combinations(chosen, 2))

    def best_combination(self, units: Sequence[Unit]) -> Unit:
        """The sentences of at most _COMBINED units that fit and are worth most; empty when none fits."""
        together = (combined for count in range(1, _COMBINED + 1) for combined in combinations(units, count))
        fitting = (sentences for combined in together if self.fits(sentences := _merged(*combined)))
        return max(fitting, key=lambda chosen: sum(self.worth[at] for at in chosen), default=())

    def best_addition(self, units: Sequence[Unit], chosen: Unit) -> Unit | None:
        """What is chosen with the unit that adds most per sentence; None when nothing more fits. Units: best first."""
        if self.budget.sentences is not None and len(chosen) >= self.budget.sentences:
            return None
        best, most = None, float("-inf")
        has_apart = False
        for unit in units:
            apart = not any(at in chosen for at in unit)
            if apart and has_apart:
                continue  # they come best first: it adds no more than the one before it
            new = _merged(chosen, unit) if chosen else unit
            if new == chosen or not self.fits(new):
                continue
            has_apart = has_apart or apart
            adds = _mean(self.worth, tuple(at for at in new if at not in chosen))
            if adds > most:
                best, most = new, adds
        return best


def _mean(worth: Sequence[float], unit: Unit) -> float:
    return sum(worth[at] for at in unit) / len(unit)


def _merged(*units: Iterable[int]) -> Unit:
    return tuple(sorted({at for unit in units for at in unit}))


def _unit(found: Sequence[Candidate], at: int) -> Unit:
    """The sentence with those it needs, before it and around it; empty when they can't be printed."""
    it = found[at]
    if it.alone and not it.leans and not it.opens:  # most of them
        return (at,)
    unit: set[int] = set()
    wanted = {at}
    while wanted - unit and len(unit | wanted) <= _LONGEST_UNIT:
        unit |= wanted
        wanted = {need for member in unit for need in _needs(found, member)}
    stands = not wanted - unit and all(0 <= member < len(found) and found[member].usable for member in unit)
    return tuple(sorted(unit)) if stands else ()


def _needs(found: Sequence[Candidate], at: int) -> Iterator[int]:
    """Indices of the sentences that one can't do without; one outside of the article where there is none."""
    if not 0 <= at < len(found):
        return
    yield from found[at].leans
    if not found[at].alone:
        yield at - 1
    if found[at].opens:
        yield at + 1
