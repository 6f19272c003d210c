"""CSS rules into style attributes, by premailer, in the one way that does no harm and takes no time.

Only the CSS of `<mj-style inline="inline">` is inlined (`guard` takes it out of the MJML); the style elements that mrml
wrote are never shown to premailer: it would strip `!important` (dark mode, columns on a phone) and drop what it does
not understand (`[data-ogsc]`, `@font-face`, `@supports`). The doctype, which it loses, is put back. Nothing is fetched:
`sheet` refuses an @import, which cssutils would fetch whatever premailer is told.

premailer's own `transform` searches the whole document for every rule and merges every element's style anew. Here a
rule is looked for below the elements that have its first class (`selectors`), and what a merge gave is kept: styles
depend on theme and settings, not on what an issue says.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

# Both are read when premailer is imported. Its default, LFU, takes time linear in the cache's size.
os.environ.setdefault("PREMAILER_CACHE", "LRU")
os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "1024")

import cssutils
from lxml import etree
from lxml.etree import _Element
from premailer import Premailer
from premailer.merge_style import csstext_to_pairs, merge_styles

from newsletter.render.faults import Fault
from newsletter.render.selectors import Document, Target
from newsletter.render.sheet import declared, in_order

cssutils.log.setLevel(logging.CRITICAL)

_DOCTYPE = "<!doctype html>"
_IMPORTANT = "!important"
#: What premailer is told, so that it adds, drops and fetches nothing of its own accord.
HARMLESS: Mapping[str, Any] = {
    "allow_network": False,
    "strip_important": False,
    "disable_validation": True,
    "align_floating_images": False,
    "remove_unset_properties": False,
    "disable_leftover_css": True,
    "disable_basic_attributes": ["width", "height", "align", "valign", "bgcolor"],
}

#: Names and values of CSS properties, as premailer has them.
Pairs = list[tuple[str, str]]


class _Rule(NamedTuple):
    target: Target
    pairs: Pairs


class _Inliner(Premailer):  # type: ignore[misc]  # premailer has no type hints
    """premailer for one style sheet, which it reads once."""

    def __init__(self, css: str) -> None:
        super().__init__(css_text=css, **HARMLESS)
        self._rules = [_Rule(target, pairs) for _, target, pairs in self._parse_style_rules(css, 0)[0]]
        self._merged = lru_cache(4096)(self._merge)

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[Any], list[Any]]:
        """Rules, weakest first, with exact specificity: premailer's own counts no attributes and no `>p`."""
        read = [(at, Target(rule.selector), _pairs(rule.body)) for at, rule in enumerate(in_order(css_body))]
        rules = [
            ((important, ruleset_index, at), target, chosen)
            for important in (False, True)
            for at, target, pairs in read
            if (chosen := [pair for pair in pairs if pair[1].endswith(_IMPORTANT) is important])
        ]
        return rules, []

    def transform(self, html: Any = None, pretty_print: bool = False, **_: Any) -> str:
        """The HTML document with the sheet's properties in style attributes."""
        tree = etree.fromstring(html, etree.HTMLParser()).getroottree()
        document, found = Document(tree.getroot()), dict[_Element, list[int]]()
        for at, rule in enumerate(self._rules):
            for element in document.find(rule.target):
                found.setdefault(element, []).append(at)
        for element, matched in found.items():
            element.set("style", self._merged(element.get("style", ""), tuple(matched)))
        inlined = etree.tostring(tree, method="html", encoding="utf-8", doctype=_DOCTYPE, pretty_print=pretty_print)
        return inlined.decode()

    def _merge(self, style: str, rules: tuple[int, ...]) -> str:
        """A style attribute's new value; its own properties come last, as CSS has it."""
        pairs = [pair for at in rules for pair in self._rules[at].pairs] + _pairs(style)
        return str(merge_styles("", [cascaded(pairs)], [""]))


def _pairs(style: str) -> Pairs:
    """Declarations as premailer reads them; what cssutils would lose (`#12345678`, a bracket in calc) as it stands."""
    read = dict(csstext_to_pairs(style, validate=False))
    return [(name, read.get(name, value)) for name, value in cascaded(declared(style))]


def cascaded(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """Each property once, the last or the important one, where it was stated: a shorthand undoes what is before it."""
    last: dict[str, str] = {}
    for name, value in pairs:
        if value.endswith(_IMPORTANT) or not last.get(name, "").endswith(_IMPORTANT):
            last.pop(name, None)
            last[name] = value
    return list(last.items())


_inliner = lru_cache(maxsize=64)(_Inliner)


def inline_css(document: str, css: str) -> str:
    """The HTML document with the CSS in style attributes; its own style elements are left as they are."""
    try:
        return _inliner(css).transform(document)
    except Exception as error:
        # premailer, cssutils and lxml fail in many ways.
        raise Fault(f"the CSS can't be inlined: {error!r}", 0, 0) from error
