"""An issue becomes an edition: once, whatever the number of subscribers.

    issue, articles ── context ──▶ plain values ─┬─ Jinja2 ─▶ MJML ─ stencils (guard, mrml …) ─▶ HTML ┐
    subject, intro … ── merge ──▶ tokens in text ┴─ Jinja2 ─▶ plain text, 72 cells wide ──────────────┴─ cut

In: an issue, its articles, the masthead, a secret, a date. Out: an Edition, its parts cut at slots. The same input
gives the same edition, byte for byte; nothing is fetched and no clock is read. Articles are data from end to end: their
text is escaped into MJML and never read as a template, nor is finished HTML. What can fail is a RenderError that names
template and line, or the place in the issue.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from newsletter.models import Article, Edition, Issue, Part, Variant
from newsletter.render import editorial, theme
from newsletter.render.context import PrintedIssue, printed
from newsletter.render.faults import Fault, told
from newsletter.render.literal import line, paragraphs, web_url
from newsletter.render.masthead import Masthead
from newsletter.render.merge import STANDARD
from newsletter.render.pictures import Collected, Pictures, linked
from newsletter.render.slots import Slots
from newsletter.render.stencils import pour
from newsletter.render.templates import Templates
from newsletter.render.text import WIDTH, tidy
from newsletter.text.catalogue import Words

#: After the preheader inboxes would go on with the mail's first words; these take up room and show nothing.
PREHEADER_PADDING = "\u034f\u200c\u00a0"
#: Characters of preheader and padding together that the longest inbox line shows.
PREHEADER_ROOM = 150


class Renderer:
    """A theme, ready to render issues. Safe to use from several threads."""

    def __init__(
        self, theme_folders: Sequence[Path], theme_name: str = "digest", changes: Mapping[str, Any] | None = None
    ) -> None:
        """Reads the theme's settings and lays `changes` over them. The first folder wins.

        Raises RenderError when no folder has the theme, or a setting is none.
        """
        self._theme = theme.find(theme_folders, theme_name, changes)
        self._templates = Templates(self._theme.folders, {"here": self._theme.name, "theme": self._theme.settings})
        self._words: dict[str, Words] = {}

    @property
    def colours(self) -> Mapping[str, Mapping[str, str]]:
        """The theme's colours "#rrggbb" by name, for "light" and "dark"."""
        return {scheme: self._theme.settings[scheme] for scheme in ("light", "dark")}

    def render(
        self,
        issue: Issue,
        articles: Mapping[int, Article],
        masthead: Masthead,
        *,
        secret: bytes,
        date: datetime,
        fields: Collection[str] = (),
        others: Mapping[int, Sequence[Article]] | None = None,
        pictures: Pictures = linked,
        written_in: str = "",
    ) -> Edition:
        """The issue as it would be sent, dated `date` (aware).

        `fields` are the merge fields that exist besides name, email and language; `others` are, by article, the other
        articles of its story; `pictures` says what becomes of each. `written_in` is the language of the editor's own
        words, where that is not the masthead's. Raises RenderError.
        """
        known = STANDARD | frozenset(fields)
        own_words = self._words_in(masthead.language)
        values = printed(issue, articles, masthead, date, others=others or {}, words=own_words)
        slots = Slots(secret, _content(issue, values, masthead), known, values.direction)
        words = editorial.wording(issue, known, slots)
        collected = Collected(pictures)
        foreign = "" if _same_language(written_in or masthead.language, masthead.language) else written_in
        shared = {
            "issue": values,
            "masthead": _clean(masthead),
            "words": own_words,
            "slot": slots.token,
            "shown": collected.shown,
            "subject": words.subject,
            "preheader": words.preheader,
        }
        html = self._html(shared, words, slots, foreign)
        text = self._text(shared, words, slots, foreign or masthead.language)
        variant = Variant(
            name="default",
            subject=slots.cut(words.subject, "header"),
            preheader=slots.cut(words.preheader, "text"),
            html=html,
            text=text,
            pictures=collected.enclosed,
        )
        return Edition(issue.number, (variant,))

    def _words_in(self, language: str) -> Words:
        if language not in self._words:
            self._words[language] = self._theme.words(language)
        return self._words[language]

    def _html(self, shared: Mapping[str, Any], words: editorial.Wording, slots: Slots, foreign: str) -> Part:
        def said(text: str, place: str) -> Markup:
            return editorial.marked(editorial.as_html(text, place, slots, foreign or shared["issue"].language), foreign)

        values = {
            **shared,
            "intro": said(words.intro, "intro"),
            "outro": said(words.outro, "outro"),
            "notes": {at: said(text, "note") for at, text in words.notes.items()},
            "sponsors": {at: [said(text, "sponsor") for text in texts] for at, texts in words.sponsors.items()},
            "preheader_padding": PREHEADER_PADDING * max(0, PREHEADER_ROOM - len(words.preheader)),
        }
        name = self._theme.html
        mjml = self._templates.html(name, values)
        try:
            html = pour(mjml, lambda path, base: self._templates.included(path, base or name))
        except Fault as fault:
            raise told(fault, name, self._templates.locator(name, values).locate) from fault
        return slots.cut_html(html)

    def _text(self, shared: Mapping[str, Any], words: editorial.Wording, slots: Slots, spoken: str) -> Part:
        values = {
            **shared,
            "intro": editorial.as_text(words.intro, WIDTH, spoken),
            "outro": editorial.as_text(words.outro, WIDTH, spoken),
            "notes": {at: editorial.as_text(text, WIDTH - len(f"{at}. "), spoken) for at, text in words.notes.items()},
            "sponsors": {
                at: [editorial.as_text(text, WIDTH, spoken) for text in texts] for at, texts in words.sponsors.items()
            },
        }
        text = self._templates.text(self._theme.text, values)
        return slots.cut(tidy(text), "text")


def _same_language(one: str, other: str) -> bool:
    return one.partition("-")[0].lower() == other.partition("-")[0].lower()


def _content(issue: Issue, values: PrintedIssue, masthead: Masthead) -> str:
    """Every text that the edition is made of but the theme's own, a line each."""
    own = (issue.subject, issue.preheader, issue.intro, issue.outro)
    beside = [*(pick.note for pick in issue.picks), *(sponsor.text for sponsor in issue.sponsors)]
    ours = (masthead.name, masthead.base_url, masthead.postal_address)
    return "\n".join([values.content(), *own, *beside, *ours])


def _clean(masthead: Masthead) -> dict[str, object]:
    """The masthead as templates see it."""
    return {
        "name": line(masthead.name),
        "base_url": web_url(masthead.base_url),
        "postal_address": [
            address for text in masthead.postal_address.splitlines() for address in paragraphs(text) if address
        ],
    }
