"""A sound issue, its mail, and a builder that changes one thing at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from newsletter.models import Article, Block, Edition, Issue, Part, Pick, Section, Slot, Summary, Variant
from newsletter.preflight import Checkup

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ADDRESS = "Native Layer Press, 12 Mill Lane, Bristol"
UNSUBSCRIBE_HTML = Slot("unsubscribe_url", "url")
UNSUBSCRIBE_TEXT = Slot("unsubscribe_url", "text")
SUMMARY = "A parser written in C replaced 1,200 lines of Python. Three teams measured it: 12 times faster."
BODY = (
    "A parser written in C replaced 1200 lines of Python. Three teams measured it on 40 machines. "
    "It came out 12 times faster, and nobody had to learn a new interface."
)


def article(number: int, **changes: Any) -> Article:
    made = Article(
        id=number,
        title=f"The loop that moved down, part {number}",
        source=f"part{number}.html",
        key=f"url:https://lowerhalf.press/{number}",
        url=f"https://lowerhalf.press/{number}",
        language="en",
        blocks=(Block("paragraph", BODY),),
        reading_minutes=4,
    )
    return replace(made, **changes)


def pick(number: int, **changes: Any) -> Pick:
    return replace(Pick(number, f"The loop that moved down, part {number}", Summary(SUMMARY, "extractive")), **changes)


ISSUE = Issue(
    number=12,
    title="Native Layer Weekly #12",
    subject="The parser that got ten times faster",
    preheader="Also: wheels for everybody, and a benchmark you can lose",
    intro="Python at the top, native code below.",
    sections=(Section("Measured", (pick(1), pick(2))), Section("Built", (pick(3),))),
)

HEAD = '<html lang="en"><head><title>Native Layer Weekly #12</title><style>p { margin: 0 }</style></head><body>'
FOOT = f'<p>{ADDRESS}</p><p><a href="'
CARDS = "".join(
    f'<table role="presentation"><tr><td><img src="https://lowerhalf.press/{n}.png" alt="A chart, falling">'
    f'<h2><a href="https://lowerhalf.press/{n}">The loop that moved down, part {n}</a></h2>'
    f"<p>{SUMMARY}</p></td></tr></table>"
    for n in (1, 2, 3)
)


def html(body: str = CARDS, head: str = HEAD) -> Part:
    """The HTML part around a body; the footer has address and unsubscribe slot."""
    return (f"{head}<h1>Native Layer Weekly</h1>{body}{FOOT}", UNSUBSCRIBE_HTML, '">Unsubscribe</a></p></body></html>')


TEXT: Part = (
    "NATIVE LAYER WEEKLY\n\n"
    + "\n\n".join(f"The loop that moved down, part {n}\n{SUMMARY}\n<https://lowerhalf.press/{n}>" for n in (1, 2, 3))
    + f"\n\n{ADDRESS}\nUnsubscribe: <",
    UNSUBSCRIBE_TEXT,
    ">\n",
)


@dataclass(frozen=True)
class Bench:
    """Makes checkups: sound as they are, changed where a test says so."""

    def sound(self, **changes: Any) -> Checkup:
        made = Checkup(
            issue=ISSUE,
            articles={n: article(n) for n in (1, 2, 3)},
            edition=Edition(12, (Variant("default", (ISSUE.subject,), (ISSUE.preheader,), html(), TEXT),)),
            message_bytes=60_000,
            base_url="https://news.lowerhalf.press",
            postal_address=ADDRESS,
            sender="Native Layer Weekly <digest@lowerhalf.press>",
            used={},
            now=NOW,
        )
        return replace(made, **changes)

    def issue(self, **changes: Any) -> Checkup:
        return self.sound(issue=replace(ISSUE, **changes))

    def picks(self, *picks: Pick) -> Checkup:
        return self.issue(sections=(Section("Measured", picks),))

    def variant(self, **changes: Any) -> Checkup:
        checkup = self.sound()
        assert checkup.edition
        return replace(checkup, edition=Edition(12, (replace(checkup.edition.variants[0], **changes),)))

    def body(self, extra: str) -> Checkup:
        """The mail with more HTML before its cards."""
        return self.variant(html=html(extra + CARDS))

    def articles(self, *changed: Article) -> Checkup:
        return self.sound(articles={n: article(n) for n in (1, 2, 3)} | {a.id: a for a in changed})

    article = staticmethod(article)
    pick = staticmethod(pick)
    html = staticmethod(html)
    now = NOW


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def sound() -> Callable[..., Checkup]:
    return Bench().sound
