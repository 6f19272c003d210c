"""Notes and pages in other shapes than the two that truth is known of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.ingest import dump
from newsletter.ingest.dump.patterns import copyright_holder, reading_minutes
from newsletter.models import Article

Read = Callable[..., Article]

_ONE = "The first paragraph of the story says what has happened, where it happened, and to whom it matters most."
_TWO = "A second paragraph goes on with the reasons, and it takes its time, since reasons are hardly ever short."
_THREE = "The last one looks ahead, and asks whether anybody will remember this in a year, which nobody can know."


def _text(*lines: str) -> str:
    return "\n\n".join(lines) + "\n"


def test_there_is_a_label_for_every_line() -> None:
    for text in ("", "\n", "one", "one\n", "\n\none\n\ntwo", _text(_ONE, _TWO)):
        lines = text.split("\n")
        assert len(dump.label(text)) == len(lines) - (not lines[-1])


def test_a_plain_note_keeps_every_line(read_one: Read) -> None:
    article = read_one(
        _text("Meeting on the parser", _ONE, "- arena first\n- then strings", "Nobody objected."), "n.txt"
    )
    assert article.title == "Meeting on the parser"
    assert [(b.type, b.text) for b in article.blocks] == [
        ("paragraph", _ONE),
        ("list", "arena first\nthen strings"),
        ("paragraph", "Nobody objected."),
    ]


def test_a_dump_that_begins_with_its_body_loses_nothing(read_one: Read) -> None:
    article = read_one(_text(_ONE, _TWO, _THREE, "Leave a Comment", "© 2026 Some Site. All rights reserved."), "n.txt")
    assert article.body_text == "\n\n".join((_ONE, _TWO, _THREE))
    assert article.site == "Some Site"
    assert article.published is None


def test_wrapped_paragraphs_are_joined(read_one: Read) -> None:
    wrapped = (
        "This note was wrapped by a mail program at about seventy columns, so\n"
        "that every paragraph has several lines, and they have to be joined\n"
        "again before anything else is done with them.\n\n"
        "A second paragraph follows here, wrapped like the first one, so that\n"
        "the reader can see whether joining works or whether it does not, and\n"
        "that is all there is to say about it.\n"
    )
    assert [block.text.count("\n") for block in read_one(wrapped, "n.txt").blocks] == [0, 0]
    assert dump.label(wrapped) == ["body"] * 3 + ["blank"] + ["body"] * 3


def test_dates_of_related_articles_are_not_the_articles(read_one: Read) -> None:
    text = _text(
        "A Title of Some Length Here", _ONE, _TWO, _THREE, "Related Articles", "Another Story Entirely\n2026-11-01"
    )
    assert read_one(text, "n.txt").published is None


def test_a_role_is_not_a_name(read_one: Read) -> None:
    article = read_one(
        _text("Home\nAbout", "A Title of Some Length Here", "Founder & Editor", _ONE, _TWO, _THREE), "n.txt"
    )
    assert article.authors == ()
    assert article.author_role == "Founder & Editor"


def test_a_quote_needs_somebody_who_said_it(read_one: Read) -> None:
    quote = "“We had been counting the wrong thing all along, and it showed.”"
    article = read_one(
        _text("Home\nAbout", "A Title of Some Length Here", _ONE, f"{quote}\n— Ada Brook", _TWO, _THREE), "n.txt"
    )
    assert [(q.text, q.attribution) for q in article.quotes] == [(quote.strip("“”"), "Ada Brook")]
    assert quote not in article.body_text
    said = read_one(_text("Home\nAbout", "A Title of Some Length Here", _ONE, quote, _TWO, _THREE), "n.txt")
    assert said.quotes == ()
    assert quote in said.body_text


@pytest.mark.parametrize(
    ("line", "holder"),
    [
        ("© 2026 Counting House, Inc. All Rights Reserved.", "Counting House, Inc."),
        ("Copyright © 2019-2026 Native Layer. All rights reserved.", "Native Layer"),
        ("© 2026 Werkbank. Alle Rechte vorbehalten.", "Werkbank"),
        ("(c) 2026 by Ada Brook", "Ada Brook"),
        ("© 2026", ""),
        ("All rights reserved.", ""),
    ],
)
def test_the_copyright_holder_is_named_without_the_year(line: str, holder: str) -> None:
    assert copyright_holder(line) == holder


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        ("2026-04-14 · 10 min read", 10),
        ("5-minute read", 5),
        ("Reading time: 4 minutes", 4),
        ("Lesezeit: ca. 7 Minuten", 7),
        ("4 min de lectura", 4),
        ("It took 10 minutes.", 0),
    ],
)
def test_the_reading_time_is_the_pages_own(line: str, minutes: int) -> None:
    assert reading_minutes(line) == minutes
