"""caniemail.com's notes to "partly": whether what a note is about is what the mail does.

A note that no line here knows is taken to matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.preflight.features import Use

_BLOCKS = ("div", "p", "body", "span", "h1", "h2", "h3", "h4", "h5", "h6")
_LOOSE = ("span", "a", "div")
_NO_BORDER = re.compile(r"0(?:px)?|none|0 none")


def _value(pattern: str) -> Callable[[Use], bool]:
    compiled = re.compile(pattern)
    return lambda use: bool(compiled.search(use.value))


def _tag(*tags: str) -> Callable[[Use], bool]:
    return lambda use: use.tag in tags


def _never(_use: Use) -> bool:
    return False


def _is_block(use: Use) -> bool:
    return use.value in ("inline-block", "block")


def _is_whole(use: Use) -> bool:
    return use.value in ("auto", "100%")


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
    (r"css-border$", r"<p> or a <div>", lambda use: use.tag in _BLOCKS and not _NO_BORDER.fullmatch(use.value)),
    (r"css-border-radius$", r"slash", _value("/")),
    (
        r"css-display$",
        r"Only supports display:none",
        lambda use: use.tag in _LOOSE and not use.in_cell and _is_block(use),
    ),
    (
        r"css-display$",
        r"flex|flow-root|two-value|does not inherit",
        _value(r"flex|grid|root|contents|initial|revert|unset| "),
    ),
    (r"css-display-none", r"nested <table>|img", _tag("table", "img")),
    (r"css-font-size$", r"rem", _value(r"rem")),
    (r"css-font-size$", r"percentage", _value(r"%|smaller|larger")),
    (r"css-font-weight$", r"number", _value(r"\b(?!\d00\b)\d+")),
    (r"css-(height|width)$", r"<body>|body", lambda use: use.tag in _BLOCKS and not use.in_cell and not _is_whole(use)),
    (r"css-width$", r"<img>", _tag("img")),
    (r"css-max-width$", r"Only works on <table>", lambda use: use.tag != "table" and not use.in_cell),
    (r"css-letter-spacing$", r"negative", _value(r"-(?:[3-9]|\d\d)")),
    (r"css-letter-spacing$", r"em", _value(r"\dem")),
    (r"css-line-height$", r"normal", _value("normal")),
    (r"css-line-height$", r"weirdly", _value(r"^0|\dem")),
    (
        r"css-padding$",
        r"table cells",
        lambda use: use.tag not in ("td", "th") and not re.fullmatch(r"[0px ]*", use.value),
    ),
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
)


@lru_cache(maxsize=16_384)
def matters(use: Use, note: str) -> bool:
    """Whether a note takes something from this use."""
    return next((about(use) for slug, words, about in _PATTERNS if slug.match(use.slug) and words.search(note)), True)


_PATTERNS = tuple((re.compile(slug), re.compile(words), about) for slug, words, about in _ABOUT)
