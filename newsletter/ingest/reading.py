"""The one way in: `read` unpacks and decodes the bytes, tells what they are, and hands them to that format's reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.errors import SourceError
from newsletter.ingest import eml, sniff
from newsletter.ingest.decode import MAX_BYTES, to_text, unpack
from newsletter.ingest.draft import finish
from newsletter.ingest.sniff import SUFFIXES
from newsletter.models import Article, Rejected

__all__ = ["MAX_BYTES", "SUFFIXES", "Reading", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came out of one source: a feed may give many articles, and some of its items may be rejected."""

    articles: tuple[Article, ...]
    rejected: tuple[Rejected, ...] = ()


def read(data: bytes, source: str, *, now: datetime) -> Reading:
    """The articles in `data`. `source` is where it came from (path, address, "-"); its suffix breaks ties.

    `now` (aware) bounds dates: nothing is published in the future.
    Raises SourceError, and nothing else, when no article can be read; its text says what was found and expected.
    """
    try:
        return _read(data, source, now)
    except SourceError:
        raise
    except (RecursionError, MemoryError):
        raise SourceError(source, "nested too deeply to be read; save only the article's text") from None
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

            articles, rejected = feeds.read(data, text, source, now)
            return Reading(articles, rejected)
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
