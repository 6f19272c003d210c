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


class Line(NamedTuple):
    """A short text beside the headline, and its innermost element."""

    text: str
    node: etree._Element


def lines(root: etree._Element, title: str) -> list[Line]:
    """Lines below the headline in reading order, then those above it. Without any headline, none.

    The headline is the heading that says the title, else the first of the highest level.
    """
    heading = _heading(root, fold(title)[:60])
    if heading is None:
        return []
    below = islice(filter(_is_shown, _after(heading)), _BELOW)
    above = list(islice(filter(_is_shown, _before(heading)), _ABOVE))
    return [*_until_prose(below), *_lines(reversed(above))]


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


def _heading(root: etree._Element, said: str) -> etree._Element | None:
    titled = (
        (node for node in root.iter("h1", "h2", "h3") if fold(text_of(node)).startswith(said)) if said else iter(())
    )
    whole = (node for node in root.iter("h1") if len(text_of(node).split()) > 2)
    found = next(titled, None)
    return found if found is not None else next(whole, None)


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
