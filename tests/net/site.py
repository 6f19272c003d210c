"""A real HTTP server on loopback for tests of fetching: each path answers as it was told to, well or badly."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Self

#: What a path does: the request's headers in, raw pieces of the answer out.
Handler = Callable[[dict[str, str]], AsyncIterator[bytes]]


@dataclass
class Request:
    path: str
    host: str
    headers: dict[str, str]
    #: The server's clock (seconds), when it came.
    at: float


@dataclass
class Site:
    """`routes` maps paths to handlers; what was asked for is in `requests`. A context manager."""

    routes: dict[str, Handler] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    tls: object = None
    fallback: Handler | None = None
    busy: int = 0
    busiest: int = 0

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def _run(self, ready: threading.Event) -> None:
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0, ssl=self.tls, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            path = head[0].split(" ")[1]
            self.requests.append(Request(path, headers.get("host", ""), headers, self._loop.time()))
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
            async for piece in self.routes.get(path, self.fallback or answer(404))({**headers, ":path": path}):
                writer.write(piece)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.busy -= 1
            writer.close()


def answer(status: int = 200, body: bytes | str = b"", length: int | None = None, **headers: str) -> Handler:
    """A plain answer; `length` states another size than the body's.

    Headers are octets (latin-1), their names have underscores for hyphens.
    """
    data = body.encode() if isinstance(body, str) else body

    async def handle(request: dict[str, str]) -> AsyncIterator[bytes]:
        lines = [f"HTTP/1.1 {status} Status", f"Date: {formatdate(usegmt=True)}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(data) if length is None else length}"]
        yield ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + data

    return handle


def conditional(body: str, etag: str = '"v1"', modified: str = "Mon, 02 Nov 2026 08:00:00 GMT") -> Handler:
    """A good answer, and 304 for who has it already."""
    whole, unchanged = answer(200, body, ETag=etag, Last_Modified=modified), answer(304, ETag=etag)

    async def handle(request: dict[str, str]) -> AsyncIterator[bytes]:
        known = request.get("if-none-match") == etag or request.get("if-modified-since") == modified
        async for piece in (unchanged if known else whole)(request):
            yield piece

    return handle


async def silent(request: dict[str, str]) -> AsyncIterator[bytes]:
    """Takes the request and says nothing, ever."""
    await asyncio.Event().wait()
    yield b""


async def endless(request: dict[str, str]) -> AsyncIterator[bytes]:
    """A body without an end, as fast as it is read."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    while True:
        yield b"<p>and on</p>" * 5000


async def dripping(request: dict[str, str]) -> AsyncIterator[bytes]:
    """A byte now and then: each read is in time, the whole never is."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    while True:
        yield b"."
        await asyncio.sleep(0.02)


async def rubbish(request: dict[str, str]) -> AsyncIterator[bytes]:
    """What is no HTTP."""
    yield b"220 mail.example.org ESMTP ready\r\n"
