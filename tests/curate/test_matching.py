"""Words are found as words, and where they stand matters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.curate.matching import Haystack, Needle
from newsletter.models import Article

Make = Callable[..., Article]


@pytest.mark.parametrize(
    ("word", "title", "is_found"),
    [
        ("rust", "Rust at last", True),
        ("rust", "Rust's border", True),
        ("wheel", "Wheels for all", True),
        ("databases", "A database at last", True),
        ("neural networks", "One neural network", True),
        ("databases", "The databased", False),
        ("glass", "Made of glas", False),
        ("Windows", "A window to the yard", False),
        ("rust", "In trust", False),
        ("rust", "Rusty tools", False),
        ("c++", "Modern C++ loops", True),
        (".net", "What .NET does", True),
        ("native  code", "Native code wins", True),
        ("straße", "STRASSE", True),
        ("循环", "为什么循环这么慢", True),
        ("", "Anything", False),
        (" ", "Anything at all", False),
    ],
)
def test_found_as_a_word(article: Make, word: str, title: str, is_found: bool) -> None:
    hits = Haystack(article("Nothing here.", title=title)).find([Needle(word)])
    assert bool(hits) is is_found
    assert all(hit.place == "title" for hit in hits)


def test_title_beats_tags_and_tags_beat_the_body(article: Make) -> None:
    title = Haystack(article("x", title="Rust"))
    tags = Haystack(article("x", title="y", tags=("rust",)))
    body = Haystack(article("Rust once.", title="y"))
    often = Haystack(article("Rust, rust and rust.", title="y"))
    values = [haystack.find([Needle("rust")])[0].value for haystack in (title, tags, often, body)]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 4
