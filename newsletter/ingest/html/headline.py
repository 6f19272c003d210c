"""The short lines around a page's headline, where bylines and dates stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    elements = [node for node in root.iter() if isinstance(node.tag, str) and node.tag not in {"script", "style"}]
    headings = [(n, node) for n, node in enumerate(elements) if node.tag in {"h1", "h2", "h3"}]
    titled = (n for n, node in headings if fold(title) and fold(text_of(node)).startswith(fold(title)[:60]))
    place = next(titled, next((n for n, node in headings if node.tag == "h1" and len(text_of(node).split()) > 2), None))
    if place is None:
        return []
    below = _until_prose(elements[place + 1 : place + 1 + _BELOW])
    return [*below, *_lines(elements[max(0, place - _ABOVE) : place])]


def fold(text: str) -> str:
    """Letters and digits only, without case."""
    return re.sub(r"[\W_]+", " ", text).casefold().strip()


def _until_prose(elements: list[etree._Element]) -> Iterator[Line]:
    """Lines up to the second whole paragraph; the first may be the deck."""
    paragraphs = 0
    for node in elements:
        if node.tag == "p" and len(text_of(node).split()) > _PROSE:
            paragraphs += 1
            if paragraphs > 1:
                return
        yield from _lines([node])


def _lines(elements: list[etree._Element]) -> Iterator[Line]:
    for node in elements:
        own = (node.text or "").strip() or any((child.tail or "").strip() for child in node)
        if own or node.tag == "time":
            text = text_of(node)
            if text and len(text) < 200 and len(text.split()) <= _MAX_WORDS:
                yield Line(text, node)
