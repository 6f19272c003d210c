"""Issues and editions are kept whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter.errors import Conflict, NotFound
from newsletter.models import Edition, Issue, IssueStatus, Pick, Section, Sentence, Slot, Sponsor, Summary, Variant, Why

_SUMMARY = Summary("Fast.", "extractive", (Sentence("Fast.", 0, 5),))
_PICK = Pick(3, "A headline", _SUMMARY, pinned=True, why=Why("new today", {"recency": 0.9, "score": 0.9}))


def test_an_issue_comes_back_as_it_was_saved(store, now):
    draft = Issue(0, "One", "Subject", "Pre", "*Hi*", "Bye", (Section("Tools", (_PICK,)), Section("")), created=now)
    with store.begin() as work:
        created = work.issues.create(draft)
        work.issues.save(replace(created, subject="Better"))
    with store.read() as work:
        assert work.issues.get(1) == replace(draft, number=1, subject="Better")


def test_a_theme_notes_and_sponsors_come_back(store):
    noted = replace(_PICK, note="We *use* it.")
    draft = Issue(0, "", "", sections=(Section("", (noted,)),), theme="links", sponsors=(Sponsor("Kiln", 1),))
    with store.begin() as work:
        number = work.issues.create(draft).number
    with store.read() as work:
        saved = work.issues.get(number)
    assert (saved.theme, saved.sponsors, next(saved.picks).note) == ("links", (Sponsor("Kiln", 1),), "We *use* it.")


def test_numbers_go_up_from_one_and_may_be_chosen(store):
    with store.begin() as work:
        assert work.issues.create(Issue(0, "One", "s")).number == 1
        assert work.issues.create(Issue(7, "Seven", "s")).number == 7
        assert work.issues.create(Issue(0, "Eight", "s")).number == 8
        with pytest.raises(Conflict, match="there is an issue 7 already"):
            work.issues.create(Issue(7, "Again", "s"))
        assert [issue.number for issue in work.issues.list()] == [8, 7, 1]
        assert work.issues.get(1).created is not None


def test_an_issue_that_was_never_created_can_not_be_saved(store):
    with store.begin() as work, pytest.raises(NotFound, match="no issue 3"):
        work.issues.save(Issue(3, "Three", "s"))


def test_a_sent_issue_says_so(store):
    with store.begin() as work:
        work.issues.create(Issue(0, "One", "s"))
        work.issues.mark_sent(1)
        assert work.issues.get(1).status is IssueStatus.SENT


def test_an_edition_is_frozen_once(store, now):
    slot = Slot("subscriber.name", "html", "reader")
    edition = Edition(4, (Variant("default", ("Hi ", slot), ("",), ("<b>", slot, "</b>"), ("text \ud83d\ude00",)),))
    edition = replace(edition, variants=(replace(edition.variants[0], text=("text 😀",)),))
    with store.begin() as work:
        first = work.editions.freeze(edition, now)
        assert work.editions.freeze(edition, now.replace(year=2027)) == first
        assert work.editions.freeze(replace(edition, issue=5), now).id != first.id
    with store.read() as work:
        kept = work.editions.get(first.id)
        assert (kept, kept.content_hash) == (replace(edition, id=first.id, created=now), edition.content_hash)
        with pytest.raises(NotFound, match="no edition 99"):
            work.editions.get(99)
