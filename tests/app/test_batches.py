"""Many articles at once come to the same as one by one: ids, fates, versions, index, signatures, stories."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.app import prepared, stories
from newsletter.models import Article, Block
from newsletter.store import Store
from tests.databases import Databases

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORDS = [
    f"{first}{last}" for first in ("ba", "ke", "li", "mo", "nu", "ra", "so") for last in ("den", "lis", "mar", "tol")
]


def _text(seed: int, changed: int = 0) -> str:
    draw = random.Random(seed)
    words = draw.choices([f"{word}{seed}" for word in WORDS], k=60) + draw.choices(WORDS, k=10)
    return " ".join([*words[changed:], *WORDS[:changed]])


def _article(subject: int, changed: int, page: int, site: int, days: int) -> Article:
    url = f"https://s{site}.example/p{page}"
    return Article(
        title=f"About subject {subject} and {WORDS[subject]}",
        source=f"https://s{site}.example/feed",
        key=f"url:{url}",
        url=url,
        site=f"Site {site}",
        published=NOW - timedelta(days=days),
        blocks=(Block("paragraph", _text(subject, changed)),),
    )


articles = st.builds(
    _article,
    subject=st.integers(0, 4),
    changed=st.sampled_from((0, 1, 4, 30)),
    page=st.integers(0, 9),
    site=st.integers(0, 2),
    days=st.sampled_from((0, 1, 6)),
)


@pytest.fixture(scope="module")
def twins(sqlite_databases: Databases) -> Iterator[tuple[Store, Store]]:
    with Store.open(sqlite_databases.ready()) as one, Store.open(sqlite_databases.ready()) as other:
        yield one, other


def _state(work) -> list[object]:
    """Everything that adding and placing leaves behind, ids of stories aside."""
    found = work.articles.list()
    groups = sorted(sorted(each.id for each in story.articles) for story in work.stories.list())
    return [
        [replace(each, story=None) for each in found],
        groups,
        {each.id: work.articles.history(each.id) for each in found},
        work.signatures.many(each.id for each in found),
        [sorted(hit.article.id for hit in work.search.search(word)) for word in WORDS[:5]],
        [work.signatures.near(each.body_text) for each in found],
    ]


def _take(store: Store, parts: list[list[Article]], *, together: bool) -> object:
    """The fates of what comes in two parts, one article dropped between, and what is there then; nothing stays."""
    with store.begin() as work, pytest.MonkeyPatch.context() as patch:
        patch.setattr("newsletter.store.intake._BATCH", 5)
        fates = []
        for part in parts:
            if together:
                fates += work.articles.add_all(part, NOW)
                stories.place(work, work.stories.unplaced(), NOW)
            else:
                fates += [work.articles.add(article, NOW) for article in part]
                for number in work.stories.unplaced():
                    stories.place(work, [number], NOW)
            if part is parts[0] and fates:
                work.articles.drop(fates[len(fates) // 2][1], force=True)
        state = _state(work)
        work._connection.rollback()
    return fates, state


@given(first=st.lists(articles, max_size=9), then=st.lists(articles, max_size=9))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_batch_is_what_its_articles_are_one_by_one(twins, first, then):
    one, other = (
        _take(store, [first, then], together=together) for store, together in zip(twins, (False, True), strict=True)
    )
    assert one == other


def test_a_batch_is_the_same_on_postgresql(sqlite_databases, postgres_databases):
    draw = random.Random(5)
    coming = [
        _article(draw.randrange(5), draw.choice((0, 1, 4)), draw.randrange(9), draw.randrange(3), draw.randrange(3))
        for _ in range(40)
    ]
    with Store.open(sqlite_databases.ready()) as one, Store.open(postgres_databases.ready()) as other:
        found = [_take(store, [coming[:20], coming[20:]], together=True) for store in (one, other)]
    assert found[0] == found[1]


def _noted(look, seen, *given):
    found = look(*given)
    seen.update(found)
    return found


def test_one_that_is_changed_in_the_transaction_that_brought_it_is_near_those_after_it(twins):
    other, one = _article(3, 0, 1, 1, 0), _article(1, 0, 2, 1, 0)
    changed = replace(one, blocks=(Block("paragraph", _text(1, 1)),))
    copy = _article(1, 4, 3, 2, 0)
    near = []
    for store, parts in zip(twins, ([[other, one, changed, copy]], [[other], [one], [changed], [copy]]), strict=True):
        with store.begin() as work, pytest.MonkeyPatch.context() as patch:
            seen: dict[int, dict[int, float]] = {}
            patch.setattr(stories, "_near", partial(_noted, stories._near, seen))
            numbers = [
                number for part in parts for _, number in prepared.keep(work, [*map(prepared.prepare, part)], NOW)
            ]
            near.append(seen)
            work._connection.rollback()
        assert len(set(numbers)) == 3
    assert near[0][numbers[-1]] == near[1][numbers[-1]]
    assert near[0][numbers[-1]].keys() == {numbers[1]}
