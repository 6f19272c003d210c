"""Stories in the database: members, decisions, and where to look for more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsletter.errors import NotFound
from newsletter.store import Coming

SPELL = timedelta(days=4)


@pytest.fixture
def five(store, now, make_article):
    with store.begin() as work:
        return [work.articles.add(make_article(f"Number {n}"), now + timedelta(hours=n))[1] for n in range(5)]


def test_a_story_has_its_articles_and_an_article_its_story(store, now, five):
    with store.begin() as work:
        story = work.stories.start(five[:2], now)
        work.stories.join(story, [five[2]])
        assert [article.id for article in work.stories.get(story).articles] == five[:3]
        assert work.articles.get(five[2]).story == story
        assert [found.id for found in work.stories.list()] == [story]
        assert work.stories.list(since=now + timedelta(days=1)) == []


def test_a_story_without_articles_ends_and_one_with_a_single_article_is_not_listed(store, now, five):
    with store.begin() as work:
        first, second = work.stories.start(five[:2], now), work.stories.start(five[2:4], now)
        work.stories.join(second, five[:2])
        with pytest.raises(NotFound, match=f"no story {first}"):
            work.stories.get(first)
        for number in five[1:4]:
            work.articles.drop(number)
        assert [article.id for article in work.stories.get(second).articles] == five[:1]
        assert work.stories.list() == []


def test_the_last_decision_about_two_articles_counts(store, now, five):
    with store.begin() as work:
        work.stories.decide(five[1], [five[0], five[2]], together=False, now=now)
        work.stories.decide(five[2], [five[1]], together=True, now=now)
        assert work.stories.decisions([five[1]])[five[1]] == {five[0]: False, five[2]: True}
        assert work.stories.decisions([five[3]]) == {five[3]: {}}


def test_articles_that_share_words_at_about_the_same_time_are_near(store, now, five):
    with store.begin() as work:
        what = {
            five[1]: ({"rust": 1, "wheel": 1, "news": 1}, 3),
            five[2]: ({"rust": 1, "wheel": 1, "news": 1}, 9),
            five[3]: ({"news": 1, "snow": 4}, 0),
        }
        coming = {number: Coming(now + timedelta(days=days), terms) for number, (terms, days) in what.items()}
        before = work.stories.around(coming, SPELL)
        for number in coming:
            before.put(number, 1.0, None)
        before.keep()
        asked = {five[0]: Coming(now, {"rust": 2, "wheel": 1, "news": 1})}
        around = work.stories.around(asked, SPELL).near(five[0])
        assert [subject.article for subject in around.subjects] == [five[1]]
        assert (around.size, around.frequency) == (2, {"rust": 1, "wheel": 1, "news": 2})
        assert around.subjects[0].terms == {"rust": 1, "wheel": 1, "news": 1}
        assert work.stories.unplaced() == [five[0], five[4]]
        work.stories.forget(five[1])
        assert work.stories.around(asked, SPELL).near(five[0]).subjects == ()
        assert work.stories.unplaced() == [five[0], five[1], five[4]]
