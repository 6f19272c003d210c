"""Plain text wrapped by the width it has on a screen, in terminal cells: Chinese and Japanese characters take two.

Lines break at spaces, between ideographs (but not before 。 or after 「), and in a word only when it alone is longer
than a line. A URL is never broken: mail programs link it only whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import wcwidth

_URL = re.compile(r"(?:https?://|mailto:|www\.)", re.IGNORECASE)
#: Ideographs and kana, between which a line may break. Hangul is left out: Korean breaks at its spaces.
_IDEOGRAPH = re.compile("[\u2e80-\u2fdf\u3000-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]")
#: Must not begin a line (closing marks, small kana), and must not end one (opening marks).
_NOT_FIRST = frozenset(
    "、。，．：；！？）」』】》〉〕］｝”’・ー～…‥々ゝヽぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.!?:;)]}%"
)
_NOT_LAST = frozenset("（「『【《〈〔［｛“‘([{")


def cells(text: str) -> int:
    """Width of one line in terminal cells; control characters have none."""
    if text.isascii() and text.isprintable():
        return len(text)
    width = int(wcwidth.wcswidth(text))
    return width if width >= 0 else sum(max(0, int(wcwidth.wcwidth(c))) for c in text)


def wrap(text: str, width: int = 72, *, first: str = "", rest: str = "") -> str:
    """The text in lines of at most `width` cells, `first` before the first line and `rest` before every other.

    Line breaks in the text stay, other white space is folded, prefixes count towards the width. A URL wider than the
    line stands on its own, whole.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        lines += _fill(line, width, rest if lines else first, rest)
    return "\n".join(lines)


def _fill(line: str, width: int, first: str, rest: str) -> list[str]:
    """One input line as its output lines, prefixes in front."""
    lines: list[str] = []
    current, used = first, cells(first)
    empty = True
    for atom, spaced in _atoms(line, max(1, width - max(cells(first), cells(rest)))):
        size = cells(atom)
        gap = 1 if spaced and not empty else 0
        if not empty and used + gap + size > width:
            lines.append(current.rstrip())
            current, used, gap = rest, cells(rest), 0
        current += " " * gap + atom
        used += gap + size
        empty = False
    return [*lines, current.rstrip()]


def _atoms(line: str, room: int) -> Iterator[tuple[str, bool]]:
    """What is never broken, in order, each with whether a space stands before it."""
    for word in line.split():
        spaced = True
        for atom in [word] if _URL.search(word) else _break_word(word):
            for piece in [atom] if cells(atom) <= room or _URL.search(atom) else _chop(atom, room):
                yield piece, spaced
                spaced = False


def _break_word(word: str) -> Iterator[str]:
    """A word cut where a line may break between ideographs."""
    if word.isascii() or not _IDEOGRAPH.search(word):
        yield word
        return
    start = 0
    for at in range(1, len(word)):
        before, after = word[at - 1], word[at]
        breakable = _IDEOGRAPH.match(before) or _IDEOGRAPH.match(after)
        joined = after in _NOT_FIRST or before in _NOT_LAST or wcwidth.wcwidth(after) == 0
        if breakable and not joined:
            yield word[start:at]
            start = at
    yield word[start:]


def _chop(word: str, room: int) -> Iterator[str]:
    """A word longer than a line, in pieces that fit; a grapheme (emoji with its joiners) stays whole."""
    piece, used = "", 0
    for grapheme in wcwidth.iter_graphemes(word):
        size = cells(grapheme)
        if piece and used + size > room:
            yield piece
            piece, used = "", 0
        piece += grapheme
        used += size
    yield piece
