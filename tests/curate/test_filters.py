"""What keeps an article out whatever it is worth, and what each refusal says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from newsletter.curate import reasons
from newsletter.curate.filters import is_blocked
from newsletter.curate.pick import Criteria, Selection, pick
from newsletter.curate.selection import LeftOut
from newsletter.models import Article

Make = Callable[..., Article]


def out(selection: Selection) -> dict[int, LeftOut]:
    return {left.article.id: left for left in selection.left_out}


def test_articles_in_other_languages_are_left_out_but_not_those_that_state_none(article: Make, now: datetime) -> None:
    english, german, unknown = article(0, language="en-GB"), article(1, language="de"), article(2, language=None)
    selection = pick([english, german, unknown], Criteria(languages=("EN",)), history=[], now=now)
    assert {p.article.id for p in selection.picks} == {english.id, unknown.id}
    assert out(selection)[german.id].kind == "language"
    assert "in de, which is not among the languages" in out(selection)[german.id].reason


def test_a_long_article_is_left_out_and_says_the_limit(article: Make, now: datetime) -> None:
    long, short = article("word " * 400), article(1)
    selection = pick([long, short], Criteria(max_words=300), history=[], now=now)
    assert [p.article.id for p in selection.picks] == [short.id]
    assert out(selection)[long.id].reason == "longer than the 300 words wanted; pin it to print it anyway"
    exact = article("word " * 300)
    assert pick([exact], Criteria(max_words=300), history=[], now=now).picks


@pytest.mark.parametrize(
    ("name", "is_out"),
    [
        ("Daily Loop", True),
        ("daily  loop", True),
        ("news.example.org", True),
        ("example.org", True),
        ("www.example.org", False),
        ("ample.org", False),
        ("Loop", False),
    ],
)
def test_a_source_is_blocked_by_site_host_or_domain(article: Make, name: str, is_out: bool) -> None:
    found = article(0, site="Daily Loop", url="https://www.news.example.org/a")
    assert is_blocked(found, {" ".join(name.casefold().split())}) is is_out


def test_a_blocked_source_gives_nothing_unless_it_is_pinned(article: Make, now: datetime) -> None:
    blocked = article(0, site="Daily Loop")
    criteria = Criteria(blocked=("DAILY LOOP",))
    selection = pick([blocked], criteria, history=[], now=now)
    assert out(selection)[blocked.id].reason.startswith("Daily Loop is blocked in [curate]")
    assert pick([blocked], criteria, history=[], now=now, pinned=[blocked.id]).picks


def test_a_vetoed_article_stays_out_and_its_story_is_told_by_another(article: Make, now: datetime) -> None:
    first, copy = article(0, days=0), article(0, days=2)
    selection = pick([first, copy], Criteria(), history=[], now=now, vetoed=[first.id])
    assert [p.article.id for p in selection.picks] == [copy.id]
    assert out(selection)[first.id].kind == "vetoed"
    assert f"issue veto N {first.id} --off" in out(selection)[first.id].reason


def test_nothing_to_pick_is_told_by_reason_with_what_would_widen_it(article: Make, now: datetime) -> None:
    candidates = [article(0, used_in=1), article(1, language="de"), article("Tiny."), article("Tiny two.")]
    selection = pick(candidates, Criteria(languages=("en",)), history=[], now=now)
    said = reasons.nothing(selection.left_out, older=1_200, span=9)
    assert said == (
        "1,200 older than that (--since 9d would take in the newest); 1 in other languages; 1 printed before; "
        "2 too short or too long"
    )


def test_a_rewrite_is_found_among_examples_and_history_alike(article: Make, now: datetime) -> None:
    printed, again, example = article(0, days=20, used_in=3), article(0, title="Loops in C"), article(1)
    selection = pick(
        [again], Criteria(), history=[printed], now=now, examples={example.id: example, again.id: replace(again)}
    )
    assert out(selection)[again.id].kind == "rewrite"
    like_example = article(1, title="Wheels")
    assert pick([like_example], Criteria(), history=[printed], now=now, examples={example.id: example}).picks


def test_the_window_is_measured_from_now(article: Make, now: datetime) -> None:
    old = article(0, days=8)
    assert out(pick([old], Criteria(), history=[], now=now))[old.id].kind == "window"
    assert pick([old], Criteria(), history=[], now=now - timedelta(days=2)).picks


def test_the_story_of_a_printed_article_is_not_told_again_by_another_source(article: Make, now: datetime) -> None:
    printed = article(0, days=6, story=7, used_in=3, id=90, site="One")
    parallel, later, apart = (
        article(1, days=5, story=7, site="Two"),
        article(2, days=1, story=7, site="Two"),
        article(3, days=5, story=8, site="Two"),
    )
    selection = pick([parallel, later, apart], Criteria(), history=[printed], now=now)
    assert {p.article.id for p in selection.picks} == {later.id, apart.id}
    left = out(selection)[parallel.id]
    assert left.kind == "retold"
    assert left.reason.startswith("covers the same story as 90 ")
    assert left.reason.endswith("printed in issue 3; pin it to print it anyway")
    pinned = pick([parallel], Criteria(), history=[printed], now=now, pinned=[parallel.id])
    assert [p.article.id for p in pinned.picks] == [parallel.id]
    assert reasons.nothing(selection.left_out, older=0, span=None) == "1 on a story printed before"
