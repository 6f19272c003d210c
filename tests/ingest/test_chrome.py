"""What kind of chrome a line is."""

from __future__ import annotations

import pytest

from newsletter.ingest import chrome

_LINES = (
    "Share this article", "Read more", "Related articles", "Leave a comment", "Copyright 2026 Ana Ruiz",
    "Key takeaways", "Sources:", "About the author", "Subscribe to our newsletter", "Photo: Ana Ruiz",
    "The harbour opened on Monday.", "He went on to share this article with the whole of the town, twice.",
)  # fmt: skip


@pytest.mark.parametrize("line", _LINES)
def test_asking_for_any_phrase_first_changes_no_answer(line: str) -> None:
    table = chrome._BY_WORDS[len(line.split())]
    by_each = next((kind for kind, pattern in table if pattern.search(line)), None)
    assert chrome.meaning(line) == by_each


def test_some_lines_are_chrome_and_some_are_the_story() -> None:
    found = [chrome.meaning(line) for line in _LINES]
    assert found[-2] is None
    assert sum(kind is not None for kind in found) >= 8
