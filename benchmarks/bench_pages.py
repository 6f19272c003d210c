"""Article pages of other sites: body, title, authors and date, beside the libraries that do the same.

The pages are sorted by number. Every other one was developed on from the beginning. Of the rest, the half whose file
names have the lower SHA-1 was held out at first and opened later; the other half is held out: only its totals were
looked at. Give a folder with `html/*.html.gz` and `truth/*.json` as argument, else `../shared/corpora/pages` beside the
checkout is used; `--open` leaves the pages held out alone.

Body: word F1 (multiset of case-folded words, mean over the pages), and the article-extraction benchmark's own scorer
(multiset of shingles of four words, precision and recall averaged over the pages, F1 of the averages; "exact" is the
share of pages whose words are equal one by one).

Fields: a value is right when it says the same: a title when its letters and digits are equal; authors when the words
of all names overlap with F1 >= .8, so that a title such as "Ph.D." costs nothing and a missing person does; a date when
it is the same day. Precision is right / given, recall right / stated, so a wrong value costs both and null for what is
not there costs nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsletter import ingest
from newsletter.errors import SourceError

NOW = datetime(2026, 11, 20, tzinfo=UTC)
_WORD = re.compile(r"\w+")
_FIELDS = ("title", "author", "published")


@dataclass(frozen=True)
class Page:
    """A page and what is true of it."""

    name: str
    data: bytes
    truth: dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What an extractor says; None where it says nothing."""

    body: str
    title: str | None = None
    author: str | None = None
    published: str | None = None


Extractor = Callable[[Page], Found]


def main() -> None:
    """Print a table a part."""
    given = [argument for argument in sys.argv[1:] if argument != "--open"]
    folder = Path(given[0]) if given else Path(__file__).parents[2] / "shared" / "corpora" / "pages"
    if not folder.is_dir():
        print(f"bench_pages: no pages at {folder}; give a folder with html/*.html.gz and truth/*.json")
        return
    pages = load(folder)
    parts = split(pages)
    if "--open" in sys.argv:
        del parts["held out"]
    tools = extractors()
    for part, some in parts.items():
        print(f"\n{len(some)} pages, {part} (precision/recall/F1 in %)\n")
        print("| tool | word F1 | shingle P/R/F1 | exact | title | authors | date | pages/s |\n|" + " --- |" * 8)
        for name, extract in tools.items():
            print(row(name, some, extract))


def load(folder: Path) -> list[Page]:
    """The pages in order of their number."""
    return [
        Page(
            path.name[:4],
            gzip.decompress(path.read_bytes()),
            json.loads((folder / "truth" / f"{path.name[:4]}.json").read_text("utf-8")),
        )
        for path in sorted((folder / "html").glob("*.html.gz"))
    ]


def split(pages: list[Page]) -> dict[str, list[Page]]:
    """The pages by what is known of them; the split depends on nothing but their names."""
    later = sorted(pages[1::2], key=lambda page: hashlib.sha1(f"{page.name}.html.gz".encode()).hexdigest())
    half = len(later) // 2
    return {"developed on": pages[::2], "developed on, opened later": later[:half], "held out": later[half:]}


def row(name: str, pages: list[Page], extract: Extractor) -> str:
    """One tool's line of the table."""
    extract(pages[0])
    begin = time.perf_counter()
    found = [extract(page) for page in pages]
    rate = len(pages) / (time.perf_counter() - begin)
    pairs = [(result.body, page.truth["body"]) for result, page in zip(found, pages, strict=True)]
    fields = [
        percent(field_scores(key, found, pages)) if any(getattr(f, key) for f in found) else "" for key in _FIELDS
    ]
    words = sum(word_f1(*pair) for pair in pairs) / len(pairs)
    exact = sum(_WORD.findall(ours) == _WORD.findall(truth) for ours, truth in pairs) / len(pairs)
    shingles = "/".join(f"{value:.3f}" for value in shingle_scores(pairs))
    return f"| {name} | {words:.3f} | {shingles} | {exact:.2f} | {' | '.join(fields)} | {rate:.1f} |"


def word_f1(ours: str, truth: str) -> float:
    """F1 of the words, in any order and case."""
    found, stated = (Counter(_WORD.findall(text.casefold())) for text in (ours, truth))
    return 2 * sum((found & stated).values()) / ((found.total() + stated.total()) or 1)


def shingle_scores(pairs: Iterable[tuple[str, str]]) -> tuple[float, float, float]:
    """Precision, recall and F1 as the article-extraction benchmark's evaluate.py counts them."""
    precisions, recalls = [], []
    for ours, truth in pairs:
        found, stated = _shingles(ours), _shingles(truth)
        both = (found & stated).total()
        precisions.append(both / found.total() if found else 0.0)
        recalls.append(both / stated.total() if stated else 0.0)
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return precision, recall, 2 * precision * recall / ((precision + recall) or 1)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))) if words else Counter()


def field_scores(key: str, found: list[Found], pages: list[Page]) -> tuple[float, float, float]:
    """Precision, recall and F1 of one field."""
    given = sum(1 for result in found if getattr(result, key))
    stated = sum(1 for page in pages if page.truth[key])
    right = sum(says_same(key, getattr(r, key), page.truth[key]) for r, page in zip(found, pages, strict=True))
    return right / (given or 1), right / (stated or 1), 2 * right / ((given + stated) or 1)


def says_same(key: str, ours: str | None, truth: str | None) -> bool:
    """Whether a field's value is right."""
    if not ours or not truth:
        return False
    if key == "published":
        return ours[:10] == truth[:10]
    if key == "title":
        return fold(ours) == fold(truth)
    one, two = Counter(fold(ours).split()), Counter(fold(truth).split())
    return 2 * (one & two).total() >= 0.8 * (one.total() + two.total())


def fold(text: str) -> str:
    """Letters and digits only, without case."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def percent(scores: tuple[float, float, float]) -> str:
    """Three shares as percentages."""
    return "/".join(f"{100 * value:.1f}" for value in scores)


def extractors() -> dict[str, Extractor]:
    """Every tool of the table; peers that are not installed are left out, and said."""
    tools: dict[str, Extractor] = {"newsletter": newsletter}
    logging.disable(logging.CRITICAL)
    tools["trafilatura"] = trafilatura
    tools["trafilatura, fast"] = lambda page: trafilatura(page, fast=True)
    tools["trafilatura, precision"] = lambda page: trafilatura(page, favor_precision=True)
    try:
        import readability  # noqa: F401 – only asked for
    except ImportError:
        print("readability-lxml is not installed: left out")
    else:
        tools["readability-lxml"] = readability_lxml
    return tools


def newsletter(page: Page) -> Found:
    """Ours, from bytes to Article."""
    try:
        article = ingest.read(page.data, "page.html", now=NOW).articles[0]
    except SourceError:
        return Found("")
    stated = article.published_local or article.published  # its day is that of the page's own clock
    day = f"{stated:%Y-%m-%d}" if stated else None
    return Found(article.body_text, article.title, "; ".join(article.authors), day)


def trafilatura(page: Page, **options: bool) -> Found:
    """trafilatura with its own metadata, as its documentation shows it."""
    from trafilatura import bare_extraction

    document = bare_extraction(page.data, with_metadata=True, include_comments=False, **options)
    if document is None:
        return Found("")
    return Found(document.text or "", document.title, document.author, document.date)


def readability_lxml(page: Page) -> Found:
    """readability-lxml: the body and a title."""
    from lxml.html import fromstring
    from readability import Document

    document = Document(page.data.decode("utf-8", "replace"))
    return Found(" ".join(fromstring(document.summary()).itertext()), document.short_title())


if __name__ == "__main__":
    main()
