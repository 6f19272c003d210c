"""Shorter forms of a headline, for a subject line, a phone, a list: its own words, cut where a clause ends.

A cut is made at the best boundary that fits: after a sentence, before or after a colon or dash, at a comma, before a
word that begins a clause ("after", "weil", "que"), before a preposition; and only then between words, with an ellipsis.
Never in a word, never inside a quote or a bracket, never leaving "the" or "and" at the end. Lengths are code points;
Chinese and Japanese, which have no spaces, are cut at their marks or else between characters that are no part of a
Latin word or a number. Pure; nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsletter.curate.pointing import points_back

#: Characters: what an inbox shows on a desktop, on a phone, and in a list.
LIMITS = (70, 50, 35)
#: A cut at a clause keeps at least this part of what the limit allows; shorter says too little.
_LEAST = 0.35
_ELLIPSIS = "…"

#: Where a headline may end, the best kinds first. What matches is dropped with all that follows.
_BOUNDARIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a sentence", re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“¿¡])|(?<=[。！？])")),
    ("a colon or dash", re.compile(r"\s*(?::(?!\d)|;|\s[-–—|·]\s|—|：|；)\s*")),
    ("a comma", re.compile(r",\s+|[，、]")),
    (
        "a clause",
        re.compile(
            r"\s+(?=(?:that|which|who|whose|where|when|while|after|before|because|although|though|unless|until|since|as|if|"
            r"but|amid|despite|following|weil|nachdem|bevor|während|obwohl|dass|damit|sobald|aber|après|avant|parce|"
            r"pendant|tandis|mais|porque|después|antes|mientras|aunque|pero|cuando|dopo|prima|perché|mentre)\b)",
            re.IGNORECASE,
        ),
    ),
    (
        "a phrase",
        re.compile(
            r"\s+(?=(?:to|in|on|at|for|with|from|by|over|under|against|between|through|without|and|or|im|in|auf|mit|für|von|"
            r"bei|gegen|ohne|und|dans|sur|avec|pour|par|sans|et|en|con|para|por|sin|y|per|senza|e)\b)",
            re.IGNORECASE,
        ),
    ),
)
#: Words that can't be a headline's last.
_NOT_LAST = re.compile(
    r"(?:\s|^)(?:the|a|an|and|or|but|of|to|in|on|at|for|with|from|by|as|is|are|was|were|be|its|his|her|their|that|than|"
    r"not|no|will|can|has|have|had|der|die|das|den|dem|ein|eine|und|oder|von|zu|im|am|mit|le|la|les|un|une|et|ou|de|du|"
    r"des|à|el|los|las|una|y|o|del|en|il|lo|gli|di|e)$",
    re.IGNORECASE,
)
_SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_PAIRS = (
    ("“", "”"),
    ("«", "»"),
    ("„", "“"),
    ("「", "」"),
    ("『", "』"),
    ("(", ")"),
    ("（", "）"),
    ("[", "]"),
    ("《", "》"),
)


@dataclass(frozen=True, slots=True)
class Variant:
    """A headline of at most `limit` characters, and where it was cut: "whole", "a comma", "between words" …"""

    limit: int
    text: str
    cut: str


def variants(headline: str, limits: Sequence[int] = LIMITS) -> tuple[Variant, ...]:
    """The headline for each limit. One single word that is longer than the limit stays whole."""
    line = " ".join(headline.split())
    return tuple(_cut(line, limit) for limit in limits)


def _cut(line: str, limit: int) -> Variant:
    if len(line) <= limit:
        return Variant(limit, line, "whole")
    for name, pattern in _BOUNDARIES:
        ends = [found.start() for found in pattern.finditer(line) if limit * _LEAST <= found.start() <= limit]
        for end in reversed(ends):
            text = line[:end].rstrip(" ,;:–—-")
            if _may_end(text):
                return Variant(limit, text, name)
        after = [found.end() for found in pattern.finditer(line)] if name == "a colon or dash" else []
        for start in after:
            text = line[start:]
            if limit * _LEAST <= len(text) <= limit and _may_end(text) and not points_back(text):
                return Variant(limit, text, "after a colon or dash")
    return Variant(limit, _between_words(line, limit), "between words")


def _between_words(line: str, limit: int) -> str:
    """As many whole words as fit with an ellipsis and what closes a quote; the first word whole if none does."""
    ends = list(_word_ends(line))
    for end in reversed(ends):
        text = line[:end].rstrip(" ,;:–—-")
        cut = f"{text}{_ELLIPSIS}{_closing(text)}"
        if text and len(cut) <= limit and (not _NOT_LAST.search(text) or end == ends[0]):
            return cut
    first = line[: ends[0]] if ends else line
    return f"{first}{_ELLIPSIS}{_closing(first)}" if ends else line


def _closing(text: str) -> str:
    """The mark that closes what the text leaves open."""
    marks = [closing for opening, closing in _PAIRS if text.count(opening) > text.count(closing)]
    return (marks[-1] if marks else "") or ('"' if text.count('"') % 2 else "")


def _word_ends(line: str) -> Iterator[int]:
    for at in range(1, len(line)):
        if line[at].isspace() or (_SPACELESS.match(line[at - 1]) and _SPACELESS.match(line[at])):
            yield at


def _may_end(text: str) -> bool:
    """Whether a headline may be this text: nothing left open, and no word at its end that waits for another."""
    balanced = all(text.count(opening) <= text.count(closing) for opening, closing in _PAIRS)
    return balanced and text.count('"') % 2 == 0 and not _NOT_LAST.search(text) and not _open_single(text)


def _open_single(text: str) -> bool:
    """Whether a single quote was opened and not closed; an apostrophe opens none."""
    opened = len(re.findall(r"(?:^|\s)[‘'](?=\w)", text))
    return opened > len(re.findall(r"(?<=[\w.,!?])[’'](?=$|[\s,.;:!?])", text))
