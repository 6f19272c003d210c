"""An article is known again in another dress, and what it was is kept."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from newsletter.models import Block
from newsletter.store.tables import article_bands, article_signatures

WORDS = [f"word{number}" for number in range(3_000)]


def words(seed: int = 1, count: int = 150) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


@pytest.fixture
def page(make_article):
    def page(address="https://example.org/a", text="", **fields):
        values = {"url": address, "key": f"url:{address}", "site": "Example"} | fields
        return make_article("A page", text or words(), **values)

    return page


@pytest.mark.parametrize("address", ["http://www.example.org/a/", "https://example.org/a/index.html"])
def test_a_page_under_another_form_of_its_address_is_the_same(store, now, page, address):
    with store.begin() as work:
        _, number = work.articles.add(page(), now)
        assert work.articles.add(page(address), now) == ("duplicate", number)
        assert work.articles.add(page(address, deck="New"), now) == ("updated", number)
        assert work.articles.get(number).url == "https://example.org/a"


def test_the_edition_for_phones_changes_nothing_that_the_page_says(store, now, page):
    with store.begin() as work:
        _, number = work.articles.add(page(), now)
        shorter = page("https://m.example.org/a", words().rsplit(" ", 20)[0])
        assert work.articles.add(shorter, now) == ("duplicate", number)
        assert work.articles.get(number).body_text == words()


def test_the_page_itself_takes_the_place_of_its_edition_for_phones(store, now, page):
    with store.begin() as work:
        _, number = work.articles.add(page("https://example.org/amp/a"), now)
        assert work.articles.add(page(deck="Whole"), now) == ("updated", number)
        found = work.articles.get(number)
        assert (found.url, found.key, found.deck) == ("https://example.org/a", "url:https://example.org/a", "Whole")


def test_items_of_a_feed_that_share_an_address_are_told_apart_by_their_own_keys(store, now, page):
    with store.begin() as work:
        fates = [work.articles.add(page(key=f"item:feed#{n}", text=words(n)), now)[0] for n in range(3)]
        assert fates == ["added"] * 3


def test_nearly_the_same_words_of_one_outlet_under_another_address_are_a_duplicate(store, now, page):
    edited = words().replace(words().split()[40], "edited", 1) + " corrected on monday"
    with store.begin() as work:
        _, number = work.articles.add(page(), now)
        assert work.articles.add(page("https://example.org/b", edited), now) == ("duplicate", number)
        assert work.articles.add(page("https://other.example/b", edited, site="Other"), now)[0] == "added"
        assert work.articles.add(page("https://third.example/b", words(), site="Third"), now)[0] == "added"


def test_a_form_that_is_filled_in_every_week_is_news_every_week(store, now, page):
    table = "Rates: " + words(3, 100)
    with store.begin() as work:
        work.articles.add(replace(page(text=f"{table} 10 20"), title="Rates of week 1"), now)
        second = replace(page("https://example.org/b", f"{table} 11 20"), title="Rates of week 2")
        assert work.articles.add(second, now)[0] == "added"


def test_nearly_the_words_of_a_dropped_article_stay_away(store, now, page):
    with store.begin() as work:
        _, number = work.articles.add(page(), now)
        work.articles.drop(number)
        assert work.articles.add(page("https://example.org/b", words() + " and more"), now) == ("duplicate", number)


def test_what_an_article_said_before_is_kept(store, now, page):
    later = now + timedelta(days=1)
    with store.begin() as work:
        _, number = work.articles.add(page(text="First words."), now)
        work.articles.add(page(text="First words.", deck="Only the deck changed"), now)
        assert work.articles.history(number) == []
        work.articles.add(page(text="Second words."), now)
        fixed = replace(work.articles.get(number), title="Corrected", blocks=(Block("paragraph", "Second words."),))
        work.articles.amend(fixed, later)
        versions = work.articles.history(number)
        assert [(v.replaced, v.title, v.body) for v in versions] == [
            (later, "A page", "Second words."),
            (now, "A page", "First words."),
        ]
        work.articles.drop(number)
        assert work.articles._history.of(number) == []


def test_signatures_follow_the_text(store, now, page):
    with store.begin() as work:
        _, number = work.articles.add(page(), now)
        assert [near.article for near in work.signatures.near(words())] == [number]
        work.articles.add(page(text=words(2)), now)
        assert work.signatures.near(words()) == []
        assert work.signatures.near(words(2))[0].similarity == 1.0
        work.articles.add(page(text="Short now."), now)
        for table in (article_signatures, article_bands):
            assert work.signatures._connection.scalar(select(func.count()).select_from(table)) == 0


def test_all_near_pairs_of_the_store_are_found_at_once(store, now, page):
    texts = {seed: words(seed) for seed in range(5)}
    with store.begin() as work:
        ids = [work.articles.add(page(f"https://s{s}.example/", t, site=f"S{s}"), now)[1] for s, t in texts.items()]
        _, copy = work.articles.add(page("https://x.example/", texts[3] + " and more", site="X"), now)
        assert [(one, other) for one, other, _ in work.signatures.pairs()] == [(ids[3], copy)]


def test_many_signatures_at_once_are_those_made_one_by_one(store, now, page):
    with store.begin() as work:
        _, number = work.articles.add(page(), now)
        mark = work.signatures.of(number)
        bands = work.signatures._connection.execute(select(article_bands).order_by(article_bands.c.band)).all()
        work.signatures.put(number, "")
        work.signatures.put_all({number: words()})
        assert work.signatures.of(number) == mark
        assert work.signatures._connection.execute(select(article_bands).order_by(article_bands.c.band)).all() == bands
