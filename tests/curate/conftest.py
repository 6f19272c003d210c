"""Small articles to pick from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from newsletter.models import Article, Block

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

#: Texts about different things, long enough to be picked.
BODIES = (
    (
        "A profiler showed that the inner loop of the simulation took nine tenths of the time. The team moved "
        "it to C and kept the rest in Python, where the physics changes every week. One run now takes four "
        "minutes instead of forty."
    ),
    (
        "Wheels for three platforms are built on every commit. The packaging job compiles the extension once "
        "for each interpreter and uploads the archives to the index. Users install them without a compiler of "
        "their own."
    ),
    (
        "The text search engine keeps its postings in memory mapped files. A query touches two pages on "
        "average, and the ranking function is vectorised by hand. Latency at the ninetieth percentile fell "
        "below a millisecond."
    ),
    (
        "Garbage collection pauses disturbed the audio mixer until its buffers were allocated outside the "
        "heap. Musicians no longer hear clicks at low latency settings. The allocator behind it has only two "
        "hundred lines."
    ),
    (
        "An image archive decodes photographs on the graphics card. The decoder writes straight into tensors, "
        "so nothing is copied back. Thumbnails for a million pictures were ready before lunch, the curators "
        "say."
    ),
    (
        "The course teaches ownership and borrowing with board games. Pupils move pieces that can have one "
        "owner only, and discover aliasing when two of them reach for the same piece. Exams follow in spring."
    ),
    (
        "Radio astronomers correlate signals from eleven antennas in real time. Their pipeline calls a "
        "Fortran kernel from a notebook, and the sky map appears while the dish is still turning. Funding "
        "runs until March."
    ),
    (
        "A bank replaced its nightly batch of spreadsheets by a columnar query engine. Reports that used to "
        "arrive with breakfast are ready before midnight. Auditors asked for the intermediate tables and got "
        "them."
    ),
    (
        "The chess club measures its opening book with a bitboard library. Every position fits into twelve "
        "machine words, and move generation became sixty times faster. The club plays no better than before, "
        "its captain admits."
    ),
    (
        "Weather stations send their readings as packed structures. The gateway unpacks them with one call "
        "into native code and stores a day in three files. Farmers look at frost warnings on their "
        "telephones."
    ),
)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def article() -> Callable[..., Article]:
    """Makes an article: `body` is its paragraphs' text, `days` its age, every other keyword a field."""
    ids = count(1)

    def make(body: str | int = 0, *, days: float = 1.0, **fields: Any) -> Article:
        number = fields.pop("id", None) or next(ids)
        text = BODIES[body] if isinstance(body, int) else body
        known: dict[str, Any] = {
            "title": text.split(".")[0],
            "source": f"{number}.txt",
            "key": f"file:{number}",
            "site": f"Site {number}",
            "published": NOW - timedelta(days=days),
            "published_precision": "time",
            "language": "en",
            "blocks": tuple(Block("paragraph", paragraph) for paragraph in text.split("\n\n")),
        }
        return Article(id=number, **{**known, **fields})

    return make
