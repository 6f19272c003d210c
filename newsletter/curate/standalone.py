"""Whether a sentence can be printed without its neighbours.

It can't when it points back (`pointing`: "This …", "But …", "他…"), when it opens a quote that it does not
close, when it is a caption, an invitation or a heading, or when it is too short or too long to read in a digest. Each
rule errs towards leaving a sentence out: an article has others.
"""

from __future__ import annotations

import re

from newsletter.curate.pointing import points_back
from newsletter.curate.terms import length

#: Words, by `terms.length`, that a sentence of a digest has.
SHORTEST, LONGEST = 6, 60
#: Characters; a "sentence" longer than that is a text without sentence ends.
MAX_CHARS = 500

#: Here and where the page speaks of itself, of a sentence in lower case.
_CAPTION = re.compile(
    r"(?:photo(?:graph)?|image|picture|illustration|credit|source|caption|video|listen|watch|read|see|click|subscribe|"
    r"sign up|follow|share|advertisement|correction|updated?|editor'?s note|note|disclosure|copyright|bild|foto|quelle)"
    r"(?:\s+(?:by|credit|also|more|here|now|us|to|for|note))?\s*[:：|–—/]"
    r"|(?:click|subscribe|sign up|follow us|read (?:more|also))\b|©"
)
_SHOUTED = re.compile(r"[A-Z][A-Z .'#\d-]{3,40}:")
#: What only captions and lists of credits say ("… in a still from the film.", "Director: … Cast: …").
_STILL = re.compile(
    r"^In this (?:undated )?(?:photo|image|picture|handout)\b|\bin (?:a|this) (?:still|scene|file photo|photo|image)\b"
    r"|\b(?:file )?(?:photo|image|picture)s?:|\((?:left|right|centre|center|pictured|[LRC])\)"
    r"|[a-z]{3}[A-Z][a-z]+:|pic\.twitter\.com",
)
#: What _STILL can't do without.
_STILL_SIGNS = (":", "(", "n this ", "in a ", "pic.twitter.com")
#: Invitations.
_INVITES = re.compile(
    r"(?:let['’]s|(?:read|scroll) on|find out|discover|learn (?:how|more|about|why|what)|check out"
    r"|get (?:help|started|your)|stay tuned|don['’]t miss|keep reading|join (?:us|our)|download|receive"
    r"|erfahren sie|lesen sie|entdecken sie|melden sie|découvrez|lisez|inscrivez|abonnez"
    r"|descubr[ea]|conozca|suscríb[ae])\b"
)
#: What speaks of the page instead of the subject ("In this guide …", "… listed below"), and what it can't do without.
_OF_THE_PAGE = re.compile(
    r"\bin this (?:\S+ )?(?:article|post|guide|piece|section|chapter|tutorial|video|episode|roundup|blog)\b"
    r"|\bin diesem (?:artikel|beitrag)\b|\bdans cet article\b|\ben este artículo\b"
    r"|\b(?:see|find|list(?:ed)?|shown|described|mentioned|discussed|defined|outlined|explained)\b[^.]{0,25}"
    r"\b(?:below|above)\b"
)
_PAGE_SIGNS = ("in this ", "below", "above", "in diesem ", "dans cet ", "en este ")
_ENDS = re.compile("[.!…。！｡।॥۔።։][\"'”’»›)\\]」』）】》]*(?:\\[\\d{1,3}\\])*$")
#: The characters at a sentence's end in which it must be said to end.
_TAIL = 60
_PAIRS = (("(", ")"), ("[", "]"))
_WIDER_PAIRS = (("“", "”"), ("«", "»"), ("「", "」"), ("『", "』"), ("（", "）"), ("《", "》"))


def stands_alone(sentence: str, language: str | None = None) -> bool:
    """Whether the sentence reads well alone."""
    return is_printable(sentence) and not points_back(sentence, language)


def is_printable(sentence: str, *, shortest: int = SHORTEST) -> bool:
    """Whether it is a whole statement of the article, fit for a digest when what it points back to stands before it."""
    return is_complete(sentence) and is_fit(sentence, length(sentence), shortest=shortest)


def is_fit(sentence: str, words: int, *, shortest: int = SHORTEST) -> bool:
    """Whether a complete sentence of so many words is fit to be printed: no caption, not too long or short."""
    if not shortest <= words <= LONGEST or "://" in sentence or "\n" in sentence or sentence.isupper():
        return False
    lower = sentence.lower()
    if _CAPTION.match(lower) or _SHOUTED.match(sentence) or _INVITES.match(lower):
        return False
    for sign in _STILL_SIGNS:
        if sign in sentence and _STILL.search(sentence):
            return False
    return all(sign not in lower for sign in _PAGE_SIGNS) or not _OF_THE_PAGE.search(lower)


def is_complete(sentence: str) -> bool:
    """Whether it ends as a statement does, with every quote and bracket it opens closed again."""
    if len(sentence) > MAX_CHARS or not (sentence[:1].isalpha() or any(c.isalpha() for c in sentence)):
        return False
    if sentence[0].islower() or not _ENDS.search(sentence, max(0, len(sentence) - _TAIL)):
        return False
    pairs = _PAIRS if sentence.isascii() else _PAIRS + _WIDER_PAIRS
    for opening, closing in pairs:
        if sentence.count(opening) != sentence.count(closing):
            return False
    return sentence.count('"') % 2 == 0
