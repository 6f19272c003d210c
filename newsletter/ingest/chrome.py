"""Lines that belong to a page and not to its article, told by their words; for dumps and HTML alike."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from newsletter.ingest.phrases import ANYWHERE, SHARE_WORDS, STARTS, WHOLE, Meaning, Phrases

__all__ = ["Meaning", "meaning"]

#: Signs that stand around a line without changing it.
_AROUND = "•·|*# "
#: Characters from which no line is chrome; the longest phrases that are believed have 200 words.
_LONGEST_LINE = 3000
#: Arrows and marks that may follow a whole phrase.
_AFTER = r"[\s:.…!»›>→+]*"


def _compiled(table: tuple[Phrases, ...], before: str, after: str) -> list[tuple[Meaning, int, re.Pattern[str]]]:
    return [
        (entry.meaning, entry.words, re.compile(rf"{before}(?:{'|'.join(entry.patterns)}){after}", re.IGNORECASE))
        for entry in table
    ]


_BEGIN = r"\A"
_TABLE = _compiled(STARTS, _BEGIN, "") + _compiled(ANYWHERE, "", "") + _compiled(WHOLE, _BEGIN, rf"{_AFTER}\Z")
_LONGEST = max(words for _, words, _ in _TABLE)
#: The phrases that a line of so many words may be, by that number.
_BY_WORDS = [[(kind, pattern) for kind, limit, pattern in _TABLE if words <= limit] for words in range(_LONGEST + 1)]


@cache
def _any(limits: frozenset[int]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Expressions for all phrases with these limits: those at a line's beginning, and those anywhere in it."""
    patterns = [pattern.pattern for _, limit, pattern in _TABLE if limit in limits]
    begin = [f"(?:{each.removeprefix(_BEGIN)})" for each in patterns if each.startswith(_BEGIN)]
    inside = [f"(?:{each})" for each in patterns if not each.startswith(_BEGIN)]
    one, two = (re.compile("|".join(each) or r"(?!)", re.IGNORECASE) for each in (begin, inside))
    return one, two


#: Whether a line of so many words may be any phrase, by that number: most lines are none.
_MAY_BE = [_any(frozenset(limit for _, limit, _ in _TABLE if words <= limit)) for words in range(_LONGEST + 1)]
_SHARE = frozenset(SHARE_WORDS.split())


def meaning(line: str) -> Meaning | None:
    """What kind of chrome a line is, or None when it reads as part of an article."""
    return _meaning(line) if len(line) < _LONGEST_LINE else None


@lru_cache(maxsize=4096)
def _meaning(line: str) -> Meaning | None:
    text = " ".join(line.split()).strip(_AROUND)
    words = text.split()
    if len(words) > _LONGEST:
        return None
    begin, inside = _MAY_BE[len(words)]
    if begin.match(text) or inside.search(text):
        return next(kind for kind, pattern in _BY_WORDS[len(words)] if pattern.search(text))
    if 1 < len(words) <= 12 and all(word.casefold().strip("|/·,") in _SHARE for word in words):
        return "cta"
    return None
