"""Words and topics looked up in articles: where they stand, and how much that says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from newsletter.models import Article

Place = Literal["title", "deck", "body"]

#: What a word in that place is worth; the body's grows with every mention up to this.
_WORTH: dict[Place, float] = {"title": 0.7, "deck": 0.4, "body": 0.4}
_FADE = 0.7
#: The value from which on an article speaks of a topic: two mentions, or a like example.
SPEAKS = 0.2
_ENOUGH = 8
#: What may follow a word: a plural or possessive ending, then no more of a word.
_ENDING = re.compile(r"(?:['’]?s|es)?(?!\w)")
#: A last word that may be a plural: small letters, an s at the end that belongs to no "class", "chorus" or "analysis".
_PLURAL = re.compile(r"(?:^|\s)[^\W\d_A-Z]{3,}[^\W\d_A-Zsuia]s$")
_NO_SPACES = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


#: Haystacks that are remembered, and how long (characters) they may be.
_MOST, _LONGEST = 4_096, 32_768
#: By the article's identity; the article itself is kept with it, so that no other can have the same.
_known: dict[int, tuple[Article, Haystack]] = {}


@dataclass(frozen=True, slots=True)
class Hit:
    """A word found in an article."""

    word: str
    #: The best place it stands in; "deck" stands for category and tags, too.
    place: Place
    #: 0 to 1.
    value: float


class Needle:
    """A word or phrase to look for. Its plural and possessive count, longer words that contain it don't.

    Of a plural in small letters ("databases") the singular counts; Windows is a name, and no window.
    """

    def __init__(self, word: str) -> None:
        self.word = word
        folded = " ".join(word.casefold().split())
        self._folded = folded[:-1] if _PLURAL.search(word.rstrip()) else folded
        self._spaceless = bool(_NO_SPACES.search(word))

    def find(self, haystack: Haystack) -> Hit | None:
        """The word in an article, or None."""
        if not self._folded or self._folded not in haystack.all:
            return None
        counts = {place: self._count(text) for place, text in haystack.places}
        places = [place for place, found in counts.items() if found]
        if not places:
            return None
        values = {**_WORTH, "body": _WORTH["body"] * (1 - _FADE ** counts["body"])}
        return Hit(self.word, places[0], either(values[place] for place in places))

    def _count(self, text: str) -> int:
        """Occurrences, at most _ENOUGH.

        `str.find` and a look at the neighbours: a regular expression with the same boundaries takes ten times as long.
        """
        count, at = 0, text.find(self._folded)
        while at >= 0 and count < _ENOUGH:
            end = at + len(self._folded)
            count += self._spaceless or (not text[at - 1 : at].isalnum() and _ENDING.match(text, end) is not None)
            at = text.find(self._folded, end)
        return count


class Haystack:
    """An article's texts, case-folded once for all words."""

    def __init__(self, article: Article) -> None:
        deck = "\n".join((article.deck or "", article.category or "", *article.tags, *article.takeaways))
        texts = article.title.casefold(), deck.casefold(), article.body_text.casefold()
        self.places: tuple[tuple[Place, str], ...] = tuple(zip(_WORTH, texts, strict=True))
        self.all = "\n".join(texts)

    def find(self, needles: Iterable[Needle]) -> tuple[Hit, ...]:
        """The words that occur, in the order given."""
        return tuple(hit for needle in needles if (hit := needle.find(self)))


def haystack(article: Article) -> Haystack:
    """An article's haystack, remembered as long as the same object comes again."""
    known = _known.get(id(article))
    if known is not None and known[0] is article:
        return known[1]
    made = Haystack(article)
    if len(made.all) <= _LONGEST:
        if len(_known) >= _MOST:
            _known.clear()
        _known[id(article)] = article, made
    return made


def either(values: Iterable[float]) -> float:
    """Values of 0 to 1 taken together (noisy or): each adds a share of what is still missing to 1."""
    missing = 1.0
    for value in values:
        missing *= 1 - value
    return 1 - missing


def quoted(words: Sequence[str]) -> str:
    """'rust', 'python'"""
    return ", ".join(f"'{word}'" for word in words)
