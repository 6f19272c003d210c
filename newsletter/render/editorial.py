"""The editor's own words: subject, preheader, intro, outro, notes and sponsors, with merge fields become slots.

Merge fields are read first, then Markdown: what the Markdown parser sees in their place is a token. What can fail: an
unknown field or a stray `{{`, a merge field inside a link's address (where no escaping would be safe), and Markdown
that nests too deep, each as a RenderError that names the place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import lxml.html
from lxml import etree
from markupsafe import Markup

from newsletter.bidi import Direction, other, runs_wholly_against
from newsletter.errors import RenderError
from newsletter.models import Issue
from newsletter.render import merge
from newsletter.render.dates import direction
from newsletter.render.literal import line
from newsletter.render.slots import Slots
from newsletter.text.markup import markdown, markdown_text, words_alone
from newsletter.text.wrap import cells

#: What XML 1.0 can't hold: most controls, lone surrogates, two noncharacters.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: On a small phone, in CSS pixels: how wide intro and outro are, a cell of a word in a table there, and one in its
#: header; the same in notes and sponsors, which stand in boxes in smaller letters.
_WIDE, _BOXED = (280, 8, 9), (240, 7, 8)
#: What stands between two columns there.
_GAP = 10


@dataclass(frozen=True, slots=True)
class Wording:
    """The places with tokens in them: one line each for subject and preheader, Markdown for the others."""

    subject: str
    preheader: str
    intro: str
    outro: str
    #: By the pick's position, from 1; "" for picks without one.
    notes: Mapping[int, str]
    #: By the number of picks they stand after; for each from 0 to the last.
    sponsors: Mapping[int, tuple[str, ...]]


def wording(issue: Issue, known: Collection[str], slots: Slots) -> Wording:
    """The editor's words with tokens for merge fields. Raises RenderError for what is no merge field."""

    def place(text: str, name: str) -> str:
        if not text:
            return ""
        sound = text if text.isprintable() else _NOT_XML.sub("", text)
        return slots.place(merge.parse(sound, name, known)) if "{{" in sound else sound

    return Wording(
        subject=line(place(issue.subject, "subject")),
        preheader=line(place(issue.preheader, "preheader")),
        intro=place(issue.intro, "intro"),
        outro=place(issue.outro, "outro"),
        notes={at: place(pick.note, f"note on article {pick.article}") for at, pick in enumerate(issue.picks, start=1)},
        sponsors=_by_place(issue, lambda text: place(text, "sponsor")),
    )


def _by_place(issue: Issue, place: Callable[[str], str]) -> dict[int, tuple[str, ...]]:
    last = sum(1 for _ in issue.picks)
    placed: dict[int, tuple[str, ...]] = dict.fromkeys(range(last + 1), ())
    for sponsor in issue.sponsors:
        if sponsor.text.strip():
            placed[min(max(sponsor.after, 0), last)] += (place(sponsor.text),)
    return placed


def as_html(text: str, place: str, slots: Slots, language: str = "") -> Markup:
    """Markdown in a language as XHTML, sanitised; a paragraph that runs wholly against it says so.

    Raises RenderError where a slot stands in a link's address.
    """
    if not text or text.isspace():
        return Markup("")
    paragraphs = words_alone(text, language)
    base = direction(language)
    if paragraphs is not None:  # they have nothing to escape
        turn = f'<p dir="{other(base)}">'
        return Markup("\n".join([f"{turn if _turned(p, base, slots) else '<p>'}{p}</p>" for p in paragraphs]))  # noqa: S704
    html = markdown(text, language).strip()
    if not html:
        return Markup("")
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for element in root.iter("a"):
        if slots.stands_in(element.get("href", "")):
            raise RenderError(place, "a merge field can't stand in a link's address; write it into the words around")
    for table in root.iter("table"):
        _set_table(table, *(_WIDE if place in ("intro", "outro") else _BOXED))
    for element in root.iter("p", "h3"):
        if _turned("".join(element.itertext()), base, slots):
            element.set("dir", other(base))
    inner = etree.tostring(root, method="xml", encoding="unicode").removeprefix("<div>").removesuffix("</div>")
    # Sanitised by text.markup (nh3) and serialised by lxml: safe as it stands.
    return Markup(inner)  # noqa: S704


def _set_table(table: lxml.html.HtmlElement, width: int, cell: int, header: int) -> None:
    """Mark the cells that end a row; and the table if its words fit on a phone beside each other, unbroken."""
    rows = [row.findall("*") for row in table.iter("tr")]
    for row in rows:
        row[-1].set("class", "edge")
    words = (
        [_longest(one) * (header if one.tag == "th" else cell) for one in column] for column in zip(*rows, strict=True)
    )
    if sum(map(max, words)) + (len(rows[0]) - 1) * _GAP <= width:
        table.set("class", "whole")


def _longest(element: lxml.html.HtmlElement) -> int:
    """Cells of its longest word."""
    return max(map(cells, "".join(element.itertext()).split()), default=0)


def _turned(text: str, base: Direction, slots: Slots) -> bool:
    """Whether a paragraph is to run against the newsletter: it has letters, and none of them runs as that does.

    What a slot will say is not known: a paragraph with one runs as the newsletter.
    """
    return runs_wholly_against(text, base) and not slots.stands_in(text)


def marked(html: Markup, language: str) -> Markup:
    """The editor's words marked as being in a language; as they are for none ("")."""
    if not (html and language):
        return html
    return Markup('<div lang="{}" dir="{}">{}</div>').format(language, direction(language), html)


def as_text(text: str, width: int, language: str = "") -> str:
    """Markdown in a language as plain text wrapped at `width` cells, its lines steered to run as that does."""
    return markdown_text(text, width, direction(language), language).strip("\n") if text and not text.isspace() else ""
