"""Politeness: a host is asked by few at once, not too often, and not at all while it asks to be left alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


class Resting(Exception):
    """The host asked to be left alone for longer than a run waits; `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(seconds)


@dataclass(slots=True)
class _Host:
    places: asyncio.Semaphore
    #: When the next fetch may start (the loop's clock).
    next: float = 0.0
    #: Until when the host asked to be left alone.
    rests: float = 0.0
    #: Seconds between starts.
    delay: float = 0.0


class Turns:
    """The hosts of one run; made and used within one event loop."""

    def __init__(self, *, at_once: int, per_host: int, delay: float, longest_wait: float) -> None:
        self._longest_wait = longest_wait
        self._places = asyncio.Semaphore(at_once)
        self._per_host = per_host
        self._delay = delay
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for the host's turn, then for a place among all fetches; both are held until the end. Raises Resting."""
        state = self._state(host)
        async with state.places:
            now = asyncio.get_running_loop().time()
            if state.rests - now > self._longest_wait:
                raise Resting(state.rests - now)
            begin = max(now, state.next, state.rests)
            state.next = begin + state.delay
            if begin > now:
                await asyncio.sleep(begin - now)
            async with self._places:
                yield

    def rest(self, host: str, seconds: float) -> None:
        """Leave a host alone for so long from now (Retry-After)."""
        state = self._state(host)
        state.rests = max(state.rests, asyncio.get_running_loop().time() + seconds)

    def slow_down(self, host: str, delay: float) -> None:
        """Let at least `delay` seconds pass between starts (Crawl-delay)."""
        state = self._state(host)
        state.delay = max(state.delay, delay)

    def _state(self, host: str) -> _Host:
        if host not in self._hosts:
            self._hosts[host] = _Host(asyncio.Semaphore(self._per_host), delay=self._delay)
        return self._hosts[host]
