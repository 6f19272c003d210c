"""Topics by words, by examples and by what was printed; sections and quotas that come of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random

import pytest

from newsletter.curate import idle_words
from newsletter.curate.catch import catch
from newsletter.curate.pick import Criteria, Selection, pick
from newsletter.curate.selection import LEFTOVERS, Topic
from newsletter.models import Article

Make = Callable[..., Article]

_GARDEN = ("soil", "compost", "seedling", "mulch", "orchard", "pruning", "hedge", "trellis", "aphid", "greenhouse")
_RAIL = ("locomotive", "signal", "platform", "timetable", "junction", "carriage", "gauge", "sleeper", "depot", "tunnel")
_FILL = tuple(f"filler{n}" for n in range(400))


def about(words: tuple[str, ...], seed: int) -> str:
    random = Random(seed)
    return " ".join(random.sample(words, 8) * 2 + random.sample(_FILL, 40))


def ids(selection: Selection) -> list[int]:
    return [picked.article.id for picked in selection.picks]


def test_any_word_of_a_topic_counts_and_the_reason_names_the_topic(article: Make, now: datetime) -> None:
    hit = article(0, title="The borrow checker explained")
    criteria = Criteria(topics={"rust": Topic(words=("ownership", "borrow checker"))})
    why = pick([hit], criteria, history=[], now=now).picks[0].why
    assert why.sentence == "1 day old · matches *rust* 0.70"
    assert why.terms["topics"] > 0


def test_the_name_is_no_word_where_words_or_examples_are_given(article: Make, now: datetime) -> None:
    named = article(0, title="Rust on old bridges")
    criteria = Criteria(topics={"rust": Topic(words=("borrow checker",))})
    assert "rust" not in pick([named], criteria, history=[], now=now).picks[0].why.sentence


def test_an_article_like_the_examples_belongs_to_the_topic(article: Make, now: datetime) -> None:
    examples = {n: article(about(_GARDEN, n), id=n, days=90) for n in (501, 502)}
    garden, rail = article(about(_GARDEN, 7), title="One", days=3), article(about(_RAIL, 8), title="Two", days=1)
    criteria = Criteria(topics={"gardening": Topic(articles=(501, 502))})
    selection = pick([rail, garden], criteria, history=[], now=now, examples=examples)
    assert ids(selection) == [garden.id, rail.id]
    assert "matches *gardening*" in selection.picks[0].why.sentence
    assert "gardening" not in selection.picks[1].why.sentence


class TestLearned:
    def history(self, article: Make, words: tuple[str, ...], first: int = 600) -> list[Article]:
        return [
            article(about(words, n), id=first + n, title=f"No {n}", days=30 + n, used_in=40 - n // 3) for n in range(15)
        ]

    def test_likeness_to_what_was_printed_outweighs_a_day(self, article: Make, now: datetime) -> None:
        garden, rail = article(about(_GARDEN, 99), title="One", days=2), article(about(_RAIL, 98), title="Two", days=1)
        history = self.history(article, _GARDEN)
        assert ids(pick([rail, garden], Criteria(), history=history, now=now)) == [rail.id, garden.id]
        selection = pick([rail, garden], Criteria(learn=1.0), history=history, now=now)
        assert ids(selection) == [garden.id, rail.id]
        assert "like what you printed before" in selection.picks[0].why.sentence
        assert "like what" not in selection.picks[1].why.sentence

    def test_what_was_printed_long_ago_fades(self, article: Make, now: datetime) -> None:
        from dataclasses import replace

        old = [replace(printed, used_in=1) for printed in self.history(article, _RAIL, 700)]
        history = [*self.history(article, _GARDEN), *old]
        garden, rail = article(about(_GARDEN, 99), title="One", days=2), article(about(_RAIL, 98), title="Two", days=1)
        assert ids(pick([rail, garden], Criteria(learn=1.0), history=history, now=now)) == [garden.id, rail.id]

    def test_a_handful_of_articles_teaches_nothing(self, article: Make, now: datetime) -> None:
        history = self.history(article, _GARDEN)[:5]
        why = pick([article(0)], Criteria(learn=1.0), history=history, now=now).picks[0].why
        assert "learned" not in why.terms


class TestSections:
    criteria = Criteria(
        topics={
            "rust": Topic(words=("rust",), section="Languages", max=2),
            "sql": Topic(weight=0.5, words=("sql",), section="Data"),
            "python": 1.0,
        }
    )

    def test_articles_go_where_their_strongest_topic_says(self, article: Make, now: datetime) -> None:
        rust, sql, other = article(0, title="Rust"), article(1, title="SQL"), article(2, title="Else")
        sections = {p.article.id: p.section for p in pick([rust, sql, other], self.criteria, history=[], now=now).picks}
        assert sections == {rust.id: "Languages", sql.id: "Data", other.id: LEFTOVERS}

    def test_a_topic_with_a_section_goes_before_one_without(self, article: Make, now: datetime) -> None:
        both = article(0, title="SQL from Python", deck="Python, Python")
        assert pick([both], self.criteria, history=[], now=now).picks[0].section == "Data"

    def test_a_word_in_passing_places_nothing(self, article: Make, now: datetime) -> None:
        passing = article("Some rust. " + "word " * 40, title="Else")
        assert pick([passing], self.criteria, history=[], now=now).picks[0].section == LEFTOVERS

    def test_without_sections_there_is_one_unnamed(self, article: Make, now: datetime) -> None:
        selection = pick([article(0), article(1)], Criteria(topics={"loop": 1.0}), history=[], now=now)
        assert {p.section for p in selection.picks} == {""}

    def test_a_topic_gives_no_more_than_its_max_and_says_so(self, article: Make, now: datetime) -> None:
        rust = [article(n, title=f"Rust {n}", days=n / 10) for n in range(4)]
        other = article(5, title="Else", days=6)
        selection = pick([*rust, other], self.criteria, history=[], now=now)
        assert len(selection.picks) == 3
        left = [left for left in selection.left_out if left.kind == "quota"]
        assert [item.reason for item in left] == [
            "2 on rust are picked already; a higher max of that topic may include it"
        ] * 2


def test_the_first_of_a_source_this_month_is_told(article: Make, now: datetime) -> None:
    known, fresh = article(0, site="Daily Loop"), article(1, site="Weekly Loop")
    selection = pick([known, fresh], Criteria(), history=[], now=now, recent_outlets={"daily loop"})
    sentences = {p.article.id: p.why.sentence for p in selection.picks}
    assert sentences[fresh.id].endswith("first from this source this month")
    assert "first from" not in sentences[known.id]


def test_a_catch_lists_articles_by_topic_and_what_none_takes(article: Make, now: datetime) -> None:
    strong, weak, none = article(0, title="Rust"), article("Some rust. " + "word " * 40, title="Else"), article(2)
    caught = catch([weak, none, strong], Criteria(topics={"rust": 1.0}), [], {})
    assert [(found.id, round(value, 2)) for found, value in caught.topics[0].articles] == [
        (strong.id, 0.7),
        (weak.id, 0.12),
    ]
    assert (caught.missed, caught.learned) == (1, ())


def test_learned_terms_are_those_of_what_was_printed(article: Make, now: datetime) -> None:
    history = TestLearned().history(article, _GARDEN)
    caught = catch([article(0)], Criteria(learn=1.0), history, {})
    assert {term for term, _ in caught.learned[:6]} <= set(_GARDEN)
    assert caught.learned[0][1] == 1.0


@pytest.mark.parametrize(
    ("language", "idle", "telling"),
    [
        ("en", "two each 2026 third really monday", ["compiler", "trellis"]),
        ("de", "zwei jede dritten mai wirklich sei", ["übersetzer", "spalier"]),
        ("fr", "deux chaque mardi presque", ["compilateur", "treillis"]),
        ("es", "dos cada martes casi", ["compilador", "enrejado"]),
        ("ru", "два каждый сегодня только", ["компилятор", "решётка"]),
    ],
)
def test_words_that_say_nothing_are_not_learned(
    article: Make, now: datetime, language: str, idle: str, telling: list[str]
) -> None:
    common = f"{' '.join(telling)} {idle}"
    history = [
        article(
            f"{common} {' '.join(_FILL[9 * n : 9 * n + 9])}", title=f"No {n}", language=language, days=30 + n, used_in=1
        )
        for n in range(12)
    ]
    caught = catch([article(0)], Criteria(learn=1.0), history, {})
    found = {term for term, _ in caught.learned}
    assert found >= set(telling)
    assert not found & set(idle.split())
    alike, unlike = (
        article(f"{words} filler{n} filler{n + 2}", title=f"So {n}", language=language)
        for n, words in enumerate((" ".join(telling), idle), 401)
    )
    criteria = Criteria(learn=1.0, min_words=1)
    picks = pick([unlike, alike], criteria, history=history, now=now).picks
    learned = {picked.article.id: picked.why.terms.get("learned", 0) for picked in picks}
    assert learned[unlike.id] == 0 < learned[alike.id]


def test_a_word_is_idle_in_its_own_language_alone() -> None:
    assert idle_words.idle({"it"})("sei")
    assert not idle_words.idle({"en"})("sei")
    assert idle_words.idle({None})("sei")
    assert idle_words.idle({"ja", "zh-TW"})("それ")
    assert idle_words.idle({"ja", "zh-TW"})("两个")
    assert not idle_words.idle({"ja", "zh-TW"})("数据")
    assert not idle_words.idle({"en"})("ipv6")


@pytest.mark.parametrize("wrong", [{"weight": 0}, {"max": 0}])
def test_a_topic_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Topic(**wrong)  # type: ignore[arg-type]  # wrong on purpose
