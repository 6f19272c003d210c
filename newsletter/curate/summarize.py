"""An article in a few sentences of its own: which say most, and read well without the rest.

Sentences are weighed by position-aware centrality (PacSum: Zheng and Lapata, ACL 2019; a sentence counts for what later
sentences repeat of it), by how much of the article's recurring words they have, by their place, and by what they share
with the headline (`centrality`). They are taken exactly as the article has them, with their offsets in `body_text`; so
no name and no number can come out changed. A sentence that points back ("He …", "The other four …") is taken only
together with the one before it (`choose`). The length is a number of sentences or a number of words.

The page's deck opens the summary when it is a whole sentence of its own that says clearly more than the body's best.
An article without usable sentences gets its deck, or the beginning of its text; one without either gets an empty
summary. Nothing raises.
"""

from __future__ import annotations

import re
from dataclasses import replace

from newsletter.curate.candidates import Candidate, blocks, candidates
from newsletter.curate.centrality import covers, weigh
from newsletter.curate.choose import Budget, choose
from newsletter.curate.standalone import stands_alone
from newsletter.curate.terms import length
from newsletter.models import Article, Sentence, Summary
from newsletter.text import sentences as splitter

#: The longest text, in characters, that is printed when nothing in it is a sentence.
_MAX_FRAGMENT = 280
#: The deck opens the summary when it covers this much more of the article than the best sentence of its beginning.
_CLEARLY_BETTER, _BEGINNING = 1.3, 12
#: A deck that promises instead of telling ("How a small team …").
_TEASES = re.compile(
    r"[¿¡]?(?:how|why|what|when|where|who|meet|inside|wie|warum|was|wer|comment|pourquoi|cómo|por qué|qué)\b",
    re.IGNORECASE,
)
#: Chinese and Japanese sentences follow each other without a space.
_SPACELESS_ENDS = "。！？｡」』"


def summarize(article: Article, *, sentences: int = 2, words: int | None = None) -> Summary:
    """An extractive summary of at most that many sentences, in the article's order.

    With `words`, as many sentences as fit into that many words instead (`terms.length`: two Chinese or Japanese
    characters are one word); one sentence is printed even if it is longer. Every sentence with offsets satisfies
    `article.body_text[start:end] == text`; the deck, where it is not from the body, has none. The text is the sentences
    joined by a space (by nothing in Chinese and Japanese).
    """
    budget = Budget(None, max(1, words)) if words else Budget(max(1, sentences), None)
    chosen = _extract(article, budget) or _fallback(article)
    return Summary(joined(chosen), "extractive", tuple(chosen))


def joined(sentences: list[Sentence]) -> str:
    """Sentences as one text."""
    return "".join(s.text if s.text[-1] in _SPACELESS_ENDS else s.text + " " for s in sentences).rstrip()


def _extract(article: Article, budget: Budget) -> list[Sentence]:
    """The best sentences of the paragraphs, or else of lists and quotes."""
    for kinds in (("paragraph",), ("list", "quote")):
        found = candidates(article, kinds)
        if any(it.alone for it in found):
            deck = _deck(article, found)
            found = [deck, *(replace(it, leans=tuple(at + 1 for at in it.leans)) for it in found)] if deck else found
            scores, similarity = weigh([it.reads for it in found], article.title)
            return [found[at].sentence for at in choose(found, scores, similarity, budget)]
        complete = [it.sentence for it in found if it.complete]
        if complete:
            return complete[:1]
    return []


def _deck(article: Article, found: list[Candidate]) -> Candidate | None:
    """The deck, when it is one standing sentence that is not in the body and covers clearly more of it."""
    deck = " ".join((article.deck or "").split())
    if (
        not deck
        or deck in article.body_text
        or not stands_alone(deck, article.language)
        or len(splitter.split(deck)) != 1
    ):
        return None
    if _TEASES.match(deck) or deck.endswith(("…", "...")):
        return None
    if covers(deck, [it.reads for it in found[:_BEGINNING]]) < _CLEARLY_BETTER:
        return None
    return Candidate(Sentence(deck), deck, length(deck), usable=True, alone=True, opens=False, complete=True)


def _fallback(article: Article) -> list[Sentence]:
    """The deck, or the article's first words up to a line's or a word's end; empty when it has neither."""
    if article.deck and article.deck.strip():
        return [Sentence(article.deck.strip())]
    for block, at in blocks(article):
        text = block[: _MAX_FRAGMENT + 1]
        if not text.strip():
            continue
        start = len(text) - len(text.lstrip())
        line = text[start:].split("\n", 1)[0]
        if len(line) > _MAX_FRAGMENT - start:
            line = line[:_MAX_FRAGMENT].rsplit(None, 1)[0]
        line = line.rstrip()
        if any(c.isalnum() for c in line):
            return [Sentence(line, at + start, at + start + len(line))]
    return []
