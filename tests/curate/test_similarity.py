"""How alike articles are, for all pairs at once."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from newsletter.curate.similarity import Similarities
from newsletter.models import Article

Make = Callable[..., Article]


def test_the_same_text_is_wholly_similar_and_another_is_not(article: Make) -> None:
    similarities = Similarities([article(0), article(0, title="A profiler showed"), article(1)])
    assert similarities.near(0)[1] > 0.8
    assert 2 not in similarities.near(0)
    assert similarities.near(1)[0] == similarities.near(0)[1]


def test_articles_about_different_things_are_not_similar(article: Make) -> None:
    similarities = Similarities([article(n) for n in range(10)])
    assert [similarities.near(n) for n in range(10)] == [{}] * 10


def test_two_articles_are_enough_to_compare(article: Make) -> None:
    assert Similarities([article(0), article(0)]).near(0) == {1: pytest.approx(1.0)}


def test_ignored_articles_resemble_nothing(article: Make) -> None:
    assert Similarities([article(0), article(0)], ignored={1}).near(0) == {}


def test_chinese_texts_are_compared(article: Make) -> None:
    text = "把循环移到本机代码之后程序的速度提高了十倍，研究人员周一公布了测量结果。"
    assert Similarities([article(text, title="甲"), article(text + "还有更多。", title="乙")]).near(0)[1] > 0.6


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["the of and", "the of and"], ["🎉", "🎉"]])
def test_texts_without_terms_resemble_nothing(article: Make, texts: list[str]) -> None:
    similarities = Similarities([article(text, title="") for text in texts])
    assert all(similarities.near(at) == {} for at in range(len(texts)))


def test_a_burst_of_one_text_is_seen_whole(article: Make) -> None:
    burst = [article(0) for _ in range(1_000)]
    began = process_time()
    assert len(Similarities([*burst, article(1)]).near(0)) == 999
    assert process_time() - began < 5


def test_the_order_of_articles_does_not_matter(article: Make) -> None:
    texts = [f"alpha beta gamma delta {' '.join(f'w{n}' for n in range(at, at + 60))}" for at in range(0, 60, 10)]
    there = Similarities([article(text, title="x") for text in texts])
    back = Similarities([article(text, title="x") for text in reversed(texts)])
    assert there.near(0) == {5 - at: cosine for at, cosine in back.near(5).items()}
