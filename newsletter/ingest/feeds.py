"""RSS 0.9 to 2.0, RDF and Atom → one article an item, by feedparser; what is plain RSS, by `plainfeed` in its stead.

Only a stream is handed to feedparser: a string, and bytes too, it would try as a file name first. Size and nesting are
checked before it parses; entities are contained by it. An item that can't be used is rejected with its reason, and the
others go on.
"""

from __future__ import annotations

import calendar
import io
import re
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from newsletter import urls
from newsletter.errors import SourceError
from newsletter.ingest import dates, guard, names, plainfeed
from newsletter.ingest.dates import Moment
from newsletter.ingest.draft import Draft, digest, finish
from newsletter.ingest.html import finishing, fragment
from newsletter.models import Article, Block, Rejected
from newsletter.text.clean import one_line

_MAX_DEPTH = 500
_MAX_ITEMS = 5_000
#: Characters of a feed's own name.
MAX_NAME = 300

Entry = Mapping[str, Any]


#: An article with less text than this may be a teaser (characters).
_TEASER = 1000
#: How a feed that came whole ends.
_END = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_TEASER_END = re.compile(
    r"(?:…|\.\.\.|\[(?:…|\.\.\.)\]|(?:read|continue|weiter|lire|leer)\b.{0,30})\W*\Z", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class FeedReading:
    """A feed read: its items as articles, and what it says of itself."""

    source: str
    articles: tuple[Article, ...]
    rejected: tuple[Rejected, ...]
    title: str = ""
    #: The page it belongs to.
    site: str | None = None
    #: How long it asks to be left alone (RSS: ttl); None if it does not say.
    ttl: timedelta | None = None
    #: Addresses of items that have a title and no text.
    untold: tuple[str, ...] = ()
    #: What was found instead of items, for one that has none.
    empty: str = ""

    def whole(self) -> FeedReading:
        """The same. Raises SourceError when there are no items."""
        if not self.articles and not self.rejected:
            raise SourceError(self.source, self.empty)
        return self


def is_teaser(article: Article) -> bool:
    """Whether a feed's item looks like the beginning of a longer text."""
    text = article.body_text
    return len(text) < _TEASER or (len(text) < 3 * _TEASER and bool(_TEASER_END.search(text[-80:])))


def read(data: bytes, text: str, source: str, now: datetime) -> FeedReading:
    """A feed's items; `text` is `data` decoded. Raises SourceError when it is no feed; it may be an empty one."""
    parsed = plainfeed.read(data)
    if parsed is None:
        if guard.depth(text) > _MAX_DEPTH:
            raise SourceError(source, f"elements nested more than {_MAX_DEPTH} deep; expected a feed; refused unread")
        parsed = _parse(data, source)
    entries: list[dict[str, Any]] = parsed.get("entries", [])
    # Not left to feedparser: told the feed's address, it joins addresses at every tag, a fifth of its time.
    base = source if source.startswith(("http://", "https://")) else None
    for entry in entries:
        entry["link"] = urls.canonical(_text(entry, "link"), base) or ""
    if not entries and not parsed.get("version"):
        raise SourceError(source, _empty(parsed))
    if not entries and parsed.get("bozo") and not _END.search(text):
        raise SourceError(source, "a feed that is cut off before its first item; expected the whole of it")
    feed: Entry = parsed.get("feed", {})
    links = Counter(_address(entry) for entry in entries)

    def draft(entry: Entry) -> Draft:
        return _draft(entry, feed, source, now, shared=links[_address(entry)] > 1)

    articles, rejected = collect(entries, source, draft, _why)
    return FeedReading(
        source,
        articles,
        rejected,
        title=one_line(fragment.text(_text(feed, "title")))[:MAX_NAME],
        site=urls.canonical(_text(feed, "link"), base),
        ttl=_ttl(_text(feed, "ttl")),
        untold=tuple(_address(entry) for entry in entries if _is_untold(entry) and _address(entry)),
        empty=_empty(parsed),
    )


def collect(
    entries: Sequence[Entry], source: str, draft: Callable[[Entry], Draft], why: Callable[[Entry, str], str]
) -> tuple[tuple[Article, ...], tuple[Rejected, ...]]:
    """The items as articles; one that can't be used is rejected, with `why`, and the others go on."""
    articles: list[Article] = []
    rejected: list[Rejected] = []
    for number, entry in enumerate(entries, 1):
        name = f"{source}#{_text(entry, 'id') or number}"
        if number > _MAX_ITEMS:
            rejected.append(Rejected(name, f"item {number:,}; at most {_MAX_ITEMS:,} items are read from one feed"))
            continue
        try:
            articles.append(finish(draft(entry), source))
        except SourceError as fault:
            rejected.append(Rejected(name, why(entry, fault.reason)))
        except (RecursionError, MemoryError):
            rejected.append(Rejected(name, "nested too deeply to be read"))
        except Exception as fault:
            rejected.append(Rejected(name, f"could not be read ({type(fault).__name__}: {str(fault)[:200]})"))
    return tuple(articles), tuple(rejected)


def _parse(data: bytes, source: str) -> Mapping[str, Any]:
    import feedparser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # feedparser's own, about its date aliases
        try:
            # Its sanitiser is not needed (and half its time): markup becomes typed blocks of plain text here, what runs
            # or asks for input is left out on the way (`html.blocks`), and addresses are resolved and checked after.
            parsed: Mapping[str, Any] = feedparser.parse(
                io.BytesIO(data),
                sanitize_html=False,
                resolve_relative_uris=False,
            )
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
    return _text(entry, "link")  # `read` made it canonical


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
        parts = entry[f"{key}_parsed"] if f"{key}_parsed" in stated else _parts(_text(entry, key))
        if parts:
            try:
                at = datetime.fromtimestamp(calendar.timegm(parts), UTC)
            except (ValueError, OverflowError, OSError, TypeError):
                continue
            return dates.parse(at.date().isoformat(), now)
    return None


def _parts(text: str) -> Any:
    """What feedparser makes of a date."""
    from feedparser.datetimes import _parse_date

    return _parse_date(text)


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


def _is_untold(entry: Entry) -> bool:
    return bool(_text(entry, "title")) and not (_text(entry, "summary") or _content(entry))


def _ttl(minutes: str) -> timedelta | None:
    return timedelta(minutes=min(int(minutes), 10**6) if len(minutes) < 20 else 10**6) if minutes.isdecimal() else None


def _why(entry: Entry, reason: str) -> str:
    if _is_untold(entry):
        link = _address(entry)
        return "the item has a title and no text" + (f"; add the page itself: {link}" if link else "")
    return reason
