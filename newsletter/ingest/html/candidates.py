"""The pieces of a page, and how much of each trafilatura found: the votes that the body is chosen by."""

from __future__ import annotations

import html
import logging
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from newsletter.ingest.html import jsonld
from newsletter.ingest.html.blocks import pieces
from newsletter.models import Block

_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^<>]{1,500}>")
#: The share of a piece's word triples that trafilatura must have found.
_FOUND = 0.6
#: The share of the page's paragraphs below which trafilatura's slower ways are asked too.
_ENOUGH = 0.65
#: Words that make a paragraph one of running text.
_RUNNING = 8

Triple = tuple[str, str, str]


@dataclass(slots=True)
class Candidate:
    """A piece of the page on its way into the body."""

    block: Block
    node: etree._Element
    #: Case-folded words.
    words: list[str]
    taken: bool = False
    #: It stands in an element that calls itself something else than the article.
    aside: bool = False
    #: The share of its word triples that trafilatura found.
    found: float = 0.0
    #: The share of its word triples that stand in texts which the page declares (JSON-LD).
    declared: float = 0.0

    @property
    def is_media(self) -> bool:
        """Whether it has no running text: a picture, or something embedded."""
        return self.block.type in {"image", "embed"}

    @property
    def triples(self) -> list[Triple]:
        """Each three words in a row."""
        return list(zip(self.words, self.words[1:], self.words[2:], strict=False))


def vote(root: etree._Element) -> list[Candidate]:
    """The page's pieces in reading order; those that trafilatura found are taken.

    Its fast way is asked first; where that found little of what the page shows, its slower ways (one page in ten).
    """
    page = next(root.iter("body"), root)
    walked = [Candidate(block, node, _words(block.text)) for block, node in pieces(page)]
    _compare(walked, jsonld.prose(root))
    _take(walked, _by_trafilatura(root, fast=True))
    running = (one for one in walked if one.block.type == "paragraph" and len(one.words) > _RUNNING)
    if weight(walked) < _ENOUGH * sum(len(one.words) for one in running):
        _take(walked, _by_trafilatura(root, fast=False))
    return walked


def weight(walked: Iterable[Candidate]) -> int:
    """Words taken."""
    return sum(len(one.words) for one in walked if one.taken)


def weights(walked: Iterable[Candidate]) -> Counter[etree._Element]:
    """For each element, how many taken words stand in it."""
    counted: Counter[etree._Element] = Counter()
    for one in walked:
        if one.taken:
            for node in (one.node, *one.node.iterancestors()):
                counted[node] += len(one.words)
    return counted


def _compare(walked: list[Candidate], prose: str) -> None:
    if not prose:
        return
    words = _words(_TAG.sub(" ", html.unescape(prose)))
    triples = set(zip(words, words[1:], words[2:], strict=False))
    for one in walked:
        if own := one.triples:
            one.declared = sum(triple in triples for triple in own) / len(own)


def _take(walked: list[Candidate], text: str) -> None:
    words = _words(text)
    triples = set(zip(words, words[1:], words[2:], strict=False))
    lines = {tuple(_words(line)) for line in text.split("\n")}
    for one in walked:
        if one.is_media or not one.words:
            one.found = 0.0
        elif len(one.words) < 4:
            one.found = float(tuple(one.words) in lines)
        else:
            own = one.triples
            one.found = sum(triple in triples for triple in own) / len(own)
        one.taken = one.found >= _FOUND


def _by_trafilatura(root: etree._Element, *, fast: bool) -> str:
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        document = bare_extraction(root, fast=fast, include_tables=True, include_comments=False)
    except (ValueError, AttributeError, IndexError, KeyError, TypeError):  # a fault of its own on odd markup
        return ""
    return str(getattr(document, "text", "") or "")


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
