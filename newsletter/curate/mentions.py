"""Which earlier sentence a sentence can't do without, since that one introduces what it speaks of.

An article says "Ada Moss" once and "Moss" from then on; "Federal Trade Commission (FTC)" once and then "FTC"; "took
samples" and then "the samples". A digest that prints only the second has readers ask who, what, which. So a sentence
*leans* on the one that introduced a name, an abbreviation or a thing that it takes for known; what the headline says
is known, and so is what was never introduced ("the police", "the Internet").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

#: A word with a capital begins nowhere within another, so that no text is read twice ("A.A.A.A."). Here and below the
#: look at what stands before comes after the first letter: a search passes over everything else in C then.
_CAPITAL, _GOES_ON = "[A-ZÀ-ÖØ-Þ]", r"[\w'’.-]*[\w.]"
#: A name of two to four words; what may begin a sentence or stand for a title is no first name.
_NAME = re.compile(
    rf"{_CAPITAL}(?<![\w.&-].)(?<![\w.&’'-][’'].){_GOES_ON}"
    rf"(?: (?:(?:de|van|von|der|den|la|al|bin|di|da) )*{_CAPITAL}{_GOES_ON}){{1,3}}"
)
_NO_FIRST_NAME = frozenset(
    word
    for listed in (
        "the a an in on at by for from with when while after before but and or if as since this that these those",
        "mr mrs ms dr prof sir lord lady president minister prime chancellor senator judge chief m mme mlle sr sra",
        "señor señora don mister madame monsieur le la les l un une el los las una del il lo gli",
        "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august",
        "september october november december",
    )
    for word in listed.split()
)
_LONE = re.compile(rf"{_CAPITAL}(?<![\w.&’'-].){_GOES_ON}")
#: An abbreviation where it is introduced, and where it may be used.
_INTRODUCED = re.compile(r"\(([A-Z][A-Za-z]{0,6}[A-Z])s?\)")
_ABBREVIATION = re.compile(r"[A-Z](?<!\w.)[A-Za-z]{0,6}[A-Z]\b")
#: Languages whose nouns have no capitals, so that a capital is a name's.
_NAMES_IN = frozenset({"en", "fr", "es", "it", "pt", "nl"})


class _Articles(NamedTuple):
    """How a language takes a thing for known, and how it introduces one."""

    definite: re.Pattern[str]
    indefinite: re.Pattern[str]


#: Sentences for which it counts that a thing was introduced.
_FRESH = 12
#: "the loop", "the inner loop"; in German the noun is the first word with a capital.
_ARTICLES = {
    "en": _Articles(
        re.compile(r"[TtEe](?:he|ach) (?:(?<=\b[Tt]he )|(?<=\b[Ee]ach ))([a-z][\w-]{3,})(?: ([a-z][\w-]{3,}))?"),
        re.compile(
            r"[AaOoTtFfSsMm\d](?<!\w.)(?:(?<=[Aa])(?:n|nother)?|(?<=[Oo])ne|(?<=[Tt])(?:wo|hree)|(?<=[Ff])(?:our|ive)|"
            r"(?<=[Ss])(?:ome|everal)|(?<=[Mm])any|(?<=\d)\d*) ([a-z][\w-]{3,})(?: ([a-z][\w-]{3,}))?"
        ),
    ),
    "de": _Articles(
        re.compile(
            r"\b(?:[Dd](?:er|ie|as|en|em|es)|[Jj]ede[rsmn]?|[Ii]m|[Zz]u[mr]|[Vv]om|[Bb]eim) "
            r"(?:[a-zäöüß]+ )?([A-ZÄÖÜ][\w-]{3,})"
        ),
        re.compile(
            r"\b(?:[Ee]ine?[mnrs]?|[Zz]wei|[Dd]rei|[Vv]ier|[Mm]ehrere|\d+)(?: [a-zäöüß]+){0,2} ([A-ZÄÖÜ][\w-]{3,})"
        ),
    ),
    "fr": _Articles(
        re.compile(r"\b(?:[Ll]e|[Ll]a|[Ll]es|[Ll]['’]|[Dd]u|[Aa]ux?|[Cc]haque) ?([a-zéèêàâîïôûç][\w-]{3,})"),
        re.compile(r"\b(?:[Uu]ne?|[Dd]es|[Dd]eux|[Tt]rois|\d+) ([a-zéèêàâîïôûç][\w-]{3,})"),
    ),
    "es": _Articles(
        re.compile(r"\b(?:[Ee]l|[Ll]a|[Ll]os|[Ll]as|[Dd]el|[Aa]l|[Cc]ada) ([a-záéíóúñ][\w-]{3,})"),
        re.compile(r"\b(?:[Uu]n[ao]?s?|[Dd]os|[Tt]res|\d+) ([a-záéíóúñ][\w-]{3,})"),
    ),
}
#: English plurals need no article ("took samples"); what follows "the samples" says whether it is a noun.
_THE_NOUN = re.compile(
    r"[Tt]he (?<=\b[Tt]he )([a-z][\w-]{4,})(?= (?:i[ns]|of|on|at|was|were|are|ha[sd]|have|did|does|to|for|that|which|"
    r"who|and|or|with|from|by|will|would|can|could|[a-z]+ed)\b|,)"
)
_WORD = re.compile(r"[a-z](?<!\w.)(?<!\b[Tt]he .)(?<!\b[Ii]ts .)[\w-]{4,}")
#: Characters of a sentence in which "the loop" is what it speaks of.
_SUBJECT = 48


def leanings(texts: Sequence[str], language: str | None, headline: str = "") -> list[tuple[int, ...]]:
    """For each sentence of an article the earlier ones it leans on, by index; linear in the text."""
    known = {_stem(word) for word in re.findall(r"\w+", headline)}
    found: list[set[int]] = [set() for _ in texts]
    whole = _Text(texts)
    if language is None or language in _NAMES_IN:
        _by_name(whole, known, found)
    _by_abbreviation(whole, known, found)
    if articles := _ARTICLES.get(language or "en"):
        _by_article(whole, known, found, articles)
    if language in (None, "en"):
        _by_noun(whole, known, found)
    return [tuple(sorted(of)) for of in found]


class _Text:
    """An article's sentences as one text, so that a pattern is searched once; none goes over a line's end."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = sentences
        self.text = "\n".join(sentences)
        self._begins = list(accumulate((len(sentence) + 1 for sentence in sentences), initial=0))

    def hits(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, re.Match[str]]]:
        """Each hit in order: the sentence it is in, where in it, and the hit."""
        begins = self._begins
        at, begin, end = -1, 0, 0
        for hit in pattern.finditer(self.text):
            place = hit.start()
            while place >= end:
                at += 1
                begin, end = end, begins[at + 1]
            yield at, place - begin, hit

    def places(self, pattern: re.Pattern[str]) -> dict[int, dict[str, int]]:
        """Where each word that a pattern's groups find stands first in a sentence, by sentence and stem."""
        found: dict[int, dict[str, int]] = {}
        for at, place, hit in self.hits(pattern):
            places = found.setdefault(at, {})
            for word in hit.groups():
                if word:
                    places.setdefault(_stem(word), place)
        return found

    def is_subject(self, at: int, place: int) -> bool:
        """Whether what stands there is what a sentence speaks of."""
        return place < _SUBJECT or place < self.sentences[at].find(",", 0, 2 * _SUBJECT) + 4


def _by_name(whole: _Text, known: set[str], found: list[set[int]]) -> None:
    """Surnames: introduced with a first name, used without."""
    full: dict[int, set[str]] = {}
    for at, _, hit in whole.hits(_NAME):
        parts = hit.group().split()
        if len(parts) > 2 or parts[0].casefold().rstrip(".") not in _NO_FIRST_NAME:
            full.setdefault(at, set()).add(_name(parts[-1]))
    if not full:
        return
    surnames = set().union(*full.values())
    introduced: dict[str, int] = {}
    seen: dict[str, int] = {}
    for at, _, hit in whole.hits(_LONE):
        word = _name(hit.group())
        if word not in surnames:
            continue
        first = seen.setdefault(word, at)
        if first == at and word in full.get(at, ()):
            introduced[word] = at
        elif word in introduced and word not in full.get(at, ()) and _stem(word) not in known:
            found[at].add(introduced[word])


def _by_abbreviation(whole: _Text, known: set[str], found: list[set[int]]) -> None:
    introduced: dict[str, int] = {}
    for at, _, hit in whole.hits(_INTRODUCED):
        introduced.setdefault(hit[1], at)
    seen: dict[str, int] = {}
    for at, _, hit in whole.hits(_ABBREVIATION) if introduced else ():
        word = hit.group()
        first = seen.setdefault(word, at)
        if word in introduced and first >= introduced[word] < at and word.casefold() not in known:
            found[at].add(introduced[word])


def _by_article(whole: _Text, known: set[str], found: list[set[int]], articles: _Articles) -> None:
    """Things: introduced as "a loop", spoken of as "the loop" where a sentence begins."""
    taken, new = whole.places(articles.definite), whole.places(articles.indefinite)
    introduced: dict[str, int] = {}
    taken_for_known = set(known)
    for at in sorted(taken.keys() | new.keys()):
        places = new.get(at, {})
        for stem, place in taken.get(at, {}).items():
            if stem not in introduced:
                taken_for_known.add(stem)
            elif at - introduced[stem] <= _FRESH and places.get(stem, place) >= place and whole.is_subject(at, place):
                found[at].add(introduced[stem])
        for stem in places.keys() - taken_for_known:
            introduced.setdefault(stem, at)


def _by_noun(whole: _Text, known: set[str], found: list[set[int]]) -> None:
    """Things that the sentence right before was the first to speak of, with an article or none ("took samples")."""
    folded = [sentence.casefold() for sentence in whole.sentences]
    words: dict[int, dict[str, int]] = {}

    def places(at: int) -> dict[str, int]:
        if at not in words:
            words[at] = {}
            for hit in _WORD.finditer(whole.sentences[at]):
                words[at].setdefault(_stem(hit.group()), hit.start())
        return words[at]

    taken_for_known = set(known)
    for at, taken in whole.places(_THE_NOUN).items():
        for stem, place in taken.items():
            if stem in taken_for_known:
                continue
            taken_for_known.add(stem)
            if (
                at
                and stem in folded[at - 1]
                and whole.is_subject(at, place)
                and stem in places(at - 1)
                and places(at).get(stem, place) >= place
                and not any(stem in folded[before] and stem in places(before) for before in range(at - 1))
            ):
                found[at].add(at - 1)


def _name(word: str) -> str:
    if word.endswith(("'s", "’s")):
        return word[:-2]
    return word[:-1] if word.endswith((".", "'", "’")) else word


def _stem(word: str) -> str:
    """A word without what its plural adds, so that "samples" finds "sample"."""
    folded = word.casefold()
    return folded[:-1] if len(folded) > 4 and folded.endswith("s") else folded
