"""What the picker reads of the store, and what it leaves unread."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from newsletter.models import Article, Block, Issue, IssueStatus
from newsletter.store import Store, candidates
from newsletter.store.tables import articles

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def add(store: Store, title: str, days: float, text: str = "A text.") -> int:
    blocks = (Block("paragraph", f"{title}. {text}"),)
    article = Article(title, "s", f"k:{title}", published=NOW - timedelta(days=days), blocks=blocks, tags=("t",))
    with store.begin() as work:
        return work.articles.add(article, NOW)[1]


def test_a_window_holds_what_is_dated_in_it_newest_first_and_what_is_asked_for_besides(store: Store) -> None:
    old, new, newer = add(store, "old", 9), add(store, "new", 3), add(store, "newer", 1)
    with store.read() as work:
        window = work.candidates.window(NOW - timedelta(days=7), also=[old, newer])
        assert [article.id for article in window.articles] == [newer, new, old]
        assert window.articles[0] == work.articles.get(newer)
        assert window.unread == 0
        assert work.candidates.count_before(NOW - timedelta(days=7)) == 1
        assert work.candidates.newest(NOW - timedelta(days=7)) == NOW - timedelta(days=9)


def test_a_changed_article_is_read_anew(store: Store) -> None:
    number = add(store, "one", 1)
    since = NOW - timedelta(days=7)
    with store.read() as work:
        assert work.candidates.window(since).articles[0].tags == ("t",)
    with store.begin() as work:
        work.articles.set_tags(number, ["other"])
    with store.read() as work:
        assert work.candidates.window(since).articles[0].tags == ("other",)


def test_dropped_articles_are_no_candidates(store: Store) -> None:
    number = add(store, "one", 1)
    with store.begin() as work:
        work.articles.drop(number)
    with store.read() as work:
        assert not work.candidates.window(NOW - timedelta(days=7), also=[number]).articles


def test_of_too_many_the_newest_are_read_and_those_with_a_word(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "MOST", 6)
    monkeypatch.setattr(candidates, "_NEWEST", 3)
    for n in range(20):
        add(store, f"number {n}", 1 + n / 10, "The borrow checker." if n in (15, 17) else "Borrow a checker.")
    with store.read() as work:
        window = work.candidates.window(NOW - timedelta(days=7), words=["Borrow Checker", "…"])
    assert [article.title for article in window.articles] == [f"number {n}" for n in (0, 1, 2, 15, 17)]
    assert window.unread == 15


def test_what_was_printed_lately_and_by_which_issues(store: Store) -> None:
    first, second, never = add(store, "first", 50), add(store, "second", 40), add(store, "never", 30)
    with store.begin() as work:
        sent = work.issues.create(Issue(0, "t", "s", created=NOW - timedelta(days=3), status=IssueStatus.SENT))
        work.issues.create(Issue(0, "t", "s", created=NOW))
        work.issues.create(Issue(7, "t", "s", created=NOW - timedelta(days=90), status=IssueStatus.SENT))
        for number, used in ((first, 1), (second, candidates.LATELY + 1)):
            work.articles._connection.execute(update(articles).where(articles.c.id == number).values(used_in=used))
    with store.read() as work:
        assert [article.id for article in work.candidates.printed()] == [second]
        assert work.candidates.sent_since(NOW - timedelta(days=30)) == {sent.number}
        assert never not in [article.id for article in work.candidates.printed()]
