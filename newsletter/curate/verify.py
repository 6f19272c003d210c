"""Whether a text that a model wrote about an article may be printed: everything that can be checked against it is.

Nothing of the article reaches the issue through a model unchecked. Refused outright is what a summary never has: links,
addresses, HTML, Markdown, template marks, invisible characters, lists. Then every number (with its currency, per cent
and magnitude), every name (runs of capitalised words, acronyms) and every quotation must occur in the article, and
each sentence must mostly use its words. In scripts without capitals a name can't be told from a word, so that there
every word has to occur. All this is pure, linear, and errs towards refusing: the extract stands ready.

What it can't see: a "not" left out, or true names joined to a wrong statement. An editor reads the issue.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.curate.claims import names, numbers, plain, quotations
from newsletter.curate.terms import length, terms
from newsletter.curate.terms import words as all_words
from newsletter.models import Article
from newsletter.text import sentences as splitter

#: Characters of a model's answer that are looked at; longer ones are refused unread.
MAX_CHARACTERS = 5_000
#: How much longer than asked for a text may be.
_TOLERATED = 1.5
#: The part of a sentence's telling words that must be the article's, by their first letters.
_COVERED, _LETTERS = 0.6, 5

_FORBIDDEN = (
    ("a link or an address", re.compile(
        r"(?:[a-z][a-z0-9+.-]{1,20}:)?//|\b(?:www\.|mailto:|javascript:|data:|tel:)|[\w.+-]+@[\w-]+|"
        r"\b[\w-]+(?:\.| ?(?:\(dot\)|\[dot\]|\[\.\]) ?| dot )(?:com|org|net|io|ru|cn|info|biz|example|test|xyz|top|app|"
        r"dev|co|me|ly|link|site|online|click|shop)\b", re.IGNORECASE)),
    ("HTML or MJML", re.compile(r"<\s*[a-zA-Z/!?]|&(?:#\w+|[a-zA-Z]{2,8});")),
    ("a template's marks", re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|\$\{|\[\[|\]\]|<%|%>")),
    ("Markdown", re.compile(r"\]\s*\(|\]:|!\[|`|\*\*|__|~~|(?:^|\n)\s*(?:#|>|[-*+•]\s|\d+[.)]\s|\|)|\*\w")),
)  # fmt: skip
#: A file or a host of any kind: only as the article has it.
_DOTTED = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
#: Categories of characters that no summary has: controls, formats (bidi, zero width), private use, unassigned.
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
#: Formats that words of some scripts need.
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the text that may not be printed: what kind it is, and the words themselves."""

    #: "form", "length", "number", "name", "quotation" or "words".
    kind: str
    found: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The text as it would be printed (one line), and what speaks against it; it may be printed when nothing does."""

    text: str
    problems: tuple[Problem, ...]

    @property
    def reason(self) -> str:
        """The problems as one line for the editor; empty when there are none."""
        return "; ".join(dict.fromkeys(problem.reason for problem in self.problems[:4]))


def verify(text: str, article: Article, *, sentences: int = 2, words: int | None = None) -> Verdict:
    """Check a model's text against the article it was made from. Raises nothing."""
    text = text.strip()
    if len(text) > MAX_CHARACTERS:
        return Verdict("", (Problem("length", "", f"it has {len(text):,} characters"),))
    problems = list(_form(text))
    line = " ".join(text.split())
    problems += _too_long(line, article.language, sentences, words)
    if not problems:
        problems = list(_unsupported(line, article))
    return Verdict(line, tuple(problems))


def _form(text: str) -> Iterator[Problem]:
    if not any(c.isalpha() for c in text):
        yield Problem("form", text[:40], "it has no words")
    for kind, pattern in _FORBIDDEN:
        if found := pattern.search(unicodedata.normalize("NFKC", text)):
            yield Problem("form", found.group().strip(), f"it has {kind} (“{found.group().strip()[:40]}”)")
    hidden = [c for c in text if unicodedata.category(c) in _INVISIBLE and c not in f"\n{_JOINERS}"]
    if hidden:
        yield Problem("form", hidden[0], f"it has an invisible character (U+{ord(hidden[0]):04X})")
    if "\n" in text:
        yield Problem("form", "line break", "it has more than one line")


def _too_long(line: str, language: str | None, sentences: int, words: int | None) -> Iterator[Problem]:
    if words is not None and length(line) > words * _TOLERATED:
        yield Problem("length", "", f"it has {length(line)} words, and {words} were asked for")
    count = len(splitter.split(line, language))
    if words is None and (count > sentences * _TOLERATED or length(line) > sentences * 60):
        yield Problem("length", "", f"it has {count} sentences, and {sentences} were asked for")


def _unsupported(line: str, article: Article) -> Iterator[Problem]:
    """What the article does not say."""
    whole = "\n".join(filter(None, (article.title, article.deck, article.body_text)))
    source = "\n".join((whole, *(block.text for block in article.blocks), *article.authors))
    folded = plain(source)
    for found in quotations(line):
        if not found.within(folded):
            yield Problem("quotation", found.text, f"the article does not say “{found.text[:60]}”")
    known = set(numbers(source))
    for number in numbers(line):
        if number not in known:
            yield Problem("number", number.shown, f"the article does not have the number {number.shown}")
    usual = unicodedata.normalize("NFKC", source)
    for dotted in _DOTTED.findall(
        unicodedata.normalize("NFKC", line)
    ):  # hosts may be written with other dots (U+2024, U+FF0E)
        if dotted not in usual:
            yield Problem("name", dotted, f"the article does not have {dotted}")
    for name in names(line, source, article.language):
        yield Problem("name", name, f"the article does not name {name}")
    yield from _strange(line, source, article.language)


def _strange(line: str, source: str, language: str | None) -> Iterator[Problem]:
    """Sentences whose words are not the article's."""
    known = {term[:_LETTERS] for term in all_words(source)}
    for start, end in splitter.split(line, language):
        sentence = line[start:end]
        telling = [term for term in terms(sentence) if not term.isdigit()]
        missing = [term for term in telling if term[:_LETTERS] not in known]
        letters = [c for c in sentence if c.isalpha()]
        cased = sum(c.lower() != c.upper() for c in letters) * 2 > len(letters)
        if len(missing) > (len(telling) * (1 - _COVERED) if cased else 0):
            shown = ", ".join(missing[:4])
            yield Problem("words", shown, f"the article has none of {shown}" if cased else f"the article lacks {shown}")
