"""The body of a response out of its content coding, never more of it than asked for (RFC 9110, 8.4)."""

from __future__ import annotations

import zlib

#: What is asked for; nothing else is understood.
ACCEPTED = "gzip, deflate"
_NAMES = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class Damaged(Exception):
    """The packed body can't be unpacked; the text says why."""


class TooLarge(Exception):
    """There is more than was allowed."""


class Unpacker:
    """Takes the body as it comes, answers it unpacked; raises TooLarge as soon as `limit` bytes are passed."""

    def __init__(self, coding: str, limit: int) -> None:
        names = [name.strip().lower() for name in coding.split(",") if name.strip().lower() not in ("", "identity")]
        if len(names) > 1 or (names and names[0] not in _NAMES):
            raise Damaged(f"packed as {coding[:60]!r}, expected {ACCEPTED}")
        self._wbits = _NAMES[names[0]] if names else None
        self._machine = zlib.decompressobj(self._wbits) if self._wbits else None
        self._room = limit
        self._begun = False

    def feed(self, data: bytes) -> bytes:
        """The next piece, unpacked."""
        out = data if self._machine is None else b"".join(self._unpacked(data))
        if self._machine is None:
            self._take(len(out))
        return out

    def end(self) -> None:
        """Raises Damaged when the body ends in the middle."""
        if self._machine is not None and self._begun and not self._machine.eof:
            raise Damaged("it ends in the middle")

    def _unpacked(self, data: bytes) -> list[bytes]:
        parts = []
        while data:
            if self._machine is None or self._machine.eof:  # another member follows (RFC 1952, 2.2)
                if not data.startswith(b"\x1f\x8b"):
                    break  # padding
                self._machine = zlib.decompressobj(31)
            try:
                part = self._machine.decompress(data, self._room + 1)
            except zlib.error:
                part = self._raw(data)
            self._begun = True
            self._take(len(part))
            parts.append(part)
            data = self._machine.unconsumed_tail or self._machine.unused_data
        return parts

    def _raw(self, data: bytes) -> bytes:
        """Some servers send deflate without the zlib wrapping it should have."""
        if self._wbits != 15 or self._begun:
            raise Damaged("it does not unpack")
        self._machine = zlib.decompressobj(-15)
        try:
            return self._machine.decompress(data, self._room + 1)
        except zlib.error:
            raise Damaged("it does not unpack") from None

    def _take(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise TooLarge
