"""The one way in: `read` unpacks and decodes the bytes, tells what they are, and hands them to that format's reader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.ingest import eml, sniff
from newsletter.ingest.decode import MAX_BYTES, recoded, to_text, unpack
from newsletter.ingest.draft import finish
from newsletter.ingest.sniff import SUFFIXES
from newsletter.models import Article, FeedLink, Rejected

if TYPE_CHECKING:
    from newsletter.ingest.feeds import FeedReading

__all__ = ["MAX_BYTES", "SUFFIXES", "Reading", "read", "read_feed", "text"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came out of one source: a feed may give many articles, and some of its items may be rejected."""

    articles: tuple[Article, ...]
    rejected: tuple[Rejected, ...] = ()
    #: The feeds that an OPML list names.
    feeds: tuple[FeedLink, ...] = ()


def read(data: bytes, source: str, *, now: datetime, content_type: str = "") -> Reading:
    """The articles in `data`. `source` is where it came from (path, address, "-"); its suffix breaks ties.

    `now` (aware) bounds dates: nothing is published in the future. `content_type` is what a server said of the data.
    Raises SourceError, and nothing else, when no article can be read; its text says what was found and expected.
    """
    with _contained(source):
        return _read(recoded(data, content_type), source, now)


def read_feed(data: bytes, source: str, *, now: datetime, content_type: str = "") -> FeedReading:
    """The feed in `data`, which may be an empty one. Raises SourceError, and nothing else, for what is no feed."""
    from newsletter.ingest import feeds, jsonfeed

    with _contained(source):
        data = unpack(recoded(data, content_type), source)
        text = to_text(data, source)
        kind = sniff.kind(text, source)
        if kind == "jsonfeed":
            return jsonfeed.read(text, source, now)
        if kind == "feed":
            return feeds.read(data, text, source, now)
        name = {"html": "a web page", "opml": "a list of feeds (OPML)"}.get(kind, "text")
        raise SourceError(source, f"this is {name}; expected RSS, RDF, Atom or JSON Feed")


def text(data: bytes, content_type: str = "") -> str:
    """Data as text, "" when it is none."""
    try:
        return to_text(unpack(recoded(data, content_type), ""), "")
    except SourceError:
        return ""


@contextmanager
def _contained(source: str) -> Iterator[None]:
    try:
        yield
    except SourceError as refused:
        if refused.source == source:
            raise
        raise SourceError(source, refused.reason) from None  # of a piece of it, which has no name of its own
    except (RecursionError, MemoryError):
        raise SourceError(source, "nested too deeply to be read; save only the article's text") from None
    except ImportError:  # the installation is broken, not the article
        raise
    except Exception as fault:  # a parser's bug must not end an import of a thousand files
        raise SourceError(source, f"could not be read ({type(fault).__name__}: {str(fault)[:200]})") from fault


def _read(data: bytes, source: str, now: datetime) -> Reading:
    data = unpack(data, source)
    if eml.is_message(data):
        return Reading((finish(eml.read(data, source, now), source),))
    text = to_text(data, source)
    match sniff.kind(text, source):
        case "feed":
            from newsletter.ingest import feeds

            found = feeds.read(data, text, source, now).whole()
            return Reading(found.articles, found.rejected)
        case "jsonfeed":
            from newsletter.ingest import jsonfeed

            found = jsonfeed.read(text, source, now).whole()
            return Reading(found.articles, found.rejected)
        case "opml":
            from newsletter.ingest import opml

            return Reading((), feeds=opml.read(text, source))
        case "html":
            from newsletter.ingest import html

            draft = html.read(text, source, now)
        case "markdown":
            from newsletter.ingest import markdown

            draft = markdown.read(text, source, now)
        case "dump":
            from newsletter.ingest import dump

            draft = dump.read(text, source, now)
    return Reading((finish(draft, source),))
