"""Bytes → text, whatever they are encoded in; what is no text is refused with the name of what it is.

Order: gzip (bounded), byte order mark, UTF-16 told by its NULs, UTF-8, the encoding that the document names, a guess
by charset-normalizer on the beginning, and windows-1252 last. A few broken bytes in UTF-8 become U+FFFD.
"""

from __future__ import annotations

import codecs
import re
import zlib

from newsletter.errors import SourceError

#: What a file may hold, packed or unpacked.
MAX_BYTES = 20 * 1024 * 1024
#: Characters of prose in one text file: a long book; more is a mistake.
MAX_PROSE = 1_000_000
#: What the guess looks at.
_SAMPLE = 65_536
#: The share of control characters above which a text is none.
_MAX_CONTROL = 0.02

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive (or an office document)"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"OggS", "an Ogg recording"),
    (b"ID3", "an MP3 recording"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
)
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:\-]{2,40})""", re.IGNORECASE
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:\-]{2,40})", re.IGNORECASE)
_EXPECTED = "expected text, HTML, Markdown or a feed"
_CONTROLS = bytes((*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)))


def unpack(data: bytes, source: str) -> bytes:
    """The bytes themselves, out of gzip where they are packed.

    Raises SourceError when empty, too large (also once unpacked), damaged, or known to be something else.
    """
    if not data:
        raise SourceError(source, f"the file is empty; {_EXPECTED}")
    if len(data) > MAX_BYTES:
        raise SourceError(source, _too_large(f"{len(data):,} bytes"))
    if data.startswith(b"\x1f\x8b"):
        data = _gunzip(data, source)
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise SourceError(source, f"this is {name}; {_EXPECTED}")
    return data


def recoded(data: bytes, content_type: str) -> bytes:
    """What a server sent, in UTF-8 where only its Content-Type says how it is encoded: the file can't say it later."""
    found = _CHARSET.search(content_type)
    if not found or data.startswith(tuple(bom for bom, _ in _BOMS)) or _DECLARED.search(data[:4096]):
        return data
    try:
        name = codecs.lookup(found[1]).name
        return data if name == "utf-8" else data.decode(name).encode("utf-8")
    except (LookupError, UnicodeError):
        return data


def to_text(data: bytes, source: str) -> str:
    """The text of unpacked bytes, newlines as \\n. Raises SourceError when they are no text."""
    text = _decode(data)
    raw = text.encode("utf-8", "surrogatepass")
    controls = len(raw) - len(raw.translate(None, _CONTROLS))
    if "\x00" in text or controls > max(4, len(text) * _MAX_CONTROL):
        raise SourceError(source, f"the file is binary (control characters all through); {_EXPECTED}")
    if not text.strip("\ufeff \t\r\n"):
        raise SourceError(source, f"the file holds only white space; {_EXPECTED}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    wide = _wide(data)
    if wide:
        return data.decode(wide, "replace")
    declared = _declared(data)
    if declared.startswith("iso-2022") or declared == "hz-gb-2312":  # seven bits: would pass as UTF-8
        return data.decode(declared, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data, declared)


def _not_utf8(data: bytes, declared: str) -> str:
    lenient = data.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    beyond = sum(1 for char in lenient if char > "\x7f") - broken
    if beyond > 3 * broken:  # UTF-8 with a few broken bytes: a text cut or joined in the wrong place
        return lenient
    for name in (declared, _guess(data), "windows-1252"):
        try:
            return data.decode(name)
        except (LookupError, UnicodeError):
            continue
    return data.decode("windows-1252", "replace")


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: in Western text every other byte is NUL."""
    head = data[:2000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) >= 4 and max(even, odd) > 0.3 * len(head) / 2 and min(even, odd) * 10 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _declared(data: bytes) -> str:
    found = _DECLARED.search(data[:4096])
    name = found[1].decode("ascii").lower() if found else ""
    try:
        canonical = codecs.lookup(name).name
    except LookupError:
        return ""
    # What says Latin-1 is windows-1252 (WHATWG Encoding, 4.2).
    return "windows-1252" if canonical in {"iso8859-1", "ascii"} else canonical


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    return best.encoding if best else ""


def _gunzip(data: bytes, source: str) -> bytes:
    machine = zlib.decompressobj(wbits=31)
    try:
        out = machine.decompress(data, MAX_BYTES + 1)
    except zlib.error:
        raise SourceError(source, "a damaged gzip file; pack it again, or add the unpacked file") from None
    if len(out) > MAX_BYTES:
        raise SourceError(source, _too_large("more than that once unpacked"))
    if not machine.eof:
        raise SourceError(source, "a gzip file that ends in the middle; copy it again")
    if not out:
        raise SourceError(source, f"the packed file is empty; {_EXPECTED}")
    return out


def _too_large(found: str) -> str:
    return f"{found}; a file may have {MAX_BYTES // 1024 // 1024} MiB; split it, or save only the article"
