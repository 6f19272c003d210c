"""The feeds that a page names (<link rel="alternate">), and where they usually are when it names none."""

from __future__ import annotations

from urllib.parse import urljoin

from newsletter import urls
from newsletter.errors import SourceError
from newsletter.ingest.html import tree
from newsletter.models import FeedLink
from newsletter.text.clean import one_line

_TYPES = {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
#: Where feeds are on most sites, most likely first.
USUAL = ("feed", "rss.xml", "atom.xml", "feed.xml", "index.xml", "rss")


def feeds(text: str, url: str) -> tuple[FeedLink, ...]:
    """The feeds a page names, in its order (comment feeds last); none for what is no page."""
    try:
        root = tree.parse(text, url)
    except SourceError:
        return ()
    base = next((node.get("href") for node in root.iter("base") if node.get("href")), None)
    base = (base and urls.canonical(base, url)) or url
    found: dict[str, FeedLink] = {}
    for node in root.iter("link"):
        rel = (node.get("rel") or "").lower().split()
        kind = (node.get("type") or "").partition(";")[0].strip().lower()
        address = urls.canonical(node.get("href") or "", base)
        if "alternate" in rel and kind in _TYPES and address:
            found.setdefault(address, FeedLink(address, one_line(node.get("title") or ""), url))
    return tuple(sorted(found.values(), key=lambda link: "comment" in f"{link.url} {link.title}".lower()))


def usual(url: str) -> tuple[str, ...]:
    """Addresses worth trying for the page's site."""
    return tuple(urljoin(url, f"/{name}") for name in USUAL)
