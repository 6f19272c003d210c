"""A headline is shortened where a clause ends, and never in a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.curate.headlines import variants

_BETWEEN = "between words"
LONG = "Rust in the kernel: why maintainers changed their minds, after ten years of arguing about it"


def test_each_limit_gets_the_longest_form_that_ends_well() -> None:
    assert [(v.limit, v.text) for v in variants(LONG)] == [
        (70, "Rust in the kernel: why maintainers changed their minds"),
        (50, "Rust in the kernel"),
        (35, "Rust in the kernel"),
    ]


@pytest.mark.parametrize(
    ("headline", "limit", "text", "cut"),
    [
        ("Short and good", 35, "Short and good", "whole"),
        ("The loop moved. Nobody noticed that it had", 35, "The loop moved.", "a sentence"),
        ("Engineers moved the loop after years of waiting", 35, "Engineers moved the loop", "a clause"),
        (
            "Engineers rewrote the whole of the loop in native code",
            45,
            "Engineers rewrote the whole of the loop",
            "a phrase",
        ),
        ("Analysis: engineers moved a loop to C", 35, "engineers moved a loop to C", "after a colon or dash"),
        ("Maintainers celebrate twentyfold acceleration", 35, "Maintainers celebrate twentyfold…", _BETWEEN),
        (
            "“We kept the part that people read, so there”, says Moss",
            40,
            "“We kept the part that people read, so…”",
            "between words",
        ),
        (
            "研究人员周一公布了一项新的测量结果，发现循环占用了九成的时间",
            20,
            "研究人员周一公布了一项新的测量结果",
            "a comma",
        ),
        ("研究人员周一公布了一项新的测量结果", 10, "研究人员周一公布了…", _BETWEEN),
        ("Version 3.14: loops at 12:30 are ten times faster than before", 34, "Version 3.14", "a colon or dash"),
    ],
)
def test_the_best_boundary_that_fits_is_taken(headline: str, limit: int, text: str, cut: str) -> None:
    (variant,) = variants(headline, (limit,))
    assert (variant.text, variant.cut) == (text, cut)


@given(st.text(alphabet=st.sampled_from("abc ABC,:;.-–“”\"'()，。中文é\n"), max_size=150), st.integers(5, 90))
def test_any_headline_is_cut_at_the_ends_of_words(headline: str, limit: int) -> None:
    line = " ".join(headline.split())
    (variant,) = variants(headline, (limit,))
    kept = variant.text.split("…")[0]
    assert kept in line
    words = line.split()
    if len(variant.text) > limit:
        assert len(words[0]) + len(variant.text) - len(kept) > limit  # with the ellipsis and what closes a bracket
    after = line[line.index(kept) + len(kept) :][:1]
    if kept and after.isascii() and kept[-1].isascii():
        assert not (after.isalnum() and kept[-1].isalnum())
