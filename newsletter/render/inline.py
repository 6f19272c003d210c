"""CSS rules into style attributes, by premailer, in the one way that does no harm.

Only the CSS of `<mj-style inline="inline">` is inlined; every style element that MJML wrote is passed by, because
premailer would strip `!important` (dark mode, columns on a phone) and drop what it does not understand
(`[data-ogsc]`, `@font-face`, `@supports`). What premailer then still loses, the doctype, is put back. No network: an
@import would be fetched by cssutils whatever premailer is told, so it is refused.
"""

from __future__ import annotations

import html
import logging
import os
import re
import threading
from typing import Any

# Parsed style sheets, selectors and style attributes are kept between renderings; both are read when premailer is
# imported. LFU, its default, takes time linear in the cache's size, and 128 entries are too few for two themes.
os.environ.setdefault("PREMAILER_CACHE", "LRU")
os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "1024")

import cssutils
from premailer import Premailer

from newsletter.render.guard import Fault

cssutils.log.setLevel(logging.CRITICAL)

_INLINE = re.compile(
    r"""<mj-style\b[^>]*\binline\s*=\s*["'](?:inline|true)["'][^>]*>(?P<css>.*?)</mj-style\s*>""", re.DOTALL
)
_RULES: dict[str, tuple[list[Any], list[Any]]] = {}
#: cssutils is not safe to parse with in two threads at once.
_LOCK = threading.Lock()
_IMPORT = re.compile(r"@import\b", re.IGNORECASE)
_DOCTYPE = "<!doctype html>"
_IGNORE = ' data-premailer="ignore"'


def take_inline_css(mjml: str) -> tuple[str, str]:
    """MJML without its `<mj-style inline="inline">` elements, and their CSS. Raises Fault for @import."""
    css: list[str] = []

    def take(match: re.Match[str]) -> str:
        if found := _IMPORT.search(match["css"]):
            before = mjml[: match.start("css") + found.start()]
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            raise Fault("@import can't be inlined: nothing is fetched while rendering", line, column)
        css.append(html.unescape(match["css"]))
        return "\n" * match[0].count("\n")  # later lines keep their numbers

    return _INLINE.sub(take, mjml), "\n".join(css)


class _Inliner(Premailer):  # type: ignore[misc]  # premailer has no type hints
    """Premailer that remembers the rules of a style sheet: to write them out again took half of all rendering."""

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[Any], list[Any]]:
        with _LOCK:
            if css_body not in _RULES:
                if len(_RULES) >= 64:
                    _RULES.clear()
                _RULES[css_body] = super()._parse_style_rules(css_body, ruleset_index)
            return _RULES[css_body]


def inline_css(document: str, css: str) -> str:
    """The HTML document with the CSS in style attributes; its own style elements are left as they are."""
    marked = document.replace("<style", f"<style{_IGNORE}")
    premailer = _Inliner(
        marked,
        css_text=css,
        allow_network=False,
        strip_important=False,
        disable_validation=True,
        align_floating_images=False,
        remove_unset_properties=False,
        disable_leftover_css=True,
        disable_basic_attributes=["width", "height", "align", "valign", "bgcolor"],
    )
    try:
        inlined: str = premailer.transform(pretty_print=False)
    except Exception as error:
        # premailer and cssutils fail in many ways on CSS they do not know (nested @media: an AttributeError).
        raise Fault(f"the CSS to inline can't be understood: {error!r}", 0, 0) from error
    inlined = inlined.replace(_IGNORE, "")
    return _DOCTYPE + "\n" + re.sub(r"\A\s*<!doctype[^>]*>\s*", "", inlined, flags=re.IGNORECASE)
