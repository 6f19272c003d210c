"""What a text is, where its first characters could mislead."""

from __future__ import annotations

import pytest

from newsletter.ingest import sniff

_STORY = "The ferry crossed in nine minutes, which nobody on the quay had thought possible before the wind turned."
_TAGS = "<p>The ferry crossed in nine minutes.</p>\n" * 30


@pytest.mark.parametrize("suffix", [".txt", ""])
def test_a_saved_page_that_prints_a_piece_of_html_is_no_html(suffix: str) -> None:
    page = "The Ferry - Harbour News\n\nHome\nSubscribe\n\n" + f"{_STORY}\n\n" * 40 + _TAGS
    assert sniff.kind(page, f"page{suffix}") == "dump"


def test_a_piece_of_html_behind_a_line_of_text_is_html() -> None:
    assert sniff.kind(f"The Ferry\n{_TAGS}", "page.txt") == "html"


@pytest.mark.parametrize("title", ["# The Ferry", "## The Ferry"])
def test_a_window_title_with_a_number_sign_above_a_menu_is_no_markdown(title: str) -> None:
    page = f"{title} - Harbour News\n\nSkip to content\n\nHome\nContact Us\nAbout us\n\n{_STORY}\n\n- one\n- two\n"
    assert sniff.kind(page, "page.txt") == "dump"
    assert sniff.kind(page, "page.md") == "markdown"


def test_a_note_with_a_heading_is_markdown() -> None:
    assert sniff.kind(f"# The Ferry\n\n{_STORY}\n\n## Home\n\n{_STORY}\n", "note.txt") == "markdown"
