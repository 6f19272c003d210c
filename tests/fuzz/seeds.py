"""What is mutated: real pages, mails, feeds, lists, Markdown and pages saved as text, and small ones that always exist.

The corpora stand beside the checkout; where they don't, the samples and what is written here are all there is.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import html_text

ROOT = Path(__file__).resolve().parents[2]
CORPORA = ROOT.parent / "shared" / "corpora"

_ITEM = """<item><title>A lexer &amp; its loop</title><link>https://a.example/{n}</link><guid>id-{n}</guid>
<pubDate>Tue, 03 Nov 2026 09:0{n}:00 +0100</pubDate><author>ada@a.example (Ada Brook)</author><category>Tools</category>
<description><![CDATA[<p>It reads the same text in a <b>tenth</b> of the time.</p>]]></description>
<content:encoded><![CDATA[<h2>Why</h2><p>It reads the same text in a tenth of the time, and nobody noticed.</p>
<blockquote>Forty lines. <cite>Ada</cite></blockquote>
<pre>x = 1</pre><table><tr><td>a</td></tr></table>]]></content:encoded>
</item>"""
_RSS = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    "<channel><title>Layers</title><link>https://a.example/</link><ttl>60</ttl>"
    + "".join(_ITEM.format(n=n) for n in range(4))
    + "</channel></rss>"
)
_ATOM = (
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/"><title>Layers</title>'
    "<id>tag:a.example,2026:1</id><updated>2026-11-03T09:00:00Z</updated>"
    + "".join(
        f'<entry><id>tag:a.example,2026:{n}</id><title type="html">A &lt;b&gt;lexer&lt;/b&gt; {n}</title>'
        f'<link href="/{n}"/><published>2026-11-0{n}T09:00:00+01:00</published><author><name>Ada Brook</name></author>'
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It reads the same text in a tenth of the'
        " time, and nobody noticed.</p></div></content></entry>"
        for n in range(1, 5)
    )
    + "</feed>"
)
_JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Layers",
        "home_page_url": "https://a.example/",
        "authors": [{"name": "Ada Brook"}],
        "items": [
            {
                "id": str(n),
                "url": f"https://a.example/{n}",
                "title": "A lexer",
                "content_html": "<p>It reads the same text in a tenth of the time, and nobody noticed.</p>",
                "content_text": "It reads the same text.",
                "date_published": f"2026-11-0{n}T09:00:00+01:00",
                "tags": ["tools", "speed"],
                "image": "https://a.example/a.png",
            }
            for n in range(1, 5)
        ],
    },
    indent=1,
)
_OPML = (
    '<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body><outline text="Code">'
    + "".join(f'<outline type="rss" text="Feed {n}" xmlUrl="https://a.example/{n}.xml"/>' for n in range(6))
    + "</outline></body></opml>"
)
_MARKDOWN = """---
title: "A lexer: in Rust"
author: [Ada Brook, Tom Weld]
date: 2026-11-03 09:00:00+01:00
tags: [tools, speed]
---
# A lexer in Rust

It reads the same text in a *tenth* of the time, and [nobody](https://a.example/1) noticed. See ![a chart](c.png).

> Forty lines were enough.
> — Ada Brook

- one
- two
    1. deeper

```python
print("{{ 7*7 }}")
```

| a | b |
|---|---|
| 1 | 2 |

It was measured on two machines, and the figures were the same on both of them.
"""


@dataclass(frozen=True)
class Seed:
    """Bytes as they would come from a user, and the name they would have."""

    name: str
    data: bytes


def load() -> list[Seed]:
    """All seeds, by kind: each kind is as likely to be mutated as another, however many there are of it."""
    return [seed for kind in by_kind().values() for seed in kind]


def by_kind() -> dict[str, list[Seed]]:
    """Pages (plain, packed, in archives and mails), feeds, pages saved as text, Markdown."""
    samples = [Seed(path.name, path.read_bytes()) for path in sorted((ROOT / "samples").glob("*.*"))]
    pages = [seed for seed in samples if seed.name.endswith(".html")] + _pages()
    feeds = [seed for seed in samples if seed.name.endswith((".xml", ".atom"))] + _feeds()
    dumps = [seed for seed in samples if seed.name.endswith(".txt")] + _dumps()
    dumps += [Seed(f"{page.name[:-5]}.txt", html_text.extract_text(_text(page.data)).encode()) for page in pages]
    return {
        "page": pages,
        "packed": [Seed(f"{page.name}.gz", gzip.compress(page.data, mtime=0)) for page in pages[::4]],
        "archive": [Seed(f"{page.name[:-5]}.mhtml", _archive(page.data)) for page in pages[::4]],
        "mail": [Seed(f"{page.name[:-5]}.eml", _mail(page.data)) for page in pages[::4]],
        "feed": feeds,
        "dump": dumps,
        "markdown": [seed for seed in samples if seed.name.endswith(".md")] + [Seed("own.md", _MARKDOWN.encode())],
    }


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\x00", "")


def _pages() -> list[Seed]:
    paths = sorted((CORPORA / "pages" / "html").glob("*.gz"))[::3]
    return [Seed(path.name.removesuffix(".gz"), gzip.decompress(path.read_bytes())) for path in paths]


def _feeds() -> list[Seed]:
    own = {"own.rss": _RSS, "own.atom": _ATOM, "own.json": _JSON, "own.opml": _OPML}
    paths = sorted((CORPORA / "feeds").rglob("*.xml"))
    real = [Seed(path.name, path.read_bytes()) for path in paths]
    return [Seed(name, text.encode()) for name, text in own.items()] * max(1, len(real) // 12) + real


def _dumps() -> list[Seed]:
    real = [Seed(path.name, path.read_bytes()) for path in sorted((CORPORA / "dumps").glob("*.txt"))]
    return real * 10


def _mail(page: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Ada Brook <ada@a.example>"
    mail["To"] = "editor@b.example"
    mail["Subject"] = "Fwd: Größere Änderungen am Lexer"
    mail["Date"] = "Tue, 03 Nov 2026 09:00:00 +0100"
    mail["List-Unsubscribe"] = "<https://a.example/u>"
    mail.set_content("It reads the same text in a tenth of the time, and nobody noticed.")
    mail.add_alternative(_text(page), subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def _archive(page: bytes) -> bytes:
    archive = EmailMessage()
    archive["From"] = "<Saved by Blink>"
    archive["Snapshot-Content-Location"] = "https://a.example/lexer"
    archive["Subject"] = "A lexer in Rust"
    archive["Date"] = "Tue, 03 Nov 2026 09:00:00 +0100"
    archive.make_related()
    part = EmailMessage()
    part.set_content(_text(page), subtype="html", cte="base64")
    part["Content-Location"] = "https://a.example/lexer"
    archive.attach(part)
    picture = EmailMessage()
    picture.set_content(b"\x89PNG\r\n\x1a\n" + bytes(40), "image", "png")
    archive.attach(picture)
    return archive.as_bytes()
