"""Which language a text is written in, by py3langid (a naive Bayes model over byte n-grams).

What is plainly English is told by its commonest words; for the rest the model and NumPy are loaded when the first such
text comes (half a second). A short or doubtful text has no language: None is
better than a wrong guess, since hyphenation, fonts and summaries follow from it.
"""

from __future__ import annotations

import math
import unicodedata

#: A text of fewer letters is not judged; a Chinese or Japanese character counts as three.
MIN_LETTERS = 40
#: The winner's share of probability below which the answer is None. On news text it keeps 99.5 % of 120-letter pieces
#: and 100 % from 250 on, and leaves none wrong at 60.
MIN_PROBABILITY = 0.5
#: Enough to be sure from, code points; the rest of a long text is not read.
_SAMPLE = 1_000
#: The model's labels for "not language" and "undetermined".
_NO_LANGUAGE = frozenset({"zxx", "und"})
#: English's commonest words, the shares of a text's words that all of them and the first have at least, and the words
#: of which to tell it. English as it is written has .15 and .06.
_ENGLISH, _SHARE, _SHARE_OF_THE, _ENGLISH_WORDS = ("the", "and", "of", "to"), 0.1, 0.03, 40
#: Common words of its neighbours, and the share of them, and of characters beyond ASCII, that English has at most.
_OTHERS = frozenset(
    """
    das de del den der det die do ein el en er es est et het il la le les na og och que und van
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)
_FOREIGN = 0.05


def detect(text: str) -> str | None:
    """BCP 47 primary tag of the text's language ("en"), or None when it is too short or the model is unsure."""
    sample = text[:_SAMPLE]
    # Most texts have enough letters at their beginning already.
    if sum(map(_weight, sample[: 2 * MIN_LETTERS])) < MIN_LETTERS and sum(map(_weight, sample)) < MIN_LETTERS:
        return None
    if _is_plainly_english(sample):
        return "en"
    from py3langid import rank  # loads NumPy and a model: only in commands that read articles

    ranked: list[tuple[str, float]] = rank(sample)
    best, top = ranked[0]
    # The model's log-posteriors grow with length; the root of it keeps the softmax calibrated, as in py3langid itself.
    heat = math.sqrt(len(sample.encode("utf-8", "surrogatepass")))
    probability = 1 / sum(math.exp(float(score - top) / heat) for _, score in ranked)
    return best if probability >= MIN_PROBABILITY and best not in _NO_LANGUAGE else None


def _is_plainly_english(text: str) -> bool:
    words = text.lower().split()
    count = len(words)
    the, *others = map(words.count, _ENGLISH)
    if count < _ENGLISH_WORDS or the < _SHARE_OF_THE * count or the + sum(others) < _SHARE * count:
        return False
    # A notice in English beside a text in Japanese, which has hardly a space, or half of a text in German.
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return beyond <= _FOREIGN * len(text) and sum(word in _OTHERS for word in words) <= _FOREIGN * count


def _weight(char: str) -> int:
    """How much a character counts towards MIN_LETTERS; vowel signs (Hindi, Thai) are marks and count as letters."""
    if unicodedata.category(char)[0] not in "LM":
        return 0
    return 3 if char >= "\u2e80" else 1
