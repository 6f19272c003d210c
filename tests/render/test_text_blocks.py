"""Blocks of the plain-text part that an issue may have or not: other outlets, notes, what was paid for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from newsletter.bidi import FSI, PDI
from newsletter.render.context import Piece
from newsletter.render.templates import Templates
from newsletter.render.text import tidy
from newsletter.resources import folder
from newsletter.text import catalogue
from newsletter.text.wrap import cells

EMAIL = folder("templates") / "email"


def text_of(language: str = "en", direction: str = "ltr", **blocks: Any) -> str:
    """A text part with two articles, and the blocks given; `also` are the first one's other outlets with addresses."""
    first = SimpleNamespace(
        position=1,
        headline="Profile Before You Port",
        outlet="Layer",
        byline="Ada",
        date="",
        minutes=None,
        who=("Layer", "Ada"),
        facts=("Layer", "Ada"),
        when=(),
        summary=("Words.",),
        aside=None,
        url="https://x.example/a",
        language="",
        direction="",
        also_text=", ".join(also := blocks.pop("also", {})),
        also=[Piece(name, url) for name, url in also.items()],
    )
    second = SimpleNamespace(**{**vars(first), "position": 2, "also_text": "", "also": []})
    section = SimpleNamespace(title="", picks=[first, second])
    issue = SimpleNamespace(
        number=3, title="", date="Nov 3", language=language, direction=direction, sections=[section]
    )
    values = {
        "issue": issue,
        "masthead": SimpleNamespace(name="Layer", postal_address=[]),
        "words": catalogue.read([EMAIL], language),
        "slot": lambda field, default="": "token",
        "intro": "Hello.",
        "outro": "Bye.",
    }
    return tidy(Templates((EMAIL,)).text("shared/issue.txt.j2", values | blocks))


def test_other_outlets_stand_below_the_article_with_whole_addresses() -> None:
    far = "https://reuters.example/" + "long/" * 14
    text = text_of(also={"Reuters": far})
    assert f"   <https://x.example/a>\n\n   Also covered by Reuters\n   <{far}>\n\n2. " in text
    assert f"{FSI}Reuters{PDI}\n   <{far}>\n" in text_of("he", "rtl", also={"Reuters": far})


def test_a_note_stands_below_its_article_under_its_name() -> None:
    text = text_of(notes={1: "We tried it.\nIt works.", 2: ""})
    assert "   <https://x.example/a>\n\n   Editor’s note:\n   We tried it.\n   It works.\n\n2. " in text
    assert text.count("Editor") == 1
    assert "   הערת המערכת:\n   ניסינו." in text_of("he", "rtl", notes={1: "ניסינו.", 2: ""})


@pytest.mark.parametrize(("after", "between"), [(0, ("Hello.", "1. ")), (1, ("1. ", "2. ")), (2, ("2. ", "Bye."))])
def test_what_was_paid_for_says_so_in_its_place(after: int, between: tuple[str, str]) -> None:
    text = text_of(sponsors={0: (), 1: (), 2: ()} | {after: ("Buy this.",)})
    assert text.index(between[0]) < text.index("\nSponsored\n---------\n\nBuy this.\n\n") < text.index(between[1])


def test_without_such_blocks_nothing_stands_for_them() -> None:
    text = text_of()
    assert not any(word in text for word in ("Sponsored", "Also", "note"))
    assert "\n\n\n" not in text
    assert all(cells(line) <= 72 for line in text.split("\n"))
    assert f"{FSI}Nov 3{PDI}" in text_of("ar", "rtl")
