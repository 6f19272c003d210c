"""A text that was damaged on its way, read as it was meant; the text itself stays as it is.

Typographic quotes that a wrong encoding turned into "?" are given back in a copy of the same length, so that every
offset in the copy is an offset in the text; and lost line breaks ("… at night.The train …") are noticed. Both only
where the whole text shows the damage. Linear in the text; nothing raises.
"""

from __future__ import annotations

import re

#: A question mark where none can stand: before a word, or within one.
_MISPLACED = re.compile(r"(?:^|[\s(.,!?])\?(?=\w)|(?<=[a-z])\?(?=(?:s|t|re|ll|ve|m|d)\b)")
#: Words that begin a question, so that the "?" after it may be meant.
_ASKS = re.compile(
    r"(?:and |but |so )?(?:who|whom|whose|what|when|where|why|which|how|is|are|am|was|were|do|does|did|has|have|had|"
    r"can|could|will|would|shall|should|may|might|must|isn|aren|don|doesn|didn|won)\b",
    re.IGNORECASE,
)
#: Characters; no quoted sentence is longer.
_MAX_SENTENCE = 1000
#: A sentence's end, with what shows that it is one behind it: a search for marks passes over letters in C.
_GLUED = re.compile(r"[.!?](?:(?<=[a-z]{2}.)|(?<=[a-z]{2}[\"”’)].))[\"”’)]*[\"“‘(]?[A-Z][a-z]+(?=,?\s)")
_SPACED = re.compile(r"[a-z]{2}[.!?][\"”’)]*\s+[\"“‘(]?[A-Z]")


def legible(text: str) -> str:
    """The text with "?" replaced by the quotes and apostrophes they stand for, code point by code point.

    A text without misplaced question marks comes back as it is.
    """
    if "?" not in text or not _MISPLACED.search(text):
        return text
    read = list(text)
    opened = -1
    for found in re.finditer(r"\?", text):
        at = found.start()
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if before.isalnum() and after.islower():
            read[at] = "’"
        elif opened >= 0 and _closes(text, opened, at, before, after):
            read[at], opened = "”", -1
        elif opened < 0 and after.isalnum() and not before.isalnum():
            read[at], opened = "“", at
    return "".join(read)


def _closes(text: str, opened: int, at: int, before: str, after: str) -> bool:
    """Whether the "?" at `at` closes the quote opened at `opened`."""
    if before in ",.!?" or not after or after in ",.;:)":
        return True
    if after.isspace() and text[at + 1 : at + 4].lstrip()[:1].islower():
        return True
    if at - opened > _MAX_SENTENCE:
        return True
    sentence = max(text.rfind(". ", opened, at) + 2, text.rfind("? ", opened + 1, at) + 2, opened + 1)
    return not _ASKS.match(text, sentence)


def has_lost_breaks(text: str) -> bool:
    """Whether sentences follow each other without a space as a habit: a name such as strings.Builder is none."""
    glued = len({text[_begin(text, found.start()) : found.end()] for found in _GLUED.finditer(text)})
    return glued >= 2 and glued * 6 >= sum(1 for _ in _SPACED.finditer(text))


def _begin(text: str, mark: int) -> int:
    """Where the two letters before a mark begin; a quote's end or a bracket may stand between."""
    return mark - 2 - (not text[mark - 1].isalpha())
