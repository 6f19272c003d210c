"""Ways to damage bytes as the world does it: cut, doubled, swapped, mislabelled, nested, half packed.

A mutator takes the bytes, its source of chance and another seed's bytes, and returns bytes. The same seed of chance
gives the same damage.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable

Mutator = Callable[[bytes, random.Random, bytes], bytes]

#: What no mutation may grow beyond; larger inputs are refused by size, which has tests of its own.
MAX = 1_500_000

_TAG = re.compile(rb"<[^<>]{1,400}>")
_NUMBER = re.compile(rb"\d+")
_DATE = re.compile(rb"\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?|\d{1,2} \w{3} \d{4} [\d:]+ \S+")
_ADDRESS = re.compile(rb"https?://[^\s\"'<>]+")
_ATTRIBUTE = re.compile(rb"[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_VALUE = re.compile(rb":\s*(?:\"[^\"\n]{0,200}\"|\d+|true|false|null)")

_BYTES = (
    b"\x00", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbf\xbe", b"\xf4\x90\x80\x80", b"\x1b[31m", b"\r", b"\x0b",
    b"\x85", b"\x1a", b"\xfe\xff", b"\xe2\x80\xa8", b"=\r\n", b"=3D", b"--\r\n", b"]]>", b"-->", b"\t", b"\xc2\xa0",
)  # fmt: skip
_CHARACTERS = tuple(
    char.encode("utf-8", "surrogatepass")
    for char in (
        "\u202e", "\u200d", "\ufeff", "\u0301" * 300, "\U000e0001", "\ud800", "\u2028", "\x85", "\u3000" * 50, "ﷺ" * 40,
        "İ", "ß", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u00ad", "١٢٣", "²", "Ⅷ", "„“", "。" * 30, "\uffff",
        "{{ 7*7 }}", "{% raw %}", "<mj-raw>", "</script>", "<!-- article 12 -->", "=cmd|' /C calc'!A0", "\\N{BULLET}",
    )
)  # fmt: skip
_ENTITIES = (
    b"&#0;", b"&#xD800;", b"&#x110000;", b"&#99999999999999;", b"&#x1F;", b"&nosuch;", b"&", b"&#", b"&amp;amp;lt;",
    b"&nbsp;" * 60, b"&NotEqualTilde;", b"&#x202E;", b"&lol;", b"&#xFFFE;", b"&#128;", b"&lt;script&gt;",
)  # fmt: skip
_TAGS = (
    b"<p>", b"</p>", b"<div>", b"</div>", b"<!--", b"<![CDATA[", b"<script>", b"<style>", b"<table><tr>", b"<svg><p>",
    b"<template>", b"<noscript>", b"<plaintext>", b"<textarea>", b"<title>", b"<base href='//['>", b"<frameset>",
    b"</body></html>", b"<html>", b"<meta charset=utf-7>", b"<math><mi>", b"<select><option>", b"<li>", b"<br/>" * 300,
    b"<a href='javascript:alert(1)'>", b"<img src='data:image/png;base64,AAAA'>", b"<?xml encoding='ebcdic'?>",
    b"<!DOCTYPE r [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;&lol;'>]>", b"<item>", b"</item>", b"<entry>", b"<x:y>",
)  # fmt: skip
_EXTREMES = (b"0", b"-1", b"99999999999999999999", b"9" * 5000, b"1e999", b"\xc2\xb2", b"NaN", b"0x7f", b"")
_DATES = (
    b"2026-02-31", b"0000-00-00", b"9999-12-31T23:59:59+14:00", b"2026-11-03T25:61:61Z", b"0001-01-01T00:00:00+23:59",
    b"Tue, 99 Foo 2026 09:00:00 +9999", b"2026-11-03T09:00:00+99:99", b"-2026-11-03", b"1e10", b"99999999999",
    b"yesterday", b"2026-W45-2", b"2026-11-03T09:00:00.123456789123Z", b"03.11.26", b"\xd9\xa3/\xd9\xa1\xd9\xa1",
)  # fmt: skip
_ADDRESSES = (
    b"http://[::1", b"http://", b"//", b"javascript:alert(1)", b"http://a.example:99999/", b"http://xn--a/", b"data:,",
    b"https://a.example/" + b"x" * 9000, "http://ü.example/ä?ö#ß".encode(), b"http://a.example/%zz%00", b"http://a b/",
    b"HTTP://USER:PW@A.EXAMPLE/", b"mailto:a@b", b"http://1.2.3.4.5/", b"?", b"file:///etc/passwd",
    b"http://" + b"a." * 200 + b"example",
)  # fmt: skip
_VALUES = (
    b":null", b":[]", b":{}", b":[[[[1]]]]", b":-1", b":1e400", b":true", b':"\\ud800"', b':{"@value":[null]}', b':""',
    b':["a",{"name":7}]', b":NaN", b':{"name":{"name":{"name":"x"}}}', b":[null,null]", b":" + b"[" * 400 + b"]" * 400,
)  # fmt: skip
_CODECS = (
    "utf-16", "utf-16-le", "utf-32-be", "latin-1", "windows-1252", "windows-1251", "koi8-r", "shift_jis", "euc-jp",
    "iso2022_jp", "gb18030", "big5", "euc-kr", "utf-7", "cp437", "mac-roman", "utf-8-sig", "cp037", "hz",
)  # fmt: skip


def _span(data: bytes, rng: random.Random, longest: int) -> tuple[int, int]:
    start = rng.randrange(len(data) or 1)
    return start, min(len(data), start + rng.randint(1, longest))


def _put(data: bytes, rng: random.Random, what: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + what + data[at:]


def _swap_match(data: bytes, rng: random.Random, pattern: re.Pattern[bytes], choices: tuple[bytes, ...]) -> bytes:
    """Up to twenty matches (sometimes all of them) replaced."""
    found = [match.span() for match in pattern.finditer(data)]
    if not found:
        return _put(data, rng, rng.choice(choices))
    chosen = found[:3000] if rng.random() < 0.1 else rng.sample(found, min(len(found), rng.randint(1, 20)))
    pieces, at = [], 0
    for start, end in sorted(chosen):
        pieces += [data[at:start], rng.choice(choices)]
        at = end
    return b"".join(pieces) + data[at:]


def cut(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """A piece is missing."""
    start, end = _span(data, rng, rng.choice((10, 400, 20_000)))
    return data[:start] + data[end:]


def truncate(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """The end is missing, or the beginning."""
    at = rng.randrange(len(data) + 1)
    return data[:at] if rng.random() < 0.7 else data[at:]


def double(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """A piece stands several times."""
    start, end = _span(data, rng, rng.choice((20, 400, 4000)))
    times = rng.choice((2, 3, 50))
    return data[:start] + data[start:end] * times + data[end:]


def overwrite(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """A piece is noise."""
    start, end = _span(data, rng, rng.choice((4, 100, 2000)))
    return data[:start] + rng.randbytes(end - start) + data[end:]


def flip(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """Single bits are wrong."""
    out = bytearray(data)
    for _n in range(rng.choice((1, 8, 200))):
        if out:
            out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def strange_bytes(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """Bytes that no text has."""
    for _n in range(rng.randint(1, 12)):
        data = _put(data, rng, rng.choice(_BYTES))
    return data


def strange_characters(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """Characters that few texts have."""
    for _n in range(rng.randint(1, 12)):
        data = _put(data, rng, rng.choice(_CHARACTERS))
    return data


def entities(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """Character references, wrong ones for the most part."""
    for _n in range(rng.randint(1, 12)):
        data = _put(data, rng, rng.choice(_ENTITIES))
    return data


def tags(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """Tags where none belong, or other tags than those that stood there."""
    if rng.random() < 0.5:
        return _swap_match(data, rng, _TAG, _TAGS)
    for _n in range(rng.randint(1, 12)):
        data = _put(data, rng, rng.choice(_TAGS))
    return data


def doubled_tags(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """Tags that stand twice, or are missing, or have changed places."""
    found = [match.group() for match in _TAG.finditer(data)]
    if not found:
        return data
    chosen = rng.sample(found, min(len(found), 12))
    for tag in chosen:
        data = data.replace(tag, rng.choice((tag * 2, b"", rng.choice(found), tag[:-1])), rng.choice((1, 1, 40)))
    return data


def nest(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """One thing inside itself, many times."""
    opening, closing = rng.choice(
        ((b"<div>", b"</div>"), (b"<blockquote>", b"</blockquote>"), (b"<ul><li>", b"</li></ul>"), (b"[", b"]"),
         (b"<table><tr><td>", b"</td></tr></table>"), (b"> ", b""), (b'{"a":', b"}"), (b"<b>", b"</b>"), (b"**", b"**"),
         (b"<outline>", b"</outline>"), (b"(", b")"), (b"  - ", b"\n"))
    )  # fmt: skip
    times = rng.choice((3, 40, 220, 3000))
    start, end = _span(data, rng, 30_000)
    closings = closing * rng.choice((0, times, times * 2))
    return data[:start] + opening * times + data[start:end] + closings + data[end:]


def blocks(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """Lines in another order, joined, or with other ends."""
    ends = rng.choice((b"\n", b"\r\n", b"\r", b"\n\n", b" ", b"\x0c", b"\n\t\n", b"\n\xc2\xa0\n"))
    lines = data.split(b"\n")
    for _n in range(rng.randint(0, 10)):
        a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[a], lines[b] = lines[b], lines[a]
    if rng.random() < 0.2:
        rng.shuffle(lines)
    return ends.join(lines)


def numbers(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """Numbers out of every range."""
    return _swap_match(data, rng, _NUMBER, _EXTREMES)


def dates(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """Days that no calendar has."""
    return _swap_match(data, rng, _DATE, _DATES)


def addresses(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """Addresses that lead nowhere."""
    return _swap_match(data, rng, _ADDRESS, _ADDRESSES)


def attributes(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """Attributes without value, without quotes, of great length."""
    return _swap_match(data, rng, _ATTRIBUTE, (b"a", b"a=", b'a="', b"href='", b"class=" + b"x" * 3000, b"xml:lang=''"))


def values(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """Values of other types in JSON (and YAML, and mail headers)."""
    return _swap_match(data, rng, _VALUE, _VALUES)


def recode(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """Another encoding than the text says, or the right one twice."""
    text = data.decode("utf-8", "replace")
    if rng.random() < 0.3:
        return text.encode("utf-8").decode("latin-1").encode("utf-8")
    return text.encode(rng.choice(_CODECS), "replace")


def relabel(data: bytes, rng: random.Random, _: bytes) -> bytes:
    """A text that says it is in another encoding."""
    name = rng.choice(
        (*_CODECS, "base64", "rot13", "zlib", "unicode_escape", "idna", "punycode", "nosuch", "undefined")
    )
    return re.sub(rb"(charset|encoding)=([\"']?)[\w-]+", rb"\1=\2" + name.encode(), data, count=3)


def splice(data: bytes, rng: random.Random, other: bytes) -> bytes:
    """The beginning of one document with the end of another, or one inside another."""
    a, b = rng.randrange(len(data) + 1), rng.randrange(len(other) + 1)
    return data[:a] + other[b:] if rng.random() < 0.6 else data[:a] + other + data[a:]


def pack(data: bytes, rng: random.Random, other: bytes) -> bytes:
    """Packed, and then cut, damaged, or followed by something."""
    packed = gzip.compress(data, 1, mtime=0)
    match rng.randrange(5):
        case 0:
            return packed[: rng.randrange(len(packed) + 1)]
        case 1:
            return flip(packed, rng, other)
        case 2:
            return packed + gzip.compress(other[:1000], mtime=0)
        case 3:
            return gzip.compress(packed, mtime=0)
        case _:
            return packed + other[:100]


MUTATORS: tuple[Mutator, ...] = (
    cut, truncate, double, overwrite, flip, strange_bytes, strange_characters, entities, tags, doubled_tags, nest,
    blocks, numbers, dates, addresses, attributes, values, recode, relabel, splice, pack,
)  # fmt: skip


def mutate(data: bytes, rng: random.Random, other: bytes) -> tuple[bytes, list[str]]:
    """One to five mutations, with their names. What is packed is mutated unpacked as often as not, and packed again."""
    packed = data.startswith(b"\x1f\x8b") and rng.random() < 0.6
    if packed:
        data = gzip.decompress(data)
    names = []
    for mutator in rng.choices(MUTATORS, k=rng.choice((1, 1, 2, 3, 5))):
        data = mutator(data, rng, other)[:MAX]
        names.append(mutator.__name__)
    return (gzip.compress(data, 1, mtime=0) if packed else data), names
