"""Text as it may be stored and printed: composed (NFC), without controls, hidden characters or direction tricks.

What carries meaning stays: the joiners (Persian, Hindi, emoji), variation selectors, and the left-to-right and
right-to-left marks. Line separators of every kind become newlines.
"""

from __future__ import annotations

import re
import unicodedata

#: Controls but tab and newline; soft hyphen; zero width space, word joiner, BOM; bidi embeddings, overrides, isolates;
#: deprecated format controls, annotation anchors, noncharacters, language tags and lone surrogates.
_JUNK = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000\U000e0001]"
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
#: Marks and spaces of good typography: what makes most texts in English more than ASCII.
_TYPOGRAPHY = re.compile("[\u00a0\u2009\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026]")
_BLANK_LINES = re.compile(r"\n{3,}")


def one_line(text: str) -> str:
    """The text on one line, white space folded to single spaces, none at the ends."""
    if not text.isprintable():
        return " ".join(_clean(text).split())
    # Most lines: there is nothing to take out, and of all blanks only spaces.
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    if "  " in composed:
        return " ".join(composed.split())
    return str.strip(composed, " ")  # of markup, too, plain text


def plain(text: str) -> str:
    """The text with its line breaks; spaces folded in each line, at most one blank line in a row, none at the ends."""
    lines = (" ".join(line.split()) for line in _clean(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def bare(text: str) -> str:
    """The text with typographic quotes, dashes, dots and spaces as spaces: the same words, and mostly ASCII."""
    return text if text.isascii() else _TYPOGRAPHY.sub(" ", text)


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():  # most lines
        return text
    return unicodedata.normalize("NFC", _JUNK.sub("", _LINE_END.sub("\n", text)))
