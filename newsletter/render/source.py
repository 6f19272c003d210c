"""MJML as bytes, with the places and the changes that its reader finds; nothing is changed until the end."""

from __future__ import annotations

import re

#: An opening tag; attribute values may hold ">".
TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")


class Source:
    """A document, or a piece of one between `before` and `after`, which count in no place."""

    def __init__(self, text: str, before: bytes = b"", after: bytes = b"") -> None:
        data = text.encode("utf-8", "replace")
        self.data = before + data + after
        #: From where to where the text itself is.
        self.inside = (len(before), len(before) + len(data))
        self._changes: list[tuple[int, int, bytes]] = []

    def place(self, at: int) -> tuple[int, int]:
        """Line and column (in characters) of this byte, both from 1."""
        start = self.data.rfind(b"\n", 0, at) + 1
        line = self.data.count(b"\n", 0, at) + 1
        return line, len(self.data[max(start, self.inside[0]) : at].decode("utf-8", "replace")) + 1

    def tag_end(self, start: int) -> int:
        """Where the opening tag that begins here ends."""
        match = TAG.match(self.data, start)
        return match.end() if match else start

    def attribute(self, start: int, name: str) -> int:
        """Where this attribute of the tag that begins here is; the tag itself for ""."""
        pattern = re.compile(rb"\s(" + re.escape(name.encode()) + rb")\s*=")
        found = pattern.search(self.data, start, self.tag_end(start)) if name else None
        return found.start(1) if found else start

    def change(self, start: int, end: int, replacement: bytes) -> None:
        """These bytes, behind those of every call before or around them, will be others."""
        while self._changes and self._changes[-1][0] >= start:
            self._changes.pop()
        self._changes.append((start, end, replacement))

    def insert(self, start: int, end: int, replacement: bytes) -> None:
        """The same anywhere, where nothing else changes."""
        self._changes.append((start, end, replacement))

    def changed(self, start: int, end: int) -> bytes:
        """The bytes from here to there with the changes made."""
        pieces, done = [], start
        for at, until, replacement in sorted(self._changes):
            if start <= at and until <= end:
                pieces += [self.data[done:at], replacement]
                done = until
        return b"".join([*pieces, self.data[done:end]])
