"""What is measured of each piece of a page, for the model that says which pieces are the article.

A piece is measured by itself (its kind, words, links, phrases), by where it stands (elements around it, what else
stands in them, its place between the pieces that the rules took) and by its neighbours. No word of any site or
language is a feature but the phrases of `chrome` and the names that page builders give to elements.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, get_args

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from newsletter.ingest import chrome, dates, names
from newsletter.ingest.html import flags
from newsletter.ingest.html.candidates import Candidate
from newsletter.ingest.html.headline import fold

Matrix = NDArray[np.float32]

_TYPES = ("paragraph", "heading", "list", "quote", "table", "code")
_MEANINGS = get_args(chrome.Meaning)
_TAGS = (
    "article",
    "main",
    "header",
    "footer",
    "aside",
    "section",
    "li",
    "td",
    "figure",
    "blockquote",
    "form",
    "details",
)
#: Parts of names that page builders give to elements, in classes and ids.
_NAMED = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "text": r"(?:article|entry|post|story|page|main|blog)[-_]?(?:_?body|content|text|copy|main)"
        r"|rich-?text|prose|wysiwyg",
        "head": r"hero|header|masthead|title|headline|deck|standfirst|subtitle|dek|lede",
        "comment": r"comment|respond|disqus|discussion",
        "related": r"relat|recommend|more-|read-?next|trending|popular|teaser|card|promo|recirc|carousel|slider",
        "person": r"author|byline|bio\b|contributor|profile|avatar",
        "sign up": r"newsletter|subscri|signup|sign-up|optin|form|cta|call-?to|banner|promo|button|btn",
        "share": r"share|social|follow",
        "meta": r"meta|tag|categor|breadcrumb|date|time|label|badge|eyebrow|kicker",
        "answer": r"faq|accordion|question|answer|toggle|collaps",
        "picture": r"caption|credit|image|photo|media|gallery|video",
        "side": r"sidebar|side-|aside|widget|rail|related|sticky|toc|contents",
        "foot": r"footer|foot|bottom|disclaim|disclos|legal|copyright|note",
        "box": r"box|callout|highlight|summary|takeaway|key-|tip|info|product|price|review|rating|table",
    }.items()
}
_OWN = (
    *_TYPES, "words", "ends", "asks", "leads", "sentences", "word length", "short", "capitals", "digits", "linked",
    "links", "found", "declared", "ruled", "aside", *_MEANINGS, "a date", "a byline", "title", "deck", "twice",
    "level", "media before", "media after",
)  # fmt: skip
_PHRASES = slice(_OWN.index(_MEANINGS[0]), _OWN.index(_MEANINGS[0]) + len(_MEANINGS))
_NEAR = ("words", "linked", "found", "aside", "heading", "list", "phrase", "ends")
_OFFSETS = (-3, -2, -1, 1, 2, 3)
_FADES = (0.6, 0.9)
NAMES: tuple[str, ...] = (
    *_OWN,
    *(f"in {tag}" for tag in _TAGS), *(f"near {name}" for name in _NAMED), *(f"in {name}" for name in _NAMED),
    "in hidden", "depth",
    *(f"{what}, {up} up" for up in (1, 2, 3) for what in ("words", "found", "linked", "pieces", "headings", "share")),
    "alike", "alike words", "alike found",
    "place", "after first", "before last", "above", "below", "below h1", "is inside",
    "under", "under found", "under aside", *(f"under {meaning}" for meaning in _MEANINGS),
    *(f"{name} {offset:+d}" for offset in _OFFSETS for name in _NEAR),
    *(
        f"{name} {side} {fade}"
        for fade in _FADES for side in ("above", "below") for name in ("found", "linked", "phrase")
    ),
)  # fmt: skip
_SHORT = frozenset({1, 2, 3})
_SENTENCE = re.compile(r"[.!?。！？।]+(?:\s|$|[\"'”’)])")
_YEAR = re.compile(r"\d{4}")
_CAPITALS = re.compile(r"\b[A-ZÀ-ÖØ-ÞΑ-ΩА-Я]")


class Said(NamedTuple):
    """What the page's metadata says, which its body may repeat."""

    title: str
    deck: str


class _Around(NamedTuple):
    """What an element stands in."""

    tags: tuple[bool, ...]
    named: tuple[bool, ...]
    hidden: bool
    depth: int


def matrix(walked: Sequence[Candidate], said: Said) -> Matrix:
    """Shape (pieces, NAMES), for pieces that `choosing` has taken and left."""
    own = _own(walked, said)
    column = {name: own[:, place] for place, name in enumerate(_OWN)}
    counts = np.array([len(one.words) for one in walked], np.float32)
    parts = [
        own,
        _places(walked),
        _homes(walked, counts, column),
        _alike(walked, counts, column["found"]),
        _position(walked, counts, column["ruled"]),
        _under(walked, column, own[:, _PHRASES]),
        *_neighbours(own, column),
    ]
    return np.hstack(parts).astype(np.float32)


def _own(walked: Sequence[Candidate], said: Said) -> Matrix:
    rows = np.zeros((len(walked), len(_OWN)), np.float32)
    title, deck = fold(said.title), fold(said.deck)
    seen: dict[str, int] = {}
    for one in walked:
        seen[one.block.text] = seen.get(one.block.text, 0) + 1
    for place, one in enumerate(walked):
        text, words = one.block.text, one.words
        count = len(words) or 1
        stripped = text.rstrip()
        short = count <= 40
        folded = fold(text) if short or (deck and len(text) < 600) else ""
        has_year = _YEAR.search(text[:200]) is not None
        lengths = list(map(len, words))
        rows[place] = (
            *(one.block.type == kind for kind in _TYPES),
            math.log1p(len(words)),
            stripped.endswith((".", "!", "。", "”", '"')),
            stripped.endswith(("?", "？")), stripped.endswith((":", "：")),
            math.log1p(len(_SENTENCE.findall(text[:3000]))),
            min(sum(lengths) / count, 20),
            sum(map(_SHORT.__contains__, lengths)) / count,
            len(_CAPITALS.findall(text)) / count,
            sum(map(str.isdigit, words)) / count,
            one.linked, math.log1p(one.links), one.found, one.declared, one.taken, one.aside,
            *(one.meaning == each for each in _MEANINGS),
            short and has_year and dates.find(text[:200]) is not None,
            count <= 12 and (names.has_lead(text) or names.is_name(" ".join(text.split()))),
            bool(title) and folded == title,
            _overlap(folded, deck) if folded and deck else 0,
            seen[text] > 1,
            one.block.level or 0,
            place > 0 and walked[place - 1].is_media, place + 1 < len(walked) and walked[place + 1].is_media,
        )  # fmt: skip
    return rows


def _overlap(text: str, deck: str) -> float:
    one, two = set(text.split()), set(deck.split())
    return len(one & two) / (min(len(one), len(two)) or 1) if len(one) > 5 else 0.0


def _places(walked: Sequence[Candidate]) -> Matrix:
    known: dict[etree._Element, _Around] = {}
    own: dict[etree._Element, tuple[bool, ...]] = {}
    rows = []
    for one in walked:
        around = _around(one.node, known, own)
        near = [False] * len(_NAMED)
        node: etree._Element | None = one.node
        for _ in range(3):
            if node is None:
                break
            if named := own.get(node):
                near = [a or b for a, b in zip(near, named, strict=True)]
            node = node.getparent()
        rows.append((*around.tags, *near, *around.named, around.hidden, around.depth))
    return np.array(rows, np.float32)


def _around(
    node: etree._Element, known: dict[etree._Element, _Around], own: dict[etree._Element, tuple[bool, ...]]
) -> _Around:
    if (found := known.get(node)) is not None:
        return found
    parent = node.getparent()
    above = (
        _around(parent, known, own)
        if parent is not None and node.tag != "body"
        else _Around((False,) * len(_TAGS), (False,) * len(_NAMED), False, 0)
    )
    own[node] = named = () if node.tag == "body" else _named(flags.named(node))
    known[node] = around = _Around(
        tuple(a or node.tag == tag for a, tag in zip(above.tags, _TAGS, strict=True))
        if node.tag in _TAGS
        else above.tags,
        tuple(a or b for a, b in zip(above.named, named, strict=True)) if named else above.named,
        above.hidden or flags.is_hidden(node),
        above.depth + 1,
    )
    return around


@lru_cache(maxsize=4096)
def _named(name: str) -> tuple[bool, ...]:
    """Which of _NAMED the name has; () for none, and for no name."""
    found = tuple(pattern.search(name) is not None for pattern in _NAMED.values()) if len(name) > 2 else ()
    return found if any(found) else ()


def _homes(walked: Sequence[Candidate], counts: Matrix, column: dict[str, Matrix]) -> Matrix:
    """Sums over the elements one, two and three levels up."""
    values = np.stack(
        [counts, counts * column["found"], counts * column["linked"], np.ones_like(counts), column["heading"]], axis=1
    )
    sums: dict[etree._Element, NDArray[np.float32]] = {}
    chains = []
    for place, one in enumerate(walked):
        chain = [one.node, *one.node.iterancestors()]
        chains.append(chain)
        for node in chain:
            sums[node] = sums[node] + values[place] if node in sums else values[place].copy()
    total = float(values[:, 1].sum()) or 1.0
    rows = []
    for chain in chains:
        row: list[float] = []
        for up in (1, 2, 3):
            words, found, linked, pieces, headings = (float(v) for v in sums[chain[min(up, len(chain) - 1)]])
            row += [words, found / (words or 1), linked / (words or 1), pieces, headings / pieces, found / total]
        rows.append(row)
    found_rows = np.array(rows, np.float32)
    for up in range(3):
        found_rows[:, 6 * up] = np.log1p(found_rows[:, 6 * up])
        found_rows[:, 6 * up + 3] = np.log1p(found_rows[:, 6 * up + 3])
    return found_rows


def _alike(walked: Sequence[Candidate], counts: Matrix, found: Matrix) -> Matrix:
    """How the other pieces fare whose element and the one around it have the same tags and classes."""
    groups: dict[tuple[str, ...], list[int]] = {}
    keys = []
    for place, one in enumerate(walked):
        parent = one.node.getparent()
        key = (one.node.tag, one.node.get("class") or "", *(
            (parent.tag, parent.get("class") or "") if parent is not None else ()
        ))  # fmt: skip
        keys.append(key)
        groups.setdefault(key, []).append(place)
    rows = {}
    for key, places in groups.items():
        rows[key] = (np.log1p(len(places)), np.log1p(counts[places].mean()), found[places].mean())
    return np.array([rows[key] for key in keys], np.float32)


def _position(walked: Sequence[Candidate], counts: Matrix, ruled: Matrix) -> Matrix:
    """Where on the page, and where among the pieces that the rules took."""
    count = len(walked)
    places = np.arange(count, dtype=np.float32)
    solid = np.flatnonzero(ruled * counts >= 8)
    first, last = (float(solid[0]), float(solid[-1])) if len(solid) else (0.0, count - 1.0)
    mass = np.cumsum(ruled * counts)
    share = mass / (mass[-1] or 1)
    h1 = next((place for place, one in enumerate(walked) if one.node.tag == "h1"), -1)
    below = np.clip(places - h1, -20, 20) if h1 >= 0 else np.full(count, -21)
    return np.stack(
        [
            places / count, np.clip(places - first, -15, 40), np.clip(last - places, -15, 40),
            share, (mass[-1] - mass) / (mass[-1] or 1), below, np.array([one.inside for one in walked]),
        ], axis=1,
    ).astype(np.float32)  # fmt: skip


def _under(walked: Sequence[Candidate], column: dict[str, Matrix], meanings: Matrix) -> Matrix:
    """The heading above: how far, whether it was found, and what it says."""
    rows = np.zeros((len(walked), 3 + len(_MEANINGS)), np.float32)
    above = -1
    for place, one in enumerate(walked):
        if above >= 0:
            rows[place] = (min(place - above, 20), column["found"][above], column["aside"][above], *meanings[above])
        else:
            rows[place, 0] = 21
        if one.block.type == "heading" or one.meaning is not None:
            above = place
    return rows


def _neighbours(own: Matrix, column: dict[str, Matrix]) -> list[Matrix]:
    """Values of the pieces before and behind, and sums on both sides that fade."""
    phrase = own[:, _PHRASES].max(axis=1)
    near = np.stack([phrase if name == "phrase" else column[name] for name in _NEAR], axis=1)
    count = len(near)
    parts = []
    for offset in _OFFSETS:
        moved = np.full_like(near, -1)
        if offset < 0:
            moved[-offset:] = near[:offset] if -offset < count else 0
        elif offset < count:
            moved[:-offset] = near[offset:]
        parts.append(moved if abs(offset) < count else np.full_like(near, -1))
    words = column["words"]
    sums = np.stack([words * column["found"], words * column["linked"], phrase], axis=1)
    for fade in _FADES:
        parts += [_faded(sums, fade), _faded(sums[::-1], fade)[::-1]]
    return parts


def _faded(values: Matrix, fade: float) -> Matrix:
    out = np.zeros_like(values)
    for place in range(1, len(values)):
        out[place] = (out[place - 1] + values[place - 1]) * fade
    return out
