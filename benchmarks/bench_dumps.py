"""The story found in whole-page text, beside simpler ways: shingle F1 on a corpus of pages, as html-text prints them.

    python benchmarks/bench_dumps.py [CORPUS/pages]     default: shared/corpora/pages beside the checkout

The shipped weights were fitted on these pages; `train_dumps.py --folds` says what they find on pages left out.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsletter.errors import SourceError
from newsletter.ingest import decode, reading

NOW = datetime(2026, 11, 20, tzinfo=UTC)
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "pages"
Score = tuple[float, float, float]
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Page:
    """A page as text, and what a person found on it."""

    text: str
    body: str
    truth: dict[str, Any]


def load_pages(folder: Path) -> list[Page]:
    """All pages of the corpus, by name."""
    import html_text

    pages = []
    for path in sorted((folder / "html").glob("*.gz")):
        truth = json.loads((folder / "truth" / f"{path.name[:4]}.json").read_text("utf-8"))
        html = decode.to_text(gzip.decompress(path.read_bytes()), path.name)
        pages.append(Page(html_text.extract_text(html), truth["body"], truth))
    return pages


def score(found: str, truth: str) -> Score:
    """Precision, recall and F1 of four-word shingles, with their counts."""
    ours, theirs = _shingles(found), _shingles(truth)
    both = sum((ours & theirs).values())
    precision, recall = both / max(ours.total(), 1), both / max(theirs.total(), 1)
    return precision, recall, 2 * precision * recall / (precision + recall) if both else 0.0


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return Counter(tuple(words[n : n + 4]) for n in range(max(1, len(words) - 3)) if words)


def report(name: str, rows: Sequence[Score], rate: str = "") -> str:
    """A row of the table; F1 is the mean of the pages', then that of the mean precision and recall."""
    p, r, f = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    return f"| {name} | {p:.3f} | {r:.3f} | {f:.3f} | {2 * p * r / (p + r):.3f} | {rate} |"


def ours(text: str) -> str:
    """The body that `ingest` reads."""
    try:
        return reading.read(text.encode(), "page.txt", now=NOW).articles[0].body_text
    except SourceError:
        return ""


def everything(text: str) -> str:
    """Nothing is left out."""
    return text


def long_lines(text: str) -> str:
    """Lines of 20 words or more."""
    return "\n".join(line for line in text.split("\n") if len(line.split()) >= 20)


def justext_lines(text: str) -> str:
    """jusText, which reads HTML: each line is given to it as a paragraph."""
    import html

    import justext

    wrapped = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())
    found = justext.justext(f"<html><body>{wrapped}</body></html>".encode(), justext.get_stoplist("English"))
    return "\n".join(paragraph.text for paragraph in found if not paragraph.is_boilerplate)


WAYS: dict[str, Callable[[str], str]] = {
    "newsletter": ours,
    "keep everything": everything,
    "lines of 20 words or more": long_lines,
    "jusText on wrapped lines": justext_lines,
}


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    folder = Path(arguments[0]) if arguments else CORPUS
    if not folder.is_dir():
        print(f"skipped: no corpus of pages at {folder}")
        return
    try:
        pages = load_pages(folder)
    except ImportError:
        print("skipped: html-text is not installed")
        return
    print("| whole-page text → body | precision | recall | F1, mean | F1 of means | lines a CPU second |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, way in WAYS.items():
        begin = time.process_time()
        try:
            found = [way(page.text) for page in pages]
        except ImportError as missing:
            print(f"| {name} | {missing.name} is not installed | | | | |")
            continue
        rate = sum(page.text.count("\n") + 1 for page in pages) / (time.process_time() - begin)
        print(report(name, [score(text, page.body) for text, page in zip(found, pages, strict=True)], f"{rate:,.0f}"))


if __name__ == "__main__":
    main(sys.argv[1:])
