"""Which of the weighed sentences are printed: the best that fit, none repeating another, none left hanging."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from newsletter.curate.candidates import Candidate

P = dict(same=0.6, alpha=0.0, chain=3, ideal=22.0, lenpow=0.0, red=0.0, hang=0.2)


@dataclass(frozen=True, slots=True)
class Budget:
    sentences: int | None
    words: int | None


def choose(found, scores, similarity, budget):
    units = [u for u in (_unit(found, at) for at in range(len(found))) if u]
    chosen = []
    while True:
        best, best_gain = None, -1e9
        for unit in units:
            new = [at for at in unit if at not in chosen]
            if not new or not fits(found, chosen, new, budget):
                continue
            if any(similarity[at, o] >= P['same'] for at in new for o in chosen):
                continue
            n = sum(found[at].words for at in new)
            g = sum(scores[at] - P['hang'] * (not found[at].alone) - P['red'] * max([similarity[at, o] for o in chosen], default=0) for at in new) 
            gain = g / len(new) if budget.words is None else g / (n ** P['alpha']) 
            if budget.words is None: gain = gain / (n / len(new)) ** P['lenpow'] if gain > 0 else gain
            if gain > best_gain:
                best, best_gain = new, gain
        if best is None:
            break
        chosen += best
    if not chosen:
        alone = [at for at, it in enumerate(found) if it.alone]
        chosen = [max(alone, key=lambda at: (scores[at], -at))]
    return sorted(chosen)


def fits(found, chosen, new, budget):
    if budget.sentences is not None:
        return len(chosen) + len(new) <= budget.sentences
    return sum(found[at].words for at in [*chosen, *new]) <= budget.words


def _unit(found, at):
    """The sentence with those before it that it needs; empty when it can't be printed."""
    unit = [at]
    while found[unit[0]].usable and not found[unit[0]].alone:
        if unit[0] == 0 or len(unit) == P['chain']:
            return []
        unit.insert(0, unit[0] - 1)
    return unit if found[unit[0]].usable else []
