"""What kind of source a text is (`Kind`). The content decides; the suffix breaks ties."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from typing import Literal

from newsletter.errors import SourceError

Kind = Literal["feed", "jsonfeed", "opml", "html", "markdown", "dump"]

#: File names that a walk through a folder takes.
SUFFIXES: frozenset[str] = frozenset(
    {
        ".txt",
        ".text",
        ".html",
        ".htm",
        ".xhtml",
        ".md",
        ".markdown",
        ".xml",
        ".rss",
        ".atom",
        ".rdf",
        ".mhtml",
        ".mht",
        ".eml",
    }
)
_BY_SUFFIX: dict[str, Kind] = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".md": "markdown", ".markdown": "markdown",
    ".xml": "feed", ".rss": "feed", ".atom": "feed", ".rdf": "feed",
}  # fmt: skip
_FEED_ROOTS = frozenset({"rss", "rdf", "feed", "channel", "newsfeed", "entry"})
_HTML_ROOTS = frozenset({"html", "head", "body", "title", "meta", "article", "main", "div", "p", "h1", "section"})
#: What may stand before the root: declaration, processing instructions, comments, the document type.
_PROLOGUE = re.compile(
    r"(?:\s+|<\?.{0,2000}?\?>|<!--.{0,20000}?-->|<!DOCTYPE\s+(?!html)[^\[>]{0,500}(?:\[.{0,20000}?\]\s*)?>)*",
    re.DOTALL | re.IGNORECASE,
)
_ROOT = re.compile(r"<(?:[\w.\-]+:)?([A-Za-z][\w.\-]*)[\s/>]")
_HTML_MARK = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
#: The version of a JSON Feed; some writers escape slashes.
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org\\?/version')
_BLOCK_TAGS = re.compile(r"</(?:p|div|article|section|ul|h[1-6]|span|table)>", re.IGNORECASE)
_MARKDOWN_SIGNS = re.compile(r"^(?:#{1,6} \S|```|~~~|[-*+] \S|\d+\. \S|> \S|!\[)|\]\(https?://|\*\*\S", re.MULTILINE)
_ATX_START = re.compile(r"\s*#{1,3} \S")
#: Where the first closing tag stands at most, in characters, in a text that is marked up.
_TAGGED_FROM = 3000
#: Lines from the first within which a saved page has its menu.
_MENU_WITHIN = 12
#: A title that stands alone, as nobody but a writer of Markdown would set it.
_ATX_TITLE = re.compile(r"# \S[^\n]*\n[ \t]*\n")


def kind(text: str, source: str) -> Kind:
    """The kind of `text`. Raises SourceError for what is neither prose nor a feed (JSON, other XML)."""
    by_suffix = _by_suffix(source)
    head = text[:60_000].lstrip("\ufeff \t\n")
    if head.startswith(("---\n", "+++\n")) or head.rstrip() in {"---", "+++"}:
        return "markdown"
    if head.startswith("<"):
        return _marked_up(head, by_suffix, source)
    if by_suffix in {"html", "feed"}:
        return by_suffix
    if by_suffix != "markdown" and (_HTML_MARK.search(head[:2000]) or _is_tagged(head)):
        return "html"
    if head[:1] == "{" and _JSON_FEED.search(text):
        return "jsonfeed"
    if head[:1] in "{[" and _is_json(text):
        raise SourceError(source, "this is JSON; expected text, HTML, Markdown, RSS, Atom or JSON Feed")
    if by_suffix == "markdown" or (_begins_as_markdown(head) and not _has_menu(head)):
        return "markdown"
    return "dump"


def _is_tagged(head: str) -> bool:
    """Whether a text without a root is marked up from its beginning; a page may print a piece of HTML further below."""
    tags = [found.start() for found in _BLOCK_TAGS.finditer(head)]
    return len(tags) > 20 and tags[0] < _TAGGED_FROM


def _begins_as_markdown(head: str) -> bool:
    return bool(
        _ATX_TITLE.match(head) or (_ATX_START.match(head) and len(_MARKDOWN_SIGNS.findall(head)) > 1),
    )


def _has_menu(head: str) -> bool:
    """Whether links of a menu follow the first line: a saved page whose window's title begins with "#"."""
    from newsletter.ingest import chrome  # its phrases are compiled when first asked for; feeds never ask

    above = [line for line in head[:5000].split("\n") if line.strip()][1:_MENU_WITHIN]
    return sum(chrome.meaning(line) == "nav" for line in above) >= 2


def _marked_up(head: str, by_suffix: Kind | None, source: str) -> Kind:
    if _HTML_MARK.match(head):
        return "html"
    prologue = _PROLOGUE.match(head)
    rest = head[prologue.end() if prologue else 0 :]
    if _HTML_MARK.match(rest):
        return "html"
    root = _ROOT.match(rest)
    name = root[1].lower() if root else ""
    if name == "opml":
        return "opml"
    if name in _FEED_ROOTS or (by_suffix == "feed" and name not in _HTML_ROOTS):
        return "feed"
    if name in _HTML_ROOTS or _HTML_MARK.search(rest) or by_suffix == "html" or _BLOCK_TAGS.search(rest):
        return "html"
    if by_suffix == "markdown":
        return "markdown"
    if head.startswith("<?xml"):
        raise SourceError(source, f"an XML file with the root <{name or '?'}>; expected RSS, RDF, Atom or OPML")
    return "dump"


def _by_suffix(source: str) -> Kind | None:
    name = source.lower().split("?", 1)[0].removesuffix(".gz")
    return _BY_SUFFIX.get(PurePosixPath(name).suffix)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
