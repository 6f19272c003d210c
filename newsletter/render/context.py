"""What templates see: the issue as plain, clean values, with the order, the dates and the small choices made.

In: an issue, its articles by id, the masthead. Out: frozen data whose text is literal: no control characters, no
markup, nothing that is read as a template. What is not known is "" or None, so that a template can leave it out and
no hole shows; an address that is no http or https URL is not known. Only an unknown language or time zone is an error.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple
from urllib.parse import urlsplit

from babel.core import Locale, UnknownLocaleError, get_global

from newsletter.bidi import PDI, Direction, isolated
from newsletter.models import Article, Issue, Pick, Section
from newsletter.render.asides import Aside, asides
from newsletter.render.dates import Calendar, direction
from newsletter.render.literal import line, paragraphs, web_url
from newsletter.render.masthead import Masthead
from newsletter.text.binding import bound
from newsletter.text.catalogue import Phrase, Words
from newsletter.text.wrap import cells

#: More authors than this are shortened to the first "and others".
MAX_AUTHORS = 3
#: More outlets than this that cover the same story are not named.
MAX_ALSO = 5
#: Scripts whose italics are drawn, not slanted by the machine.
_SLANTED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a list in words: an outlet, linked to its article, or what stands between two."""

    text: str
    #: http or https; None for an outlet without an address, and for what is no outlet.
    url: str | None = None


class PrintedPick(NamedTuple):
    """One article as printed. A tuple, which is made in a quarter of the time that a frozen dataclass takes."""

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
    #: Whole minutes, or None when there is no text to read. Readers are told of them where they can open it.
    minutes: int | None
    #: Of outlet and byline, and of date and minutes in words, those that are known.
    who: tuple[str, ...]
    when: tuple[str, ...]
    #: Both.
    facts: tuple[str, ...]
    #: Cells that `who`, and that `facts`, take in a line, with " · " between them.
    who_cells: int
    fact_cells: int
    #: Whether in one of `who` words follow a name that keeps its direction to itself.
    mixed: bool
    category: str
    deck: str
    #: The lead picture as it was stated, for `shown`; "" when there is none.
    picture: str
    #: Its address, where it has one on the Web: http or https, or None.
    image: str | None
    #: Never empty: the headline where nothing else is known.
    image_alt: str
    #: A takeaway or a quote worth setting apart here, or None.
    aside: Aside | None
    #: Other outlets that cover the story, as the language joins them; and the same without their addresses.
    also: tuple[Piece, ...]
    also_text: str
    #: BCP 47 tag and direction, where they are not the newsletter's; else "".
    language: str
    direction: str
    #: Whether it runs the other way than the newsletter.
    turned: bool


#: What a pick says in one text each, or None; of what is made of others, only what has more.
_TEXTS = attrgetter(
    "headline", "url", "outlet", "byline", "date", "category", "deck", "picture", "image", "image_alt", "also_text",
    "language", "direction",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PrintedSection:
    """A titled run of picks; the title may be ""."""

    title: str
    picks: tuple[PrintedPick, ...]
    #: Whether it is a mere list of links: its picks have headlines and nothing below them.
    listed: bool = False


@dataclass(frozen=True, slots=True)
class PrintedIssue:
    """The issue as printed, but for the editor's own words, which carry merge slots."""

    number: int
    #: "" when the issue has no title of its own.
    title: str
    date: str
    language: str
    direction: Direction
    #: Whether its script has italics (Arabic, Hebrew, Chinese and Japanese have none).
    slanted: bool
    #: Sections that have picks.
    sections: tuple[PrintedSection, ...]

    def content(self) -> str:
        """Every text in it, a line each."""
        texts: list[str | None] = [str(self.number), self.title, self.date, self.language]
        for section in self.sections:
            texts.append(section.title)
            for pick in section.picks:
                texts += (*_TEXTS(pick), *pick.summary, *pick.authors, *pick.who, *pick.when)
                if pick.aside:
                    texts += (pick.aside.text, pick.aside.attribution)
                for piece in pick.also:
                    texts += (piece.text, piece.url)
        return "\n".join(filter(None, texts))


def printed(
    issue: Issue,
    articles: Mapping[int, Article],
    masthead: Masthead,
    when: datetime,
    *,
    others: Mapping[int, Sequence[Article]],
    words: Words,
) -> PrintedIssue:
    """The issue as its templates see it. An article that is gone leaves the pick's own headline and summary.

    `others` are, by article, the other articles of its story; `words` the newsletter's own.
    """
    calendar = Calendar(masthead.language, masthead.timezone)
    day = calendar.day(when)
    picks = list(issue.picks)
    sources = [articles.get(pick.article) for pick in picks]
    choice = asides(picks, sources)
    printed_too = {pick.article for pick in picks}
    ready = iter(
        _pick(
            position,
            pick,
            source,
            aside,
            _elsewhere(others.get(pick.article, ()), printed_too),
            language=masthead.language,
            calendar=calendar,
            issued=day,
            words=words,
        )
        for position, (pick, source, aside) in enumerate(zip(picks, sources, choice, strict=True), start=1)
    )
    sections = tuple(
        _section(bound(line(section.title), masthead.language), section, [next(ready) for _ in section.picks])
        for section in issue.sections
    )
    title = line(issue.title)
    own = {line(masthead.name), f"{line(masthead.name)} #{issue.number}"}
    return PrintedIssue(
        number=issue.number,
        title="" if title in own else bound(title, masthead.language),
        date=calendar.long(when),
        language=masthead.language,
        direction=calendar.direction,
        slanted=_script(masthead.language) in _SLANTED,
        sections=tuple(section for section in sections if section.picks),
    )


def _section(title: str, section: Section, picks: Sequence[PrintedPick]) -> PrintedSection:
    bare = all(not (pick.summary or pick.aside) and pick.position > 1 for pick in picks)
    return PrintedSection(title, tuple(picks), listed=bare and not any(pick.note for pick in section.picks))


def _pick(
    position: int,
    pick: Pick,
    article: Article | None,
    aside: Aside | None,
    elsewhere: Mapping[str, str | None],
    *,
    language: str,
    calendar: Calendar,
    issued: date,
    words: Words,
) -> PrintedPick:
    source = article or Article(title=pick.headline, source="", key="")
    headline = line(pick.headline) or line(source.title)
    url = web_url(source.url)
    outlet = line(source.site or "") or _host(url)
    authors = tuple(filter(None, map(line, source.authors)))
    foreign = source.language if source.language and not _same_language(source.language, language) else ""
    runs = direction(foreign) if foreign else ""
    spoken = foreign or language
    also = [each for each in elsewhere.items() if each[0].casefold() != outlet.casefold()][:MAX_ALSO]
    byline = _byline(authors, outlet, calendar, words)
    published = calendar.published(source, issued).replace(" ", "\u00a0")
    minutes = source.reading_minutes if source.reading_minutes > 1 or source.has_words else None
    reading = _reading(words["minutes"], minutes) if minutes and url else ""
    who, when = tuple(filter(None, (outlet, byline))), tuple(filter(None, (published, reading)))
    who_cells = _across(who)
    return PrintedPick(
        position=position,
        headline=bound(headline, spoken),
        summary=tuple([bound(p, spoken) for p in paragraphs(pick.summary.text) if p]),
        url=url,
        outlet=outlet,
        authors=authors[:MAX_AUTHORS],
        byline=byline,
        date=published,
        minutes=minutes,
        who=who,
        when=when,
        facts=who + when,
        who_cells=who_cells,
        fact_cells=who_cells + _across(when) + (3 if who and when else 0),
        mixed=PDI in outlet[:-1] or PDI in byline[:-1],
        category=line(source.category or ""),
        deck=line(source.deck or ""),
        picture=source.image or "",
        image=web_url(source.image),
        image_alt=line(source.image_alt or "") or headline or outlet or str(words["read_more"]),
        aside=Aside(aside.kind, bound(aside.text, spoken), aside.attribution) if aside else None,
        also=_joined(also, calendar),
        also_text=calendar.names([name for name, _ in also]) if also else "",
        language=line(foreign),
        direction=runs,
        turned=bool(runs) and runs != calendar.direction,
    )


@lru_cache(maxsize=256)
def _reading(phrase: Phrase | str, minutes: int) -> str:
    return phrase.format(minutes=minutes).replace(" ", "\u00a0")


def _across(items: Sequence[str]) -> int:
    """Cells of the items with " · " between them."""
    return sum(map(cells, items)) + 3 * (len(items) - 1) if items else 0


def _elsewhere(articles: Sequence[Article], printed_too: Collection[int]) -> dict[str, str | None]:
    """Outlets of a story's other articles, those not in the issue, with the address of one where any has one."""
    found: dict[str, str | None] = {}
    for article in articles:
        url = web_url(article.url)
        outlet = line(article.site or "") or _host(url)
        if outlet and article.id not in printed_too:
            found[outlet] = found.get(outlet) or url
    return found


def _joined(outlets: Sequence[tuple[str, str | None]], calendar: Calendar) -> tuple[Piece, ...]:
    """The outlets with what the language puts between them: "A", ", ", "B", ", and ", "C"."""
    if not outlets:
        return ()
    before, *after = calendar.between([name for name, _ in outlets])
    pieces = [Piece(before)]
    for (name, url), gap in zip(outlets, after, strict=True):
        # What is no link has no element of its own that keeps its direction to itself.
        pieces += [Piece(name if url else isolated(name, calendar.direction), url), Piece(gap)]
    return tuple(piece for piece in pieces if piece.text)


@lru_cache(maxsize=256)
def _script(language: str) -> str:
    """The script a language is written in, by CLDR's likely subtags; "" where it is not known."""
    tag = language.replace("-", "_")
    try:
        stated: str | None = Locale.parse(tag).script
    except (UnknownLocaleError, ValueError):
        stated = None
    likely: Mapping[str, str] = get_global("likely_subtags")
    return stated or "".join(likely.get(tag.partition("_")[0].lower(), "").split("_")[1:2])


def _host(url: str | None) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.") if url else ""


def _same_language(one: str, other: str) -> bool:
    return one == other or one.replace("_", "-").split("-")[0].lower() == other.replace("_", "-").split("-")[0].lower()


def _byline(authors: tuple[str, ...], outlet: str, calendar: Calendar, words: Words) -> str:
    shown = [name for name in authors if name.casefold() != outlet.casefold()]
    if len(shown) > MAX_AUTHORS:
        return words["and_others"].format(name=shown[0])
    return calendar.names(shown) if shown else ""
