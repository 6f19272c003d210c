"""A site on loopback, and a fetcher that may go there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from newsletter.net import Fetched, Fetcher, Limits, Policy
from tests.net.site import Site

LIMITS = Limits(size=100_000, seconds=5.0, patience=5.0)
POLICY = Policy(
    user_agent="The-Digest/1 (+https://digest.example)",
    allow=frozenset({"127.0.0.1", "*.test"}),
    limits=LIMITS,
    delay=0.0,
    per_host=50,
    again=0.0,
)


async def loopback(host: str, port: int) -> list[str]:
    """Names under .test are this machine; every other one is unknown."""
    if host == "127.0.0.1" or host.endswith(".test"):
        return ["127.0.0.1"]
    raise OSError(f"{host} is unknown here")


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def get() -> Callable[..., Fetched]:
    """Fetches one address, with changes to the policy by name."""

    def get(url: str, *, resolve: Any = loopback, context: Any = None, options: Any = None, **changes: Any) -> Fetched:
        async def run() -> Fetched:
            async with Fetcher(replace(POLICY, **changes), context=context, resolve=resolve) as fetcher:
                return await fetcher.get(url, **(options or {}))

        return asyncio.run(run())

    return get
