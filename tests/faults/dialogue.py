"""Where a client's bytes stand in the dialogue: commands, content, dots. Both ends of the tests read SMTP with it."""

from __future__ import annotations

from collections.abc import Iterator

_DOT = b"\r\n.\r\n"


class Reader:
    """Fed with what a client sends, in any pieces; tells what ends where. Assumes every DATA is answered with 354."""

    def __init__(self) -> None:
        self._rest = bytearray()
        #: Bytes of the stream up to the end of what was told last.
        self.position = 0
        self.content = False

    def feed(self, data: bytes) -> Iterator[tuple[str, bytes, int]]:
        """(verb or "the dot", the line or the whole content, how many bytes of the stream it ends at)."""
        self._rest += data
        while (found := self._next()) is not None:
            whole = bytes(self._rest[:found])
            del self._rest[:found]
            self.position += found
            if self.content:
                self.content = False
                yield "the dot", whole, self.position
            else:
                verb = whole[:4].upper().decode("ascii", "replace").strip()
                self.content = verb == "DATA"
                yield verb, whole, self.position

    @property
    def unfinished(self) -> bytes:
        """What came of a line or a content that has not ended."""
        return bytes(self._rest)

    def _next(self) -> int | None:
        if not self.content:
            end = self._rest.find(b"\r\n")
            return None if end < 0 else end + 2
        if self._rest.startswith(b".\r\n"):
            return 3
        end = self._rest.find(_DOT)
        return None if end < 0 else end + len(_DOT)
