"""How nearly two texts are the same, told from a few bytes of each: MinHash (Broder 1997) over runs of three words.

A signature is 96 numbers of 16 bits; the share of places where two agree estimates the Jaccard similarity of the texts'
runs (standard deviation .05 at one half). Its 24 bands of four numbers are what a database looks near texts up by: two
texts with similarity s share a band with probability 1 - (1 - s^4)^24, .79 at .5, .96 at .6, .998 at .7, and a
thousandth at .08, above which unrelated texts hardly come.

Signatures are kept in databases: the same text must give the same one for ever. A test holds that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from newsletter.text.clean import bare

#: Numbers of a signature, numbers of a band, bytes of a signature.
_NUMBERS, _ROWS = 96, 4
SIZE = _NUMBERS * 2
_SEED = 20_261_101
#: A text with fewer runs is too short to be told from others by its words.
_FEWEST = 12
#: Words that are read; a longer text is known by its beginning.
_READ = 5_000

#: Words; in scripts without spaces, single characters (the ranges are those of `store.words`).
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(r"[^\W_]+")
_CHARACTER_OR_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
#: ASCII in lower case, what is no letter or digit as a space: four times as fast as looking for words.
_ASCII = str.maketrans({code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)})


def signature(text: str) -> bytes | None:
    """The text's signature (SIZE bytes); None for a text too short to have one."""
    found = _runs(text)
    if len(found) < _FEWEST:
        return None
    sketch = RMinHash(_NUMBERS, _SEED)
    sketch.update(found)
    return np.array(sketch.digest(), np.uint32).astype("<u2").tobytes()


def bands(mark: bytes) -> list[int]:
    """The signature's 24 bands as signed 64-bit numbers, each of which names its place too."""
    found: list[int] = band_rows([mark])[0].tolist()
    return found


def band_rows(marks: Sequence[bytes]) -> npt.NDArray[np.int64]:
    """The bands of each signature, a row for each."""
    values = np.frombuffer(b"".join(marks), "<u8").reshape(len(marks), -1)
    places = np.arange(1, values.shape[1] + 1, dtype=np.uint64)
    mixed: npt.NDArray[np.uint64] = values * np.uint64(0x9E3779B97F4A7C15) ^ places * np.uint64(0xC2B2AE3D27D4EB4F)
    return mixed.view(np.int64)


def agreement(mark: bytes, others: Sequence[bytes]) -> list[float]:
    """The estimated similarity (0 to 1) of one signature to each of the others."""
    return agreements([mark] * len(others), others)


def agreements(marks: Sequence[bytes], others: Sequence[bytes]) -> list[float]:
    """The same for each signature and its counterpart."""
    rows, facing = (np.frombuffer(b"".join(side), "<u2").reshape(-1, _NUMBERS) for side in (marks, others))
    found: list[float] = (rows == facing).mean(axis=1).tolist()
    return found


def resemblance(one: str, other: str) -> float:
    """The Jaccard similarity (0 to 1) itself; two texts without a run of three words have none."""
    runs, others = set(_runs(one)), set(_runs(other))
    union = len(runs | others)
    return len(runs & others) / union if union else 0.0


def _runs(text: str) -> list[str]:
    words = _words(text)[:_READ]
    return list(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def _words(text: str) -> list[str]:
    text = bare(text)
    if text.isascii():
        return text.translate(_ASCII).split()
    found: list[str] = (_CHARACTER_OR_WORD if _HAS_UNSPACED.search(text) else _WORD).findall(text.casefold())
    return found
