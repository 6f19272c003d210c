"""What one transaction knows of the articles around serves the next, and only while nobody else writes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsletter.store import Coming, Store, Vicinity
from newsletter.store.stories import Stories

SPELL = timedelta(days=4)
WORDS = {"rust": 1, "wheel": 1, "news": 2}


@pytest.fixture
def four(store, now, make_article):
    with store.begin() as work:
        return [work.articles.add(make_article(f"Number {n}"), now)[1] for n in range(4)]


def _place(store, number, when, vicinity):
    """What stands near an article, in a transaction of its own, which leaves it there."""
    with store.begin() as work:
        work.stories.resume(vicinity)
        known = len(vicinity.owners)
        around = work.stories.around({number: Coming(when, WORDS)}, SPELL, vicinity)
        near = around.near(number)
        around.put(number, 2.0, None)
        around.keep()
        work.stories.leave_to_next(vicinity)
    return known, near


def test_transactions_in_a_row_see_what_those_before_them_placed(store, now, four):
    vicinity = Vicinity()
    whens = [now, now + timedelta(days=1), now - timedelta(days=3), now + timedelta(days=30)]
    found = [_place(store, number, when, vicinity)[1] for number, when in zip(four, whens, strict=True)]
    with store.begin() as work:
        for number, when, seen in zip(four, whens, found, strict=True):
            for later in four[four.index(number) :]:
                work.stories.forget(later)
            around = work.stories.around({number: Coming(when, WORDS)}, SPELL)
            assert around.near(number) == seen
            for earlier, then in zip(four, whens, strict=True):
                if earlier >= number:
                    again = work.stories.around({earlier: Coming(then, WORDS)}, SPELL)
                    again.put(earlier, 2.0, None)
                    again.keep()
    assert [[subject.article for subject in seen.subjects] for seen in found] == [[], four[:1], four[1::-1], []]


def test_nothing_is_read_again_on_sqlite_and_all_of_it_elsewhere(store, now, four, url):
    vicinity = Vicinity()
    _place(store, four[0], now, vicinity)
    known, near = _place(store, four[1], now, vicinity)
    assert known == (len(WORDS) if url.startswith("sqlite") else 0)
    assert [subject.article for subject in near.subjects] == four[:1]


@pytest.mark.parametrize("same_connection", [True, False])
def test_what_somebody_else_writes_is_seen(store, now, four, url, same_connection):
    vicinity = Vicinity()
    _place(store, four[0], now, vicinity)
    with Store.open(url) as other, (store if same_connection else other).begin() as work:
        work.stories.forget(four[0])
    known, near = _place(store, four[1], now, vicinity)
    assert (known, near.subjects, near.size) == (0, (), 0)


def test_a_transaction_that_forgets_starts_anew(store, now, four):
    vicinity = Vicinity()
    _place(store, four[0], now, vicinity)
    _, near = _place(store, four[0], now, vicinity)  # placed again: what it was about before is forgotten
    assert (near.subjects, near.size) == ((), 0)
    with store.begin() as work:
        assert Stories(work._connection).placed(four) == {four[0]}


def test_words_without_end_are_not_left_to_the_next(store, now, four, monkeypatch, url):
    vicinity = Vicinity()
    monkeypatch.setattr("newsletter.store.vicinity._OWNERS_LEFT", 2 * len(WORDS))
    for number, when, words in ((0, now, 3), (1, now, 3), (2, now + timedelta(days=1), 0)):  # three are too many
        _place(store, four[number], when, vicinity)
        assert len(vicinity.owners) == (words if url.startswith("sqlite") else 0)
    _, near = _place(store, four[3], now, vicinity)
    assert [subject.article for subject in near.subjects] == four[2::-1]


def test_what_is_changed_while_another_is_placed_is_not_compared(store, now, four):
    with store.begin() as work:
        if work._connection.dialect.name == "sqlite":
            pytest.skip("a writer is alone")
    _place(store, four[0], now, Vicinity())
    _place(store, four[1], now, Vicinity())
    with store.begin() as work:
        around = work.stories.around({four[2]: Coming(now, WORDS)}, SPELL)
        with store.begin() as other:
            other.stories.forget(four[0])
        assert [subject.article for subject in around.near(four[2]).subjects] == [four[1]]
