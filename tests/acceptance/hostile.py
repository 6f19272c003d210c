"""An issue whose every text is one that mail has been broken by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from newsletter.models import Article, Block, Edition, Issue, Pick, Quote, Section, Sponsor, Summary, Variant, fill
from newsletter.render import Masthead, Renderer
from newsletter.render.asides import Aside, asides
from newsletter.resources import folder

THEMES = ("digest", "links", "magazine")

VALUES = {
    "unsubscribe_url": "https://letter.example.org/u/token?a=1&b=2",
    "view_url": "https://letter.example.org/v/token",
    "subscriber.name": "Zoë <script>window.ran = 1</script>",
    "subscriber.email": "zoe@example.org",
}

HOSTILE = [
    "❤️ VS16 and 👩‍👩‍👧 ZWJ",
    "हिन्दी में क्षत्रिय",
    "العَرَبِيَّة ثم English",
    "עִבְרִית וניקוד",
    "10\u00a0000\u00a0€",
    "q\u0323\u0302 combining",
    "C:\\new\\table \\u{200d}",
    '\'mixed …"…\' "quotes"',
    "{{ 7*7 }}",
    "{% raw %}",
    "</mj-text><mj-raw><script>window.ran = 1</script>",
    "]]> and <!-- this",
    "<img src=x onerror='window.ran = 1'>",
    "&lt;b&gt; &#39; &nbsp;",
    "Donau" + "dampfschifffahrts" * 12 + "kapitän",
    "https://x.example/" + "very-long-path/" * 20,
]


@dataclass(frozen=True)
class Hostile:
    """The issue rendered, and what it was made of."""

    variant: Variant
    #: By position from 0: the takeaway or quote that stands beside the summary, or None.
    asides: Sequence[Aside | None]

    @property
    def html(self) -> str:
        """As one subscriber gets it."""
        return fill(self.variant.html, VALUES)


def literal(text: str) -> str:
    """Markdown that prints the text as it is: every ASCII sign escaped (CommonMark 2.4)."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def mail(texts: Sequence[str], theme: str = "digest", language: str = "en") -> str:
    """The HTML of an issue with one article for each text, which stands in every place that takes text."""
    return made(texts, theme, language).html


def made(texts: Sequence[str], theme: str = "digest", language: str = "en", kind: str = "") -> Hostile:
    """One article for each text; `kind` is "takeaway" or "quote", or else both in turn."""
    articles = {number: _article(number, text, kind) for number, text in enumerate(texts, start=1)}
    plain = [literal(text) for text in texts]
    picks = [
        Pick(n, a.title, Summary(texts[n - 1], "editor"), note=plain[n - 1] if n % 3 == 0 or kind else "")
        for n, a in articles.items()
    ]
    issue = Issue(
        number=7,
        title=texts[0],
        subject=texts[0].replace("{{", "\\{{"),
        preheader=texts[-1].replace("{{", "\\{{"),
        intro="Hello {{ subscriber.name }},\n\n" + "\n\n".join(plain),
        outro="> " + plain[-1],
        sections=tuple(Section(p.headline, (p,)) for p in picks),
        sponsors=tuple(Sponsor(text, after) for after, text in enumerate(plain)),
    )
    others = {
        n: [replace(a, id=1000 + n, url="https://y.example/", site=f"Also {a.title}")] for n, a in articles.items()
    }
    edition = _rendered(issue, articles, theme, language, others)
    return Hostile(edition.variants[0], asides(picks, list(articles.values())))


def listed(texts: Sequence[str], theme: str = "digest", language: str = "en") -> str:
    """The HTML of an issue with one card and a list of headlines, each text one of them; every other has no address."""
    articles = {number: _article(number, text, "") for number, text in enumerate(["The lead", *texts])}
    articles |= {n: replace(a, url=None) for n, a in articles.items() if n % 2}
    picks = [Pick(n, a.title, Summary("" if n else "A card.", "editor")) for n, a in articles.items()]
    issue = Issue(7, "Listed", "Listed", sections=(Section("Read", tuple(picks[:1])), Section("See", tuple(picks[1:]))))
    edition = _rendered(issue, articles, theme, language)
    return fill(edition.variants[0].html, VALUES)


def _rendered(
    issue: Issue,
    articles: Mapping[int, Article],
    theme: str,
    language: str,
    others: Mapping[int, Sequence[Article]] | None = None,
) -> Edition:
    masthead = Masthead(
        name="The Native Layer",
        sender="The Native Layer <letter@example.org>",
        base_url="https://letter.example.org",
        postal_address="12 Compiler Street\n1010 Example Town",
        language=language,
    )
    renderer = Renderer([folder("templates") / "email"], theme)
    date = datetime(2026, 11, 20, tzinfo=UTC)
    return renderer.render(issue, articles, masthead, secret=b"secret", date=date, others=others or {})


def _article(number: int, text: str, kind: str) -> Article:
    fresh = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    aside = f"{text[:120]} {fresh}"
    article = Article(
        title=text,
        source="x",
        key=f"x{number}",
        url="https://x.example/?a=1&b=<2>",
        authors=(f"By {text}",),
        site=text,
        category=text,
        deck=text,
        published=datetime(2025, 1, 2, tzinfo=UTC),
        image="https://x.example/a.png",
        image_alt=text,
        blocks=(Block("paragraph", text),),
    )
    if kind == "takeaway" or (not kind and number % 4 == 1):
        return replace(article, takeaways=(aside,))
    return replace(article, quotes=(Quote(aside, text),))
