"""Which earlier sentence a sentence can't do without, since that one introduces what it speaks of.

An article says "Ada Moss" once and "Moss" from then on; "Federal Trade Commission (FTC)" once and then "FTC"; "took
samples" and then "the samples". A digest that prints only the second has readers ask who, what, which. So a sentence
*leans* on the one that introduced a name, an abbreviation or a thing that it takes for known; what the headline says
is known, and so is what was never introduced ("the police", "the Internet").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w'’.-]*[\w.]"
#: A name of two to four words; what may begin a sentence or stand for a title is no first name.
_NAME = re.compile(rf"\b{_CAPITALISED}(?: (?:(?:de|van|von|der|den|la|al|bin|di|da) )*{_CAPITALISED}){{1,3}}")
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
_LONE = re.compile(rf"(?<![\w.&’'-]){_CAPITALISED}")
#: An abbreviation where it is introduced, and where it may be used.
_INTRODUCED = re.compile(r"\(([A-Z][A-Za-z]{0,6}[A-Z])s?\)")
_ABBREVIATION = re.compile(r"\b[A-Z][A-Za-z]{0,6}[A-Z]\b")
#: Languages whose nouns have no capitals, so that a capital is a name's.
_NAMES_IN = frozenset({"en", "fr", "es", "it", "pt", "nl"})


class _Articles(NamedTuple):
    """How a language takes a thing for known, how it introduces one, and for how many sentences that counts."""

    definite: re.Pattern[str]
    indefinite: re.Pattern[str]
    fresh: int = 12


#: "the loop", "the inner loop"; in German the noun is the first word with a capital. English plurals
#: need no article ("took samples"); what follows "the samples" says whether it is a noun.
_ARTICLES = {
    "en": (
        _Articles(
            re.compile(r"\b(?:[Tt]he|[Ee]ach) ([a-z][\w-]{3,})(?: ([a-z][\w-]{3,}))?"),
            re.compile(
                r"\b(?:[Aa]n?|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ome|[Ss]everal|[Mm]any|[Aa]nother|\d+)"
                r"(?: ([a-z][\w-]{3,}))(?: ([a-z][\w-]{3,}))?"
            ),
        ),
        _Articles(
            re.compile(
                r"\b[Tt]he ([a-z][\w-]{4,})(?= (?:i[ns]|of|on|at|was|were|are|ha[sd]|have|did|does|to|for|that|which|"
                r"who|and|or|with|from|by|will|would|can|could|[a-z]+ed)\b|,)"
            ),
            re.compile(r"(?<!\b[Tt]he )(?<!\b[Ii]ts )\b([a-z][\w-]{4,})"),
            fresh=1,
        ),
    ),
    "de": (
        _Articles(
            re.compile(
                r"\b(?:[Dd](?:er|ie|as|en|em|es)|[Jj]ede[rsmn]?|[Ii]m|[Zz]u[mr]|[Vv]om|[Bb]eim) "
                r"(?:[a-zäöüß]+ )?([A-ZÄÖÜ][\w-]{3,})"
            ),
            re.compile(
                r"\b(?:[Ee]ine?[mnrs]?|[Zz]wei|[Dd]rei|[Vv]ier|[Mm]ehrere|\d+)(?: [a-zäöüß]+){0,2} ([A-ZÄÖÜ][\w-]{3,})"
            ),
        ),
    ),
    "fr": (
        _Articles(
            re.compile(r"\b(?:[Ll]e|[Ll]a|[Ll]es|[Ll]['’]|[Dd]u|[Aa]ux?|[Cc]haque) ?([a-zéèêàâîïôûç][\w-]{3,})"),
            re.compile(r"\b(?:[Uu]ne?|[Dd]es|[Dd]eux|[Tt]rois|\d+) ([a-zéèêàâîïôûç][\w-]{3,})"),
        ),
    ),
    "es": (
        _Articles(
            re.compile(r"\b(?:[Ee]l|[Ll]a|[Ll]os|[Ll]as|[Dd]el|[Aa]l|[Cc]ada) ([a-záéíóúñ][\w-]{3,})"),
            re.compile(r"\b(?:[Uu]n[ao]?s?|[Dd]os|[Tt]res|\d+) ([a-záéíóúñ][\w-]{3,})"),
        ),
    ),
}
#: Characters of a sentence in which "the loop" is what it speaks of.
_SUBJECT = 48


def leanings(texts: Sequence[str], language: str | None, headline: str = "") -> list[tuple[int, ...]]:
    """For each sentence of an article the earlier ones it leans on, by index; linear in the text."""
    known = {_stem(word) for word in re.findall(r"\w+", headline)}
    found: list[set[int]] = [set() for _ in texts]
    if language is None or language in _NAMES_IN:
        _by_name(texts, known, found)
    _by_abbreviation(texts, known, found)
    for articles in _ARTICLES.get(language or "en", ()):
        _by_article(texts, known, found, articles)
    return [tuple(sorted(of)) for of in found]


def _by_name(texts: Sequence[str], known: set[str], found: list[set[int]]) -> None:
    """Surnames: introduced with a first name, used without."""
    introduced: dict[str, int] = {}
    seen: set[str] = set()
    for at, text in enumerate(texts):
        whole: set[str] = set()
        for hit in _NAME.finditer(text):
            parts = hit.group().split()
            if parts[0].casefold().rstrip(".") in _NO_FIRST_NAME:
                parts = parts[1:]
            if len(parts) >= 2:
                whole.add(_name(parts[-1]))
        words = [_name(hit.group()) for hit in _LONE.finditer(text)]
        for word in words:
            if word in introduced and word not in whole and _stem(word) not in known:
                found[at].add(introduced[word])
        for word in whole:
            if word not in seen:
                introduced.setdefault(word, at)
        seen.update(words)


def _by_abbreviation(texts: Sequence[str], known: set[str], found: list[set[int]]) -> None:
    introduced: dict[str, int] = {}
    seen: set[str] = set()
    for at, text in enumerate(texts):
        used = set(_ABBREVIATION.findall(text))
        found[at].update(introduced[word] for word in used if word in introduced and word.casefold() not in known)
        for word in _INTRODUCED.findall(text):
            if word not in seen:
                introduced.setdefault(word, at)
        seen |= used


def _by_article(texts: Sequence[str], known: set[str], found: list[set[int]], articles: _Articles) -> None:
    """Things: introduced as "a loop", spoken of as "the loop" where a sentence begins."""
    introduced: dict[str, int] = {}
    taken_for_known = set(known)
    for at, text in enumerate(texts):
        new = _first_places(articles.indefinite, text)
        subject = max(_SUBJECT, text.find(",", 0, 2 * _SUBJECT) + 4)
        for stem, place in _first_places(articles.definite, text).items():
            if stem not in introduced:
                taken_for_known.add(stem)
            elif place < subject and at - introduced[stem] <= articles.fresh and new.get(stem, place) >= place:
                found[at].add(introduced[stem])
        for stem in new.keys() - taken_for_known:
            introduced.setdefault(stem, at)


def _first_places(pattern: re.Pattern[str], text: str) -> dict[str, int]:
    """Where each word that the pattern finds stands first, by its stem."""
    places: dict[str, int] = {}
    for hit in pattern.finditer(text):
        for word in filter(None, hit.groups()):
            places.setdefault(_stem(word), hit.start())
    return places


def _name(word: str) -> str:
    return re.sub(r"(?:['’]s|['’])$|\.$", "", word)


def _stem(word: str) -> str:
    """A word without what its plural adds, so that "samples" finds "sample"."""
    folded = word.casefold()
    return folded[:-1] if len(folded) > 4 and folded.endswith("s") else folded
