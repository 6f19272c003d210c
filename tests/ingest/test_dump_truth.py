"""Page dumps come in as a person would read them, line by line and field by field."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from newsletter import ingest
from newsletter.ingest import dump
from newsletter.models import Article

_DATA = Path(__file__).parent / "data"
_KINDS = {"image_caption": "image", "paragraph": "paragraph", "heading": "heading", "pull_quote": "pull_quote"}


@pytest.fixture(params=[0, 1], ids=["first", "second"])
def truth(request: pytest.FixtureRequest, corpora: Path) -> tuple[str, dict[str, Any]]:
    folder = corpora / "dumps"
    document = json.loads((folder / "truth.json").read_text("utf-8"))["docs"][request.param]
    return (folder / document["file"]).read_text("utf-8"), document


def test_every_line_has_the_label_a_person_gave_it(truth: tuple[str, dict[str, Any]]) -> None:
    text, document = truth
    expected = [(line["n"], line["label"]) for line in document["lines"]]
    assert list(enumerate(dump.label(text), 1)) == expected


def test_every_field_is_what_a_person_read_there(truth: tuple[str, dict[str, Any]], now: datetime) -> None:
    text, document = truth
    article = ingest.read(text.encode(), "page.txt", now=now).articles[0]
    author = document["author"]
    assert article.title == document["title"]
    assert article.deck == document["deck"]
    assert article.category == document["category"]
    assert list(article.authors) == ([author["name"]] if author["name"] else [])
    assert article.author_role == author["role"]
    assert article.site == document["site"]
    assert article.language == document["language"]
    assert (article.published.date().isoformat() if article.published else None) == document["published"]
    assert article.published_precision == ("day" if document["published"] else None)
    assert list(article.references) == document["sources"]
    assert list(article.takeaways) == document["key_takeaways"]
    assert [(q.text, q.attribution) for q in article.quotes] == [
        (quote["text"], quote["attribution"]) for quote in document["pull_quotes"]
    ]
    if document["read_time_minutes"]:
        assert article.reading_minutes == document["read_time_minutes"]


def test_the_story_is_whole_and_nothing_else(truth: tuple[str, dict[str, Any]], now: datetime) -> None:
    text, document = truth
    article = ingest.read(text.encode(), "page.txt", now=now).articles[0]
    assert [b.text for b in article.blocks if b.type == "paragraph"] == document["body_paragraphs"]
    assert [b.text for b in article.blocks if b.type == "heading"] == document["headings"]
    assert [b.text for b in article.blocks if b.type == "image"] == document["image_captions"]
    assert article.word_count == document["body_word_count"]
    sections = {b.text: b.section for b in article.blocks if b.type == "paragraph"}
    for section in document["sections"]:
        assert {sections[paragraph] for paragraph in section["paragraphs"]} == {section["heading"]}
    found = [(b.type, b.text) for b in article.blocks if b.type in _KINDS.values()]
    assert found == [(_KINDS[b["type"]], b["text"]) for b in document["blocks"] if b["type"] in _KINDS]


@pytest.mark.parametrize("name", ["parser-ten-times", "profile-before-you-port", "free-threading-extensions"])
def test_our_own_dumps_are_labelled_right(name: str, samples: Path) -> None:
    """The labels in data/ were checked line by line by hand."""
    text = (samples / f"{name}.txt").read_text("utf-8")
    expected = (_DATA / f"{name}.labels").read_text("utf-8").split()
    assert list(dump.label(text)) == expected


def test_a_dump_in_another_language_has_its_fields(samples: Path, read_one: Callable[..., Article]) -> None:
    article = read_one((samples / "el-bucle-que-sobraba.txt").read_bytes(), "el-bucle-que-sobraba.txt")
    assert article.title.startswith("El bucle que sobraba")
    assert (article.language, article.site, article.category) == ("es", "Capa Nativa", "Rendimiento")
    assert article.authors == ("Lucía Benavente",)
    assert article.reading_minutes == 4
    assert len(article.takeaways) == len(article.quotes) == 1
    assert article.quotes[0].attribution == "Lucía Benavente, redactora"
    assert len(article.references) == 2
    assert "Deja un comentario" not in article.body_text
