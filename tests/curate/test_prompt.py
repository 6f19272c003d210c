"""A prompt holds as much of an article as was said, whatever part of it is the long one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter import resources
from newsletter.curate.prompt import Prompts
from newsletter.models import Article, Block


@pytest.mark.parametrize("part", ["title", "deck", "language", "heading", "body"])
def test_no_part_of_an_article_makes_a_prompt_longer_than_the_limit(article: Callable[..., Article], part: str) -> None:
    prompts = Prompts([resources.folder("templates") / "prompts"])
    long = "word " * 50_000
    fields = {
        "title": {"title": long},
        "deck": {"deck": long},
        "language": {"language": long},
        "heading": {"blocks": (Block("heading", long), Block("paragraph", "Short.", section=long))},
        "body": {"blocks": (Block("paragraph", long),)},
    }[part]
    system, user = prompts.summary(article(0, **fields), sentences=2, words=None, max_characters=4_000)
    assert len(user) < 4_000 + 100
    assert len(system) < 2_000
    if part == "title":
        assert "inner loop" in user
