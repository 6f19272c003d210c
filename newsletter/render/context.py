"""What templates see: the issue as plain, clean values, with the order, the dates and the small choices made.

In: an issue, its articles by id, the masthead. Out: frozen data whose text is literal: no control characters, no
markup, nothing that is read as a template. What is not known is "" or None, so that a template can leave it out and
no hole shows; an address that is no http or https URL is not known. Only an unknown language or time zone is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from newsletter.bidi import Direction
from newsletter.models import Article, Issue, Pick
from newsletter.render.asides import Aside, asides
from newsletter.render.dates import Calendar, direction
from newsletter.render.literal import line, paragraphs, web_url
from newsletter.render.masthead import Masthead
from newsletter.text.catalogue import Words

#: More authors than this are shortened to the first "and others".
MAX_AUTHORS = 3


@dataclass(frozen=True, slots=True)
class PrintedPick:
    """One article as printed."""

    #: From 1, through all sections.
    position: int
    headline: str
    #: Paragraphs of the summary.
    summary: tuple[str, ...]
    #: http or https, or None.
    url: str | None
    #: The site's name, or else the URL's host; "" when neither is known.
    outlet: str
    #: Up to three names.
    authors: tuple[str, ...]
    #: The names joined for print; "" when none is known, or when the outlet is the author.
    byline: str
    #: As the newsletter's language writes it; "" when not stated.
    date: str
    #: Whole minutes, or None when there is no text to read.
    minutes: int | None
    category: str
    deck: str
    image: str | None
    image_alt: str
    #: A takeaway or a quote worth setting apart here, or None.
    aside: Aside | None
    #: BCP 47 tag and direction, where they are not the newsletter's; else "".
    language: str
    direction: str


@dataclass(frozen=True, slots=True)
class PrintedSection:
    """A titled run of picks; the title may be ""."""

    title: str
    picks: tuple[PrintedPick, ...]


@dataclass(frozen=True, slots=True)
class PrintedIssue:
    """The issue as printed, but for the editor's own words, which carry merge slots."""

    number: int
    #: "" when the issue has no title of its own.
    title: str
    date: str
    language: str
    direction: Direction
    #: Sections that have picks.
    sections: tuple[PrintedSection, ...]


def printed(
    issue: Issue, articles: Mapping[int, Article], masthead: Masthead, date: datetime, words: Words
) -> PrintedIssue:
    """The issue as its templates see it. An article that is gone leaves the pick's own headline and summary."""
    calendar = Calendar(masthead.language, masthead.timezone)
    picks = list(issue.picks)
    sources = [articles.get(pick.article) for pick in picks]
    choice = asides(picks, sources)
    ready = iter(
        _pick(position, pick, source, aside, language=masthead.language, calendar=calendar, issued=date, words=words)
        for position, (pick, source, aside) in enumerate(zip(picks, sources, choice, strict=True), start=1)
    )
    sections = tuple(
        PrintedSection(line(section.title), tuple(next(ready) for _ in section.picks)) for section in issue.sections
    )
    title = line(issue.title)
    return PrintedIssue(
        number=issue.number,
        title="" if title in {line(masthead.name), f"{line(masthead.name)} #{issue.number}"} else title,
        date=calendar.long(date),
        language=masthead.language,
        direction=calendar.direction,
        sections=tuple(section for section in sections if section.picks),
    )


def _pick(
    position: int,
    pick: Pick,
    article: Article | None,
    aside: Aside | None,
    *,
    language: str,
    calendar: Calendar,
    issued: datetime,
    words: Words,
) -> PrintedPick:
    source = article or Article(title=pick.headline, source="", key="")
    headline = line(pick.headline) or line(source.title)
    url = web_url(source.url)
    outlet = line(source.site or "") or _host(url)
    authors = tuple(name for name in map(line, source.authors) if name)
    foreign = source.language if source.language and not _same_language(source.language, language) else ""
    return PrintedPick(
        position=position,
        headline=headline,
        summary=tuple(p for p in paragraphs(pick.summary.text) if p),
        url=url,
        outlet=outlet,
        authors=authors[:MAX_AUTHORS],
        byline=_byline(authors, outlet, calendar, words),
        date=calendar.published(source, issued).replace(" ", "\u00a0"),
        minutes=source.reading_minutes if source.reading_minutes > 1 or source.word_count else None,
        category=line(source.category or ""),
        deck=line(source.deck or ""),
        image=web_url(source.image),
        image_alt=line(source.image_alt or "") or headline,
        aside=aside,
        language=line(foreign),
        direction=direction(foreign) if foreign else "",
    )


def _host(url: str | None) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.") if url else ""


def _same_language(one: str, other: str) -> bool:
    return one.replace("_", "-").split("-")[0].lower() == other.replace("_", "-").split("-")[0].lower()


def _byline(authors: tuple[str, ...], outlet: str, calendar: Calendar, words: Words) -> str:
    shown = [name for name in authors if name.casefold() != outlet.casefold()]
    if len(shown) > MAX_AUTHORS:
        return words["and_others"].format(name=shown[0])
    return calendar.names(shown) if shown else ""
