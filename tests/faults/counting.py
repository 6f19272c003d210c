"""A real SMTP server on loopback that counts: every message by Message-ID and recipient, whole ones and broken ones."""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.faults.dialogue import Reader

_ID = re.compile(rb"^Message-ID: *(?:\r\n )?<([^>]+)>", re.IGNORECASE | re.MULTILINE)
_TO = re.compile(rb"RCPT TO:<([^>]+)>", re.IGNORECASE)

#: Seconds the tests wait for connections to end.
_PATIENCE = 30.0


class Counting:
    """The server, in a thread of its own; a context manager."""

    def __init__(self) -> None:
        #: (Message-ID, recipient) of every message that was taken: counted before its 250 leaves.
        self.taken: Counter[tuple[str, str]] = Counter()
        #: The same of those whose content began and never ended, where the Message-ID was in it.
        self.broken: Counter[tuple[str, str]] = Counter()
        #: Told of every command and message before it is answered; called in the server's thread.
        self.on_event: Callable[[str], None] = lambda _: None
        #: Messages after which it closes a connection; None for never.
        self.most: int | None = None
        #: Whether it says that it takes commands at once (RFC 2920).
        self.pipelining = True
        #: Seconds a message's reply takes.
        self.latency = 0.0
        self._open = 0
        self._quiet = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        serve = self._loop.create_server(lambda: _Dialogue(self), "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(serve, self._loop).result(_PATIENCE)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)

    def forget(self) -> None:
        """Count from zero, and be a plain server again."""
        self.until_quiet()
        self.taken.clear()
        self.broken.clear()
        self.on_event, self.most, self.latency, self.pipelining = (lambda _: None), None, 0.0, True

    def until_quiet(self) -> None:
        """Wait until all connections have ended: what their clients wrote before they died has been read then."""

        async def after_what_came() -> None:
            """Connections that the kernel has taken already are the loop's within two rounds."""
            for _ in range(3):
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(after_what_came(), self._loop).result(_PATIENCE)
        with self._quiet:
            assert self._quiet.wait_for(lambda: not self._open, _PATIENCE), "connections stay open"

    def _count_open(self, by: int) -> None:
        with self._quiet:
            self._open += by
            self._quiet.notify_all()


class _Dialogue(asyncio.Protocol):
    """One connection."""

    def __init__(self, server: Counting) -> None:
        self._server = server
        self._reader = Reader()
        self._rcpt = ""
        self._messages = 0
        self._waiting = b""
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server._count_open(1)
        transport.write(b"220 counting ESMTP\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        if self._reader.content and (found := _ID.search(self._reader.unfinished)):
            self._server.broken[found[1].decode(), self._rcpt] += 1
        self._server._count_open(-1)

    def data_received(self, data: bytes) -> None:
        for verb, whole, _ in self._reader.feed(data):
            self._server.on_event(verb)
            self._answer(verb, whole)

    def _answer(self, verb: str, whole: bytes) -> None:
        if verb == "the dot":
            found = _ID.search(whole)
            assert found, whole
            self._server.taken[found[1].decode(), self._rcpt] += 1
            self._messages += 1
            self._say(b"250 2.0.0 counted", after=self._server.latency)
            if self._messages == self._server.most:
                self._transport.close()
        elif verb == "EHLO":
            more = b"250-PIPELINING\r\n" if self._server.pipelining else b""
            self._say(b"250-counting\r\n" + more + b"250 SIZE 10000000")
        elif verb == "RCPT":
            found = _TO.match(whole)
            assert found, whole
            self._rcpt = found[1].decode()
            self._say(b"250 2.1.5 ok")
        elif verb == "DATA":
            self._say(b"354 go on")
        elif verb == "QUIT":
            self._say(b"221 2.0.0 bye")
            self._transport.close()
        else:
            self._say(b"250 2.0.0 ok")

    def _say(self, line: bytes, after: float = 0.0) -> None:
        """In order: what follows a reply that takes its time waits for it."""
        if self._busy or after:
            self._waiting += line + b"\r\n"
            if not self._busy:
                self._busy = True
                asyncio.get_running_loop().call_later(after, self._go_on)
        else:
            self._transport.write(line + b"\r\n")

    def _go_on(self) -> None:
        self._busy = False
        said, self._waiting = self._waiting, b""
        self._transport.write(said)
