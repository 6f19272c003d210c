"""Fit `newsletter/ingest/dump/weights.json` on the pages of a corpus: which lines of a page's text are its story's.

    python benchmarks/train_dumps.py CORPUS/pages [--held-out]

`--held-out` leaves every third page out and prints what the model finds on those, instead of writing the weights.
Needs html-text, scikit-learn and lightgbm. The corpus is WCXB's development part (CC-BY-4.0, Murrough Foley).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from bench_dumps import Page, load_pages, report, score
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from newsletter.ingest.dump import features, lines, model, story
from newsletter.ingest.dump.lines import Line

WEIGHTS = Path(model.__file__).with_name("weights.json")
DEPTH, TREES, RATE, SEEDS = 3, 160, 0.06, 3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Example:
    """A page's lines, their features, and which of them are the story's."""

    page: Page
    lines: list[Line]
    matrix: features.Matrix
    truth: np.ndarray
    weight: np.ndarray


def example(page: Page, text: str) -> Example:
    """Of one page in one rendering."""
    found = lines.measure(text)
    words = np.array([min(line.words, 120) + 2.0 for line in found])
    return Example(
        page,
        found,
        features.matrix(found, story.longest_run(found)),
        truth(found, page.body),
        words / words.sum() ** 0.5,  # a page of twice the words counts 1.4 times as much
    )


def truth(found: Sequence[Line], body: str) -> np.ndarray:
    """1 for lines of which more than half of the four-word shingles are in the body; short ones must be lines of it."""
    said = _WORD.findall(body.casefold())
    shingles = {tuple(said[n : n + 4]) for n in range(len(said) - 3)}
    whole = {tuple(_WORD.findall(line.casefold())) for line in body.split("\n")}
    words = [_WORD.findall(line.text.casefold()) for line in found]
    share = np.array([_share(line, shingles) for line in words])
    sure = [n for n, line in enumerate(words) if len(line) >= 8 and share[n] > 0.7]
    first, last = (sure[0], sure[-1]) if sure else (0, -1)
    for n, line in enumerate(words):
        if len(line) < 4:
            share[n] = bool(line) and first - 2 <= n <= last + 3 and tuple(line) in whole
        elif len(line) < 8 and not first - 6 <= n <= last + 8:
            share[n] = 0
    return (share > 0.5).astype(int)


def _share(line: list[str], shingles: set[tuple[str, ...]]) -> float:
    mine = [tuple(line[n : n + 4]) for n in range(len(line) - 3)]
    return sum(shingle in shingles for shingle in mine) / len(mine) if mine else 0.0


def fit(examples: Sequence[Example]) -> dict[str, Any]:
    """The weights, as `model.load` takes them."""
    x = np.vstack([one.matrix for one in examples])
    y = np.concatenate([one.truth for one in examples])
    weight = np.concatenate([one.weight for one in examples])
    weight /= weight.mean()
    scaler = StandardScaler().fit(x)
    plain = LogisticRegression(C=0.01, max_iter=400).fit(np.clip(scaler.transform(x), -8, 8), y, sample_weight=weight)
    trees: list[tuple[list[int], list[float], list[float]]] = []
    for seed in range(SEEDS):
        grown = lightgbm.LGBMClassifier(
            n_estimators=TREES, num_leaves=6, max_depth=DEPTH, learning_rate=RATE, min_child_samples=60,
            colsample_bytree=0.2, reg_lambda=10, subsample=0.7, subsample_freq=1, random_state=seed, verbose=-1,
        ).fit(x, y, sample_weight=weight)  # fmt: skip
        trees += [_complete(tree["tree_structure"]) for tree in grown.booster_.dump_model()["tree_info"]]
    return {
        "about": "Weights of newsletter.ingest.dump.model, fitted by benchmarks/train_dumps.py on pages of WCXB "
        "(development part, CC-BY-4.0, Copyright (c) 2026 Murrough Foley); none of the pages' text is in here.",
        "features": list(features.NAMES),
        "depth": DEPTH,
        "mean": _short(scaler.mean_),
        "scale": _short(scaler.scale_),
        "weights": _short(plain.coef_[0]),
        "bias": float(plain.intercept_[0]),
        "column": [tree[0] for tree in trees],
        "threshold": [tree[1] for tree in trees],
        "leaf": [[float(f"{value / SEEDS:.4g}") for value in tree[2]] for tree in trees],
    }


def _short(values: np.ndarray) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def _complete(root: dict[str, Any]) -> tuple[list[int], list[float], list[float]]:
    """A tree filled up to DEPTH: a leaf higher up is repeated below."""
    level, columns, thresholds = [root], [], []
    for _ in range(DEPTH):
        following = []
        for node in level:
            leaf = "leaf_value" in node
            columns.append(0 if leaf else int(node["split_feature"]))
            thresholds.append(0.0 if leaf else float(f"{node['threshold']:.7g}"))
            following += [node, node] if leaf else [node["left_child"], node["right_child"]]
        level = following
    return columns, thresholds, [node["leaf_value"] for node in level]


def main(arguments: Sequence[str]) -> None:
    """Write the weights, or print what is found on pages left out."""
    pages = load_pages(Path(arguments[0]))
    held_out = "--held-out" in arguments
    chosen = [page for n, page in enumerate(pages) if not held_out or n % 3 != 2]
    stored = fit([example(page, text) for page in chosen for text in (page.text,)])
    if not held_out:
        WEIGHTS.write_text(json.dumps(stored, separators=(",", ":")) + "\n", "utf-8")
        print(f"{len(chosen)} pages, {WEIGHTS.stat().st_size:,} bytes")
        return
    fitted = model.load(stored)
    rows = []
    for one in (example(page, page.text) for n, page in enumerate(pages) if n % 3 == 2):
        kept = model.keep(one.lines, fitted.probabilities(one.matrix))
        rows.append(
            score("\n".join(line.text for line, is_kept in zip(one.lines, kept, strict=True) if is_kept), one.page.body)
        )
    print(report("lines alone, pages left out", rows))


if __name__ == "__main__":
    main(sys.argv[1:])
