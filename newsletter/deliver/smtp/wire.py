"""Bytes from the relay → replies; pure, fed as packets come.

RFC 5321, 4.2: "250-first", "250-more", "250 last". Replies may be split anywhere or come several in one packet. Bare LF
is taken for a line's end, as every client does. What is no reply raises NotSMTP, and the stream can't be read on: after
one misunderstood line, no later reply could be told to belong to its command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from newsletter.deliver import replies
from newsletter.deliver.replies import Reply

#: RFC 5321, 4.5.3.1.5 says 512; real relays send longer ones with links to help pages.
MAX_LINE = 8192
#: A reply with more lines than this is somebody filling our memory.
MAX_LINES = 200

_LINE = re.compile(rb"([0-9]{3})(?:([ -])(.*))?", re.DOTALL)


class NotSMTP(Exception):
    """The other side sent something that is no SMTP reply; the text quotes its beginning."""


class ReplyParser:
    """Feed it bytes; it returns the replies they complete."""

    def __init__(self) -> None:
        self._rest = b""
        self._code = 0
        self._lines: list[str] = []

    @property
    def clean(self) -> bool:
        """No byte beyond the last complete reply has come (RFC 3207, 6 needs to know)."""
        return not self._rest and not self._lines

    def feed(self, data: bytes) -> Iterator[Reply]:
        """Replies completed by `data`, in order; those before a fault are yielded before it is raised.

        Raises NotSMTP for a line without a code, a reply whose lines disagree about it, or one without an end.
        """
        *lines, self._rest = (self._rest + data if self._rest else data).split(b"\n")
        for line in lines:
            if not self._lines and (said := _whole(line)):
                yield said
            elif reply := self._line(line.removesuffix(b"\r")):
                yield reply
        if len(self._rest) > MAX_LINE:
            raise NotSMTP(f"a line of more than {MAX_LINE} bytes: {_quote(self._rest)}")

    def _line(self, line: bytes) -> Reply | None:
        found = _LINE.fullmatch(line)
        if not found or len(line) > MAX_LINE:
            raise NotSMTP(f"no SMTP reply: {_quote(line)}")
        code, more, text = int(found[1]), found[2] == b"-", (found[3] or b"").decode("utf-8", "replace")
        if self._lines and code != self._code:
            raise NotSMTP(f"a reply that begins as {self._code} and goes on as {code}")
        self._code = code
        self._lines.append(text)
        if len(self._lines) > MAX_LINES:
            raise NotSMTP(f"a reply of more than {MAX_LINES} lines")
        if more:
            return None
        lines, self._lines = tuple(self._lines), []
        return replies.make(code, lines)


@lru_cache(maxsize=256)
def _whole(line: bytes) -> Reply | None:
    """A reply of one line; None for a line of any other kind. Cached, for most of what a relay says it says again."""
    line = line.removesuffix(b"\r")
    found = _LINE.fullmatch(line) if len(line) <= MAX_LINE else None
    if not found or found[2] == b"-":
        return None
    return replies.make(int(found[1]), ((found[3] or b"").decode("utf-8", "replace"),))


def _quote(line: bytes) -> str:
    return ascii(line[:60].decode("latin-1"))
