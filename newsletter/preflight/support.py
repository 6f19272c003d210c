"""What mail clients know of HTML and CSS: caniemail.com's answers (see data/LICENSE.caniemail), and what they cost.

An answer is yes, no, partly (with notes that say what is left out) or unknown. A note counts only where the mail does
what it is about: "negative margins" cost a mail nothing that has none. A feature without which the mail merely says or
looks the same (language marks, roles, a doctype) costs nothing; one that holds a layout or carries content costs much,
anything else a little. Unknown answers cost nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.preflight.features import Use

#: Points of 100 that a client loses by a feature it does not know.
HEAVY, LIGHT = 20.0, 2.0
#: Clients that read conditional comments and draw with Word.
OUTLOOK = frozenset({"outlook.windows"})

_HEAVY = frozenset(
    """css-at-import css-clip-path css-column-count css-column-layout-properties css-display-flex css-display-grid
    css-display-none css-float css-function-clamp css-function-max css-function-min css-gap css-grid-template
    css-left-right-top-bottom css-position css-transform css-unit-calc css-variables css-visibility
    html-audio html-form html-image-maps html-img html-link html-object html-picture html-select html-style html-svg
    html-table html-textarea html-video image-apng image-avif image-base64 image-bmp image-gif image-hdr image-heif
    image-ico image-jpg image-mp4 image-png image-svg image-tiff image-webp""".split()
)
#: Without these a reader misses nothing that is printed.
_HARMLESS = frozenset(
    """css-color-scheme css-comments css-cursor css-font-kerning css-hyphens css-orphans css-text-wrap css-widows
    css-user-select css-word-break css-word-wrap css-overflow-wrap html-aria-describedby html-aria-hidden html-aria-label html-aria-labelledby html-aria-live
    html-base html-bdi html-body html-comments html-doctype html-lang html-loading-attribute html-meta-color-scheme
    html-role html-semantics html-target html-wbr html-abbr html-acronym html-address html-dfn""".split()
)
_BLOCKS = ("div", "p", "body", "span", "h1", "h2", "h3", "h4", "h5", "h6")


def _value(pattern: str) -> Callable[[Use], bool]:
    compiled = re.compile(pattern)
    return lambda use: bool(compiled.search(use.value))


def _tag(*tags: str) -> Callable[[Use], bool]:
    return lambda use: use.tag in tags


def _never(_use: Use) -> bool:
    return False


#: (features, words of the note, whether a use is what the note is about), the first that fits decides.
_ABOUT: tuple[tuple[str, str, Callable[[Use], bool]], ...] = (
    (r".", r"non (Google|Gmail) accounts?|Hotmail/Outlook accounts|120 dpi|generic style|JavaScript", _never),
    (r".", r"^(Buggy\. )?(Supported|Not live tested)|^The (attribute|size)|depends on (the )?browser", _never),
    (r"css-margin$", r"Negative", _value(r"(?<![\w.])-\.?\d")),
    (r"css-margin$", r"auto", lambda use: "auto" in use.value and not use.in_cell),
    (r"css-margin$", r"span", _tag("span")),
    (r"css-margin$", r"background-color", _never),
    (r"css-background", r"multiple values", lambda use: "," in re.sub(r"\([^)]*\)", "", use.value)),
    (r"css-background", r"/ value", _value(r"/(?![^(]*\))")),
    (r"css-background$", r"Only background-color|background images|quotes", _value(r"url\(|gradient")),
    (r"css-background-color", r"keywords", _value(r"rgb|hsl|#")),
    (r"css-border$", r"8px", _value(r"\b(?:9|[1-9]\d+)px")),
    (r"css-border$", r"<p> or a <div>", lambda use: use.tag in _BLOCKS and not re.fullmatch(r"0(px)?|none|0 none", use.value)),
    (r"css-border-radius$", r"slash", _value("/")),
    (r"css-display$", r"Only supports display:none", lambda use: use.value in ("inline-block", "block") and not use.in_cell and use.tag in ("span", "a", "div")),
    (r"css-display$", r"flex|flow-root|two-value|does not inherit", _value(r"flex|grid|flow-root|contents|initial|revert|unset| ")),
    (r"css-display-none", r"nested <table>|img", _tag("table", "img")),
    (r"css-font-size$", r"rem", _value(r"rem")),
    (r"css-font-size$", r"percentage", _value(r"%|smaller|larger")),
    (r"css-font-weight$", r"number", _value(r"\b(?!\d00\b)\d+")),
    (r"css-(height|width)$", r"<body>|body", lambda use: use.tag in _BLOCKS and not use.in_cell and use.value not in ("auto", "100%")),
    (r"css-width$", r"<img>", _tag("img")),
    (r"css-max-width$", r"Only works on <table>", lambda use: use.tag != "table" and not use.in_cell),
    (r"css-letter-spacing$", r"negative", _value(r"-(?:[3-9]|\d\d)")),
    (r"css-letter-spacing$", r"em", _value(r"\dem")),
    (r"css-line-height$", r"normal", _value("normal")),
    (r"css-line-height$", r"weirdly", _value(r"^0|\dem")),
    (r"css-padding$", r"table cells", lambda use: use.tag not in ("td", "th") and bool(re.search(r"[1-9]", use.value))),
    (r"css-padding$", r"same row", _never),
    (r"css-overflow$", r"overflow-block", _never),
    (r"css-overflow$", r"scroll", _value("scroll|auto")),
    (r"css-text-align$", r"start", _value(r"^(?:start|end)$")),
    (r"css-text-align$", r"match-parent", _value("match-parent")),
    (r"css-text-decoration$", r"multiple values|style, color|long hand", _value(" ")),
    (r"css-text-decoration$", r"overline", _value("overline")),
    (r"css-text-transform$", r"lowercase", _value("lowercase")),
    (r"css-float$", r"inline-start", _value("inline")),
    (r"css-vertical-align$", r".", lambda use: use.tag not in ("td", "th", "table")),
    (r"css-important$", r"lowercase", _never),
    (r"css-important$", r"space before", lambda use: use.value[:1] != " " and use.tag != ""),
    (r"css-important$", r"inline", lambda use: use.where == "style"),
    (r"css-white-space$", r"pre value", _value("pre")),
    (r"css-position$", r"fixed|sticky", _value("fixed|sticky")),
    (r"html-style$", r".", _never),
    (r"css-direction$", r".", _value("rtl")),
    (r"css-height$", r"Replaces", _never),
    (r"html-lists$", r"reversed|value attribute", _never),
    (r"html-align$", r"left and right", lambda use: use.tag in ("table", "img") and use.value in ("left", "right")),
    (r"html-align$", r"img", lambda use: use.tag == "img" and use.value in ("left", "right")),
    (r"html-(width|height)$", r"Percentage", lambda use: use.tag == "img" and "%" in use.value),
    (r"html-(width|height)$", r"CID", _never),
    (r"html-dir$", r"anchor", _tag("a")),
    (r"html-dir$", r"<table>", _tag("table", "td")),
    (r"html-dir$", r"rtl", _value("rtl")),
    (r"html-background$", r"<body>", lambda use: use.tag != "body"),
    (r"css-selector-attribute$", r".", _value(".")),
    (r"css-selector-descendant$", r".", _never),
    (r"css-word-break$", r".", _never),
    (r"image-webp$", r"animation|Converts", _never),
    (r"html-small|html-span|html-strong", r".", _never),
)  # fmt: skip


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

    @property
    def harmless(self) -> bool:
        return self.slug in _HARMLESS


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
    data = json.loads(resources.files("newsletter.preflight").joinpath("data/support.json").read_text("utf-8"))
    features = {
        slug: Feature(slug, row["title"], row["answers"], row["notes"]) for slug, row in data["features"].items()
    }
    return Table(features, frozenset(data["clients"]), data["as_of"], data["credit"])


@lru_cache(maxsize=65_536)
def lost(use: Use, client: str) -> tuple[float, str]:
    """What a client leaves out of a use: 0 nothing, 0.5 a part, 1 all; and the note that says which part."""
    feature = table().features[use.slug]
    answer, *numbers = feature.answers.get(client, "y").split()
    if answer in ("y", "u") or feature.harmless:
        return 0.0, ""
    notes = [feature.notes[number] for number in numbers if number in feature.notes]
    if answer == "n" and not any(note.startswith("Buggy. Replaces") for note in notes):
        return 1.0, ""
    told = [note for note in notes if _matters(use, note)]
    if notes and not told:
        return 0.0, ""
    return 0.5, re.sub(r"^(?:Partial support|Partial and buggy|Partial|Buggy)[.:]? *", "", told[0] if told else "")


def _matters(use: Use, note: str) -> bool:
    return next((about(use) for slug, words, about in _PATTERNS if slug.match(use.slug) and words.search(note)), True)


_PATTERNS = tuple((re.compile(slug), re.compile(words), about) for slug, words, about in _ABOUT)
