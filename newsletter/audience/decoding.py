"""Bytes of a subscriber file → text, a line at a time.

Spreadsheets write UTF-8 with or without a byte order mark, UTF-16, or the code page of the machine they ran on. A BOM
decides; then UTF-16 shows by its zero bytes; then UTF-8, if (nearly) all of it is; what is left is Windows-1252, or
what charset-normalizer thinks where that would give words no language has. A guess is said in a note.
"""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from typing import TextIO

from newsletter.errors import ImportFileError

#: The largest file taken; about two million lines.
MAX_BYTES = 128 * 1024 * 1024

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: How files that are no CSV begin, and what they are.
_FOREIGN = (
    (b"PK\x03\x04", "an Excel or OpenDocument workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"{\\rtf", "an RTF document"),
)
_CHUNK = 1 << 20
#: Three accented letters in a row: no language written in Windows-1252 has them, every Cyrillic or Greek word does.
_MOJIBAKE = re.compile(r"[À-ÖØ-öø-ÿ]{3}")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes are to be read. A byte that does not fit becomes U+FFFD."""

    #: A name `codecs` knows.
    name: str
    #: What to tell the editor, or None when nothing was guessed.
    note: str | None = None

    def open(self, data: bytes) -> TextIO:
        """The text, with its line ends as they are."""
        return io.TextIOWrapper(io.BytesIO(data), encoding=self.name, errors="replace", newline="")


def encoding_of(data: bytes, file: str) -> Encoding:
    """The encoding of a file's text. Raises ImportFileError for what is empty, too large, or no text."""
    if len(data) > MAX_BYTES:
        raise ImportFileError(
            file, 0, f"has {len(data) >> 20} MiB, and {MAX_BYTES >> 20} is the most; split it into several files"
        )
    if not data.strip():
        raise ImportFileError(file, 0, "is empty; expected a line of column names and a line for each subscriber")
    for start, kind in _FOREIGN:
        if data.startswith(start):
            raise ImportFileError(file, 0, f"is {kind}, not CSV; save it as “CSV UTF-8” and import that")
    for bom, name in _BOMS:
        if data.startswith(bom):
            return Encoding(name)
    head = data[:4096]
    zeros = head.count(0)
    if zeros > len(head) // 3:
        return Encoding("utf-16-le" if head[1::2].count(0) > zeros // 2 else "utf-16-be")
    if zeros * 50 > len(head):
        raise ImportFileError(file, 0, "is no text (it has zero bytes); save it as “CSV UTF-8” and import that")
    return _without_mark(data)


def _without_mark(data: bytes) -> Encoding:
    good, bad = _utf8_score(data)
    if not bad:
        return Encoding("utf-8")
    if good > bad:
        return Encoding("utf-8", f"{bad} bytes are not UTF-8; lines that need them are refused")
    sample = data[:_CHUNK]
    if not _MOJIBAKE.search(sample.decode("cp1252", "replace")):
        return Encoding("cp1252", "not UTF-8, so read as Windows-1252; look at names with accents")
    from charset_normalizer import from_bytes  # slow to import, and hardly ever needed

    best = from_bytes(sample).best()
    name = best.encoding if best else "cp1252"
    return Encoding(name, f"not UTF-8, so read as {name}, which is a guess; look at names with accents")


def _utf8_score(data: bytes) -> tuple[int, int]:
    """Characters outside ASCII that are right UTF-8, and bytes that are not. A chunk at a time: files are large."""
    if data.isascii():
        return 0, 0
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = bad = 0
    for at in range(0, len(data), _CHUNK):
        text = decoder.decode(data[at : at + _CHUNK], final=at + _CHUNK >= len(data))
        if not text.isascii():
            stray = sum(map(text.count, set(re.findall("[\udc80-\udcff]", text))))
            bad += stray
            good += len(text) - len(text.encode("ascii", "ignore")) - stray
    return good, bad
