"""The fetcher for callers without an event loop: one loop, and one memory of who was asked when, for a whole run."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self

from newsletter.net.fetcher import Fetched, Fetcher
from newsletter.net.policy import Policy


class Web:
    """A context manager; `get` as `Fetcher.get`, one after the other."""

    def __init__(self, policy: Policy, **options: Any) -> None:
        self._runner = asyncio.Runner()
        self._fetcher = Fetcher(policy, **options)

    def get(self, url: str, **options: Any) -> Fetched:
        """Raises FetchRefused, FetchError."""
        return self._runner.run(self._fetcher.get(url, **options))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._fetcher.__aexit__(None, None, None))
        self._runner.close()
