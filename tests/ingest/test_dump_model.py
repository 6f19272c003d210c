"""The trained line model: what it is given, what it answers, and that it costs no more than the lines do."""

from __future__ import annotations

import time

import numpy as np
import pytest

from newsletter.ingest import dump
from newsletter.ingest.dump import features, lines, model, story

_STORY = (
    "The harbour was rebuilt three times in a century, and each time the engineers swore that the wall would hold.",
    "What they had not reckoned with was the river, which brings down sand in spring and takes it away in autumn.",
    "A survey of the old charts showed that the channel had moved by sixty metres since the first lighthouse was lit.",
    "Nobody in the town was surprised, since their grandparents had told them where the boats used to lie at night.",
)
_CHROME = ("Home", "Subscribe", "About us", "Contact", "Related articles", "Ten towns to see by train", "Share this")


def _page(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def test_there_is_a_column_for_each_name() -> None:
    found = lines.measure(_page(*_CHROME, *_STORY))
    assert features.matrix(found, story.longest_run(found)).shape == (len(found), len(features.NAMES))


def test_sentences_of_a_story_are_likelier_than_the_links_around_them() -> None:
    found = lines.measure(_page("Home", "Subscribe", *_STORY, "Related articles", "Ten towns to see by train"))
    chances = model.probabilities(found, story.longest_run(found))
    inside = [chance for line, chance in zip(found, chances, strict=True) if line.text in _STORY]
    outside = [chance for line, chance in zip(found, chances, strict=True) if line.text not in _STORY]
    assert min(inside) > 0.6 > 0.4 > max(outside)


def test_what_is_kept_has_the_largest_f1_to_be_expected() -> None:
    """By trying all subsets of a page of ten lines."""
    found = lines.measure(_page(*_CHROME[:6], *_STORY))
    chances = np.array([0.1, 0.3, 0.05, 0.2, 0.45, 0.5, 0.9, 0.8, 0.35, 0.7])
    words = np.array([line.words + 0.5 for line in found])

    def expected(kept: np.ndarray) -> float:
        return float(2 * (words * chances)[kept].sum() / (words[kept].sum() + (words * chances).sum()))

    every = (np.array([bool(bits >> n & 1) for n in range(10)]) for bits in range(1, 1 << 10))
    assert expected(model.keep(found, chances)) == pytest.approx(max(expected(kept) for kept in every))


def test_weights_for_other_features_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "NAMES", features.NAMES[1:])
    model.shipped.cache_clear()
    with pytest.raises(ValueError, match="other features"):
        model.shipped()
    model.shipped.cache_clear()


def test_a_tree_is_walked_as_it_was_grown() -> None:
    """At most the threshold goes left: first column > 1, then second column > 2 on the left, > 3 on the right."""
    nothing = {"mean": [0, 0], "scale": [1, 1], "weights": [0, 0], "bias": 0}
    tree = {"depth": 2, "trees": [[0, 1, 1, 2, -1, -9, -1, -3, 1, 3, -1, 3, -1, 9]]}
    found = model.load({**nothing, **tree}).probabilities(np.array([[1, 2], [1, 3], [2, 3], [2, 4]], np.float32))
    trees = (found - 0.5 * 0.2) / 0.8
    assert np.log(trees / (1 - trees)) == pytest.approx([-9, -3, 3, 9], abs=1e-6)


def test_a_page_of_very_many_lines_is_left_to_the_rules() -> None:
    text = "Home\n" + "x\n" * 30_000 + "\n".join(_STORY) + "\n"
    assert dump.label(text)[-4:] == ["body"] * 4


@pytest.mark.parametrize(
    "unit",
    [
        "Home\n\n",
        "Ada Brook\n2026-01-02\n",
        "By Ada Brook\n\nRelated articles\n",
        f"{_STORY[0]}\nHome\n",
        "“A quote of some length here.”\n— Ada Brook\n",
        "is the a is the b is the ",
    ],
)
def test_time_grows_no_faster_than_the_page(unit: str) -> None:
    def seconds(count: int) -> float:
        text = "Home\n" + unit * count
        best = 9.9
        for _ in range(2):
            begin = time.process_time()
            dump.label(text)
            best = min(best, time.process_time() - begin)
        return best

    seconds(5)
    small, large = seconds(100), seconds(1000)
    assert large < 25 * small + 0.2
