"""The short lines around a page's headline, where bylines and dates stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from lxml import etree

from newsletter.ingest.html.tree import text_of

#: How many elements above and below the headline belong to it; the first paragraphs end it earlier.
_ABOVE, _BELOW = 25, 90
_MAX_WORDS = 25
#: Words that make a paragraph the article's, or its deck.
_PROSE = 15

#: Letters of a title that is looked for in any element.
_SHORTEST = 8
_NO_HEADLINE = frozenset({"a", "script", "style", "option", "title", "button"})


class Line(NamedTuple):
    """A short text beside the headline, and its innermost element."""

    text: str
    node: etree._Element


def lines(heading: etree._Element | None) -> list[Line]:
    """Lines below the headline in reading order, then those above it. Without any headline, none."""
    if heading is None:
        return []
    below = islice(filter(_is_shown, _after(heading)), _BELOW)
    above = list(islice(filter(_is_shown, _before(heading)), _ABOVE))
    tail = " ".join((heading.tail or "").split())
    behind = [Line(tail, heading)] if tail and len(tail.split()) <= _MAX_WORDS else []
    return [*behind, *_until_prose(below), *_lines(reversed(above))]


def _after(node: etree._Element) -> Iterator[etree._Element]:
    """All elements that begin after a node begins, in the order of the page."""
    yield from node.iterdescendants("*")
    for above in (node, *node.iterancestors()):
        for beside in above.itersiblings("*"):
            yield from beside.iter("*")


def _before(node: etree._Element) -> Iterator[etree._Element]:
    """All elements that begin before a node begins, the nearest first."""
    for above in (node, *node.iterancestors()):
        if above is not node:
            yield above
        for beside in above.itersiblings("*", preceding=True):
            yield from reversed(list(beside.iter("*")))


def find(root: etree._Element, title: str) -> etree._Element | None:
    """The heading that says the title, else any element that says just that, else the first of the highest level."""
    said = fold(title)[:60]
    titled = (
        (node for node in root.iter("h1", "h2", "h3") if fold(text_of(node)).startswith(said)) if said else iter(())
    )
    whole = (node for level in ("h1", "h2") for node in root.iter(level) if len(text_of(node).split()) > 2)
    found = next(titled, None)
    found = found if found is not None else _plain(root, title)
    return found if found is not None else next(whole, None)


def _plain(root: etree._Element, title: str) -> etree._Element | None:
    """An element that is no heading and says just the title, as old pages have it."""
    said = fold(title)
    body = next(root.iter("body"), None)
    for node in body.iter("*") if body is not None and len(said) > _SHORTEST else ():
        text = node.text
        if text and node.tag not in _NO_HEADLINE and len(text) < 2 * len(title) + 20 and fold(text) == said:
            return node
    return None


def _is_shown(node: etree._Element) -> bool:
    return node.tag not in {"script", "style"}


def fold(text: str) -> str:
    """Letters and digits only, without case."""
    return re.sub(r"[\W_]+", " ", text).casefold().strip()


def _until_prose(elements: Iterable[etree._Element]) -> Iterator[Line]:
    """Lines up to the second whole paragraph; the first may be the deck."""
    paragraphs = 0
    for node in elements:
        if node.tag == "p" and len(text_of(node).split()) > _PROSE:
            paragraphs += 1
            if paragraphs > 1:
                return
        yield from _lines([node])


def _lines(elements: Iterable[etree._Element]) -> Iterator[Line]:
    for node in elements:
        own = (node.text or "").strip() or any((child.tail or "").strip() for child in node)
        if own or node.tag == "time":
            text = text_of(node)
            if text and len(text) < 200 and len(text.split()) <= _MAX_WORDS:
                yield Line(text, node)
