"""Merge slots: unguessable words that stand for what differs between subscribers, until the finished part is cut.

In: the secret, and everything the edition is made of. Out: tokens to place (by templates and merge fields), and, once a
part is finished, that part cut at them. A token is `z` + 64 bits derived from secret and content + its number, so
the same input gives the same tokens, nobody can write one into an article, and none occurs in the input (checked, and
derived anew if it ever did). Markdown, MJML, HTML parsers and line wrapping leave such a word as it is.

A finished HTML part tells by itself where a token stands; the slot's context, and so its escaping, follows from that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import count

from newsletter.bidi import FSI, PDI, Direction
from newsletter.errors import RenderError
from newsletter.models import Part, Slot, SlotContext
from newsletter.render.merge import Field

#: What a template may ask for besides `subscriber.FIELD`.
LINKS = frozenset({"unsubscribe_url", "view_url"})

_NUMBER = re.compile("[0-9]{3}")
_OPEN_ADDRESS = re.compile(r"""\b(?:href|src|action)\s*=\s*["'][^"'<]*$""")


class Slots:
    """The tokens of one rendering."""

    def __init__(self, secret: bytes, content: str, known: Collection[str], direction: Direction = "ltr") -> None:
        """`secret` has at most 64 bytes."""
        self._rtl = direction == "rtl"
        self._fields = LINKS | {f"subscriber.{name}" for name in known}
        self._stem = _stem(secret, content)
        self._made: dict[tuple[str, str], str] = {}
        self._by_token: dict[str, tuple[str, str]] = {}

    def token(self, field: str, default: str = "") -> str:
        """The word that stands for this field; the same for the same field and default.

        Raises RenderError for a field that does not exist.
        """
        if field not in self._fields:
            raise RenderError("slot", f"unknown slot “{field}”; there are {', '.join(sorted(self._fields))}")
        key = (field, default)
        if key not in self._made:
            token = f"{self._stem}{len(self._made):03}"
            self._made[key] = token
            self._by_token[token] = key
        return self._made[key]

    def place(self, pieces: Sequence[str | Field]) -> str:
        """Text with a token for each merge field."""
        return "".join(p if isinstance(p, str) else self.token(f"subscriber.{p.name}", p.default) for p in pieces)

    def stands_in(self, text: str) -> bool:
        """Whether any token occurs in the text."""
        return self._stem in text

    def cut_html(self, html: str) -> Part:
        """HTML cut at its tokens, each slot with the context it stands in.

        Raises RenderError where a token is only a part of an address: its value could not be escaped for that.
        """
        return self._cut(html, None)

    def cut(self, text: str, context: SlotContext) -> Part:
        """A part that is not HTML, cut at its tokens."""
        return self._cut(text, context)

    def _cut(self, text: str, context: SlotContext | None) -> Part:
        part: list[str | Slot] = []
        end = 0
        for start, stop in self._tokens(text):
            field, default = self._by_token[text[start:stop]]
            place = context or _html_context(text, start, stop, field)
            # Isolates around it go: the value isolates itself if need be.
            around = int(text[start - 1 : start] == FSI and text[stop : stop + 1] == PDI)
            part.append(text[end : start - around])
            part.append(Slot(field, place, default, self._rtl))
            end = stop + around
        part.append(text[end:])
        return tuple(piece for piece in part if piece != "")

    def _tokens(self, text: str) -> Iterator[tuple[int, int]]:
        """Where each token begins and ends."""
        length = len(self._stem)
        start = text.find(self._stem)
        while start >= 0:
            if _NUMBER.match(text, start + length):
                yield start, start + length + 3
            start = text.find(self._stem, start + length)


def _stem(secret: bytes, content: str) -> str:
    """`z` and 16 hexadecimal digits that do not occur in `content`; by a hash that takes a key itself (RFC 7693)."""
    data = content.encode("utf-8", "surrogatepass")
    salts = (attempt.to_bytes(hashlib.blake2b.SALT_SIZE, "little") for attempt in count())
    marks = (hashlib.blake2b(data, key=secret, salt=s, person=b"newsletter slot", digest_size=8) for s in salts)
    stems = (f"z{mark.hexdigest()}" for mark in marks)
    return next(stem for stem in stems if stem not in content)


def _html_context(html: str, start: int, end: int, field: str) -> SlotContext:
    before = html[max(0, start - 2048) : start]
    if before.endswith(('href="', "href='")) and html[end : end + 1] in ("'", '"'):
        return "url"
    tag = before.rfind("<")
    if _OPEN_ADDRESS.search(before, tag + 1):  # no "<" stands in the pattern's value
        raise RenderError("slot", f"“{field}” is only a part of an address; a slot in href or src must be all of it")
    return "attribute" if tag > before.rfind(">") else "html"
