"""Each article is kept once, changes in place, and stays away once it was dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.errors import Conflict, NotFound
from newsletter.models import Block, Issue, Pick, Quote, Section, Sentence, Summary


def test_an_article_comes_back_as_it_was_kept(store, now, make_article):
    article = make_article(
        "Größe zählt",
        url="https://example.org/a",
        deck="A deck",
        category="Tools",
        authors=("Ada L.", "Grace H."),
        author_role="Editor",
        site="Example",
        published=now - timedelta(days=3),
        published_precision="time",
        published_offset=0,
        modified=now - timedelta(days=1),
        modified_offset=-210,
        truncated=True,
        language="de",
        image="https://example.org/a.png",
        image_alt="A chart",
        blocks=(Block("heading", "Start", level=2), Block("quote", "Faster.", "Start", attribution="Ada")),
        reading_minutes=4,
        takeaways=("Measure first.",),
        quotes=(Quote("Faster.", "Ada"),),
        references=("The manual",),
        tags=("rust",),
        summary=Summary("Faster.", "extractive", (Sentence("Faster.", 7, 14),)),
    )
    with store.begin() as work:
        fate, number = work.articles.add(article, now)
    with store.read() as work:
        assert (fate, work.articles.get(number)) == ("added", replace(article, id=number, added=now))
        assert work.articles.count() == 1


def test_the_same_article_twice_is_one(store, now, make_article):
    with store.begin() as work:
        first = work.articles.add(make_article(), now)
        assert work.articles.add(replace(make_article(), source="elsewhere.md"), now) == ("duplicate", first[1])
        assert work.articles.count() == 1


def test_the_same_words_under_another_key_are_the_same_article(store, now, make_article):
    with store.begin() as work:
        _, number = work.articles.add(make_article(key="url:https://example.org/a"), now)
        assert work.articles.add(make_article(key="file:copy.html"), now) == ("duplicate", number)


def test_two_pages_without_any_text_are_two_articles(store, now, make_article):
    with store.begin() as work:
        fates = [work.articles.add(make_article(key=key, blocks=()), now)[0] for key in ("url:a", "url:b")]
    assert fates == ["added", "added"]


def test_a_changed_article_is_updated_and_keeps_what_the_editor_gave_it(store, now, make_article):
    extract = Summary("The loop moved.", "extractive", (Sentence("The loop moved.", 0, 15),))
    with store.begin() as work:
        _, number = work.articles.add(make_article(tags=("python",)), now)
        work.articles.set_tags(number, ("native",))
        work.articles.amend(replace(work.articles.get(number), summary=extract), now)
        later = now + timedelta(days=1)
        assert work.articles.add(replace(make_article(), deck="Now with a deck"), later) == ("updated", number)
        kept = work.articles.get(number)
        assert (kept.deck, kept.tags, kept.added, kept.summary) == ("Now with a deck", ("native",), now, extract)
        rewritten = replace(make_article(), blocks=(Block("paragraph", "Quite another text."),))
        assert work.articles.add(rewritten, later) == ("updated", number)
        assert work.articles.get(number).summary is None  # its offsets meant the old words


def test_an_editors_summary_survives_a_change_of_the_text(store, now, make_article):
    own = Summary("My own words.", "editor", (Sentence("My own words."),))
    with store.begin() as work:
        _, number = work.articles.add(make_article(), now)
        work.articles.amend(replace(work.articles.get(number), summary=own), now)
        work.articles.add(replace(make_article(), blocks=(Block("paragraph", "Another text."),)), now)
        assert work.articles.get(number).summary == own


def test_a_dropped_article_never_comes_in_again(store, now, make_article):
    with store.begin() as work:
        _, number = work.articles.add(make_article(key="url:a"), now)
        work.articles.drop(number)
        assert work.articles.add(make_article(key="url:a"), now) == ("duplicate", number)
        assert work.articles.add(make_article(key="url:b"), now) == ("duplicate", number)
        assert (work.articles.list(), work.articles.many([number]), work.articles.count()) == ([], {}, 0)
        assert work.search.search("loop") == []
        with pytest.raises(NotFound, match="dropped"):
            work.articles.get(number)


def test_an_article_that_a_draft_uses_is_dropped_only_by_force(store, now, make_article):
    with store.begin() as work:
        _, number = work.articles.add(make_article(), now)
        pick = Pick(number, "Headline", Summary("Text.", "editor"))
        work.issues.create(Issue(0, "One", "Subject", sections=(Section("", (pick,)),)))
        with pytest.raises(Conflict, match="is in issue 1; take it out there first, or drop it with --force"):
            work.articles.drop(number)
        work.articles.drop(number, force=True)
        assert work.issues.get(1).sections[0].picks == (pick,)


def test_articles_are_listed_newest_first_and_within_a_window(store, now, make_article):
    with store.begin() as work:
        work.articles.add(make_article("Old", published=now - timedelta(days=30)), now)
        work.articles.add(make_article("Undated"), now)
        work.articles.add(make_article("Recent", published=now - timedelta(days=2)), now)
        assert [a.title for a in work.articles.list()] == ["Undated", "Recent", "Old"]
        assert [a.title for a in work.articles.list(since=now - timedelta(days=2))] == ["Undated", "Recent"]
        assert [a.title for a in work.articles.list(limit=1)] == ["Undated"]


def test_what_a_sent_issue_printed_counts_as_used(store, now, make_article):
    with store.begin() as work:
        _, number = work.articles.add(make_article(), now)
        work.articles.add(make_article("Another"), now)
        pick = Pick(number, "Headline", Summary("Text.", "editor"))
        work.issues.create(Issue(0, "One", "Subject", sections=(Section("", (pick,)),)))
        assert work.candidates.printed() == []
        work.issues.mark_sent(1)
        assert [(a.id, a.used_in) for a in work.candidates.printed()] == [(number, 1)]
        work.articles.add(replace(make_article(), deck="changed since"), now)
        assert work.articles.get(number).used_in == 1


def test_text_that_no_database_can_keep_is_kept_as_far_as_it_goes(store, now, make_article):
    broken = make_article("NUL \x00 and \ud800 half a pair", "body \x00 \udfff", deck="\x00", tags=("\x00",))
    with store.begin() as work:
        fate, number = work.articles.add(broken, now)
        assert (fate, work.articles.get(number).title) == ("added", "NUL \ufffd and \ufffd half a pair")
        assert work.articles.add(broken, now) == ("duplicate", number)


def test_what_is_not_there_is_named(store, now, make_article):
    with store.begin() as work:
        for call in (work.articles.get, work.articles.drop):
            with pytest.raises(NotFound, match="no article 7"):
                call(7)
        with pytest.raises(NotFound):
            work.articles.set_tags(7, ())
        with pytest.raises(NotFound):
            work.articles.amend(replace(make_article(), id=7), now)


def test_many_articles_are_fetched_by_id(store, now, make_article):
    with store.begin() as work:
        ids = [work.articles.add(make_article(f"Number {n}"), now)[1] for n in range(3)]
        assert {n: a.title for n, a in work.articles.many([*ids, 999]).items()} == {
            number: f"Number {n}" for n, number in enumerate(ids)
        }
        assert work.articles.many(range(1, 2_000)).keys() == set(ids)
