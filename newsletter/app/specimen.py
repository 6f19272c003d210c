"""The sample issue that a theme is shown with: one that has every block, from the sample articles.

Its pictures are files beside the themes; in a mail they have addresses, and a page that stands alone carries them in
itself (`standing_alone`).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from newsletter import ingest, resources
from newsletter.curate.summarize import summarize
from newsletter.models import Article, Enclosed, Issue, Pick, Picture, Section, Sponsor, Summary
from newsletter.pictures.inspect import inspect
from newsletter.render.pictures import Shown, linked

#: What it is written in, whatever the newsletter's language.
LANGUAGE = "en"
#: The day the sample issue is of; the articles are from the three weeks before.
TODAY = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
#: Where its pictures seem to be; ".example" can belong to nobody (RFC 2606).
PICTURES = "https://pictures.example/"

_SECTIONS = {
    "Made faster": ("parser-ten-times.txt", "profile-before-you-port.txt", "sqlite-in-process.md"),
    "Under the hood": (
        "kestrelint-nativelayer.txt",
        "plugins-in-a-sandbox.html",
        "tls-let-c-sweat.html",
        "tabellen-ohne-kopien.html",
    ),
    "In brief": ("wheels-for-everybody.md", "notes-on-crossing.md", "el-bucle-que-sobraba.txt"),
}
#: The section whose articles stand without summaries.
_BRIEF = "In brief"
#: The same story elsewhere.
_ALSO = {"kestrelint-nativelayer.txt": "kestrelint-lowerhalf.html"}
_PICTURES = {
    "parser-ten-times.txt": ("parser.png", "A row of tall bars, and a short one beside them"),
    "profile-before-you-port.txt": ("profile.png", "A flame graph with one wide flame"),
    "kestrelint-nativelayer.txt": ("linter.png", "A kestrel's wing over lines of code"),
    "plugins-in-a-sandbox.html": ("sandbox.png", "A small box inside a larger one"),
    "tls-let-c-sweat.html": ("handshake.png", "Two cables meeting in the middle"),
    "tabellen-ohne-kopien.html": ("tables.png", "Zwei Tabellen, die sich eine Spalte teilen"),
}
_INTRO = """\
Good morning {{ subscriber.name | default("reader") }},

This is the sample issue, on *the layer below*: Python on top, native code underneath. It has one of each block that a
theme can print, so that you see what yours does with it.
"""
_NOTE = "We tried this on our own archive. **An afternoon** was enough, coffee included."
_SPONSOR = (
    "**Kiln, builds that finish before you sit down.** Wheels for eleven platforms from one command. "
    "[Try a month for nothing](https://kiln.example/)."
)


@dataclass(frozen=True, slots=True)
class Specimen:
    """A sample issue, its articles by id, and by article the others of its story."""

    issue: Issue
    articles: dict[int, Article]
    others: dict[int, tuple[Article, ...]]


def make() -> Specimen:
    """The sample issue."""
    articles: dict[int, Article] = {}
    others: dict[int, tuple[Article, ...]] = {}
    sections = []
    for title, files in _SECTIONS.items():
        picks = []
        for file in files:
            article = replace(_read(file), id=len(articles) + 1)
            article = replace(article, url=article.url or f"https://letters.example/{file.partition('.')[0]}")
            articles[article.id] = article
            if file in _ALSO:
                others[article.id] = (replace(_read(_ALSO[file]), id=100 + article.id),)
            summary = Summary("", "editor") if title == _BRIEF else summarize(article)
            note = _NOTE if file.startswith("profile") else ""
            picks.append(Pick(article.id, article.title, summary, note=note))
        sections.append(Section(title, tuple(picks)))
    issue = Issue(
        number=12,
        title="What the layer below is good for",
        subject="What the layer below is good for",
        preheader="A parser, a profiler, and a database that was there all along",
        intro=_INTRO,
        outro="That is all for this week. Reply and tell us what you measured.\n\n*The editors*",
        sections=tuple(sections),
        created=TODAY,
        sponsors=(Sponsor(_SPONSOR, 3),),
    )
    return Specimen(issue, articles, others)


def is_own(address: str) -> bool:
    """Whether it is one of the sample issue's pictures."""
    return address.startswith(PICTURES)


def shown(address: str, width: int, widest: int = 0) -> Shown | None:
    """The sample issue's pictures with their own sizes; what else a theme shows (its logo) is linked."""
    name = address.removeprefix(PICTURES)
    if name == address:
        return linked(address, width, widest)
    own = _size(name)
    width = min(width, own.width)
    return Shown(address, width, round(own.height * width / own.width), widest=min(max(width, widest), own.width))


def standing_alone(html: str, enclosed: Iterable[Enclosed] = ()) -> str:
    """The page with the sample issue's pictures in it, and those that would travel with the mail (a logo's file)."""
    for name, _ in _PICTURES.values():
        address = f'"{PICTURES}{name}"'
        if address in html:
            html = html.replace(f"src={address}", f'src="data:image/png;base64,{_encoded(name)}"')
    for picture in enclosed:
        html = html.replace(f'src="cid:{picture.cid}"', f'src="data:{picture.kind};base64,{picture.data}"')
    return html


def _read(file: str) -> Article:
    path = resources.folder("samples") / file
    (article,) = ingest.read(path.read_bytes(), file, now=TODAY).articles
    picture = _PICTURES.get(file)
    return (
        replace(article, image=PICTURES + picture[0], image_alt=picture[1]) if picture else replace(article, image=None)
    )


@cache
def _size(name: str) -> Picture:
    return inspect(_pictures().joinpath(name).read_bytes())


def _encoded(name: str) -> str:
    return base64.b64encode(_pictures().joinpath(name).read_bytes()).decode("ascii")


def _pictures() -> Path:
    return resources.folder("templates") / "email" / "specimen"
