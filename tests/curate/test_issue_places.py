"""Where things stand in an issue's Markdown, and headings that begin nothing."""

from __future__ import annotations

import pytest

from newsletter.curate import issue_places

VIEW = """\
---
# A comment of the head.
title: Weekly 12
subject: 'It''s here'
---

The intro.

### A heading of the intro

More of it.

# Tools

## One <!-- article 5 -->

Its summary.

{typed}

<!-- note -->

### A heading of the note

Words.

## Two <!-- article 6 pinned -->

<!-- sponsor -->

Buy.

<!-- outro -->

# Goodbye
"""


def test_every_line_knows_where_it_belongs() -> None:
    found = {line.text: (line.number, line.place) for line in issue_places.lines(VIEW.format(typed="More."))}
    assert found["subject: 'It''s here'"] == (4, "subject")
    assert found["### A heading of the intro"] == (9, "intro")
    assert found["# Tools"] == (13, "section")
    assert found["## One <!-- article 5 -->"] == (15, "headline of article 5")
    assert found["More."] == (19, "summary of article 5")
    assert found["Words."] == (25, "note on article 5")
    assert found["Buy."] == (31, "sponsor")
    assert found["# Goodbye"] == (35, "outro")
    assert "# A comment of the head." not in found


@pytest.mark.parametrize("typed", ["### In brief", "#In brief", "  # In brief", "###### In brief", "### In breif"])
def test_a_heading_in_a_summary_is_told_with_what_was_meant(typed: str) -> None:
    ((line, said),) = issue_places.stray_headings(VIEW.format(typed=typed), ["In brief"])
    assert line == 19
    assert f"“{typed.strip()}” begins neither section nor article" in said
    assert "a section begins with “# In brief”" in said


@pytest.mark.parametrize("typed", ["### Three <!-- article 7 -->", "##Three <!-- article 7 -->"])
def test_an_article_in_a_heading_of_the_wrong_level_is_told(typed: str) -> None:
    ((line, said),) = issue_places.stray_headings(VIEW.format(typed=typed), [])
    assert line == 19
    assert said.endswith("an article begins with “## Three <!-- article 7 -->”")


def test_a_heading_right_before_an_article_was_meant_as_a_section_wherever_it_stands() -> None:
    text = VIEW.format(typed="More.").replace("Words.\n", "")
    ((line, said),) = issue_places.stray_headings(text, [])
    assert (line, "printed in the note on article 5" in said) == (23, True)


def test_a_section_that_is_nearly_one_in_use_is_told() -> None:
    ((line, said),) = issue_places.stray_headings(VIEW.format(typed="More."), ["Toools"])
    assert (line, said) == (13, "“# Tools” begins a section of its own; did you mean “# Toools”?")


@pytest.mark.parametrize("typed", ["More.", "We are #1 in this.", "C# and F#", "\\# not a section", "#", ""])
def test_other_words_are_not(typed: str) -> None:
    assert not list(issue_places.stray_headings(VIEW.format(typed=typed), ["Tools", "In brief"]))
