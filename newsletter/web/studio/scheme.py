"""A mail as a light or a dark client shows it, whatever the editor's own system is set to.

A frame can't override `prefers-color-scheme`, so the question is answered in the mail's own style sheets: the feature
is replaced by one that is always, or never, true. Only `<style>` elements and media attributes are touched: an
article may well print "(prefers-color-scheme: dark)" in a sentence.
"""

from __future__ import annotations

import re
from typing import Literal

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style\s*>)", re.IGNORECASE | re.DOTALL)
_MEDIA = re.compile(r"""(<(?:source|style|link)\b[^>]*?\smedia\s*=\s*)("[^"]*"|'[^']*')""", re.IGNORECASE)
_FEATURE = re.compile(r"\(\s*prefers-color-scheme\s*(?::\s*(dark|light)\s*)?\)", re.IGNORECASE)
_KNOWS_DARK = re.compile(
    r"""<meta\b[^>]*\bname\s*=\s*["']?(?:supported-)?color-schemes?\b[^>]*\bdark\b""", re.IGNORECASE
)
_HEAD_END = re.compile(r"</head\s*>", re.IGNORECASE)

_ALWAYS, _NEVER = "(min-width: 0)", "(max-width: 0)"


def as_seen(html: str, scheme: Scheme) -> str:
    """The mail's HTML with every question about the colour scheme answered; links open outside the frame."""

    def answer(match: re.Match[str]) -> str:
        asked = match[1]
        return _ALWAYS if asked is None or asked.lower() == scheme else _NEVER

    html = _STYLE.sub(lambda match: match[1] + _FEATURE.sub(answer, match[2]) + match[3], html)
    html = _MEDIA.sub(lambda match: match[1] + _FEATURE.sub(answer, match[2]), html)
    # The canvas and form controls follow `color-scheme`; a mail that does not know dark stays light in every client.
    canvas = "dark" if scheme == "dark" and _KNOWS_DARK.search(html) else "light"
    # A scroll bar would take its width from the 375 pixels; on a phone it lies above the page.
    rule = f":root{{color-scheme:only {canvas}!important;scrollbar-width:none}}"
    ours = f'<base target="_blank"><style>{rule}</style>'
    head_end = _HEAD_END.search(html)
    place = head_end.start() if head_end else 0
    return html[:place] + ours + html[place:]
