"""What goes into an issue, and what each decision says about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.curate.pick import Criteria, Selection, pick
from newsletter.errors import NotFound
from newsletter.models import Article, Block

Make = Callable[..., Article]


def ids(selection: Selection) -> list[int]:
    return [picked.article.id for picked in selection.picks]


def reason(selection: Selection, article: Article) -> str:
    return next(left.reason for left in selection.left_out if left.article.id == article.id)


def test_newer_articles_come_first_when_nothing_else_is_asked(article: Make, now: datetime) -> None:
    candidates = [article(0, days=3), article(1, days=1), article(2, days=2)]
    assert ids(pick(candidates, Criteria(), history=[], now=now)) == [2, 3, 1]


def test_every_candidate_is_picked_or_left_out_with_a_reason(article: Make, now: datetime) -> None:
    candidates = [article(n % 10, days=n) for n in range(1, 16)]
    selection = pick(candidates, Criteria(max_articles=3), history=[], now=now)
    assert len(selection.picks) == 3
    assert sorted(ids(selection) + [left.article.id for left in selection.left_out]) == list(range(1, 16))
    assert all(left.reason for left in selection.left_out)


def test_an_article_outside_the_window_says_what_would_include_it(article: Make, now: datetime) -> None:
    old = article(0, days=9.5)
    criteria = Criteria(window=timedelta(days=7))
    selection = pick([old, article(1)], criteria, history=[], now=now)
    assert reason(selection, old) == "older than the 7-day window by 3 days; --since 10d would include it"
    assert old.id in ids(pick([old], Criteria(window=timedelta(days=10)), history=[], now=now))


def test_an_undated_article_is_as_old_as_it_is_known(article: Make, now: datetime) -> None:
    undated = article(0, published=None, added=now - timedelta(days=2))
    unknown = article(1, published=None, added=None)
    selection = pick([undated, unknown], Criteria(), history=[], now=now)
    assert ids(selection) == [undated.id, unknown.id]
    assert selection.picks[0].why.sentence == "undated, added 2 days ago"
    assert selection.picks[1].why.sentence == "no date"


def test_an_undated_article_added_today_does_not_pass_for_new(article: Make, now: datetime) -> None:
    undated = article(0, published=None, added=now)
    dated = article(1, days=2)
    assert ids(pick([undated, dated], Criteria(half_life=timedelta(days=3)), history=[], now=now)) == [dated.id, 1]


def test_a_date_in_the_future_is_left_out_beyond_a_day_of_time_zones(article: Make, now: datetime) -> None:
    tomorrow, next_week = article(0, days=-0.9), article(1, days=-7)
    selection = pick([tomorrow, next_week], Criteria(), history=[], now=now)
    assert ids(selection) == [tomorrow.id]
    assert "2026-11-27, which is in the future" in reason(selection, next_week)


def test_a_short_article_is_left_out_and_its_deck_counts(article: Make, now: datetime) -> None:
    short = article("Three words only.")
    decked = article("Three words only.", deck="The deck of this one has " + "many " * 30 + "words.")
    chinese = article("循环占用了程序大部分的时间，所以应该把循环移到本机代码里面去运行。" * 3)
    selection = pick([short, decked, chinese], Criteria(), history=[], now=now)
    assert sorted(ids(selection)) == [decked.id, chinese.id]
    assert reason(selection, short) == "only 3 words long, under the 30 wanted; pin it to print it anyway"


class TestNotUsedBefore:
    def test_by_id(self, article: Make, now: datetime) -> None:
        printed = article(0)
        selection = pick([printed], Criteria(), history=[replace(printed, used_in=4)], now=now)
        assert reason(selection, printed) == "printed before in issue 4; pin it to print it again"

    def test_by_the_mark_on_the_article(self, article: Make, now: datetime) -> None:
        printed = article(0, used_in=3)
        assert "in issue 3" in reason(pick([printed], Criteria(), history=[], now=now), printed)

    def test_by_the_same_text_under_another_address(self, article: Make, now: datetime) -> None:
        earlier = article("Too short to compare.", id=90, title="One", used_in=2)
        again = article("too  short to compare.", title="ONE")
        selection = pick([again], Criteria(min_words=1), history=[earlier], now=now)
        assert reason(selection, again).startswith("says what 90 “One” said, printed in issue 2")

    def test_by_a_rewrite_of_it(self, article: Make, now: datetime) -> None:
        earlier = article(0, id=90, days=8, title="Simulation loop moves to C", used_in=2)
        rewrite = article(
            "Nine tenths of the time went into the inner loop of the simulation, a profiler showed. The team has now "
            "moved that loop to C while the physics, which changes every week, stays in Python. A run takes four "
            "minutes; it used to take forty.",
            title="How a simulation loop in C saves half an hour",
        )
        other = article(1)
        selection = pick([rewrite, other], Criteria(), history=[earlier], now=now)
        assert ids(selection) == [other.id]
        assert "said, printed in issue 2" in reason(selection, rewrite)

    def test_but_an_article_on_the_same_subject_is_news(self, article: Make, now: datetime) -> None:
        earlier = article(0, id=90, days=8, used_in=2)
        later = article(
            "The simulation team published its numbers on Thursday. Three universities repeated the measurement on "
            "their own clusters and found that memory bandwidth, not the loop, limits larger grids. A workshop in "
            "Lisbon will discuss compression of the grid before it is written to disk.",
        )
        assert ids(pick([later], Criteria(), history=[earlier], now=now)) == [later.id]


class TestOneAStory:
    def test_near_copies_come_in_once_and_the_others_are_named(self, article: Make, now: datetime) -> None:
        first = article(0, days=1, site="North Wire")
        copies = [article(0, days=1.5, site=site) for site in ("East Wire", "West Wire")]
        selection = pick([*copies, first, article(1, days=2)], Criteria(), history=[], now=now)
        why = selection.picks[0].why
        assert selection.picks[0].article == first
        assert "3 sources cover it, also covered by East Wire, West Wire" in why.sentence
        assert why.terms["coverage"] > 0
        assert reason(selection, copies[0]).startswith(f"covers the same story as {first.id} “")
        assert "which was picked" in reason(selection, copies[0])

    def test_parallel_coverage_in_other_words_is_one_story(self, article: Make, now: datetime) -> None:
        one = article(
            "Kestrel 3.0, a linter for Python, was released on Tuesday. It is written in Rust and checks a million "
            "lines in under a second, the maintainers say. Plug-ins still run in Python.",
            title="Kestrel 3.0 linter released",
        )
        other = article(
            "The maintainers of Kestrel published version 3.0 this week. A million lines of Python pass through the "
            "Rust linter in less than one second. Existing plug-ins keep working.",
            title="A million lines a second: Kestrel linter 3.0",
        )
        selection = pick([one, other, article(1), article(2)], Criteria(), history=[], now=now)
        assert len({one.id, other.id} & set(ids(selection))) == 1

    def test_articles_that_an_editor_split_are_two_stories(self, article: Make, now: datetime) -> None:
        one, other = article(0, story=1), article(0, story=2, site="Elsewhere")
        assert len(pick([one, other], Criteria(), history=[], now=now).picks) == 2
        assert len(pick([one, replace(other, story=None)], Criteria(), history=[], now=now).picks) == 1

    def test_a_burst_of_one_story_fills_one_place(self, article: Make, now: datetime) -> None:
        burst = [article(0, days=n / 500) for n in range(400)]
        others = [article(n, days=3) for n in range(1, 6)]
        selection = pick([*burst, *others], Criteria(), history=[], now=now)
        assert len(selection.picks) == 6
        assert "400 sources cover it" in selection.picks[0].why.sentence

    def test_a_weekly_column_is_not_one_story(self, article: Make, now: datetime) -> None:
        weekly = "Welcome to the weekly letter about {}. Here is what happened in the repositories this week. "
        columns = [
            article(weekly.format(subject) + text, days=days, site="The Letter", title=f"Weekly letter: {subject}")
            for subject, text, days in (
                (
                    "parsers",
                    "A lexer lost its tables and gained speed. Error recovery was rewritten twice since May.",
                    1,
                ),
                ("arrays", "Strides may be negative now. Broadcasting has a faster path for scalars and pairs.", 6),
            )
        ]
        assert len(pick(columns, Criteria(), history=[], now=now).picks) == 2

    def test_the_stores_own_stories_count(self, article: Make, now: datetime) -> None:
        candidates = [article(0, story=7), article(1, story=7), article(2)]
        assert len(pick(candidates, Criteria(), history=[], now=now).picks) == 2


class TestQuota:
    def test_an_outlet_gives_no_more_than_its_quota(self, article: Make, now: datetime) -> None:
        same = [article(n, days=n / 10, site="Daily Loop") for n in range(4)]
        others = [article(n, days=6) for n in range(4, 7)]
        selection = pick(same + others, Criteria(max_articles=5, max_per_source=2), history=[], now=now)
        assert sum(picked.article.site == "Daily Loop" for picked in selection.picks) == 2
        assert len(selection.picks) == 5
        left = [left for left in selection.left_out if left.article.site == "Daily Loop"]
        expected = "2 from Daily Loop are picked already; a higher max_per_source may include it"
        assert [item.reason for item in left] == [expected] * 2

    def test_a_dominating_outlet_leaves_places_empty_rather_than_fill_them(self, article: Make, now: datetime) -> None:
        same = [article(n, site="Daily Loop") for n in range(5)]
        selection = pick(same, Criteria(max_per_source=1), history=[], now=now)
        assert len(selection.picks) == 1

    def test_the_quota_s_reason_counts_what_was_picked_and_what_was_not(self, article: Make, now: datetime) -> None:
        same = [article(n, days=days, site="Daily Loop") for n, days in enumerate((0, 5, 6))]
        others = [article(n, days=2 + n / 10) for n in range(4, 7)]
        selection = pick(same + others, Criteria(max_articles=2, max_per_source=2), history=[], now=now)
        assert [each.article.outlet for each in selection.picks].count(same[0].outlet) == 1
        assert "besides, 1 from Daily Loop is picked, and 1 more ranks higher; a" in reason(selection, same[2])

    def test_the_quota_s_reason_counts_what_is_pinned(self, article: Make, now: datetime) -> None:
        same = [article(n, days=n, site="Daily Loop") for n in range(4)]
        pinned = [each.id for each in same[:3]]
        criteria = Criteria(max_articles=5, max_per_source=2)
        selection = pick([*same, article(9)], criteria, history=[], now=now, pinned=pinned)
        assert "3 from Daily Loop are picked already" in reason(selection, same[3])

    def test_the_quota_is_named_only_where_it_decided(self, article: Make, now: datetime) -> None:
        same = [article(n, days=days, site="Daily Loop") for n, days in enumerate((0, 1, 6))]
        others = [article(n, days=2 + n / 10) for n in range(4, 7)]
        criteria = Criteria(max_articles=2, max_per_source=1)
        selection = pick(same + others, criteria, history=[], now=now)
        assert "a higher max_per_source" in reason(selection, same[1])
        assert "ranked below" in reason(selection, same[2])
        assert "besides, 1 from Daily Loop is picked already" in reason(selection, same[2])
        more = pick(same + others, replace(criteria, max_per_source=2), history=[], now=now)
        assert same[1].id in ids(more)


class TestWanted:
    def test_a_word_in_the_title_outweighs_one_in_the_body_and_a_day(self, article: Make, now: datetime) -> None:
        body = article(0, days=0.1, title="A loop in C")
        title = article(1, days=2, title="Rust's wheels for everybody")
        body = replace(body, blocks=(*body.blocks, Block("paragraph", "Some prefer Rust.")))
        selection = pick([body, title, article(2, days=0.1)], Criteria(words=("rust",)), history=[], now=now)
        assert ids(selection) == [title.id, body.id, 3]
        assert selection.picks[0].why.sentence == "2 days old · matches 'rust' in the title"
        assert selection.picks[1].why.sentence == "new today · mentions 'rust'"

    def test_part_of_a_longer_word_does_not_match(self, article: Make, now: datetime) -> None:
        trust = article(0, title="In thrust we trust")
        why = pick([trust], Criteria(words=("rust",)), history=[], now=now).picks[0].why
        assert why.terms["words"] == 0
        assert "rust'" not in why.sentence

    def test_topics_are_served_in_turn(self, article: Make, now: datetime) -> None:
        rust = [article(n, title=f"Rust number {n}", days=1) for n in range(3)]
        database = article(3, title="A database in process", days=2)
        criteria = Criteria(max_articles=2, topics={"rust": 1.0, "database": 0.9})
        assert ids(pick([*rust, database], criteria, history=[], now=now)) == [1, database.id]

    def test_topics_count_by_their_weight(self, article: Make, now: datetime) -> None:
        light, heavy = article(0, title="Audio"), article(1, title="Packaging")
        criteria = Criteria(topics={"audio": 0.2, "packaging": 1.0})
        assert ids(pick([light, heavy], criteria, history=[], now=now)) == [heavy.id, light.id]

    def test_words_of_languages_without_spaces_match(self, article: Make, now: datetime) -> None:
        chinese = article("循环占用了程序大部分的时间。" * 12, title="为什么循环这么慢", language="zh")
        why = pick([chinese], Criteria(words=("循环",)), history=[], now=now).picks[0].why
        assert "matches '循环' in the title" in why.sentence


class TestPinned:
    def test_pinned_articles_pass_every_filter_and_lead(self, article: Make, now: datetime) -> None:
        old, short, used = article(0, days=99), article("Tiny."), article(1, used_in=2)
        fresh = article(2, days=0)
        selection = pick([fresh, old, short, used], Criteria(max_articles=2), history=[], now=now, pinned=[2, 1, 3])
        assert ids(selection) == [short.id, old.id, used.id]
        assert selection.picks[1].why.sentence == "pinned by the editor · 99 days old"

    def test_pinned_articles_use_up_the_quota(self, article: Make, now: datetime) -> None:
        pins = [article(n, site="Daily Loop", days=5) for n in range(2)]
        fresh = article(2, site="Daily Loop", days=0)
        assert ids(pick([*pins, fresh], Criteria(), history=[], now=now, pinned=[1, 2])) == [1, 2]

    def test_the_story_of_a_pinned_article_is_told(self, article: Make, now: datetime) -> None:
        pin, copy = article(0, days=3), article(0, days=0)
        assert ids(pick([copy, pin], Criteria(), history=[], now=now, pinned=[pin.id])) == [pin.id]

    def test_an_unknown_pin_is_an_error(self, article: Make, now: datetime) -> None:
        with pytest.raises(NotFound, match="no article 77; it is pinned"):
            pick([article(0)], Criteria(), history=[], now=now, pinned=[77])


def test_rank_says_how_many_would_include_it(article: Make, now: datetime) -> None:
    candidates = [article(n, days=n / 2) for n in range(6)]
    selection = pick(candidates, Criteria(max_articles=2), history=[], now=now)
    last = candidates[3]
    assert reason(selection, last) == "ranked 4th of 6; --max 4 would include it"
    assert last.id in ids(pick(candidates, Criteria(max_articles=4), history=[], now=now))


def test_terms_sum_to_the_score_and_stay_within_one(article: Make, now: datetime) -> None:
    candidates = [article(n, title=f"Rust {n}") for n in range(6)]
    criteria = Criteria(words=("rust", "loop"), topics={"python": 2.0, "wheels": 1.0})
    for picked in pick(candidates, criteria, history=[], now=now).picks:
        parts = {name: value for name, value in picked.why.terms.items() if name != "score"}
        assert sum(parts.values()) == pytest.approx(picked.why.terms["score"], abs=1e-3)
        assert all(0 <= value <= 1 for value in picked.why.terms.values())
    bare = pick(candidates, Criteria(), history=[], now=now).picks[0].why.terms
    assert set(bare) == {"recency", "coverage", "diversity", "score"}


def test_the_order_of_candidates_does_not_matter(article: Make, now: datetime) -> None:
    candidates = [article(n % 10, days=n % 3, site=f"Site {n % 4}") for n in range(24)]
    criteria = Criteria(words=("loop",), topics={"python": 1.0})
    expected = pick(candidates, criteria, history=[], now=now).picks
    for seed in range(5):
        shuffled = Random(seed).sample(candidates, len(candidates))
        assert pick(shuffled, criteria, history=[], now=now).picks == expected


def test_nothing_to_pick_from_is_no_error(now: datetime) -> None:
    assert pick([], Criteria(), history=[], now=now) == Selection()


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_articles": 0},
        {"max_per_source": 0},
        {"window": timedelta(0)},
        {"half_life": timedelta(0)},
        {"topics": {"a": 0}},
    ],
)
def test_criteria_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Criteria(**wrong)  # type: ignore[arg-type]  # wrong on purpose


@given(st.lists(st.text(max_size=60), max_size=6), st.text(max_size=5))
def test_any_text_is_picked_or_left_out(texts: list[str], word: str) -> None:
    candidates = [
        Article(title=text, source="s", key=str(at), id=at + 1, blocks=(Block("paragraph", text * 9),))
        for at, text in enumerate(texts)
    ]
    now = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
    criteria = Criteria(words=(word,), topics={word: 1.0}, min_words=1)
    selection = pick(candidates, criteria, history=candidates[:1], now=now)
    assert len(selection.picks) + len(selection.left_out) == len(texts)


def test_hostile_texts_take_no_longer_than_others(article: Make, now: datetime) -> None:
    bodies = [
        "a" * 2_000_000,
        "中" * 500_000,
        "🎉" * 200_000,
        "word " * 300_000,
        "\x00\u202e" * 100_000,
        "{{ 7*7 }} " * 50_000,
    ]
    began = process_time()
    selection = pick([article(body, title=body[:5000]) for body in bodies], Criteria(words=("a",)), history=[], now=now)
    assert len(selection.picks) + len(selection.left_out) == len(bodies)
    assert process_time() - began < 10


def test_three_thousand_articles_take_seconds_at_most(article: Make, now: datetime) -> None:
    random = Random(5)
    words = [f"w{random.randrange(10**6)}" for _ in range(4_000)]
    candidates = [
        article(" ".join(random.choices(words, k=250)), title=" ".join(random.choices(words, k=8)), site=f"S{n % 90}")
        for n in range(3_000)
    ]
    began = process_time()
    selection = pick(candidates, Criteria(words=(words[3],), topics={words[4]: 1.0}), history=[], now=now)
    assert len(selection.picks) == 8
    assert process_time() - began < 10
