"""RSS 0.9 to 2.0, RDF and Atom → one article an item, by feedparser.

Only a stream is handed to feedparser: a string, and bytes too, it would try as a file name first. Size and nesting are
checked before it parses; entities are contained by it. An item that can't be used is rejected with its reason, and the
others go on.
"""

from __future__ import annotations

import calendar
import io
import warnings
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from newsletter import urls
from newsletter.errors import SourceError
from newsletter.ingest import dates, guard, names
from newsletter.ingest.dates import Moment
from newsletter.ingest.draft import Draft, digest, finish
from newsletter.ingest.html import finishing, fragment
from newsletter.models import Article, Block, Rejected

_MAX_DEPTH = 500
_MAX_ITEMS = 5_000

Entry = Mapping[str, Any]


def read(data: bytes, text: str, source: str, now: datetime) -> tuple[tuple[Article, ...], tuple[Rejected, ...]]:
    """Articles and rejected items; `text` is `data` decoded. Raises SourceError when it is no feed, or an empty one."""
    if guard.depth(text) > _MAX_DEPTH:
        raise SourceError(source, f"elements nested more than {_MAX_DEPTH} deep; expected a feed; refused unread")
    parsed = _parse(data, source)
    entries: list[Entry] = parsed.get("entries", [])
    if not entries:
        raise SourceError(source, _empty(parsed))
    feed: Entry = parsed.get("feed", {})
    links = Counter(_address(entry) for entry in entries)
    articles: list[Article] = []
    rejected: list[Rejected] = []
    for number, entry in enumerate(entries, 1):
        name = f"{source}#{_text(entry, 'id') or number}"
        if number > _MAX_ITEMS:
            rejected.append(Rejected(name, f"item {number:,}; at most {_MAX_ITEMS:,} items are read from one feed"))
            continue
        try:
            articles.append(finish(_draft(entry, feed, source, now, shared=links[_address(entry)] > 1), source))
        except SourceError as fault:
            rejected.append(Rejected(name, _why(entry, fault.reason)))
        except Exception as fault:
            rejected.append(Rejected(name, f"could not be read ({type(fault).__name__}: {str(fault)[:200]})"))
    return tuple(articles), tuple(rejected)


def _parse(data: bytes, source: str) -> Mapping[str, Any]:
    import feedparser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # feedparser's own, about its date aliases
        try:
            parsed: Mapping[str, Any] = feedparser.parse(io.BytesIO(data), sanitize_html=True)
        except Exception as fault:  # its handlers of rare elements (image width, gml:pos) trip over odd values
            raise SourceError(source, f"a malformed feed ({type(fault).__name__}: {str(fault)[:100]})") from fault
    return parsed


def _draft(entry: Entry, feed: Entry, source: str, now: datetime, *, shared: bool) -> Draft:
    link = _address(entry)
    own = bool(link) and not shared and link != urls.canonical(_text(feed, "link"))
    content = _content(entry)
    summary = _text(entry, "summary")
    blocks = fragment.blocks(content or summary)
    title = fragment.text(_text(entry, "title"))
    authors = _authors(entry)
    deck = fragment.text(summary) if content and summary and summary != content else ""
    category, tags = _terms(entry)
    image = _image(entry)
    return Draft(
        title=title,
        url=link if own else "",
        base=link or _text(feed, "link"),
        deck="" if _opens(blocks, deck) else deck,
        category=category,
        authors=authors,
        site=fragment.text(_text(feed, "title")),
        published=_published(entry, now),
        language=_language(entry, feed),
        image=image,
        blocks=finishing.strip(blocks, (title, "" if _opens(blocks, deck) else deck, *authors)),
        tags=tags,
        item=f"{_feed_name(feed, source)}#{_text(entry, 'id') or digest(f'{title}|{link}|{content or summary}')}",
    )


def _text(entry: Entry, key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""


def _address(entry: Entry) -> str:
    return urls.canonical(_text(entry, "link")) or ""


def _content(entry: Entry) -> str:
    """The longest of the item's contents that is text."""
    values = [part.get("value") or "" for part in entry.get("content") or () if isinstance(part, Mapping)]
    return max((value for value in values if isinstance(value, str)), key=len, default="").strip()


def _opens(blocks: list[Block], deck: str) -> bool:
    """Whether the summary is only the beginning of the content."""
    said = deck.rstrip(" .…[]").casefold()
    return bool(said) and " ".join(" ".join(b.text.split()) for b in blocks).casefold().startswith(said[:200])


def _authors(entry: Entry) -> list[str]:
    listed = [person.get("name", "") for person in entry.get("authors") or () if isinstance(person, Mapping)]
    found: list[str] = []
    for text in [*listed] or [_text(entry, "author")]:
        if isinstance(text, str) and text.strip() and "@" not in text and "://" not in text:
            found += names.byline(text).names or ([text] if len(text) <= 60 else [])
    return found


def _terms(entry: Entry) -> tuple[str, list[str]]:
    """Category and tags: a single term is the item's category."""
    terms = [tag.get("label") or tag.get("term") or "" for tag in entry.get("tags") or () if isinstance(tag, Mapping)]
    terms = [term.strip() for term in terms if isinstance(term, str) and term.strip() and "://" not in term]
    return (terms[0], []) if len(terms) == 1 else ("", terms)


def _image(entry: Entry) -> str:
    for key in ("media_thumbnail", "media_content", "enclosures", "links"):
        for part in entry.get(key) or ():
            if isinstance(part, Mapping):
                address = part.get("url") or part.get("href") or ""
                kind = str(part.get("type") or part.get("medium") or "")
                if isinstance(address, str) and address and (key == "media_thumbnail" or kind.startswith("image")):
                    return address
    return ""


def _published(entry: Entry, now: datetime) -> Moment | None:
    stated = set(entry.keys())  # asking for "updated" where it is not makes feedparser substitute, and warn
    for key in (key for key in ("published", "updated") if key in stated):
        if moment := dates.parse(_text(entry, key), now):
            return moment
        parts = entry.get(f"{key}_parsed")
        if parts:
            try:
                at = datetime.fromtimestamp(calendar.timegm(parts), UTC)
            except (ValueError, OverflowError, OSError, TypeError):
                continue
            return dates.parse(at.date().isoformat(), now)
    return None


def _language(entry: Entry, feed: Entry) -> str:
    for part in (*(entry.get("content") or ()), entry.get("title_detail"), feed):
        if isinstance(part, Mapping) and isinstance(part.get("language"), str) and part["language"]:
            return str(part["language"])
    return ""


def _feed_name(feed: Entry, source: str) -> str:
    own = [
        link.get("href") for link in feed.get("links") or () if isinstance(link, Mapping) and link.get("rel") == "self"
    ]
    return next((name for link in own if isinstance(link, str) and (name := urls.canonical(link))), None) or source


def _empty(parsed: Mapping[str, Any]) -> str:
    if parsed.get("version"):
        return f"a feed ({parsed['version']}) without items; expected at least one"
    fault = parsed.get("bozo_exception")
    detail = f" ({str(fault)[:150]})" if fault else ""
    return f"not a feed{detail}; expected RSS, RDF or Atom with items"


def _why(entry: Entry, reason: str) -> str:
    if _text(entry, "title") and not (_text(entry, "summary") or _content(entry)):
        link = _address(entry)
        return "the item has a title and no text" + (f"; add the page itself: {link}" if link else "")
    return reason
