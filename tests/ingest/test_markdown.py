"""Markdown with YAML, TOML or no front matter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter import ingest
from newsletter.errors import SourceError
from newsletter.models import Article

Read = Callable[..., Article]


def test_yaml_front_matter_fills_the_fields(samples: Path, read_one: Read) -> None:
    article = read_one((samples / "sqlite-in-process.md").read_bytes(), "s.md")
    assert article.title == "The Fastest Server Is the One You Did Not Start"
    assert article.authors == ("Wilhelmina Osei",)
    assert article.author_role == "Data Engineer"
    assert article.published == datetime(2026, 11, 15, 6, 45, tzinfo=UTC)
    assert article.site == "Lower Half Weekly"
    assert article.key == "url:https://lowerhalf.example/2026/11/fastest-server"
    assert article.tags == ("SQLite", "databases", "full-text search")
    assert [b.type for b in article.blocks].count("table") == 1
    assert article.title not in article.body_text


def test_toml_front_matter_fills_the_fields(samples: Path, read_one: Read) -> None:
    article = read_one((samples / "wheels-for-everybody.md").read_bytes(), "w.md")
    assert article.authors == ("Marisol Achterberg",)
    assert article.published == datetime(2026, 11, 11, tzinfo=UTC)
    assert article.published_precision == "day"
    assert (article.category, article.site) == ("Packaging", "Native Layer")


def test_without_front_matter_title_and_date_are_read_above_the_text(samples: Path, read_one: Read) -> None:
    article = read_one((samples / "notes-on-crossing.md").read_bytes(), "notes.md")
    assert article.title == "Field Notes on Crossing the Border"
    assert article.published == datetime(2026, 11, 4, tzinfo=UTC)
    assert article.key == "file:notes.md"
    assert article.blocks[0].text.startswith("These are notes from a week")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\ntitle: One: two\n---\nText is here.", "front matter, line 2"),
        ("+++\ntitle =\n+++\nText is here.", "front matter"),
        ("---\ndate: 2026-13-45\n---\nText is here.", "front matter"),
    ],
)
def test_broken_front_matter_is_refused_with_its_place(text: str, reason: str, now: datetime) -> None:
    with pytest.raises(SourceError, match=reason):
        ingest.read(text.encode(), "a.md", now=now)


def test_a_rule_at_the_top_is_no_front_matter(read_one: Read) -> None:
    article = read_one("---\nJust some words between two rules.\n---\n\nAnd more of them.", "a.md")
    assert "And more of them." in article.body_text


def test_a_bomb_of_aliases_does_not_go_off(read_one: Read) -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    article = read_one(
        f"---\nl0: &l0 [x]\n{levels}title: Quiet\ntags: *l11\n---\n\nStill here, and in one piece.", "a.md"
    )
    assert article.title == "Quiet"


def test_templates_and_unknown_tags_stay_text_while_html_is_read(read_one: Read) -> None:
    text = (
        "# What stays\n\nNeither {{ 7*7 }} nor </mj-text><mj-raw> is read.\n\n</mj-text><mj-raw>\n\n"
        "<script>alert(1)</script>\n\n<!-- a note to oneself -->\n\nA <b>bold</b> word &amp; a line."
    )
    body = read_one(text, "a.md").body_text
    assert "Neither {{ 7*7 }} nor </mj-text><mj-raw> is read." in body
    assert "\n\n</mj-text><mj-raw>\n\n" in body
    assert "A bold word & a line." in body
    assert "alert" not in body
    assert "note to oneself" not in body


def test_nested_lists_and_quotes_keep_their_words(read_one: Read) -> None:
    text = "# A list\n\n- one\n  - one and a half\n- two\n\n> Said well.\n>\n> — Ada Brook, counter\n"
    article = read_one(text, "a.md")
    assert [(b.type, b.text) for b in article.blocks] == [
        ("list", "one\none and a half\ntwo"),
        ("quote", "Said well."),
    ]
    assert article.blocks[1].attribution == "Ada Brook, counter"


def test_markdown_on_standard_input_is_known_by_its_signs(read_one: Read) -> None:
    article = read_one("# A heading\n\nSome words in a paragraph.\n\n## Another\n\n- and a list\n", "-")
    assert article.title == "A heading"
    assert article.key.startswith("text:")


@pytest.mark.parametrize(
    "matter",
    [
        f"+++\nweight = {'9' * 5000}\n+++",
        f"---\ntitle: 0x{'f' * 5000}\n---",
        f"---\n0x{'f' * 5000}: a\n---",
        f"---\nweight: {'9' * 5000}\n---",
    ],
)
def test_a_number_too_long_to_print_names_nothing_or_is_refused(matter: str, read_one: Callable[..., Article]) -> None:
    """Python's limit on converting integers (4,300 digits) is met in TOML, in YAML, and again when they are said."""
    text = f"{matter}\n\nIt reads the same text in a tenth of the time, and nobody noticed.\n"
    try:
        article = read_one(text, "a.md")
    except SourceError as refused:
        assert refused.reason.startswith("front matter")  # noqa: PT017 - either answer is right
    else:
        assert article.title.startswith("It reads")
