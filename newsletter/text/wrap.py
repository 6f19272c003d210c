"""Plain text wrapped by the width it has on a screen, in terminal cells: Chinese and Japanese characters take two.

Lines break at spaces (but never at a no-break space), where `breaks` allows it in scripts without spaces, and in a word
only when it alone is longer than a line. A URL is never broken: mail programs link it only whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import wcwidth

from newsletter.text.breaks import has_address, pieces

#: Letters and marks of Europe's scripts: a cell each, from left to right, and no break but at spaces.
NARROW = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u02ff"  # Latin
    "\u0370-\u0377\u0386-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u052f"  # Greek and Cyrillic
    "\u1e00-\u1eff"  # more of Latin: Vietnamese
    "\u2007\u202f\u2010-\u2027\u20a0-\u20bf\u2122]*"  # no-break spaces, dashes, quotation marks, dots, currencies, ™
)
#: A flag is two of these letters, and as wide as an ideograph; for each, wcwidth looks back over all before it.
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
#: White space but the no-break spaces.
_SPACE = re.compile("[^\\S\u00a0\u202f\u2007]+")


def cells(text: str) -> int:
    """Width of one line in terminal cells; control characters have none."""
    if len(text) == 1:  # most pieces of Chinese and Japanese
        return max(0, int(wcwidth.wcwidth(text)))
    if (text.isascii() and text.isprintable()) or NARROW.fullmatch(text):
        return len(text)
    text = _FLAG.sub("\u4e16", text)
    width = int(wcwidth.wcswidth(text))
    return width if width >= 0 else sum(max(0, int(wcwidth.wcwidth(c))) for c in text)


def wrap(text: str, width: int = 72, *, first: str = "", rest: str = "") -> str:
    """The text in lines of at most `width` cells, `first` before the first line and `rest` before every other.

    Line breaks in the text stay, other white space is folded, prefixes count towards the width. A URL wider than the
    line stands on its own, whole.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        before = rest if lines else first
        lines.append(filled(line, width, before, rest) or _fill(line, width, before, rest))
    return "\n".join(lines)


def filled(line: str, width: int, first: str, rest: str) -> str:
    """What `wrap` gives for a line of narrow letters, single spaces and words that all fit, as most are; else ""."""
    room, whole = width - len(rest), f"{first}{rest}{line}"
    if room < 1 or len(first) != len(rest) or "  " in line or line[:1] in ("", " ") or line[-1] == " ":
        return ""
    if not ((whole.isascii() and whole.isprintable()) or NARROW.fullmatch(whole)):
        return ""
    if len(line) <= room:
        return f"{first}{line}".rstrip()
    lines, at, before, length = [], 0, first, len(line)
    while length - at > room:
        end = line.rfind(" ", at, at + room + 1)
        if end < 0:
            return ""
        lines.append(f"{before}{line[at:end]}".rstrip())
        at, before = end + 1, rest
    lines.append(f"{before}{line[at:]}".rstrip())
    return "\n".join(lines)


def _fill(line: str, width: int, first: str, rest: str) -> str:
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
    return "\n".join([*lines, current.rstrip()])


def _atoms(line: str, room: int) -> Iterator[tuple[str, bool]]:
    """What is never broken, in order, each with whether a space stands before it."""
    for word in line.split() if line.isascii() else filter(None, _SPACE.split(line)):
        if len(word) <= room and word.isascii():  # most words, and quick to tell
            yield word, True
            continue
        spaced = True
        for atom in pieces(word):
            for piece in [atom] if cells(atom) <= room or has_address(atom) else _chop(atom, room):
                yield piece, spaced
                spaced = False


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
