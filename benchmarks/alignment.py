"""Which pieces of a page stand in a text, in the text's order: a contents list says headings, but stands elsewhere."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

_WORD = re.compile(r"\w+")
#: Words that are looked up in a row, how far places may lie apart and still be one, and the share that must be found.
_ROW, _SLACK, _SHARE = 3, 6, 0.4
#: Places tried for a piece, occurrences of a row followed, and rows looked up of a long piece.
_TRIED, _FOLLOWED, _ROWS = 8, 60, 60
#: Words from which a piece that stands out of order counts, if the words are nobody else's.
_OUT_OF_ORDER = 6


class _Place(NamedTuple):
    piece: int
    begin: int
    end: int
    weight: float


def places(pieces: Sequence[Sequence[str]], text: str) -> list[int]:
    """1 for each piece (its case-folded words) that stands in `text`, else 0.

    Of all places at which pieces may stand, the heaviest chain in which both go forward; then long pieces whose words
    are in a part of the text that the chain left over.
    """
    said = _WORD.findall(text.casefold())
    where: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for begin in range(len(said)):
        for length in range(1, _ROW + 1):
            where[tuple(said[begin : begin + length])].append(begin)
    chain = _heaviest([place for number, words in enumerate(pieces) for place in _possible(number, words, where)])
    covered = {word for place in chain for word in range(place.begin, place.end)}
    taken = {place.piece for place in chain}
    for number, words in enumerate(pieces):
        if number not in taken and len(words) >= _OUT_OF_ORDER and _is_left_over(words, where, covered):
            taken.add(number)
    return [int(number in taken) for number in range(len(pieces))]


def _possible(number: int, words: Sequence[str], where: defaultdict[tuple[str, ...], list[int]]) -> list[_Place]:
    length = min(_ROW, len(words))
    starts = range(0, max(1, len(words) - length + 1), max(1, len(words) // _ROWS))
    votes: Counter[int] = Counter()
    for start in starts:
        for begin in where.get(tuple(words[start : start + length]), ())[:_FOLLOWED]:
            votes[begin - start] += 1
    found = []
    for begin, _ in votes.most_common(_TRIED):
        share = sum(votes.get(begin + off, 0) for off in range(-_SLACK, _SLACK + 1)) / len(starts)
        if share >= _SHARE:
            found.append(_Place(number, max(begin, 0), begin + len(words), share * len(words) + 0.1))
    return sorted(found)


def _heaviest(found: Sequence[_Place]) -> list[_Place]:
    best: list[float] = []
    before: list[int] = []
    for at, place in enumerate(found):
        fits = [n for n in range(at) if found[n].piece < place.piece and found[n].end <= place.begin + _ROW]
        previous = max(fits, key=lambda n: best[n], default=-1)
        best.append(place.weight + (best[previous] if previous >= 0 else 0.0))
        before.append(previous)
    chain = []
    at = max(range(len(found)), key=lambda n: best[n], default=-1)
    while at >= 0:
        chain.append(found[at])
        at = before[at]
    return chain


def _is_left_over(words: Sequence[str], where: defaultdict[tuple[str, ...], list[int]], covered: set[int]) -> bool:
    rows = [tuple(words[n : n + _ROW]) for n in range(len(words) - _ROW + 1)]
    free = sum(any(begin not in covered for begin in where.get(row, ())) for row in rows)
    return free > len(rows) / 2
