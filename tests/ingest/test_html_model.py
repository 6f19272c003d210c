"""The model that chooses a page's pieces: its weights fit its features, and its choice is the best to be expected."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from newsletter.ingest.html import body, features, model, tree

_SAID = features.Said("Counting far below", "How counting is done.")
_TEXT = "Native code does the counting, and Python says what is to be counted, which is as it should be in a program."


def _page(*blocks: str) -> str:
    inner = "".join(blocks)
    return f"<html><body><nav><a href='/'>Home page of ours</a></nav><article>{inner}</article></body></html>"


def test_every_piece_is_measured_by_every_feature() -> None:
    walked = body.by_rules(tree.parse(_page("<h2>One</h2>", *(f"<p>{_TEXT}</p>",) * 4, "<img src='/a.png'>"), "a"))
    measured = features.matrix(walked, _SAID)
    assert measured.shape == (len(walked), len(features.NAMES)) == (7, len(set(features.NAMES)))
    assert np.isfinite(measured).all()


def test_the_shipped_weights_were_trained_on_these_features() -> None:
    assert len(model.shipped().weights) == len(features.NAMES)


@pytest.mark.parametrize("chances", [(0.9, 0.2, 0.6, 0.45), (0.1, 0.05, 0.2, 0.1), (0.99, 0.98, 0.4, 0.97)])
def test_what_is_kept_has_the_largest_f1_to_be_expected(chances: tuple[float, ...]) -> None:
    words, likely = np.array([30, 4, 12, 80]), np.array(chances)

    def expected(kept: tuple[bool, ...]) -> float:
        weight = words + 0.5
        return float(2 * (likely * weight)[list(kept)].sum() / (weight[list(kept)].sum() + (likely * weight).sum()))

    every = product((False, True), repeat=4)
    assert expected(tuple(model.most(words, likely))) == pytest.approx(max(map(expected, every)))


def test_a_paragraph_of_the_story_is_taken_and_navigation_is_not() -> None:
    walked = body.by_rules(tree.parse(_page(*(f"<p>{_TEXT}</p>",) * 5), "a"))
    model.choose(walked, _SAID)
    assert [one.taken for one in walked] == [False, True, True, True, True, True]


def test_the_rules_decide_where_nothing_was_found() -> None:
    walked = body.by_rules(tree.parse("<html><body><img src='/a.png'></body></html>", "a"))
    model.choose(walked, _SAID)
    assert not any(one.taken for one in walked)


def test_text_that_the_page_declares_is_known_on_the_page() -> None:
    answer = "Because whoever counts above has to carry every number up the stairs, one at a time."
    declared = (
        '<script type="application/ld+json">{"@type": "FAQPage", "mainEntity": [{"@type": "Question", "name": '
        f'"Why below?", "acceptedAnswer": {{"@type": "Answer", "text": "<p>{answer}</p>"}}}}]}}</script>'
    )
    page = _page(declared, f"<p>{_TEXT}</p>" * 3, f"<div>{answer}</div>")
    shares = {one.block.text: one.declared for one in body.by_rules(tree.parse(page, "a"))}
    assert shares[answer] == 1.0
    assert shares[_TEXT] == 0.0
