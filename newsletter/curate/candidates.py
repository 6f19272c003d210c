"""The sentences of an article that a summary may print: each with its offsets and what it needs to stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from newsletter.curate.mentions import leanings
from newsletter.curate.pointing import points_back
from newsletter.curate.standalone import MAX_CHARS, is_complete, is_fit, is_printable
from newsletter.curate.terms import length
from newsletter.models import BODY_TYPES, Article, Sentence
from newsletter.text import sentences as splitter
from newsletter.text.legible import has_lost_breaks, legible

#: Sentences of an article that are weighed; what comes later in a very long text says little new.
MAX_SENTENCES = 300
#: Characters read of one block.
_MAX_BLOCK = 100_000
#: Words of a sentence that may have lost a break in it.
_LONG = 30
#: A quote's beginning and end, by what stands beside it; the last of them says whether a quote is open.
_QUOTES = re.compile(r"(?P<opens>[“«„]|(?<![^\s(\[—–-])\"(?=\S))|[”»]|(?<=\S)\"")
_QUOTE_SIGN = re.compile('[“«„”»"]')
#: A sentence's end without a space after it. In a short sentence this may be a name (strings.Builder).
_GLUED = re.compile(r"[.!?](?<=[a-z]{3}.)[\"'”’]?(?=[A-Z][a-z]+\s)")
#: What stands before a first sentence and is none of it: where and by whom a report was filed ("London (CNN)",
#: "NEW DELHI, Aug 2 (PTI) — ", "WASHINGTON (January 24, 2017) — "), and labels ("Key takeaway: ").
_DATELINE = re.compile(
    r"(?:[A-Z][\w.’'-]*(?:,? [\w.’'-]+){0,5} ?)?"
    r"\((?:CNN|AP|AFP|ANI|PTI|IANS|UPI|EFE|dpa|Reuters|Bloomberg)\)\s*(?:[-–—:]+\s*)?"
    r"|[A-Z]{3,}(?:[ ,.’'-]+[A-Z]{2,}){0,3}(?:, [A-Z][a-z]+\.? \d{1,2})?\s*"
    r"(?:\([A-Z][A-Za-z .,\d]{1,28}\)\s*)?(?:[:–—]|--)\s*(?=[A-Z])"
    r"|(?i:key takeaways?|tl;? ?dr|bottom line|quick answer|summary|in (?:short|brief)|das wichtigste|en bref"
    r"|en resumen)\s*[:–—]\s*(?=[A-Z\d])"
)
#: A label's end, and the characters it has at most.
_LABELS, _LABEL = re.compile("[:–—]"), 24


_CLOSES = {"“": "”", "«": "»", "„": "“", '"': '"'}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence in reading order."""

    sentence: Sentence
    #: The sentence with damaged quotes read as they were meant; of the same length.
    reads: str
    #: Words, by `terms.length`.
    words: int
    #: Whether it can be printed at all, and whether it can where its predecessor does not stand right before it.
    usable: bool
    alone: bool
    #: Whether a quote is still open at its end: the next sentence must be printed, too.
    opens: bool
    complete: bool
    #: Indices of earlier sentences that introduce what it takes for known; they must be printed, too.
    leans: tuple[int, ...] = ()


def candidates(article: Article, kinds: Sequence[str]) -> list[Candidate]:
    """The sentences of the blocks of these types, at most MAX_SENTENCES."""
    whole = list(blocks(article, kinds))
    glued = has_lost_breaks("\n\n".join(legible(text[:_MAX_BLOCK]) for text, _ in whole)[: 2 * _MAX_BLOCK])
    spans = (span for text, at in whole for span in _spans(text[: _MAX_BLOCK + 1], at, article.language, glued))
    listed = list(islice(spans, MAX_SENTENCES))
    # What is too long is never printed: nothing can lean on it.
    texts = [reads if len(reads) <= MAX_CHARS else "" for _, reads, _, _ in listed]
    leaning = leanings(texts, article.language, article.title)
    return [_candidate(span, article.language, leaning[at], is_first=at == 0) for at, span in enumerate(listed)]


def blocks(
    article: Article, kinds: Sequence[str] = ("paragraph", "list", "quote", "table", "code")
) -> Iterator[tuple[str, int]]:
    """The texts of blocks of these types with their offsets in `body_text`."""
    at = 0
    for block in article.blocks:
        if block.type in BODY_TYPES:
            if block.type in kinds:
                yield block.text, at
            at += len(block.text) + 2


def _candidate(
    span: tuple[Sentence, str, str, str], language: str | None, leans: tuple[int, ...], *, is_first: bool
) -> Candidate:
    """Of a sentence, its reading, and the marks of the quote that is open where it begins and ends (or empty)."""
    sentence, reads, begins_in, ends_in = span
    words, complete = length(reads), is_complete(reads)
    if begins_in or ends_in:
        whole = begins_in + reads + _CLOSES.get(ends_in, "")
        usable = not reads[0].islower() and is_printable(whole, shortest=1)
    else:
        usable = complete and is_fit(reads, words)
    alone = usable and not begins_in and (is_first or not points_back(reads, language))
    return Candidate(sentence, reads, words, usable, alone, bool(ends_in), complete, leans)


def _spans(text: str, at: int, language: str | None, glued: bool) -> Iterator[tuple[Sentence, str, str, str]]:
    """Each sentence of a block with its reading, and the quotes it begins and ends in."""
    reads = legible(text[:_MAX_BLOCK])
    spans = splitter.split(reads, language, glued=glued)
    if len(text) > _MAX_BLOCK:
        spans = spans[:-1]  # cut in the middle, perhaps of a number
    quote = ""
    quotes = _QUOTE_SIGN.search(reads) is not None
    for start, end in spans:
        may_have_one = reads[start : start + 3].isupper() or reads.find("(", start, end) >= 0
        may_have_one = may_have_one or _LABELS.search(reads, start, min(end, start + _LABEL)) is not None
        dateline = _DATELINE.match(reads, start, end) if may_have_one else None
        begin = dateline.end() if dateline and end - dateline.end() > 20 else start
        for first, last in _unglued(reads, begin, end):
            before = quote
            for mark in _QUOTES.finditer(reads, first, last) if quotes else ():
                quote = mark["opens"] or ""
            yield Sentence(text[first:last], at + first, at + last), reads[first:last], before, quote


def _unglued(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence that is too long to be one, cut where line breaks were lost ("… at night.Diwakar, who …")."""
    if end - start > 2 * _LONG and (ends := [found.end() for found in _GLUED.finditer(text, start, end)]):
        for at in ends if length(text[start:end]) > _LONG else ():
            yield start, at
            start = at
    yield start, end
