"""Which pieces of a page are its article, by a model that was trained offline.

`benchmarks/train_pages.py` fits it on pages of WCXB's development part (CC-BY-4.0, Murrough Foley; only weights are
here, none of their text) and writes `weights.json`. It is the mean of a regression and of boosted trees, as for pages
saved as text (`dump.model`). The rules' choice is one feature among others, so the model corrects them; where they find
nothing, or the page is too long for the model, the rules alone decide.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newsletter.ingest.dump.model import Floats, Model, load
from newsletter.ingest.html import features
from newsletter.ingest.html.candidates import Candidate

#: Pieces above which a page is left to the rules; the longest articles seen have 2,000.
_MAX_PIECES = 5_000


def choose(walked: Sequence[Candidate], said: features.Said) -> None:
    """Takes and leaves pieces with words as the model says; pictures stay as the rules have them."""
    worded = np.array([bool(one.words) and not one.is_media for one in walked])
    if not any(one.taken for one in walked) or not worded.any() or len(walked) > _MAX_PIECES:
        return
    chances = np.where(worded, shipped().probabilities(features.matrix(walked, said)), 0.0)
    kept = most(np.array([len(one.words) for one in walked]), chances)
    for one, has_words, is_kept in zip(walked, worded, kept, strict=True):
        if has_words:
            one.taken = bool(is_kept)


def most(words: NDArray[np.int64], chances: Floats) -> NDArray[np.bool_]:
    """Which pieces to keep: those that together have the largest F1 to be expected, as `dump.model` explains."""
    weight = words + 0.5
    order = np.argsort(-chances, kind="stable")
    right = np.cumsum((chances * weight)[order])
    expected = 2 * right / (np.cumsum(weight[order]) + right[-1] + 1e-9)
    kept = np.zeros(len(words), np.bool_)
    kept[order[: int(np.argmax(expected)) + 1]] = True
    return kept & (chances > 0)


@cache
def shipped() -> Model:
    """The model of `weights.json`. Raises ValueError when it was trained on other features than `features` measures."""
    text = (resources.files("newsletter.ingest.html") / "weights.json").read_text("utf-8")
    stored: dict[str, Any] = json.loads(text)
    if tuple(stored["features"]) != features.NAMES:
        raise ValueError("weights.json was trained on other features; run benchmarks/train_pages.py")
    return load(stored)
