"""An article's sheet: corrected by an editor, read back with the line of every fault, and kept when it comes again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newsletter.errors import IssueTextError
from newsletter.ingest.sheet import KEYS, from_sheet, to_sheet
from newsletter.models import Article, Block

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ARTICLE = Article(
    title="Ten times: a story",
    source="page.txt",
    key="file:page.txt",
    authors=("Ada",),
    published=datetime(2026, 11, 3, tzinfo=UTC),
    published_precision="day",
    blocks=(Block("paragraph", "The loop went to Rust."),),
    id=7,
)


def test_an_untouched_sheet_changes_nothing() -> None:
    assert from_sheet(to_sheet(ARTICLE), ARTICLE, NOW) == ARTICLE


def test_a_date_keeps_its_clock_and_its_seconds() -> None:
    at = datetime(2026, 11, 18, 4, 0, 15, tzinfo=UTC)
    article = replace(ARTICLE, published=at, published_precision="time", published_offset=330)
    assert "2026-11-18T09:30:15+05:30" in to_sheet(article)
    assert from_sheet(to_sheet(article), article, NOW) == article
    assert from_sheet("published: 2026-11-18T04:00:15Z\n", article, NOW).published_offset == 0


def test_what_is_changed_is_taken_and_remembered() -> None:
    changed = from_sheet("url: https://Example.org/a?utm_source=x\nauthors: [Ada, Grace]\n", ARTICLE, NOW)
    assert (changed.url, changed.authors) == ("https://example.org/a", ("Ada", "Grace"))
    assert changed.edited == ("authors", "url")
    assert changed.key == ARTICLE.key


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_unquoted_text_keeps_its_hashes_and_a_comment_is_one_elsewhere(end: str) -> None:
    sheet = "title: The Weekly #1\ndeck: For #python\n  #people\npublished: 2026-11-03 # or so\n# more\ntags: [a] # b\n"
    changed = from_sheet(sheet.replace("\n", end), ARTICLE, NOW)
    assert (changed.title, changed.deck, changed.tags) == ("The Weekly #1", "For #python #people", ("a",))
    assert changed.published == ARTICLE.published


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("title: a\ncolour: red\n", 2, "colour"),
        ("title: a\npublished: soon\n", 2, "soon"),
        ("url: javascript:alert(1)\n", 1, "https://"),
        ("title: ''\n", 1, "title"),
        ("title: [a\n", 2, "YAML"),
        ("title: a #1\n# more\nsite: a #2: b\n", 3, "YAML"),
        ("just words\n", 1, "no keys"),
        ("authors: {a: b}\n", 1, "list"),
        ("site: [a]\n", 1, "not a text"),
        ("published: 2027-11-20\n", 1, "past"),
    ],
)
def test_a_fault_names_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(IssueTextError, match=said) as caught:
        from_sheet(text, ARTICLE, NOW)
    assert caught.value.line == line


def test_every_key_is_a_field() -> None:
    assert all(hasattr(ARTICLE, key) for key in KEYS)
