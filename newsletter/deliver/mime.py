"""Quoted-printable, cut at the slots (RFC 2045, 6.7): always 7-bit, CRLF, lines of at most 76.

A part is split at its slots first and each piece encoded on its own; a soft break stands around every slot's value, so
a value always begins at column 0 and needs to know nothing of its neighbours. (Encoding first and cutting afterwards
fails: the standard library's encoder breaks a 34-character slot token at 33 of 80 positions.)

Pictures that travel with the HTML stand beside it in a multipart/related (RFC 2387), in base64, encoded once:

    multipart/alternative ─┬─ text/plain
                           └─ multipart/related ─┬─ text/html      names the pictures as "cid:…" (RFC 2392)
                                                 └─ image/… …      Content-ID, inline

No line begins with a dot or with "From ": those characters are written "=2E" and "=46". So what is encoded here needs
no dot-stuffing, now or at any relay, and the bytes on the wire are the bytes a DKIM signature is made over.
"""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_qp
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsletter.models.editions import Part, Slot
from newsletter.models.pictures import Enclosed

#: RFC 2045, 6.7 (5): 76 with the "=" of a soft break.
WIDTH = 75

SOFT_BREAK = b"=\r\n"

#: Letters beyond ASCII that run from left to right: Latin, Cyrillic, kana, Chinese characters, hangul.
_LETTERS = "\u00c0-\u024f\u0400-\u0481\u048a-\u052f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fef\uac00-\ud7a3"
#: Words that HTML and `Slot.fill` leave as they are, and quoted-printable too where they are ASCII.
_SAME_EVERYWHERE = re.compile(rf"(?!\.|From )[!#-%(-;?-~{_LETTERS}]+(?: [!#-%(-;?-~{_LETTERS}]+)*")
#: What no line may begin with.
_NOT_FIRST = (b".", b"From ")
_UNSAFE = re.compile(rb"[^!-<>-~ \t]+")


def encode_value(value: str) -> bytes:
    """A slot's value with the soft break that ends it. It must stand at the beginning of a line."""
    data = value.encode("utf-8", "replace")
    if len(data) <= WIDTH and not data.startswith(_NOT_FIRST) and not data.endswith((b" ", b"\t")):
        coded = b2a_qp(data, istext=False)
        if len(coded) <= WIDTH:
            return coded + SOFT_BREAK  # a name, mostly
    return SOFT_BREAK.join(_wrapped(_escaped(data))) + SOFT_BREAK


def encode_everywhere(value: str) -> bytes | None:
    """What `encode_value` makes of the value in every context but "url", or None where that differs.

    Most names, addresses and links are such values, and each stands in several slots: one look at it is enough. (Words
    beyond ASCII must stand among words that run from left to right.)
    """
    if not _SAME_EVERYWHERE.fullmatch(value):
        return None
    if not value.isascii():
        return encode_value(value)
    if len(value) <= WIDTH:
        return f"{value}=\r\n".encode()
    if len(value) <= 2 * WIDTH and value[WIDTH] not in ".F":
        return f"{value[:WIDTH]}=\r\n{value[WIDTH:]}=\r\n".encode()  # a link, mostly
    coded = "".join([f"{value[at : at + WIDTH]}=\r\n" for at in range(0, len(value), WIDTH)])
    return None if "\n." in coded or "\nFrom " in coded else coded.encode()


def encode_text(text: str) -> bytes:
    """Fixed text, from the beginning of a line; ends with a soft break unless it ends at the beginning of one.

    "\\n", "\\r\\n" and "\\r" are line ends; everything else comes back as it was.
    """
    *lines, last = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").split(b"\n")
    whole = b"".join(SOFT_BREAK.join(_wrapped(_ended(_escaped(line)))) + b"\r\n" for line in lines)
    return whole + (SOFT_BREAK.join(_wrapped(_escaped(last))) + SOFT_BREAK if last else b"")


def encode_part(part: Part) -> Iterator[bytes | Slot]:
    """The part's fixed pieces encoded, its slots where they stand; joined with encoded values it is a MIME body.

    The body ends at the beginning of a line (a soft break where the part has no line end of its own).
    """
    for piece in part:
        if isinstance(piece, Slot):
            yield piece
        elif piece:
            yield encode_text(piece)


def _escaped(data: bytes) -> bytes:
    return _UNSAFE.sub(lambda found: ("=" + found[0].hex("=").upper()).encode(), data)


def _ended(line: bytes) -> bytes:
    """White space before a line end must be encoded, or a relay may take it away."""
    return line[:-1] + b"=%02X" % line[-1] if line.endswith((b" ", b"\t")) else line


def _wrapped(line: bytes) -> Iterator[bytes]:
    """The encoded line in pieces that fit, none cut inside an escape, none starting with a dot or "From "."""
    at = 0
    while True:
        start = b""
        if line.startswith(_NOT_FIRST, at):
            start, at = b"=%02X" % line[at], at + 1
        end = at + WIDTH - len(start)
        if end >= len(line):
            yield start + line[at:]
            return
        escape = line.rfind(b"=", end - 2, end)
        end = end if escape < 0 else escape
        yield start + line[at:end]
        at = end


@dataclass(frozen=True, slots=True)
class Multipart:
    """A multipart/alternative body cut at its slots; the better part, HTML, comes last (RFC 2046, 5.1.4)."""

    boundary: str
    pieces: tuple[bytes | Slot, ...]


def alternative(text: Part, html: Part, pictures: Sequence[Enclosed] = ()) -> Multipart:
    """Both parts as one body, the HTML with the pictures it names.

    The boundary is a hash of the parts, and holds "=_", which quoted-printable can't produce: it occurs in no part, and
    in no slot's value either.
    """
    parts = [list(encode_part(part)) for part in (text, html)]
    seed = hashlib.sha256(repr((parts, [p.digest for p in pictures]) if pictures else parts).encode()).hexdigest()
    boundary = f"=_{seed[:32]}"
    pieces: list[bytes | Slot] = []
    pieces += [_opening(boundary, "plain"), *parts[0], b"\r\n"]
    if pictures:
        inner = f"=_{seed[32:]}"
        related = f'Content-Type: multipart/related; type="text/html";\r\n boundary="{inner}"'
        pieces.append(f"--{boundary}\r\n{related}\r\n\r\n".encode())
        pieces += [_opening(inner, "html"), *parts[1], b"\r\n"]
        pieces += [_enclosed(inner, picture) for picture in pictures]
        pieces.append(f"--{inner}--\r\n\r\n".encode())
    else:
        pieces += [_opening(boundary, "html"), *parts[1], b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    return Multipart(boundary, tuple(_merged(pieces)))


def _opening(boundary: str, kind: str) -> bytes:
    return (
        f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()


def _enclosed(boundary: str, picture: Enclosed) -> bytes:
    """A picture's part: base64 in lines of 76 (RFC 2045, 6.8), which hold no dot and nothing of a boundary."""
    name = f"{picture.cid.partition('@')[0][:12]}.{picture.kind.partition('/')[2]}"
    lines = "".join(f"{picture.data[at : at + 76]}\r\n" for at in range(0, len(picture.data), 76))
    return (
        f"--{boundary}\r\nContent-Type: {picture.kind}\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-ID: <{picture.cid}>\r\nContent-Disposition: inline; filename="{name}"\r\n\r\n{lines}'
    ).encode("ascii")


def _merged(pieces: list[bytes | Slot]) -> Iterator[bytes | Slot]:
    """Neighbouring bytes as one."""
    fixed: list[bytes] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            fixed.append(piece)
            continue
        yield b"".join(fixed)
        fixed.clear()
        yield piece
    yield b"".join(fixed)
