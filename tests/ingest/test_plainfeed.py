"""Plain RSS read without feedparser: whatever is said of it, feedparser says the same."""

from __future__ import annotations

import random
from datetime import datetime

import pytest

from newsletter import ingest
from newsletter.errors import SourceError
from newsletter.ingest import plainfeed

NAMESPACES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in plainfeed._NAMESPACES.items())
WORDPRESS = ' xmlns="com-wordpress:feed-additions:1"'
TEXTS = [
    "Seven plain words stand in this text",
    "  spaced\n\n out ",
    "",
    "a &amp; b &lt;b&gt;bold&lt;/b&gt; &amp;nbsp; c",
    "<![CDATA[<p>One & two</p><p>Three <a href='/x'>more</a></p>]]>",
    "<![CDATA[x]]> and <!-- left out --> <![CDATA[y]]>",
    "Größe, 漢字, Ã© and &#8212;",
    "https://h.example/a?b=1&amp;c=2&amp;copy;=3",
    "/a/path",
    "Fri, 13 Nov 2026 09:00:00 GMT",
    "2026-11-13T09:00:00Z",
    "Sat, 21 Nov 2026 23:30:00 -0800",
    "one day in spring",
    "By Anna Berg and Tom Weld",
]
ELEMENTS = [
    *(
        "<{0}>{1}</{0}>".format(name, "%s")
        for name in ("title", "link", "pubDate", "description", "author", "comments")
    ),
    *("<{0}>{1}</{0}>".format(name, "%s") for name in ("dc:creator", "dc:date", "content:encoded", "category", "guid")),
    '<guid isPermaLink="false">%s</guid>',
    '<category domain="https://h.example/tags">%s</category>',
    '<enclosure url="https://h.example/a%%20b.jpg" type="image/JPEG" length="9"/>',
    '<media:content url="https://h.example/i.png" medium="image"/>',
    '<media:thumbnail url="https://h.example/t.png"/>',
    '<atom:link href="https://h.example/e.png" rel="enclosure" type="image/png"/>',
    "<slash:comments>3</slash:comments>",
    f"<post-id{WORDPRESS}>12</post-id>",
]
CHANNEL = [
    "<ttl>90</ttl>",
    "<language>de</language>",
    '<atom:link href="https://h.example/feed" rel="self"/>',
    "<image><url>https://h.example/l.png</url><title>Logo</title><link>https://h.example/</link></image>",
    "<lastBuildDate>Fri, 13 Nov 2026 09:00:00 GMT</lastBuildDate>",
    f"<site{WORDPRESS}>7</site>",
]


def _feed(*parts: str, declaration: str = '<?xml version="1.0" encoding="UTF-8"?>', names: str = NAMESPACES) -> bytes:
    return f'{declaration}<rss version="2.0" {names}><channel>{"".join(parts)}</channel></rss>'.encode()


def _filled(element: str, draw: random.Random) -> str:
    return element % draw.choice(TEXTS) if "%s" in element else element.replace("%%", "%")


def _random(draw: random.Random) -> bytes:
    head = [f"<title>{draw.choice(TEXTS)}</title>", f"<link>{draw.choice(TEXTS)}</link>"]
    parts = [*draw.sample(head, 2), *draw.sample(CHANNEL, draw.randrange(4))]
    for _ in range(draw.randrange(1, 4)):
        elements = [_filled(draw.choice(ELEMENTS), draw) for _ in range(draw.randrange(1, 9))]
        parts.insert(draw.randrange(len(parts) + 1), f"<item>{''.join(elements)}</item>")
    return _feed(*parts)


def _both(data: bytes, now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the feed is read as, with and without the shorter way."""
    found: list[object] = []
    for read in (plainfeed.read, lambda _: None):
        with monkeypatch.context() as patch:
            patch.setattr(plainfeed, "read", read)
            try:
                found.append(ingest.read_feed(data, "https://h.example/feed", now=now))
            except SourceError as error:
                found.append(error.reason)
    return found


def test_feedparser_says_the_same(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(7)
    feeds = [_random(draw) for _ in range(400)]
    for data in feeds:
        shorter, whole = _both(data, now, monkeypatch)
        assert shorter == whole, data.decode()
    assert sum(plainfeed.read(data) is not None for data in feeds) > 250


ITEM = "<item><title>T</title><description>Some words</description></item>"


@pytest.mark.parametrize(
    "data",
    [
        _feed(ITEM, declaration='<?xml version="1.0" encoding="iso-8859-1"?>'),
        _feed("<title>A</title><title>B</title>", ITEM),
        _feed(ITEM.replace("Some words", "Some <b>words</b>")),
        _feed(ITEM.replace("Some words", "Some&nbsp;words")),
        _feed(ITEM.replace("Some words", "Some&#150;words")),
        _feed(ITEM.replace("<title>", '<title xml:lang="de">')),
        _feed(ITEM.replace("<item>", '<item xml:base="https://other.example/">')),
        _feed(ITEM, "<itunes:author>Anna</itunes:author>"),
        _feed(ITEM.replace("<title>", "<author>anna@h.example (Anna)</author><title>")),
        _feed(ITEM.replace("</item>", "<description>Again</description></item>")),
        _feed(ITEM.replace("<title>", '<x:y xmlns:x="urn:x">z</x:y><title>')),
        _feed(ITEM, names='xmlns="http://purl.org/rss/1.0/"'),
        _feed(ITEM, names='xmlns:dc="urn:other"'),
        _feed(ITEM)[:-8],
        b"<!DOCTYPE rss>" + _feed(ITEM, declaration=""),
        _feed("<title>Nothing yet</title>"),
        _feed(ITEM).replace(b"Some", b"S\xf6me"),
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title></entry></feed>',
    ],
)
def test_what_is_unusual_is_left_to_feedparser(data: bytes) -> None:
    assert plainfeed.read(_feed(ITEM)) is not None
    assert plainfeed.read(data) is None


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_no_encoding_hides_entities(encoding: str) -> None:
    declared = '<!DOCTYPE rss [<!ENTITY a "told by an entity">]>'
    enclosure = '<enclosure url="https://h.example/&a;" type="image/png" length="9"/>'
    item = ITEM.replace("</item>", f"{enclosure}</item>")
    feed = _feed(item, declaration=f'<?xml version="1.0"?>{declared}', names="")
    for data in (feed, feed.removeprefix(b'<?xml version="1.0"?>')):
        assert plainfeed.read(data.decode().encode(encoding)) is None
