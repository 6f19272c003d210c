"""Articles are grouped as they come, and what an editor decided stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.app.library import Library
from newsletter.app.stories import Stories
from newsletter.curate.summarize import summarize
from newsletter.errors import Conflict, NotFound
from newsletter.net import Policy
from newsletter.store import Store
from tests.databases import Databases

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REPORTS = {
    "post": "The harbour bridge in Larnaca was closed on Monday after inspectors found cracks in its steel cables. "
    "Ferries carry commuters across the bay until engineers have replaced the damaged cables.",
    "herald": "Inspectors found cracks in steel cables of the Larnaca harbour bridge, which was closed on Monday. "
    "Commuters take ferries across the bay while engineers order replacements.",
    "gazette": "Cracks in the cables: the harbour bridge of Larnaca stays closed, inspectors said on Monday. "
    "Engineers will replace damaged steel cables, and ferries carry commuters.",
}
OTHER = "Bakers complain about the price of butter, which has doubled within a year in every market of the country."


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    with Store.open(databases.ready()) as opened:
        yield opened


@pytest.fixture
def library(store: Store) -> Library:
    return Library(store, lambda: NOW, summarize, Policy, lambda feeds: [])


@pytest.fixture
def stories(store: Store) -> Stories:
    return Stories(store, lambda: NOW, ("Herald",))


@pytest.fixture
def page(tmp_path: Path):
    def page(site: str, text: str, title: str = "Larnaca harbour bridge closed: cracks in cables") -> str:
        file = tmp_path / f"{site}.md"
        head = f"title: '{title}'\nsite: {site.title()}\nurl: https://{site}.example/1\ndate: 2026-11-19"
        file.write_text(f"---\n{head}\n---\n\n{text}\n")
        return str(file)

    return page


def add(library: Library, *files: str) -> list[int]:
    report = library.add(files, stdin=bytes)
    assert not report.rejected
    return [*report.added, *report.updated]


def members(stories: Stories) -> list[list[int]]:
    return [sorted(article.id for article in story.articles) for story in stories.list()]


@pytest.fixture
def three(library, page) -> list[int]:
    return add(library, *(page(site, text) for site, text in REPORTS.items()), page("bread", OTHER, "Butter is dear"))


def test_parallel_coverage_is_one_story_led_by_the_preferred_outlet(stories, three):
    assert members(stories) == [three[:3]]
    story = stories.list()[0]
    assert story.lead.site == "Herald"
    assert stories.get(story.id) == story


def test_an_article_that_was_split_off_stays_out_whatever_comes(stories, library, page, three):
    alone = stories.split(three[1])
    assert [article.id for article in alone.articles] == [three[1]]
    assert members(stories) == [[three[0], three[2]]]
    add(library, page("herald", REPORTS["herald"] + " The mayor apologised."))
    later = add(library, page("courier", REPORTS["post"].replace("Monday", "Sunday")))
    assert [group for group in members(stories) if three[1] in group and three[0] in group] == []
    assert sorted([three[0], three[2], *later]) in members(stories)


def test_stories_that_were_merged_stay_one(stories, library, page, three):
    add(library, page("flour", OTHER.replace("complain", "protest"), "Butter is dear, say bakers"))
    bridge, butter = sorted(stories.list(), key=lambda story: -len(story.articles))
    merged = stories.merge(bridge.id, butter.id)
    assert (merged.id, len(merged.articles)) == (bridge.id, 5)
    add(library, page("bread", "Quite another text now.", "Bread"))
    assert [len(group) for group in members(stories)] == [5]


def test_articles_are_joined_by_number_whatever_story_they_are_in(stories, three):
    split = stories.split(three[1])
    joined = stories.join([three[0], three[1]])
    assert joined.id != split.id
    assert {article.id for article in joined.articles} == set(three[:3])
    assert [story.id for story in stories.list()] == [joined.id]
    lone = three[3]
    assert len(stories.join([lone, three[0], lone]).articles) == 4
    with pytest.raises(Conflict, match="two articles"):
        stories.join([lone, lone])
    with pytest.raises(NotFound, match="no article 777"):
        stories.join([lone, 777])


def test_what_is_no_story_is_named(stories, three):
    with pytest.raises(Conflict, match=f"article {three[3]} is in no story"):
        stories.split(three[3])
    with pytest.raises(Conflict, match="itself"):
        stories.merge(1, 1)
    with pytest.raises(NotFound, match="no story 77"):
        stories.merge(stories.list()[0].id, 77)


def test_articles_that_came_before_stories_were_looked_for_are_caught_up_with(store, stories, three):
    with store.begin() as work:
        for number in three:
            work.stories.leave(number)
    assert stories.catch_up() == 4
    assert members(stories) == [three[:3]]
    assert stories.catch_up() == 0


def test_the_library_tells_versions_and_suggestions(library, page, three):
    add(library, page("bread", OTHER.replace("doubled", "tripled"), "Butter is dear"))
    versions = library.history(three[3])
    assert [version.body for version in versions] == [OTHER]
    assert library.suggest("brigde") == "bridge"
    assert [hit.article.id for hit in library.search("source:post after:2026-11-19")] == [three[0]]
    assert library.search("bridge", since=timedelta(hours=1)) == []


def test_twins_are_near_texts_outside_of_stories(stories, library, page, three):
    assert stories.twins() == []
    (copy,) = add(library, page("flour", OTHER + " Flour is next.", "Butter is dear"))
    assert stories.twins() == []  # they are one story by now
    stories.split(copy)
    ((one, other, share),) = stories.twins()
    assert ((one.id, other.id), share > 0.6) == ((three[3], copy), True)
