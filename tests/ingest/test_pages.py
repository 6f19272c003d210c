"""Pages of other sites, as HTML and as whole-page text: a floor under what was measured."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from newsletter import ingest

_WORD = re.compile(r"\w+")
_BLOCKS = frozenset(
    """
    address article aside blockquote body br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6
    header hr li main nav ol option p pre section table td th title tr ul
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)
_APART = frozenset({"blockquote", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "svg", "iframe"})
#: Every twelfth page: enough to see a fall, and few enough for every run of the tests.
_STEP = 12


@pytest.fixture
def pages(corpora: Path) -> list[tuple[bytes, str]]:
    found = sorted((corpora / "pages" / "html").glob("*.gz"))[::_STEP]
    truth = [json.loads((corpora / "pages" / "truth" / f"{path.name[:4]}.json").read_text("utf-8")) for path in found]
    return [(gzip.decompress(path.read_bytes()), page["body"]) for path, page in zip(found, truth, strict=True)]


def test_html_bodies_are_found(pages: list[tuple[bytes, str]], now: datetime) -> None:
    scores = [_f1(ingest.read(data, "page.html", now=now).articles[0].body_text, body) for data, body in pages]
    assert sum(scores) / len(scores) >= 0.93


def test_bodies_are_found_in_whole_page_text(pages: list[tuple[bytes, str]], now: datetime) -> None:
    scores = []
    for data, body in pages:
        text = _page_text(data)
        scores.append(_f1(ingest.read(text.encode(), "page.txt", now=now).articles[0].body_text, body))
    assert sum(scores) / len(scores) >= 0.88


def _f1(found: str, truth: str) -> float:
    ours, theirs = (Counter(_WORD.findall(text.casefold())) for text in (found, truth))
    both = sum((ours & theirs).values())
    return 2 * both / (sum(ours.values()) + sum(theirs.values())) if both else 0.0


def _page_text(data: bytes) -> str:
    """All of a page's text as a reader would copy it: a line a block, a blank line around paragraphs and headings."""
    pieces = "".join(_pieces(document_fromstring(data))).split("\n")
    text = "\n".join(" ".join(piece.split()) for piece in pieces)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _pieces(node: HtmlElement) -> Iterator[str]:
    if not isinstance(node.tag, str) or node.tag in _UNSEEN:
        return
    edge = "\n\n" if node.tag in _APART else "\n" if node.tag in _BLOCKS else ""
    yield edge
    yield " ".join((node.text or "").split("\n"))
    for child in node:
        if etree.iselement(child):
            yield from _pieces(child)
        yield " ".join((child.tail or "").split("\n"))
    yield edge
