"""Pages of other layouts and languages, in text of our own: each line as a person labelled it, each field as read.

A file of `data/dumps` begins with the fields as YAML ("between" and "newline" say how lines are joined); behind "---"
stands a line of the page each, its label before it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsletter.ingest import dump
from newsletter.models import Article

_PAGES = sorted((Path(__file__).parent / "data" / "dumps").glob("*.dump"))
_BODY = {"body", "heading", "list_item"}


def _load(path: Path) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    matter, _, rest = path.read_text("utf-8").partition("\n---\n")
    lines = [line.partition(" | ") for line in rest.splitlines() if line]
    return yaml.safe_load(matter), [(label, line) for label, _, line in lines]


def _text(fields: dict[str, Any], lines: list[tuple[str, str]], between: str) -> str:
    text = between.join(line for _, line in lines) + "\n"
    return text.replace("\n", fields.get("newline", "\n"))


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.stem)
@pytest.mark.parametrize("blank", [True, False], ids=["blank lines between", "no blank lines"])
def test_every_line_has_the_label_a_person_gave_it(path: Path, blank: bool) -> None:
    fields, lines = _load(path)
    text = _text(fields, lines, fields.get("between", "\n\n") if blank else "\n").replace("\r\n", "\n")
    found = [label for label in dump.label(text) if label != "blank"]
    assert [(label, line) for label, (_, line) in zip(found, lines, strict=True)] == lines


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.stem)
def test_every_field_is_what_a_person_read_there(path: Path, read_one: Callable[..., Article]) -> None:
    fields, lines = _load(path)
    article = read_one(_text(fields, lines, fields.get("between", "\n\n")), "page.txt")
    assert article.title == fields["title"]
    assert article.deck == fields.get("deck")
    assert article.category == fields.get("category")
    assert list(article.authors) == fields.get("authors", [])
    assert article.author_role == fields.get("author_role")
    assert (article.published.date() if article.published else None) == fields.get("published")
    assert article.language == fields["language"]
    assert list(article.references) == fields.get("references", list(article.references))
    assert list(article.takeaways) == fields.get("takeaways", [])
    assert [[quote.text, quote.attribution] for quote in article.quotes] == fields.get("quotes", [])
    if "reading_minutes" in fields:
        assert article.reading_minutes == fields["reading_minutes"]
    if "site" in fields:
        assert article.site == fields["site"]
    said = sum(len(line.split()) for label, line in lines if label == "body")
    assert sum(len(block.text.split()) for block in article.blocks if block.type == "paragraph") == said
