"""Tells an open page of every new version, as server-sent events (HTML Living Standard, 9.2).

A message's data is the version; the page fetches itself anew when it shows another one. A feed says the latest version
when it begins, if it is not the one the page has, so that nothing is lost between a page and its feed, nor when a feed
breaks and the browser opens it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

#: Seconds after which something is sent all the same: a page that went away is noticed by that.
_ALIVE = 15.0
#: Milliseconds until a browser opens a feed that broke anew.
_RETRY = 500

#: Begins calls of a function (from any thread), and answers how to end them.
Listen = Callable[[Callable[[], None]], Callable[[], None]]


class Feeds:
    """The feeds of one studio."""

    def __init__(self, listen: Listen) -> None:
        self._listen = listen
        self._open: set[asyncio.Event] = set()
        self._ended = False

    def end(self) -> None:
        """End all feeds; to be called on the event loop's thread."""
        self._ended = True
        for woken in self._open:
            woken.set()

    def feed(self, version: Callable[[], str], seen: str) -> StreamingResponse:
        """Versions from now on; `seen` is the one that the page shows. `version` is called in a thread."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._messages(version, seen), media_type="text/event-stream", headers=headers)

    async def _messages(self, version: Callable[[], str], seen: str) -> AsyncIterator[str]:
        loop, woken = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(woken.set)

        leave = self._listen(wake)
        self._open.add(woken)
        try:
            yield f"retry: {_RETRY}\n\n"
            while not self._ended:
                woken.clear()
                latest = await run_in_threadpool(version)
                if latest != seen:
                    seen = latest
                    yield f"data: {latest}\n\n"
                try:
                    await asyncio.wait_for(woken.wait(), _ALIVE)
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            self._open.discard(woken)
            leave()
