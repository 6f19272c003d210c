"""An article in a sentence or two of its own: which sentences say most, and can stand without their neighbours.

Sentences are weighed by position-aware centrality (PacSum: Zheng and Lapata, ACL 2019) over TF-IDF vectors: a sentence
counts for what later sentences repeat of it. Only sentences that stand alone are taken (`standalone`), exactly as the
article has them, with their offsets in `body_text`; so no name and no number can come out changed.

An article without usable sentences gets its deck, or the beginning of its text; one without a body gets its deck; one
without either gets an empty summary. Nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from newsletter.curate.standalone import LONGEST, is_complete, stands_alone
from newsletter.curate.terms import length, terms
from newsletter.models import BODY_TYPES, Article, Sentence, Summary
from newsletter.text import sentences as splitter

#: Sentences of an article that are weighed; what comes later in a very long text says little new.
MAX_SENTENCES = 300
#: Characters read of one block, and the longest text that is printed when nothing in it is a sentence.
_MAX_BLOCK = 100_000
_MAX_FRAGMENT = 280
#: Weights of what came before and what comes after a sentence, and how much standing near the top counts beside it.
_BEFORE, _AFTER = -0.3, 1.0
_TOP, _TOP_SENTENCES = 1.0, 3.0
#: A sentence this similar (cosine) to one already taken says nothing new.
_SAME = 0.6
#: A sentence's end without a space after it. In a short sentence this may be a name (strings.Builder).
_GLUED = re.compile(r"(?<=[a-z]{3})[.!?][\"'”’]?(?=[A-Z][a-z]+\s)")
#: Chinese and Japanese sentences follow each other without a space.
_SPACELESS_ENDS = "。！？｡」』"


def summarize(article: Article, *, sentences: int = 2) -> Summary:
    """An extractive summary of at most that many sentences, in the article's order.

    Every sentence with offsets satisfies `article.body_text[start:end] == text`; the deck, used when the body has
    nothing to offer, has none. The text is the sentences joined by a space (by nothing in Chinese and Japanese).
    """
    chosen = _extract(article, max(1, sentences)) or _fallback(article)
    text = "".join(s.text if s.text[-1] in _SPACELESS_ENDS else s.text + " " for s in chosen)
    return Summary(text.rstrip(), "extractive", tuple(chosen))


def _extract(article: Article, count: int) -> list[Sentence]:
    """The best standing sentences of the paragraphs, or else of lists and quotes."""
    for kinds in (("paragraph",), ("list", "quote")):
        found = list(islice(_sentences(article, kinds), MAX_SENTENCES))
        usable = [at for at, s in enumerate(found) if stands_alone(s.text, is_first=at == 0)]
        if usable:
            return [found[at] for at in _choose([s.text for s in found], usable, count)]
        complete = [s for s in found if is_complete(s.text)]
        if complete:
            return complete[:1]
    return []


def _fallback(article: Article) -> list[Sentence]:
    """The deck, or the article's first words up to a line's or a word's end; empty when it has neither."""
    if article.deck and article.deck.strip():
        return [Sentence(article.deck.strip())]
    for block, at in _blocks(article):
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


def _blocks(
    article: Article, kinds: Sequence[str] = ("paragraph", "list", "quote", "table", "code")
) -> Iterator[tuple[str, int]]:
    """The texts of blocks of these types with their offsets in `body_text`."""
    at = 0
    for block in article.blocks:
        if block.type in BODY_TYPES:
            if block.type in kinds:
                yield block.text, at
            at += len(block.text) + 2


def _sentences(article: Article, kinds: Sequence[str]) -> Iterator[Sentence]:
    for text, at in _blocks(article, kinds):
        spans = splitter.split(text[:_MAX_BLOCK], article.language)
        if len(text) > _MAX_BLOCK:
            spans = spans[:-1]  # cut in the middle, perhaps of a number
        for start, end in spans:
            for begin, stop in _unglued(text, start, end):
                yield Sentence(text[begin:stop], at + begin, at + stop)


def _unglued(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence that is too long to be one, cut where line breaks were lost ("… at night.Diwakar, who …")."""
    if length(text[start:end]) > LONGEST:
        for found in _GLUED.finditer(text, start, end):
            yield start, found.end()
            start = found.end()
    yield start, end


def _choose(texts: Sequence[str], usable: Sequence[int], count: int) -> list[int]:
    """Indices of the best usable sentences, none repeating another, in order."""
    similarity = _similarity(texts)
    scores = _centrality(similarity)
    chosen: list[int] = []
    for at in sorted(usable, key=lambda at: (-scores[at], at)):
        if all(similarity[at, other] < _SAME for other in chosen):
            chosen.append(at)
        if len(chosen) == count:
            break
    return sorted(chosen)


def _similarity(texts: Sequence[str]) -> npt.NDArray[np.float64]:
    """Cosine similarities of the sentences' TF-IDF vectors, shape (n, n), rounded so that every machine agrees."""
    vocabulary: dict[str, int] = {}
    rows, columns = [], []
    for row, text in enumerate(texts):
        for term in terms(text):
            rows.append(row)
            columns.append(vocabulary.setdefault(term, len(vocabulary)))
    counts = np.zeros((len(texts), max(1, len(vocabulary))))
    np.add.at(counts, (rows, columns), 1.0)
    inverse = np.log((len(texts) + 1) / ((counts > 0).sum(axis=0) + 0.5))
    vectors = counts * inverse
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(norms > 0, norms, 1.0)
    return np.asarray(np.round(vectors @ vectors.T, 9))


def _centrality(similarity: npt.NDArray[np.float64]) -> list[float]:
    """PacSum's score of each sentence, at most 1, plus what its place says: news puts first what matters."""
    edges = similarity - np.diag(np.diag(similarity))
    scores = _AFTER * np.triu(edges).sum(axis=1) + _BEFORE * np.tril(edges).sum(axis=1)
    best = scores.max(initial=0.0)
    places = np.exp(-np.arange(len(scores)) / _TOP_SENTENCES)
    return [round(float(score), 9) for score in scores / (best if best > 0 else 1.0) + _TOP * places]
