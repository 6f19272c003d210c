"""Approvals stand beside the edition they are of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.errors import NotFound
from newsletter.models import Approval, Edition, Enclosed, Variant

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
EDITION = Edition(1, (Variant("default", ("Subject",), (), ("<p>x</p>",), ("x",)),))
ADA = Approval("Ada", "ada@example.org", NOW)


def test_approvals_are_kept_in_order_and_once_for_each_editor(store):
    grace = Approval("Grace", "grace@example.org", NOW + timedelta(minutes=1))
    with store.begin() as work:
        frozen = work.editions.freeze(EDITION, NOW)
        for approval in (grace, ADA, replace(ADA, at=NOW + timedelta(hours=1))):
            work.editions.approve(frozen.id, approval)
    with store.read() as work:
        assert work.editions.approvals(frozen.id) == [ADA, grace]


def test_an_equal_edition_frozen_again_has_the_same_approvals_and_another_none(store):
    with store.begin() as work:
        work.editions.approve(work.editions.freeze(EDITION, NOW).id, ADA)
        again = work.editions.freeze(EDITION, NOW)
        other = work.editions.freeze(replace(EDITION, issue=2), NOW)
        assert work.editions.approvals(again.id) == [ADA]
        assert work.editions.approvals(other.id) == []


def test_nothing_is_approved_that_is_not_there(store):
    with store.begin() as work, pytest.raises(NotFound):
        work.editions.approve(77, ADA)


def test_pictures_are_frozen_with_the_edition_and_count_in_its_hash(store):
    (variant,) = EDITION.variants
    carrying = replace(EDITION, variants=(replace(variant, pictures=(Enclosed("a@newsletter", "image/png", "AAAA"),)),))
    other = replace(EDITION, variants=(replace(variant, pictures=(Enclosed("a@newsletter", "image/png", "AAAB"),)),))
    with store.begin() as work:
        number = work.editions.freeze(carrying, NOW).id
    with store.read() as work:
        kept = work.editions.get(number)
    assert kept.variants == carrying.variants
    assert len({EDITION.content_hash, carrying.content_hash, other.content_hash}) == 3
