"""Lines → a matrix of features, a row a line: what each is like, what stands around it, where on the page it is.

Nothing in it is a word of a language but the shares of function words (`lines`) and the phrases of page chrome
(`phrases`), so that pages in other languages measure alike. `NAMES` gives the columns in order; a trained model
(`model`) names the columns that it was trained on, and is refused when they are others.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from newsletter.ingest import names
from newsletter.ingest.dump.cues import CUES
from newsletter.ingest.dump.lines import Line

Matrix = NDArray[np.float32]

_SENTENCE_END = re.compile(r"[.!?…][\"”’»)]*\s+(?=\W?[^\W\d_a-zß-ÿ])|[。！？]")
_TRUNCATED = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\W*$")
_AGO = re.compile(
    r"\b\d+\s*(?:s|m|h|d|w|min(?:ute)?s?|hours?|hrs?|days?|weeks?|months?|years?)\s+ago\b|\bvor \d+ \w+|\bhace \d+ \w+"
    r"|\bil y a \d+|\d+ (?:min|mins|minutes?) read|\b\d{1,2}:\d{2}\s*(?:[ap]\.?m\b|uhr)",
    re.IGNORECASE,
)
_SYMBOLS = re.compile(r"[|•·→›»/_©®$€£%@#]")
_DIGIT = re.compile(r"\d")
_ADDRESSES = re.compile(r"https?://|www\.|@\w")
_YOU = re.compile(r"\b(?:you|your|we|our|us)\b|\b(?:sie|ihre?|wir|unsere?|usted|su|vous|votre|nous)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4,}")

_CUES = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in CUES.items()}


def _cues(pattern: re.Pattern[str], line: Line) -> float:
    """How many of the cue's words are in the line, for each of its square root of words."""
    return len(pattern.findall(line.text[:1500])) / math.sqrt(max(min(line.words, 250), 1))


#: What is measured on a line alone.
_OWN: dict[str, Callable[[Line], float]] = {
    "words": lambda line: float(np.log1p(line.words)),
    "length": lambda line: len(line.text) / max(line.words, 1) if line.words < 400 else 6.0,
    "stops": lambda line: line.stops,
    "ended": lambda line: line.ended,
    "prose": lambda line: line.prose,
    "capitals": lambda line: line.capitals,
    "bullet": lambda line: line.bullet,
    "quoted": lambda line: line.quoted,
    "question": lambda line: line.text.endswith(("?", "？")),
    "colon": lambda line: line.text.endswith((":", "：")),
    "truncated": lambda line: bool(_TRUNCATED.search(line.text[-12:])),
    "sentences": lambda line: float(len(_SENTENCE_END.findall(line.text[:4000]))),
    "commas": lambda line: line.text.count(",") / max(line.words, 1),
    "digits": lambda line: len(_DIGIT.findall(line.text)) / len(line.text),
    "symbols": lambda line: len(_SYMBOLS.findall(line.text)) / len(line.text),
    "lower_start": lambda line: line.text[0].islower(),
    "addresses": lambda line: bool(_ADDRESSES.search(line.text)),
    "speaks_to": lambda line: len(_YOU.findall(line.text[:1000])) / max(min(line.words, 160), 1),
    "ago": lambda line: bool(_AGO.search(line.text[:200])),
    "date": lambda line: line.date is not None,
    "name": lambda line: line.words <= 5 and names.is_name(line.text),
    "role": lambda line: line.words <= 8 and names.is_role(line.text),
    "again": lambda line: line.again,
    "repeated": lambda line: line.repeated,
    "blank_before": lambda line: line.blank_before,
    "blank_after": lambda line: line.blank_after,
    "link": lambda line: line.meaning in {"nav", "cta"},
    "comment": lambda line: line.meaning in {"comment", "invitation"},
    "related": lambda line: line.meaning in {"related_header", "related_title"},
    "sources": lambda line: line.meaning == "sources_header",
    "box": lambda line: line.meaning in {"author_header", "credit", "takeaways_header"},
    "footer": lambda line: line.meaning in {"copyright", "disclaimer"},
    **{name: partial(_cues, pattern) for name, pattern in _CUES.items()},
}
#: Which of them are looked at on the neighbours, too, and how far.
_NEAR = (
    "words",
    "stops",
    "ended",
    "prose",
    "date",
    "link",
    "related",
    "capitals",
    "blank_before",
    "bullet",
    "truncated",
    "name",
    "promotes",
    "points_on",
    "author",
    "biography",
)
_STEPS = (-3, -2, -1, 1, 2, 3)
#: Decayed sums before and behind a line: per step this share of a sum is kept.
_DECAYS = (0.5, 0.8, 0.93)
_SUMMED = (
    "prose_words",
    "short",
    "link",
    "date",
    "related",
    "truncated",
    "repeated",
    "promotes",
    "shares",
    "biography",
    "points_on",
    "legal",
    "author",
    "answers",
)
_FAR = (
    "run_words",
    "place_in_run",
    "run_before",
    "run_after",
    "past_end_header",
    "ends_before",
    "place",
    "place_words",
    "lines",
    "words_page",
    "share",
    "overlap",
    "overlap_run",
    "chrome_share",
    "same_shape",
)

NAMES: tuple[str, ...] = (
    *_OWN,
    *(f"{name}{step:+d}" for step in _STEPS for name in _NEAR),
    *(f"{name}_{side}{decay}" for name in _SUMMED for decay in _DECAYS for side in ("above", "below")),
    *_FAR,
)  # fmt: skip


def matrix(lines: Sequence[Line], run: tuple[int, int]) -> Matrix:
    """Shape (lines, features). `run` is what reads most like a story (`story`): first line, one past its last."""
    own = np.array([[float(test(line)) for test in _OWN.values()] for line in lines], np.float32)
    own = own.reshape(len(lines), len(_OWN))
    columns = dict(zip(_OWN, own.T, strict=True))
    near = [_shifted(columns[name], step) for step in _STEPS for name in _NEAR]
    sums = _sums(lines, columns)
    return np.column_stack([own, *near, *sums, *_far(lines, columns, run)]).astype(np.float32)


def _shifted(column: Matrix, step: int) -> Matrix:
    """The column as the line `step` lines away has it; -1 beyond the page's edges."""
    moved = np.full_like(column, -1.0)
    if step > 0:
        moved[:-step] = column[step:]
    else:
        moved[-step:] = column[:step]
    return moved


def _sums(lines: Sequence[Line], columns: dict[str, Matrix]) -> list[Matrix]:
    words = np.array([line.words for line in lines], np.float32)
    what: dict[str, Matrix] = {
        **columns,
        "prose_words": np.asarray(words * columns["prose"] / 20, np.float32),
        "short": np.asarray((words < 8) * (1 - columns["ended"]), np.float32),
    }
    found = []
    for name in _SUMMED:
        for decay in _DECAYS:
            found.append(_decayed(what[name], decay))
            found.append(_decayed(what[name][::-1], decay)[::-1])
    return found


def _decayed(column: Matrix, decay: float) -> Matrix:
    total, sums = 0.0, []
    for value in column.tolist():
        sums.append(total)
        total = total * decay + value
    return np.array(sums, np.float32)


def _far(lines: Sequence[Line], columns: dict[str, Matrix], run: tuple[int, int]) -> list[Matrix]:
    count = len(lines)
    words = np.array([min(line.words, 400) for line in lines], np.float32)
    total = max(float(words.sum()), 1.0)
    first, end = run
    at = np.arange(count, dtype=np.float32)
    inside = max(float(words[first:end].sum()), 1.0)
    past = np.concatenate([[0], np.cumsum(words)[:-1]])
    ends = columns["comment"] + columns["related"] + columns["sources"] + columns["footer"]
    said = Counter(word for line in lines[first:end] for word in set(_WORD.findall(line.text.casefold()[:4000])))
    everywhere = Counter(word for line in lines for word in set(_WORD.findall(line.text.casefold()[:4000])))
    chrome = columns["link"] + columns["comment"] + columns["related"] + columns["footer"]
    found = [
        _full(count, np.log1p(inside)),
        (past - past[first] if first < count else past) / inside,
        np.clip(first - at, -20, 20),
        np.clip(at - end, -20, 20),
        np.minimum(np.concatenate([[0], np.cumsum(ends)[:-1]]), 5),
        np.minimum(np.cumsum(ends[::-1])[::-1], 5),
        at / max(count, 1),
        past / total,
        _full(count, np.log1p(count)),
        _full(count, np.log1p(total)),
        words / total,
        np.array([_overlap(line, everywhere) for line in lines], np.float32),
        np.array([_overlap(line, said) for line in lines], np.float32),
        _full(count, float(chrome.mean()) if count else 0.0),
        _same_shape(lines),
    ]
    return [np.asarray(column, np.float32) for column in found]


def _full(count: int, value: float) -> Matrix:
    return np.full(count, value, np.float32)


def _overlap(line: Line, said: Counter[str]) -> float:
    """0 to 1: the share of the line's longer words that other lines say, too; -1 for a line without such words."""
    words = set(_WORD.findall(line.text.casefold()[:4000]))
    return sum(said[word] > 1 for word in words) / len(words) if words else -1.0


def _same_shape(lines: Sequence[Line]) -> Matrix:
    """How many of the six lines around are as long (within a quarter), end alike, and are no prose: rows of teasers."""
    shapes = [(round(np.log2(line.words + 1) * 2), line.ended) for line in lines]
    return np.array(
        [
            sum(shapes[m] == shapes[n] for m in range(max(0, n - 3), min(len(lines), n + 4)) if m != n)
            for n in range(len(lines))
        ],
        np.float32,
    )
