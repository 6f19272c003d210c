"""Picks are moved where the editor said, in issues that have sections of one title too."""

from __future__ import annotations

import pytest

from newsletter.curate import arrange
from newsletter.errors import NotFound
from newsletter.models import Issue, Pick, Section, Summary

_SUMMARY = Summary("", "editor")


def _pick(number: int) -> Pick:
    return Pick(number, f"Headline {number}", _SUMMARY)


ISSUE = Issue(
    3,
    "t",
    "s",
    sections=(
        Section("Briefly", (_pick(1), _pick(2))),
        Section("Long reads", (_pick(3),)),
        Section("Briefly", (_pick(4), _pick(5))),
    ),
)


def _order(issue: Issue) -> list[list[int]]:
    return [[pick.article for pick in section.picks] for section in issue.sections]


@pytest.mark.parametrize("section", ["", "Briefly"])
def test_another_pick_takes_the_very_place_of_the_one_it_replaces(section: str) -> None:
    changed = arrange.exchanged(ISSUE, 4, _pick(9), section)
    assert _order(changed) == [[1, 2], [3], [9, 5]]


def test_or_stands_at_the_end_of_the_section_it_belongs_to() -> None:
    assert _order(arrange.exchanged(ISSUE, 4, _pick(9), "Long reads")) == [[1, 2], [3, 9], [5]]


def test_a_section_is_named_by_its_place_or_its_title() -> None:
    assert _order(arrange.placed(ISSUE, [_pick(9)], 2, 1)) == [[1, 2], [3], [9, 4, 5]]
    assert _order(arrange.placed(ISSUE, [_pick(9)], "Briefly", None)) == [[1, 2, 9], [3], [4, 5]]
    assert _order(arrange.placed(ISSUE, [_pick(9)], None, None)) == [[1, 2], [3], [4, 5, 9]]
    assert arrange.placed(ISSUE, [_pick(9)], "New", None).sections[-1].title == "New"


def test_what_is_not_in_the_issue_has_no_place() -> None:
    for act in (lambda: arrange.place(ISSUE, 9), lambda: arrange.exchanged(ISSUE, 9, _pick(8), "")):
        with pytest.raises(NotFound, match="article 9 is not in issue 3, which has 1, 2"):
            act()
