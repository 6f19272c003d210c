"""The body of a page: trafilatura finds it, the tree walk types it, and what is chrome all the same is dropped."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lxml import etree
from lxml.html import HtmlElement

from newsletter.ingest import chrome, dates, names
from newsletter.ingest.html.blocks import blocks, caption, is_pixel
from newsletter.ingest.html.tree import find_all
from newsletter.models import BODY_TYPES, WORD_TYPES, Block

#: Headers behind which nothing of the article follows; what stands there is lists of links or other people's words.
_ENDS = frozenset({"related_header", "comment", "invitation", "author_header"})
#: Chrome meanings that drop a line wherever it stands.
_DROPPED = frozenset({"nav", "cta", "comment", "invitation", "copyright", "related_title", "related_header", "credit"})
_MIN_WORDS = 25


def body(root: etree._Element) -> list[Block]:
    """The article's blocks, images with captions included. Empty when the page has no running text."""
    captions = {source: text for node in root.iter("img") if (text := caption(node)) for source in _sources(node)}
    pixels = {source for node in root.iter("img") if is_pixel(node) for source in _sources(node)}
    found = [block for block in _by_trafilatura(root) if block.url is None or block.url not in pixels]
    if _words(found) < _MIN_WORDS:
        found = max(found, _by_markup(root), key=_words)
    return [_captioned(block, captions) for block in found]


def strip(found: Iterable[Block], said_above: Iterable[str]) -> list[Block]:
    """The blocks without chrome: share lines, related articles, comments, credits, bylines.

    `said_above` are the fields (title, deck, category, authors) that the body need not say again.
    """
    said = {_fold(text) for text in said_above} - {""}
    kept = [block for block in found if _fold(block.text) not in said or block.type == "image"]
    kept = _until_end(kept)
    kept = [block for block in map(_without_chrome_lines, kept) if block.text or block.url]
    kept = list(_without_byline(kept))
    while kept and kept[-1].type == "heading":
        kept.pop()
    return list(_filled(kept))


def _by_trafilatura(root: etree._Element) -> list[Block]:
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        document = bare_extraction(
            copy.deepcopy(root), include_images=True, include_tables=True, include_comments=False
        )
    except (ValueError, AttributeError, IndexError, KeyError, TypeError):  # a fault of its own on odd markup
        return []
    tree = getattr(document, "body", None)
    return blocks(tree) if tree is not None else []


def _by_markup(root: etree._Element) -> list[Block]:
    """A short page: what its article or main element holds, else the whole body without navigation."""
    for path in ("//article", "//main", "//*[@role='main']", "//body"):
        for node in find_all(root, path):
            kept = copy.deepcopy(node)
            for away in list(find_all(kept, ".//nav | .//header | .//footer | .//aside | .//form")):
                if isinstance(away, HtmlElement):
                    away.drop_tree()
            if found := [b for b in blocks(kept) if b.type in BODY_TYPES]:
                return found
    return []


def _sources(node: etree._Element) -> Iterator[str]:
    yield from (value for name in ("src", "data-src", "data-lazy-src") if (value := node.get(name)))


def _captioned(block: Block, captions: dict[str, str]) -> Block:
    if block.type == "image" and block.url in captions:
        return replace(block, text=captions[block.url])
    return block


def _until_end(found: list[Block]) -> list[Block]:
    """Everything before the header of what follows an article, when it stands in the last part of it."""
    total = _words(found)
    before = 0
    for place, block in enumerate(found):
        before += _words([block])
        if before >= 0.6 * total and block.type in {"heading", "paragraph"} and chrome.meaning(block.text) in _ENDS:
            return found[:place]
    return found


def _without_chrome_lines(block: Block) -> Block:
    if block.type not in WORD_TYPES | {"heading"}:
        return block
    lines = [line for line in block.text.split("\n") if chrome.meaning(line) not in _DROPPED]
    return replace(block, text="\n".join(lines))


def _without_byline(found: list[Block]) -> Iterator[Block]:
    """Bylines and date lines are dropped before the first real paragraph."""
    started = False
    for block in found:
        text = " ".join(block.text.split())
        if not started and block.type == "paragraph" and len(text.split()) <= 15 and _is_byline(text):
            continue
        started = started or (block.type in WORD_TYPES and len(text.split()) > 15)
        yield block


def _is_byline(text: str) -> bool:
    if names.has_lead(text) or (names.is_name(text) and len(text.split()) <= 4):
        return True
    date = dates.find(text)
    return bool(date) and len(text.split()) - len((date or "").split()) <= 6


def _filled(found: list[Block]) -> Iterator[Block]:
    """Headings under which something stands."""
    for place, block in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        level = following.level or 2 if following is not None and following.type == "heading" else 7
        if block.type != "heading" or level > (block.level or 2):
            yield block


def _words(found: Iterable[Block]) -> int:
    return sum(len(block.text.split()) for block in found if block.type in WORD_TYPES)


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()
