"""What mail clients know of HTML and CSS: caniemail.com's answers (see data/LICENSE.caniemail), and what they cost.

An answer is yes, no, partly (with notes that say what is left out) or unknown. A note counts only where the mail does
what it is about: "negative margins" cost a mail nothing that has none. A feature without which the mail merely says or
looks the same (language marks, roles, a doctype) costs nothing; one that holds a layout or carries content costs much,
anything else a little. Unknown answers cost nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from newsletter.preflight.footnotes import matters

if TYPE_CHECKING:
    from newsletter.preflight.features import Use

#: Points of 100 that a client loses by a feature it does not know.
HEAVY, LIGHT = 20.0, 2.0


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Clients that read conditional comments and draw with Word.
OUTLOOK = frozenset({"outlook.windows"})

_HEAVY = _words(
    """css-at-import css-clip-path css-column-count css-column-layout-properties css-display-flex css-display-grid
    css-display-none css-float css-function-clamp css-function-max css-function-min css-gap css-grid-template
    css-left-right-top-bottom css-position css-transform css-unit-calc css-variables css-visibility html-audio
    html-form html-image-maps html-img html-link html-object html-picture html-select html-style html-svg html-table
    html-textarea html-video image-apng image-avif image-base64 image-bmp image-gif image-hdr image-heif image-ico
    image-jpg image-mp4 image-png image-svg image-tiff image-webp"""
)
#: Without these a reader misses nothing that is printed.
_HARMLESS = _words(
    """css-color-scheme css-comments css-cursor css-font-kerning css-hyphenate-character
    css-hyphenate-limit-chars css-hyphens css-orphans css-text-wrap css-widows
    css-user-select css-word-break css-word-wrap css-overflow-wrap html-aria-describedby html-aria-hidden
    html-aria-label html-aria-labelledby html-aria-live html-base html-bdi html-body html-comments html-doctype
    html-lang html-loading-attribute html-meta-color-scheme html-role html-semantics html-target html-wbr html-abbr
    html-acronym html-address html-dfn"""
)


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature's answers: client → "n", "a 1 2", "u"; a client that is not listed knows it."""

    slug: str
    title: str
    answers: Mapping[str, str]
    notes: Mapping[str, str]

    @property
    def heavy(self) -> bool:
        """Whether it holds a layout or carries content."""
        return self.slug in _HEAVY

    def knows(self, client: str) -> bool:
        """Whether there is nothing to lose: the client knows it, nobody knows better, or nobody misses it."""
        return self.slug in _HARMLESS or self.answers.get(client, "y")[0] in "yu"


@dataclass(frozen=True, slots=True)
class Table:
    """All of caniemail.com's answers, as shipped."""

    features: Mapping[str, Feature]
    clients: frozenset[str]
    as_of: str
    credit: str


@lru_cache(maxsize=1)
def table() -> Table:
    """The table, read once from the package."""
    file = resources.files("newsletter.preflight") / "data" / "support.json"
    data = json.loads(file.read_text("utf-8"))
    features = {
        slug: Feature(slug, row["title"], row["answers"], row["notes"]) for slug, row in data["features"].items()
    }
    return Table(features, frozenset(data["clients"]), data["as_of"], data["credit"])


@lru_cache(maxsize=65_536)
def lost(use: Use, client: str) -> tuple[float, str]:
    """What a client leaves out of a use: 0 nothing, 0.5 a part, 1 all; and the note that says which part."""
    feature = table().features[use.slug]
    answer, *numbers = feature.answers.get(client, "y").split()
    if feature.knows(client):
        return 0.0, ""
    notes = [feature.notes[number] for number in numbers if number in feature.notes]
    if answer == "n" and not any(note.startswith("Buggy. Replaces") for note in notes):
        return 1.0, ""
    told = [note for note in notes if matters(use, note)]
    if notes and not told:
        return 0.0, ""
    return 0.5, re.sub(r"^(?:Partial support|Partial and buggy|Partial|Buggy)[.:]? *", "", told[0] if told else "")
