"""Which story an article joins, and which article leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.curate import coverage
from newsletter.curate.coverage import Decisions, Likeness
from newsletter.models import Article, Block

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def article(number: int, site: str, text: str = "Words of the report.", **fields: object) -> Article:
    values = {"title": f"Report {number}", "source": "x", "key": f"k{number}", "site": site, "published": NOW}
    return Article(**values | {"id": number, "blocks": (Block("paragraph", text),)} | fields)


NEW = article(9, "Gazette")


def test_an_article_joins_the_likest_of_another_outlet_at_about_the_same_time():
    likest, other = article(1, "Post", story=4), article(2, "Herald")
    assert coverage.place(NEW, [Likeness(other, 0.45), Likeness(likest, 0.6)]) is likest
    assert coverage.place(NEW, [Likeness(other, 0.3)]) is None
    late = replace(other, published=NOW - timedelta(days=9))
    assert coverage.place(NEW, [Likeness(late, 0.6)]) is None


def test_an_outlets_own_articles_are_one_story_only_when_nearly_the_same():
    own = article(1, "Gazette")
    assert coverage.place(NEW, [Likeness(own, 0.6, 0.55)]) is None
    assert coverage.place(NEW, [Likeness(own, 0.6, 0.75)]) is own
    assert coverage.place(NEW, [Likeness(own, 0.85)]) is own


def test_nearly_the_same_text_is_one_story_whenever_it_appears():
    old = article(1, "Post", published=NOW - timedelta(days=60))
    assert coverage.place(NEW, [Likeness(old, 0.0, 0.6)]) is old


def test_stories_do_not_chain_on():
    member = article(1, "Post", story=4)
    assert coverage.place(NEW, [Likeness(member, 0.45)], {4: 0.1}) is None
    assert coverage.place(NEW, [Likeness(member, 0.45)], {4: 0.3}) is member


def test_an_editors_decisions_go_before_likeness():
    likest, other = article(1, "Post", story=4), article(2, "Herald")
    likenesses = [Likeness(likest, 0.9, 0.9), Likeness(other, 0.5)]
    assert coverage.place(NEW, likenesses, {}, Decisions(apart={1})) is other
    assert coverage.place(NEW, likenesses, {}, Decisions(apart_stories={4})) is other
    assert coverage.place(NEW, likenesses, {}, Decisions(together=[other])) is other


@pytest.mark.parametrize(
    ("preferred", "order"),
    [((), [3, 2, 1]), (("Post",), [1, 3, 2]), (("nowhere", "www.herald.example"), [2, 3, 1])],
)
def test_preferred_outlets_lead_before_complete_and_credited_ones(preferred, order):
    long, short = "word " * 100, "word " * 30
    members = [
        article(1, "Post", short, published=NOW - timedelta(days=1)),
        article(2, "Herald", long + "as the Gazette reported", url="https://news.herald.example/2"),
        article(3, "Gazette", long, published=NOW + timedelta(hours=2)),
    ]
    assert [each.id for each in coverage.lead_first(members, preferred)] == order


def test_the_cosine_of_an_article_with_itself_is_one():
    counts = coverage.subject(article(1, "Post", "The harbour bridge was closed after the storm damaged cables."))
    vector = coverage.Vector(counts, 10, {"bridge": 3})
    assert vector.product(counts) == pytest.approx(vector.length**2)
    assert vector.product({"bridge": 1}) < vector.product({"harbour": 1})
    assert coverage.Vector({}, 10, {"bridge": 3}).length == 1.0
