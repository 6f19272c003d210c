"""Fit `newsletter/ingest/html/weights.json` on pages with truth: which pieces of a page are its article.

    python benchmarks/train_pages.py CORPUS/pages [--folds]

Fitted on the pages that `bench_pages` has open; those held out are never read. `--folds` prints what five models find
on the pages that each was not shown, instead of writing the weights. Needs scikit-learn and lightgbm.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from alignment import places
from bench_pages import NOW, Page, load, shingle_scores, split, word_f1
from train_dumps import fit

from newsletter.ingest.decode import to_text
from newsletter.ingest.dump import model as walker
from newsletter.ingest.html import body, features, finishing, metadata, model, tree
from newsletter.ingest.html.candidates import Candidate
from newsletter.models import BODY_TYPES

WEIGHTS = Path(model.__file__).with_name("weights.json")
ABOUT = (
    "Weights of newsletter.ingest.html.model, fitted by benchmarks/train_pages.py on pages of WCXB (development part, "
    "CC-BY-4.0, Copyright (c) 2026 Murrough Foley); none of the pages' text is in here."
)
FOLDS = 5


@dataclass(frozen=True)
class Example:
    """A page's pieces with words; rows of `matrix`, `truth` and `weight` are these pieces only."""

    page: Page
    title: str
    pieces: list[Candidate]
    matrix: features.Matrix
    truth: np.ndarray
    weight: np.ndarray


def example(page: Page) -> Example:
    """Of one page."""
    root = tree.parse(to_text(page.data, page.name), page.name)
    found = metadata.read(root, NOW)
    walked = body.by_rules(root)
    whole = features.matrix(walked, features.Said(found.title, found.deck))
    worded = np.array([bool(one.words) and not one.is_media for one in walked])
    pieces = [one for one, has_words in zip(walked, worded, strict=True) if has_words]
    words = np.array([min(len(one.words), 120) + 4.0 for one in pieces])
    return Example(
        page,
        found.title,
        pieces,
        whole[worded],
        np.array(places([one.words for one in pieces], page.truth["body"])),
        words / words.sum() ** 0.5,  # a page of twice the words counts 1.4 times as much
    )


def cross_validated(examples: Sequence[Example]) -> str:
    """The table of pages as read by models that were not shown them, beside the rules alone."""
    fold = np.random.default_rng(0).permutation(len(examples)) % FOLDS
    ours, rules = [], []
    for each in range(FOLDS):
        fitted = walker.load(fit([one for one, its in zip(examples, fold, strict=True) if its != each]))
        for one in (one for one, its in zip(examples, fold, strict=True) if its == each):
            chances = fitted.probabilities(one.matrix)
            kept = model.most(np.array([len(piece.words) for piece in one.pieces]), chances)
            ours.append((_text(one, kept), one.page.truth["body"]))
            rules.append((_text(one, [piece.taken for piece in one.pieces]), one.page.truth["body"]))
    return "\n".join(
        f"{name}: word F1 {np.mean([word_f1(*pair) for pair in pairs]):.4f}, shingle P/R/F1 "
        + "/".join(f"{value:.4f}" for value in shingle_scores(pairs))
        for name, pairs in (("rules", rules), ("model", ours))
    )


def _text(one: Example, kept: Sequence[bool]) -> str:
    chosen = [piece.block for piece, is_kept in zip(one.pieces, kept, strict=True) if is_kept]
    return "\n".join(block.text for block in finishing.strip(chosen, (one.title,)) if block.type in BODY_TYPES)


def main(arguments: Sequence[str]) -> None:
    """Write the weights, or print the table."""
    parts = split(load(Path(arguments[0])))
    examples = [example(page) for name, pages in parts.items() if name != "held out" for page in pages]
    if "--folds" in arguments:
        print(cross_validated(examples))
        return
    stored = {**fit(examples), "about": ABOUT, "features": list(features.NAMES)}
    WEIGHTS.write_text(json.dumps(stored, separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(examples)} pages, {WEIGHTS.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
