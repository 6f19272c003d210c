"""The pieces of a page, and how much of each trafilatura found: the votes that the body is chosen by."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from lxml import etree

from newsletter.ingest.html import extraction, jsonld, tree
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
#: Words below which a piece must be a whole line of what trafilatura found.
_SHORT = 4

#: The hash of three words in a row: a number costs less than a tuple, to make and to clear away.
Triple = int


@dataclass(slots=True)
class Candidate:
    """A piece of the page on its way into the body."""

    block: Block
    node: etree._Element
    #: Case-folded words.
    words: list[str]
    #: Each three words in a row.
    triples: list[Triple] = field(init=False)
    taken: bool = False
    #: It stands in an element that calls itself something else than the article.
    aside: bool = False
    #: The share of its word triples that trafilatura found.
    found: float = 0.0
    #: The share of its word triples that stand in texts which the page declares (JSON-LD).
    declared: float = 0.0

    def __post_init__(self) -> None:
        self.triples = _triples(self.words)

    @property
    def is_media(self) -> bool:
        """Whether it has no running text: a picture, or something embedded."""
        return self.block.type in {"image", "embed"}


def vote(root: etree._Element) -> list[Candidate]:
    """The page's pieces in reading order; those that trafilatura found are taken.

    Styles and scripts are dropped from the tree. trafilatura's fast way is asked first; where that found little of what
    the page shows, its slower ways (one page in ten).
    """
    tree.drop_unread(root)
    page = next(root.iter("body"), root)
    walked = [Candidate(block, node, _words(block.text)) for block, node in pieces(page)]
    _compare(walked, jsonld.prose(root))
    found = extraction.Extraction(root)
    text = found.fast()
    _take(walked, text or "")
    running = (one for one in walked if one.block.type == "paragraph" and len(one.words) > _RUNNING)
    if text is None or weight(walked) < _ENOUGH * sum(len(one.words) for one in running):
        _take(walked, found.slow())
    return walked


def weight(walked: Iterable[Candidate]) -> int:
    """Words taken."""
    return sum(len(one.words) for one in walked if one.taken)


def weights(walked: Iterable[Candidate]) -> Counter[etree._Element]:
    """For each element, how many taken words stand in it."""
    counted: Counter[etree._Element] = Counter()
    around: Counter[etree._Element] = Counter()  # many pieces stand side by side
    for one in walked:
        if one.taken:
            counted[one.node] += len(one.words)
            if (parent := one.node.getparent()) is not None:
                around[parent] += len(one.words)
    for parent, words in around.items():
        for node in (parent, *parent.iterancestors()):
            counted[node] += words
    return counted


def _compare(walked: list[Candidate], prose: str) -> None:
    if not prose:
        return
    words = _words(_TAG.sub(" ", html.unescape(prose)))
    triples = set(_triples(words))
    for one in walked:
        if own := one.triples:
            one.declared = sum(map(triples.__contains__, own)) / len(own)


def _take(walked: list[Candidate], text: str) -> None:
    lines = [_words(line) for line in text.split("\n")]
    triples = set(_triples(list(chain.from_iterable(lines))))
    short = {tuple(line) for line in lines if len(line) < _SHORT}
    for one in walked:
        if one.is_media or not one.words:
            one.found = 0.0
        elif len(one.words) < _SHORT:
            one.found = float(tuple(one.words) in short)
        else:
            one.found = sum(map(triples.__contains__, one.triples)) / len(one.triples)
        one.taken = one.found >= _FOUND


def _triples(words: list[str]) -> list[Triple]:
    return list(map(hash, zip(words, words[1:], words[2:], strict=False)))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
