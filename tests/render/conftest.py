"""A digest of ten articles, as an editor would put it together, for every test of the renderer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsletter.models import Article, Block, Edition, Issue, Pick, Quote, Section, Summary, Variant
from newsletter.render import Masthead, Renderer, templates
from newsletter.resources import folder

SECRET = b"a secret for tests only"
DATE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

#: Headline, site, author, day, minutes, summary.
_STORIES = [
    (
        "The Parser That Became Ten Times Faster, and What It Cost",
        "Native Layer",
        "Marisol Achterberg",
        18,
        9,
        (
            "A log pipeline spent four fifths of its time in one loop of pure Python. Moving forty lines of it to"
            " Rust took three weeks, most of them spent on tests; the parser now handles in six minutes what took"
            " an hour."
        ),
    ),
    (
        "Wheels for Everybody: Shipping Native Code Without Apologies",
        "Native Layer",
        "Oskar Tamm",
        11,
        6,
        (
            "A compiled extension is only as fast as its installation. One small project came to ship eleven "
            "wheels from a single command, and its users never learned which language was involved."
        ),
    ),
    (
        "Profile Before You Port",
        "Extension Desk",
        "Priya Ramanathan",
        9,
        5,
        (
            "Three teams rewrote the wrong function. A sampling profiler and an afternoon would have told them "
            "so; the piece shows how to read a flame graph when half of the time goes to code you did not write."
        ),
    ),
    (
        "SQLite Is a Native Library You Already Have",
        "Lower Half",
        "Jonas Okonkwo",
        16,
        7,
        (
            "Before writing an extension, look at the one in the standard library. Window functions and full-text"
            " search replaced four hundred lines of loops, and the query planner did the rest."
        ),
    ),
    (
        "Regular Expressions That Cannot Run Away",
        "Native Layer",
        "Oskar Tamm",
        7,
        4,
        (
            "A log filter hung for forty minutes on one line of 31 characters. An engine that reads each "
            "character once brought the nightly run from five hours to 26 minutes."
        ),
    ),
    (
        "Free Threading and the Extensions That Were Not Ready",
        "Kestrel Notes",
        "Hana Lindqvist",
        17,
        11,
        (
            "Without the global lock, a static buffer is a race. An audit of sixty extensions found nineteen that"
            " assumed they were alone, and four that had assumed it in three places."
        ),
    ),
    (
        "Tables Without Copies",
        "Lower Half",
        "Jonas Okonkwo",
        12,
        6,
        (
            "Handing a million rows from one library to another used to mean copying them. The Arrow interface "
            "passes a pointer and a promise, and the promise has held up."
        ),
    ),
    (
        "Let C Sweat Over TLS",
        "Extension Desk",
        "Priya Ramanathan",
        5,
        3,
        (
            "Handshakes were a third of a crawler's processor time. Session tickets and a newer library under the"
            " same Python code made them a twentieth."
        ),
    ),
    (
        "Plugins in a Sandbox: WebAssembly From Python",
        "Kestrel Notes",
        "Hana Lindqvist",
        14,
        8,
        (
            "Customers' code runs beside yours, with a budget of memory and of instructions. Starting an instance"
            " takes forty microseconds, which is less than the argument about it took."
        ),
    ),
    (
        "The Loop That Was Not Needed",
        "Extension Desk",
        "Inés Barrientos",
        3,
        4,
        (
            "A team prepared to port a hot loop to C++ and found, while writing the tests, that its result was "
            "used by nobody. It is the fastest code in the company now."
        ),
    ),
]
_TAKEAWAYS = {
    1: ("Most of the gain came from no longer building objects that nobody looked at; the language came second.",),
    6: ("If your extension keeps state in a static variable, it is not ready, whatever its test suite says.",),
}
_QUOTES = {
    4: (Quote("We were about to write a database, badly, next to a database.", "Tove Marklund, data engineer"),),
    9: (Quote("Nobody reads a plugin before installing it. So the host has to be the one who doubts.", None),),
}


@dataclass(frozen=True)
class Digest:
    """What a rendering is made of; `with_issue` and `with_article` change one thing."""

    issue: Issue
    articles: Mapping[int, Article]
    masthead: Masthead
    fields: tuple[str, ...] = field(default=())

    def with_issue(self, **changes: Any) -> Digest:
        return replace(self, issue=replace(self.issue, **changes))

    def with_article(self, number: int, **changes: Any) -> Digest:
        return replace(self, articles={**self.articles, number: replace(self.articles[number], **changes)})

    def with_pick(self, number: int, **changes: Any) -> Digest:
        sections = tuple(
            replace(s, picks=tuple(replace(p, **changes) if p.article == number else p for p in s.picks))
            for s in self.issue.sections
        )
        return self.with_issue(sections=sections)


def _article(number: int) -> Article:
    title, site, author, day, minutes, summary = _STORIES[number - 1]
    slug = title.lower().replace(" ", "-").replace(":", "").replace(",", "")
    return Article(
        title=title,
        source=f"{slug}.html",
        key=f"url:https://example.org/{slug}",
        url=f"https://{site.lower().replace(' ', '')}.example/{slug}",
        authors=(author,),
        site=site,
        published=datetime(2026, 11, day, tzinfo=UTC),
        published_precision="day",
        language="en",
        image="https://nativelayer.example/images/parser.png" if number == 1 else None,
        image_alt="A flame graph, with one wide bar on top" if number == 1 else None,
        blocks=(Block("paragraph", summary),),
        reading_minutes=minutes,
        takeaways=_TAKEAWAYS.get(number, ()),
        quotes=_QUOTES.get(number, ()),
        id=number,
    )


def _pick(number: int) -> Pick:
    return Pick(number, _STORIES[number - 1][0], Summary(_STORIES[number - 1][5], "extractive"))


@pytest.fixture
def digest() -> Digest:
    """Issue 12 with ten articles in three sections, an intro, an outro and a merge field."""
    sections = (
        Section("Made faster", tuple(_pick(n) for n in (1, 2, 3, 4))),
        Section("Under the hood", tuple(_pick(n) for n in (5, 6, 7))),
        Section("Worth a coffee", tuple(_pick(n) for n in (8, 9, 10))),
    )
    issue = Issue(
        number=12,
        title="Forty lines of Rust, and the tests around them",
        subject="The parser that became ten times faster",
        preheader="Forty lines of Rust, eleven wheels, and a loop that nobody needed",
        intro='Good morning {{ subscriber.name | default("and welcome") }},\n\n'
        "this week is about **knowing where the time goes** before touching anything. "
        "Ten pieces, an hour of reading; if you have [only ten minutes](https://example.org/start), take the first.",
        outro="That is all for today. Reply to this mail and tell us what you measured.\n\n*The editors*",
        sections=sections,
    )
    masthead = Masthead(
        name="The Native Layer",
        sender="The Native Layer <letter@example.org>",
        base_url="https://letter.example.org",
        postal_address="The Native Layer, 12 Compiler Street, 1010 Example Town",
        language="en",
        timezone="Europe/Vienna",
    )
    return Digest(issue, {n: _article(n) for n in range(1, 11)}, masthead)


@pytest.fixture(scope="session")
def renderer() -> Renderer:
    """The shipped theme, without a workspace's own templates."""
    return Renderer([folder("templates") / "email"])


Render = Callable[[Digest], Edition]
RenderWith = Callable[[Path], Render]


def _with(renderer: Renderer, secret: bytes = SECRET) -> Render:
    return lambda digest: renderer.render(
        digest.issue, digest.articles, digest.masthead, secret=secret, date=DATE, fields=digest.fields
    )


@pytest.fixture(autouse=True)
def _written_out_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if each template had been rendered often: whatever fails is rendered by templates as they are, too."""
    monkeypatch.setattr(templates, "OFTEN", 0)


@pytest.fixture
def render(renderer: Renderer) -> Render:
    """Renders a digest with the shipped theme, the test secret and the test date."""
    return _with(renderer)


@pytest.fixture
def render_with() -> RenderWith:
    """Renders with a workspace's own templates/email on top of the shipped ones."""
    return lambda own: _with(Renderer([own, folder("templates") / "email"]))


@pytest.fixture
def variant(render: Render) -> Callable[[Digest], Variant]:
    """Renders a digest to its one variant."""
    return lambda digest: render(digest).variants[0]
