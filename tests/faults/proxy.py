"""A wire that breaks: between a client and the counting server, cut after so many bytes one way or the other."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from tests.faults.dialogue import Reader

_PATIENCE = 30.0

#: Which way the bytes go that are counted.
Way = Literal["to the server", "to the client"]


@dataclass
class Wire:
    """One connection: what was said on it, and where it is cut."""

    cut: tuple[Way, int] | None
    #: Bytes passed on.
    passed: dict[Way, int] = field(default_factory=lambda: {"to the server": 0, "to the client": 0})
    #: Recipients in the order their DATA was sent, whether or not it was passed on.
    announced: list[str] = field(default_factory=list)
    #: Replies of 354 that the client was given whole: only then may content have left it.
    invited: int = 0
    _rcpt: str = ""
    _reader: Reader = field(default_factory=Reader)
    _replies: bytearray = field(default_factory=bytearray)

    def from_client(self, data: bytes) -> None:
        for verb, whole, _ in self._reader.feed(data):
            if verb == "RCPT":
                self._rcpt = whole.decode().partition("<")[2].partition(">")[0]
            elif verb == "DATA":
                self.announced.append(self._rcpt)

    def to_client(self, data: bytes) -> None:
        self._replies += data
        *whole, rest = bytes(self._replies).split(b"\r\n")
        self._replies = bytearray(rest)
        self.invited += sum(line.startswith(b"354") for line in whole)

    @property
    def resets(self) -> bool:
        """Whether its cut is a reset, which takes back what the client has not read, where others are an end."""
        return self.cut is not None and self.cut[1] % 2 == 1

    @property
    def may_be_uncertain(self) -> Sequence[str]:
        """Whose content may have left with no reply read: of a wire that was cut, the last one that was invited.

        After a reset the one before it, too: its reply may be among what was taken back.
        """
        if self.cut is None or not self.invited:
            return ()
        return self.announced[max(0, self.invited - 1 - self.resets) : self.invited]


class Proxy:
    """In a thread of its own; a context manager. One connection after another takes the next of `cuts`."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.cuts: list[tuple[Way, int] | None] = []
        self.wires: list[Wire] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        serve = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(serve, self._loop).result(_PATIENCE)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)

    def begin(self, cuts: Sequence[tuple[Way, int] | None]) -> None:
        """These for the connections to come; later ones are whole."""
        self.cuts, self.wires = list(reversed(cuts)), []

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = Wire(self.cuts.pop() if self.cuts else None)
        self.wires.append(wire)
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        ways = (
            asyncio.create_task(self._pass(wire, "to the server", reader, back)),
            asyncio.create_task(self._pass(wire, "to the client", there, writer)),
        )
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        if wire.resets:
            writer.transport.abort()
        for end in (writer, back):
            end.close()

    async def _pass(self, wire: Wire, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until it is cut, or one end closes."""
        most = wire.cut[1] if wire.cut and wire.cut[0] == way else None
        while most is None or wire.passed[way] < most:
            if not (data := await reader.read(65536)):
                return
            if way == "to the server":
                wire.from_client(data)
            if most is not None:
                data = data[: most - wire.passed[way]]
            if way == "to the client":
                wire.to_client(data)
            wire.passed[way] += len(data)
            writer.write(data)
            await writer.drain()
