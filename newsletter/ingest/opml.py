"""OPML in and out: lists of feeds, as every feed reader writes them (opml.org/spec2, subscription lists)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from newsletter import urls
from newsletter.errors import SourceError
from newsletter.ingest import guard
from newsletter.models import Feed, FeedLink
from newsletter.text.clean import one_line

_MAX_DEPTH = 50
_MAX_FEEDS = 20_000
_MAX_NAME = 300


def read(text: str, source: str) -> tuple[FeedLink, ...]:
    """The feeds a list names, each address once, in order. Raises SourceError when it is no list, or names none."""
    if guard.depth(text) > _MAX_DEPTH:
        raise SourceError(source, f"outlines nested more than {_MAX_DEPTH} deep; expected a list of feeds")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode("utf-8", "ignore"), parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise SourceError(source, f"broken OPML ({str(fault)[:150]})") from None
    links: dict[str, FeedLink] = {}
    for outline in root.iter("{*}outline") if root is not None else ():
        values = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        url = urls.canonical(values.get("xmlurl", ""))
        if url and url not in links:
            title = one_line(values.get("title") or values.get("text") or "")[:_MAX_NAME]
            links[url] = FeedLink(url, title, urls.canonical(values.get("htmlurl", "")), _folder(outline))
    if not links:
        raise SourceError(source, "an OPML file that names no feed; expected outlines with an xmlUrl")
    if len(links) > _MAX_FEEDS:
        raise SourceError(source, f"{len(links):,} feeds; a list may have {_MAX_FEEDS:,}")
    return tuple(links.values())


def write(feeds: Iterable[Feed], title: str, now: datetime) -> str:
    """The feeds as OPML 2.0, those of a category in its folder."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _valid(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(now, usegmt=True)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {"": body}
    for feed in feeds:
        name = _valid(feed.title or feed.url)
        values = {"text": name, "title": name, "type": "rss", "xmlUrl": feed.url, "htmlUrl": feed.site or ""}
        etree.SubElement(_made(feed.category, folders), "outline", {key: text for key, text in values.items() if text})
    return etree.tostring(root, encoding="unicode", pretty_print=True)


def _made(category: str, folders: dict[str, etree._Element]) -> etree._Element:
    if category not in folders:
        parent, _, name = category.rpartition("/")
        folders[category] = etree.SubElement(_made(parent, folders), "outline", {"text": _valid(name)})
    return folders[category]


def _folder(outline: etree._Element) -> str:
    names = [
        one_line(str(above.get("text") or above.get("title") or "")).replace("/", "-")
        for above in outline.iterancestors("{*}outline")
        if not above.get("xmlUrl")
    ]
    return "/".join(name for name in reversed(names) if name)[:200]


def _valid(text: str) -> str:
    """Without what XML can't hold."""
    return "".join(char for char in text if char in "\t\n\r" or (char >= " " and char not in "\ufffe\uffff"))
