"""Where things stand in the Markdown view of an issue, and headings in it that are read as mere text.

In: a text that parses (`issue_text`). Places are called as rendering calls them: "subject", "note on article 12" …
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from newsletter.curate import front_matter, literal

_KEY = re.compile(rf"['\"]?({'|'.join(front_matter.KEYS)})['\"]?\s*:")
_ARTICLE = re.compile(r"<!--\s*article\s+(\d+)", re.IGNORECASE)
#: What looks like a heading, blanks before it included.
_HEADING = re.compile(r"\s*#{1,6}\s*(?=\S)")
#: Places whose text is Markdown, where a heading may stand.
_MARKDOWN = ("intro", "outro", "note", "sponsor")


class Line(NamedTuple):
    """A line of the view, counted from 1, and what it belongs to."""

    number: int
    place: str
    text: str


def lines(text: str) -> Iterator[Line]:
    """The lines of the view but for its marks and the head's comments, in order."""
    rest = enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"), 1)
    next(rest)  # ---
    place = ""
    for number, line in rest:
        if line.rstrip() == "---":
            break
        if key := _KEY.match(line):
            place = key[1]
        if not line.startswith("#"):
            yield Line(number, place, line)
    place, article = "intro", ""
    for number, line in rest:
        if mark := literal.MARK.fullmatch(line):
            kind = mark[1].lower()
            place = f"note on article {article}" if kind == "note" else kind
        elif place == "outro" or not literal.STRUCTURE.match(line):
            yield Line(number, place, line)
        elif line.startswith("##"):
            article = next(reversed(_ARTICLE.findall(line)), "")
            yield Line(number, f"headline of article {article}", line)
            place = f"summary of article {article}"
        else:
            yield Line(number, "section", line)


def first(text: str, place: str) -> int:
    """The line on which a place begins; 1 where it is not seen (a head in another of YAML's forms)."""
    return next((line.number for line in lines(text) if line.place == place), 1)


def stray_headings(text: str, sections: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Headings that are none, or hardly the one that was meant, with their lines; `sections` are those in use."""
    found = [line for line in lines(text) if line.text.strip()]
    follows = [line.place.startswith("headline") for line in found[1:]] + [False]
    for line, before_article in zip(found, follows, strict=True):
        shown = line.text.strip()[:60]
        if line.place == "section":
            title = literal.read_heading(line.text[1:])
            close = get_close_matches(title, sections, 1, 0.8)
            if close and title not in sections:
                yield line.number, f"“# {title}” begins a section of its own; did you mean “# {close[0]}”?"
            continue
        heading = _HEADING.match(line.text)
        if not heading or line.place.startswith("headline"):
            continue
        words = line.text[heading.end() :].partition("<!--")[0].strip() or "Headline"
        if named := _ARTICLE.search(line.text):
            meant = f"an article begins with “## {words} <!-- article {named[1]} -->”"
        elif before_article or not line.place.startswith(_MARKDOWN):
            title = next(iter(get_close_matches(words, sections, 1, 0.8)), words)
            meant = f"a section begins with “# {title}”, an article with “## {words} <!-- article 12 -->”"
        else:
            continue
        yield line.number, f"“{shown}” begins neither section nor article, it is printed in the {line.place}; {meant}"
