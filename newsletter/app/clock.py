"""The clock that services are given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

#: Answers the present moment, in UTC.
Clock = Callable[[], datetime]


def now() -> datetime:
    """The clock services use unless they are given another."""
    return datetime.now(UTC)
