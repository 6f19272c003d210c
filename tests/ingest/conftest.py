"""What the reader's tests share: a clock and the sample articles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter import ingest
from newsletter.models import Article

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def samples() -> Path:
    return _ROOT / "samples"


@pytest.fixture(scope="session")
def read_one(now: datetime) -> Callable[[str | bytes, str], Article]:
    """Reads a source that holds one article."""

    def read(data: str | bytes, source: str) -> Article:
        reading = ingest.read(data.encode() if isinstance(data, str) else data, source, now=now)
        assert len(reading.articles) == 1
        assert reading.rejected == ()
        return reading.articles[0]

    return read
