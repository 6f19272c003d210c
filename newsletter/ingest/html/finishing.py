"""The chosen blocks → the article's own: without chrome, with takeaways and sources set apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from newsletter.ingest import chrome, dates, names
from newsletter.models import BODY_TYPES, WORD_TYPES, Block

#: Headers behind which nothing of the article follows; what stands there is lists of links or other people's words.
_ENDS: tuple[chrome.Meaning, ...] = ("related_header", "comment", "invitation", "author_header")
#: Chrome meanings that drop a line wherever it stands.
_DROPPED = frozenset(
    """
    nav cta comment invitation copyright related_title related_header credit disclaimer author_header
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)
#: The share of a list's lines that are the article's when all of them are.
_OF_A_LIST = 0.5
#: The share of the words that stands before the first header that can end an article.
_END_AT = 0.6


def strip(found: Iterable[Block], said_above: Iterable[str]) -> list[Block]:
    """The blocks without chrome: share lines, related articles, comments, credits, bylines.

    `said_above` are the fields (title, category, authors) that the body need not say again.
    """
    said = {_fold(text) for text in said_above} - {""}
    kept = [block for block in found if _fold(block.text) not in said or block.type in {"image", "embed"}]
    kept = _until_end(kept)
    kept = [block for block in _without_chrome(kept) if block.text.strip() or block.url]
    kept = list(_without_byline(kept))
    while kept and kept[-1].type == "heading":
        kept.pop()
    return kept


def takeaways(found: list[Block]) -> list[Block]:
    """The list under the one header such as "Key takeaways" becomes takeaways; the header goes.

    A header that stands often, or late, heads a part of the story ("Highlights" of each of ten hotels).
    """
    places = [place for place, block in enumerate(found) if _means(block, "takeaways_header")]
    if len(places) != 1 or places[0] + 1 >= len(found) or found[places[0] + 1].type != "list":
        return found
    place = places[0]
    if _count(found[:place]) > 0.5 * _count(found):
        return found
    lines = found[place + 1].text.split("\n")
    return [*found[:place], *(Block("takeaway", line) for line in lines if line.strip()), *found[place + 2 :]]


def references(found: list[Block]) -> list[str]:
    """The lines under a header such as "Sources", up to the next heading."""
    lines: list[str] = []
    under = False
    for block in found:
        if _means(block, "sources_header"):
            under = True
        elif block.type == "heading":
            under = False
        elif under and block.type in WORD_TYPES:
            lines += [re.sub(r"^(?:\[?\d{1,3}[.)\]]|[-•^])\s*", "", line) for line in block.text.split("\n")]
    return lines


def _until_end(found: list[Block]) -> list[Block]:
    """Everything before the header of what follows an article, when it stands in the last part of it."""
    counts = [_count([block]) for block in found]
    total, before = sum(counts), 0
    for place, block in enumerate(found):
        before += counts[place]
        if before >= _END_AT * total and _means(block, *_ENDS):
            return found[:place]
    return found


def _without_chrome(found: list[Block]) -> Iterator[Block]:
    for block, following in zip(found, [*found, None][1:], strict=True):
        if (
            block.type == "heading"
            and _means(block, "nav", "cta")
            and following is not None
            and following.type in BODY_TYPES
            and chrome.meaning(following.text) is None
        ):
            yield block  # it leads
        else:
            yield _without_chrome_lines(block)


def _without_chrome_lines(block: Block) -> Block:
    if block.type not in WORD_TYPES | {"heading"}:
        return block
    whole = block.text.split("\n")
    lines = [line for line in whole if chrome.meaning(line) not in _DROPPED]
    if len(lines) == len(whole) or (block.type == "list" and len(lines) >= _OF_A_LIST * len(whole)):
        return block
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


def _means(block: Block, *meanings: chrome.Meaning) -> bool:
    return block.type in {"heading", "paragraph"} and chrome.meaning(block.text) in meanings


def _count(found: Iterable[Block]) -> int:
    return sum(len(block.text.split()) for block in found if block.type in WORD_TYPES)


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()
