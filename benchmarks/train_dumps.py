"""Fit `newsletter/ingest/dump/weights.json` on the pages of a corpus: which lines of a page's text are its story's.

    python benchmarks/train_dumps.py CORPUS/pages [--folds]

`--folds` prints what is found by five-fold cross-validation (every page read with weights that were fitted without it),
instead of writing the weights: by the model's lines alone, and by all of `ingest`.
The trees are fitted on the pages and, at a quarter of the weight, on the same with comments, customers' words and
teasers behind their stories (`dump_tails`); the regression on the pages alone.
Needs html-text, scikit-learn and lightgbm. The corpus is WCXB's development part (CC-BY-4.0, Murrough Foley).
"""

from __future__ import annotations

import functools
import json
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from bench_dumps import Page, load_pages, ours, report, score
from dump_tails import Told, sentences, tail
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from newsletter.ingest.dump import features, lines, model, story
from newsletter.ingest.dump.lines import Line

WEIGHTS = Path(model.__file__).with_name("weights.json")
DEPTH, LEAVES, TREES, RATE, SEEDS, FOLDS = 6, 16, 300, 0.03, 1, 5
#: Weight of a page with a made-up tail, beside the page itself.
MADE_UP = 0.25
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


def with_tails(examples: Sequence[Example]) -> list[Example | None]:
    """Each page with a made-up tail behind its story, of sentences of pages of its own fold; None without a story."""
    told = [_told(one) for one in examples]
    made: list[Example | None] = []
    for n, (one, story_) in enumerate(zip(examples, told, strict=True)):
        others = [other for m, other in enumerate(told) if other and m != n and m % FOLDS == n % FOLDS]
        made.append(_with_tail(one, story_, others, random.Random(n)) if story_ and others else None)
    return made


def _told(one: Example) -> Told | None:
    prose = [line.text for line, is_true in zip(one.lines, one.truth, strict=True) if is_true and line.prose]
    found = sentences(prose)
    return Told(one.page.truth.get("title") or found[0][:50], found) if found else None


def _with_tail(one: Example, story_: Told, others: Sequence[Told], dice: random.Random) -> Example:
    last = one.lines[int(np.flatnonzero(one.truth)[-1])]
    end = last.first + last.span
    raw = one.page.text.split("\n")
    real = raw[end:]
    between = dice.choice((0, 0, 8))  # lines of the real tail that stay before the made-up one
    lines_ = [*raw[:end], *real[:between], "", *tail(story_, others, dice), "", *real[between:]]
    made = example(one.page, "\n".join(lines_))
    inside = np.array([line.first < end for line in made.lines])
    return replace(made, truth=made.truth * inside, weight=made.weight * MADE_UP)


def fit(pages: Sequence[Example], made_up: Sequence[Example]) -> dict[str, Any]:
    """The weights, as `model.load` takes them."""
    real = len(np.concatenate([one.truth for one in pages]))
    examples = [*pages, *made_up]
    x = np.vstack([one.matrix for one in examples])
    y = np.concatenate([one.truth for one in examples])
    weight = np.concatenate([one.weight for one in examples])
    weight /= weight[:real].mean()
    scaler = StandardScaler().fit(x[:real])
    clipped = np.clip(scaler.transform(x[:real]), -8, 8)
    plain = LogisticRegression(C=0.01, solver="newton-cholesky", max_iter=50).fit(
        clipped, y[:real], sample_weight=weight[:real]
    )
    trees: list[list[float]] = []
    for seed in range(SEEDS):
        grown = lightgbm.LGBMClassifier(
            n_estimators=TREES, num_leaves=LEAVES, max_depth=DEPTH, learning_rate=RATE, min_child_samples=60,
            max_bin=127, colsample_bytree=0.15, reg_lambda=10, subsample=0.7, subsample_freq=1, random_state=seed,
            verbose=-1, n_jobs=1, deterministic=True, force_col_wise=True,
        ).fit(x, y, sample_weight=weight)  # fmt: skip
        trees += [_flat(tree["tree_structure"]) for tree in grown.booster_.dump_model()["tree_info"]]
    return {
        "about": "Weights of newsletter.ingest.dump.model, fitted by benchmarks/train_dumps.py on pages of WCXB "
        "(development part, CC-BY-4.0, Copyright (c) 2026 Murrough Foley); none of the pages' text is in here.",
        "features": list(features.NAMES),
        "depth": DEPTH,
        "mean": _short(scaler.mean_),
        "scale": _short(scaler.scale_),
        "weights": _short(plain.coef_[0]),
        "bias": float(plain.intercept_[0]),
        "trees": trees,
    }


def _short(values: np.ndarray) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def _flat(node: dict[str, Any]) -> list[float]:
    """A tree as `model.load` takes it: each node before its left and right parts."""
    if "leaf_value" in node:
        return [-1, float(f"{node['leaf_value'] / SEEDS:.4g}")]
    here = [int(node["split_feature"]), float(f"{node['threshold']:.7g}")]
    return here + _flat(node["left_child"]) + _flat(node["right_child"])


def main(arguments: Sequence[str]) -> None:
    """Write the weights, or print what is found by cross-validation."""
    examples = [example(page, page.text) for page in load_pages(Path(arguments[0]))]
    made_up = with_tails(examples)
    if "--folds" in arguments:
        cross_validate(examples, made_up)
        return
    fitted = fit(examples, [one for one in made_up if one])
    WEIGHTS.write_text(json.dumps(fitted, separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(examples)} pages, {WEIGHTS.stat().st_size:,} bytes")


def cross_validate(examples: Sequence[Example], made_up: Sequence[Example | None]) -> None:
    """Print what is found on pages that the weights were not fitted on."""
    alone, whole = [], []
    for fold in range(FOLDS):
        others = [n for n in range(len(examples)) if n % FOLDS != fold]
        fitted = model.load(fit([examples[n] for n in others], [made for n in others if (made := made_up[n])]))
        model.shipped = functools.cache(lambda fitted=fitted: fitted)
        for one in examples[fold::FOLDS]:
            kept = model.keep(one.lines, fitted.probabilities(one.matrix))
            text = "\n".join(line.text for line, is_kept in zip(one.lines, kept, strict=True) if is_kept)
            alone.append(score(text, one.page.body))
            whole.append(score(ours(one.page.text), one.page.body))
    print(report("the model's lines, cross-validated", alone))
    print(report("as ingest reads them, cross-validated", whole))


if __name__ == "__main__":
    main(sys.argv[1:])
