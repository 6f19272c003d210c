"""An animated GIF without its notes: comments, plain text and programs' own blocks go, and what stands after its end.

Only blocks are copied (GIF89a, appendix A); pictures and their times stay as they are.
"""

from __future__ import annotations

from newsletter.errors import PictureError

_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
#: The one application block that viewers heed: how often it plays.
_LOOP = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def bare(data: bytes) -> bytes:
    """The animation and nothing else. Raises PictureError where its blocks are broken."""
    try:
        at = 13 + _table(data[10])
        kept = [data[:at]]
        while data[at] != _END:
            start = at
            if data[at] == _EXTENSION:
                label, at = data[at + 1], at + 2
                wanted = label == _CONTROL or (label == _APPLICATION and data[at + 1 : at + 12] in _LOOP)
            elif data[at] == _IMAGE:
                at, wanted = at + 10 + _table(data[at + 9]) + 1, True
            else:
                raise PictureError("it is damaged (a GIF with an unknown block)")
            at = _after(data, at)
            if wanted:
                kept.append(data[start:at])
    except IndexError:
        raise PictureError("it is damaged (a GIF that ends too early)") from None
    return b"".join([*kept, bytes([_END])])


def _table(flags: int) -> int:
    """Bytes of the colour table that the flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after(data: bytes, at: int) -> int:
    """Where the sub-blocks that begin at `at` have ended."""
    while data[at]:
        at += data[at] + 1
    return at + 1
