"""The editor's own words around the picks: subject, preheader, intro and outro, with merge fields become slots.

Merge fields are read first, then Markdown: what the Markdown parser sees in their place is a token. What can fail: an
unknown field or a stray `{{`, a merge field inside a link's address (where no escaping would be safe), and Markdown
that nests too deep, each as a RenderError that names the place.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import lxml.html
from lxml import etree
from markupsafe import Markup

from newsletter.bidi import Direction
from newsletter.errors import RenderError
from newsletter.models import Issue
from newsletter.render import merge
from newsletter.render.literal import line
from newsletter.render.slots import Slots
from newsletter.text.markup import markdown, markdown_text

#: What XML 1.0 can't hold: most controls, lone surrogates, two noncharacters.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Wording:
    """The four places with tokens in them: one line each for subject and preheader, Markdown for intro and outro."""

    subject: str
    preheader: str
    intro: str
    outro: str


def wording(issue: Issue, known: Collection[str], slots: Slots) -> Wording:
    """The editor's words with tokens for merge fields. Raises RenderError for what is no merge field."""

    def place(text: str, name: str) -> str:
        return slots.place(merge.parse(_NOT_XML.sub("", text), name, known))

    return Wording(
        subject=line(place(issue.subject, "subject")),
        preheader=line(place(issue.preheader, "preheader")),
        intro=place(issue.intro, "intro"),
        outro=place(issue.outro, "outro"),
    )


def as_html(text: str, place: str, slots: Slots) -> Markup:
    """Markdown as well-formed XHTML, sanitised. Raises RenderError where a slot stands in a link's address."""
    html = markdown(text).strip()
    if not html:
        return Markup("")
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for element in root.iter("a"):
        if slots.stands_in(element.get("href", "")):
            raise RenderError(place, "a merge field can't stand in a link's address; write it into the words around")
    inner = etree.tostring(root, method="xml", encoding="unicode").removeprefix("<div>").removesuffix("</div>")
    # Sanitised by text.markup (nh3) and serialised by lxml: safe as it stands.
    return Markup(inner)  # noqa: S704


def as_text(text: str, width: int, direction: Direction = "ltr") -> str:
    """Markdown as plain text wrapped at `width` cells, its lines steered to run `direction`."""
    return markdown_text(text, width, direction).strip("\n")
