"""Where sentences begin and end, as code point offsets.

A regex finds every place where a sentence could end; short rules decide, from the word before and the word after,
whether it does: abbreviations, initials, decimals, list numbers, quotes and ellipses do not end one. Scripts without
spaces or capitals (Chinese, Japanese, Arabic, Urdu, Hindi …) end sentences with marks of their own. Time is linear in
the text, whatever the text; nothing raises.
"""

from __future__ import annotations

import re

#: Marks that end a sentence where nothing says otherwise, but only before white space.
_SPACED = ".!?…؟"
#: Marks that end a sentence by themselves, white space or not.
_ALONE = "。｡！？．।॥۔։።။។"
_CLOSERS = "\"'”’»›)\\]」』）】》〉〕"
_OPENERS = "\"'“‘„‚«‹([¿¡「『（【《〈-–—―•* \t"
_BREAK = re.compile(rf"\n\s*|[{_SPACED}{_ALONE}]+(?:\[\d{{1,3}}\])*[{_CLOSERS}]*")
_GREEK_BREAK = re.compile(_BREAK.pattern.replace(_SPACED, _SPACED + ";\u037e"))
_WORD = re.compile(r"\w+")
#: Two characters of a sentence, its end, and the next one's capital, where white space between them was lost.
_GLUED = re.compile(r"[a-z0-9)\]%”\"’][a-z0-9)\]%”\"’][.!?…]+[\"”’)]*(?=[\"“‘(]?[A-Z][a-z]*[ ,’'A-Z0-9-])")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


#: Never end a sentence (titles and "for example" words in several languages), compared case-folded.
_NEVER = _words(
    "mr mrs ms mx dr prof st mt gen col lt sgt capt cmdr rep sen gov hon rev fr sr sra srta dra mme mlle vs cf viz "
    "e.g i.e z.b d.h u.a o.ä bzw ca resp inkl usw vgl approx eds univ dept ex p.ej m.in tzv kpt např"
)
#: End a sentence only before a word that usually begins one.
_SELDOM = _words("inc ltd corp co bros jr etc al est esq plc llc dept assn")
#: Do not end a sentence before a number.
_NUMBERED = _words(
    "no nr nos fig figs vol vols p pp art ch sec sect eq ref para s op jan feb mar apr jun jul aug sep sept oct nov "
    "dec núm num tel ext v ver rs"
)
#: Words that usually begin a sentence when they follow an abbreviation or an initial.
_STARTERS = _words(
    "the this that these those a an he she it we they you i his her its our their there here in on at by for from with "
    "as if when while after before but and or so yet however meanwhile what why how who now then both many most some "
    "der die das ein eine er sie es wir ich le la les il elle un une el los las una nous vous"
)
#: Languages that write ordinals as "3." (3. Oktober).
_ORDINAL = _words("de da nb nn no fi cs sk pl hu sl hr sr bs et lv is tr")
#: After a closing quote these go on with the sentence (「…。」と言った).
_GO_ON = "とって、，,;；:："


def split(text: str, language: str | None = None, *, glued: bool = False) -> list[tuple[int, int]]:
    """The sentences of a text as (start, end) code point offsets, in order, without surrounding white space.

    A line break ends a sentence, too, unless the next line goes on in lower case. `language` (a BCP 47 primary tag)
    sharpens a few rules (German ordinals, the Greek question mark); None works everywhere. `glued` says that the text
    lost its line breaks (`legible.has_lost_breaks`): a capital right after a full stop begins a sentence then.
    """
    spans: list[tuple[int, int]] = []
    begin = 0
    for match in (_GREEK_BREAK if language == "el" else _BREAK).finditer(text):
        if match.start() >= begin and _ends(text, begin, match, language, glued):
            _append(spans, text, begin, match.end())
            begin = match.end()
    _append(spans, text, begin, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    piece = text[begin:end]
    stripped = piece.strip()
    if stripped:
        begin += len(piece) - len(piece.lstrip())
        spans.append((begin, begin + len(stripped)))


def _ends(text: str, begin: int, match: re.Match[str], language: str | None, glued: bool) -> bool:
    mark, end = match.group(), match.end()
    if mark[0] == "\n":
        return mark.count("\n") > 1 or not text[end : end + 1].islower()
    follow = text[end : end + 1]
    if any(c in _ALONE for c in mark):
        return _ends_alone(text, mark, match.start(), follow)
    if not (follow == "" or follow.isspace()):
        lost = glued and text.count(" ", max(begin, match.start() - 200), match.start()) >= 4
        return (lost and _GLUED.match(text, match.start() - 2) is not None) or _is_glued(text, match.start(), end)
    after = text[end : end + 60].lstrip(_OPENERS)
    if after[:1].islower():
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    return _full_stop_ends(text, begin, match.start(), after, language)


def _ends_alone(text: str, mark: str, at: int, follow: str) -> bool:
    """Whether a mark of a script without capitals ends the sentence."""
    if "．" in mark and follow.isdigit() and text[at - 1 : at].isdigit():
        return False
    return not (mark[-1] not in _ALONE and follow and follow in _GO_ON)


def _is_glued(text: str, at: int, end: int) -> bool:
    """Whether a lost line break stands here ("… at night.The train …"), which no name like fmt.Println looks like."""
    found = _WORD.match(text, end)
    word = found.group() if found else ""
    return len(word) > 1 and word.istitle() and word.casefold() in _STARTERS and text[max(0, at - 2) : at].islower()


def _full_stop_ends(text: str, begin: int, at: int, after: str, language: str | None) -> bool:
    """Whether the single full stop at `at` ends the sentence that began at `begin`."""
    before = text[max(begin, at - 40) : at].split()
    token = before[-1].strip(_OPENERS) if before else ""
    word = token.casefold()
    if word.isdigit() and len(word) <= 3:
        first = len(before) == 1 and at - begin <= 40
        ordinal = language in _ORDINAL and len(word) <= 2
        return not (first or ordinal)
    if word in _NEVER:
        return False
    if word in _NUMBERED and after[:1].isdigit():
        return False
    shortened = word in _SELDOM or "." in word or (len(token) == 1 and token.isupper())
    if not shortened or not after:
        return True
    if "." in word and not all(part.isalpha() and len(part) <= 2 for part in word.split(".")):
        return True  # a number or a file name, not "U.S" or "p.m"
    found = _WORD.match(after)
    return found is None or found.group().casefold() in _STARTERS
