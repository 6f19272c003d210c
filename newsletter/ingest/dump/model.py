"""How likely each line belongs to a page's story, by a model that was trained offline, and which lines to keep.

`benchmarks/train_dumps.py` fits the model on 200 pages (WCXB, CC-BY-4.0, Murrough Foley; only weights are here, none of
their text) and writes `weights.json`. A probability is the weighted mean of two views: boosted trees, which see what
goes with what, and a logistic regression, which is steady on pages unlike those. Nothing is learned at run time.

Lines are kept so that the F1 to be expected is largest: for a set of lines with `w` words and probabilities `p` that is
2·Σ(kept) w·p / (Σ(kept) w + Σ(all) w·p), and the best set is always the lines with p above some threshold, which
therefore is each page's own (Lipton, Elkan and Naryanaswamy, "Optimal thresholding of classifiers to maximize F1
measure", 2014).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newsletter.ingest.dump import features
from newsletter.ingest.dump.lines import Line

Floats = NDArray[np.float64]
#: Weight of the trees' probability beside the regression's.
_TREES_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Model:
    """The weights, as arrays. All nodes of all trees stand in one row; a leaf is its own child and has a value."""

    mean: Floats
    scale: Floats
    weights: Floats
    bias: float
    #: Shape (trees,): where each tree begins.
    root: NDArray[np.int64]
    #: Shape (nodes,), all of them: what is looked at, up to which number the way is left, the ways, a leaf's value.
    column: NDArray[np.int64]
    threshold: Floats
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: Floats
    depth: int

    def probabilities(self, matrix: features.Matrix) -> Floats:
        """Shape (lines,), 0 to 1, for a matrix of shape (lines, features)."""
        x = matrix.astype(np.float64)
        plain = (np.clip((x - self.mean) / self.scale, -8, 8)) @ self.weights + self.bias
        margins = np.zeros(len(x))
        for begin in range(0, len(x), 2000):  # bounds the memory that a very long page takes
            part = x[begin : begin + 2000]
            rows = np.arange(len(part))[:, None]
            node = np.broadcast_to(self.root, (len(part), len(self.root)))
            for _ in range(self.depth):
                is_left = part[rows, self.column[node]] <= self.threshold[node]
                node = np.where(is_left, self.left[node], self.right[node])
            margins[begin : begin + 2000] = self.value[node].sum(axis=1)
        return _TREES_SHARE * _sigmoid(margins) + (1 - _TREES_SHARE) * _sigmoid(plain)


def keep(lines: Sequence[Line], probabilities: Floats) -> NDArray[np.bool_]:
    """Which lines to keep: those that together have the largest F1 to be expected."""
    words = np.array([line.words + 0.5 for line in lines])
    order = np.argsort(-probabilities, kind="stable")
    right = np.cumsum((probabilities * words)[order])
    expected = 2 * right / (np.cumsum(words[order]) + right[-1] + 1e-9)
    kept = np.zeros(len(lines), np.bool_)
    kept[order[: int(np.argmax(expected)) + 1]] = True
    return kept


def probabilities(lines: Sequence[Line], run: tuple[int, int]) -> Floats:
    """Shape (lines,): the shipped model's answer. `run` as in `features.matrix`."""
    return shipped().probabilities(features.matrix(lines, run))


@cache
def shipped() -> Model:
    """The model of `weights.json`. Raises ValueError when it was trained on other features than `features` measures."""
    text = (resources.files("newsletter.ingest.dump") / "weights.json").read_text("utf-8")
    stored: dict[str, Any] = json.loads(text)
    if tuple(stored["features"]) != features.NAMES:
        raise ValueError("weights.json was trained on other features; run benchmarks/train_dumps.py")
    return load(stored)


def load(stored: dict[str, Any]) -> Model:
    """The model that the training wrote: trees as [column, threshold, …], a node before its left and right parts.

    Column -1 is a leaf, and what follows its value.
    """
    root: list[int] = []
    column: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    for tree in stored["trees"]:
        root.append(len(column))
        waiting: list[int] = []
        for n, (what, number) in enumerate(zip(tree[::2], tree[1::2], strict=True), len(column)):
            if waiting and n > root[-1] and column[n - 1] < 0:  # behind a leaf comes the right part of who waits
                right[waiting.pop()] = n
            column.append(what)
            threshold.append(number)
            left.append(n if what < 0 else n + 1)
            right.append(n)
            if what >= 0:
                waiting.append(n)
    is_leaf = np.array(column) < 0
    return Model(
        mean=np.array(stored["mean"]),
        scale=np.array(stored["scale"]),
        weights=np.array(stored["weights"]),
        bias=stored["bias"],
        root=np.array(root, np.int64),
        column=np.where(is_leaf, 0, column).astype(np.int64),
        threshold=np.array(threshold, np.float64),
        left=np.array(left, np.int64),
        right=np.array(right, np.int64),
        value=np.where(is_leaf, threshold, 0.0),
        depth=stored["depth"],
    )


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))))
