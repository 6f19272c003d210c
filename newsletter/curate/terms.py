"""A text as terms: what similarity, topics and summaries are counted in.

A term is a case-folded word; Chinese and Japanese, which have no spaces, give overlapping pairs of characters.
Function words of the languages met most carry no subject and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from newsletter.models.articles import words_in

#: Word characters, and the marks that Python's \\w lacks but that are part of words (Arabic, Hebrew, Indic, Thai).
_WORD = re.compile(
    "[\\w\u0300-\u036f\u0591-\u05c7\u0610-\u065f\u0670\u08d3-\u0963\u0966-\u0dff\u0e31-\u0e4e\u200c\u200d]+"
)
_IDEOGRAPHS = re.compile("[\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


def _listed(*groups: str) -> frozenset[str]:
    return frozenset(word for group in groups for word in group.split())


STOP_WORDS = _listed(
    # English
    "a about after all also an and any are as at be because been before being but by can could did do does for "
    "from had has have he her his how i if in into is it its just like may more most my new no not now of on one "
    "only or other our out over said says she should so some such t s re ve ll d m than that the their them then "
    "there these they this those to up us was we were what when where which while who will with would you your",
    # German
    "aber als am auch auf aus bei bis das dass dem den der des die durch ein eine einem einen einer eines er es "
    "für hat ich ihr im ist kann mit nach nicht noch nur oder sein sich sie sind so um und von vor war werden wie "
    "wird wurde zu zum zur über",
    # French, Spanish, Italian, Portuguese, Dutch
    "au aux avec ce cette ces dans de du elle en est et il ils je la le les leur mais ne nous on ou où par pas "
    "plus pour qu que qui sa se ses son sont sur un une vous été al como con del el ella ellos era esta este ha "
    "han las lo los más muy no para pero por porque su sus también todo y ya che da dal della delle di gli ma nel "
    "nella non più sono sul una uno às ao com da das do dos ele em foi mais mas na nas não nos os pela pelo uma "
    "aan bij dat de die dit een het hij ik je maar met naar niet nog of ook om op te tot uit van voor was wel "
    "werd wordt ze zijn",
    # Russian, Arabic, Hindi
    "а бы был была было в во вы для до его ее если же за и из или их к как когда ко ли мы на не но о об он она "
    "они от по при с так то у что это я أن إلى إن التي الذي على عن في قد كان كما لا ما مع من هذا هذه هو هي و इस "
    "उस एक और कर करने कि की के को गया जो तक तो था थी थे ने पर बाद भी में यह या ये रहा लिए वह से है हैं हो",
    # Chinese and Japanese pairs of characters
    "一个 我们 他们 这个 可以 没有 です ます した して する から こと もの いう ある いる れる には では との",
)
#: What tells nothing of a subject: those, and single letters of scripts that write words with several.
_UNTELLING = STOP_WORDS | {"", *map(chr, range(0x2E81))}


def words(text: str) -> list[str]:
    """The terms of a text in order, function words included."""
    folded = text.casefold()
    found: list[str] = _WORD.findall(folded)
    if folded.isascii() or not _IDEOGRAPHS.search(folded):
        return found
    return [piece for word in found for piece in _pieces(word)]


def terms(text: str) -> list[str]:
    """The terms of a text in order, without function words and single letters."""
    return telling_of(words(text))


def telling_of(found: Collection[str]) -> list[str]:
    """Those words that tell something about a subject, in the same order."""
    return [word for word in found if word not in _UNTELLING]


def is_telling(word: str) -> bool:
    """Whether a term tells something about a subject."""
    return word not in _UNTELLING


def length(text: str, enough: int = -1) -> int:
    """How long a text is in words; two characters of Chinese or Japanese count as one.

    With `enough` (at least 0) it need not be exact from there on.
    """
    if text.isascii():
        return len(text.split(None, enough))
    return words_in(text)


def _pieces(word: str) -> list[str]:
    """A word with its runs of ideographs cut into overlapping pairs."""
    pieces: list[str] = []
    at = 0
    for run in _IDEOGRAPHS.finditer(word):
        if run.start() > at:
            pieces.append(word[at : run.start()])
        text = run.group()
        pieces += [text[i : i + 2] for i in range(len(text) - 1)] or [text]
        at = run.end()
    return [*pieces, word[at:]] if at < len(word) else pieces
