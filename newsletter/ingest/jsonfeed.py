"""JSON Feed 1.0 and 1.1 (jsonfeed.org) → one article an item. What is of the wrong type counts as absent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from newsletter import urls
from newsletter.errors import SourceError
from newsletter.ingest import dates, names
from newsletter.ingest.draft import Draft, digest
from newsletter.ingest.feeds import MAX_NAME, FeedReading, collect
from newsletter.ingest.html import finishing, fragment
from newsletter.models import Block
from newsletter.text.clean import one_line

Item = Mapping[str, Any]


def read(text: str, source: str, now: datetime) -> FeedReading:
    """A feed's items. Raises SourceError when it is no JSON Feed; it may be an empty one."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise SourceError(source, f"a broken JSON Feed ({str(fault)[:150]})") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise SourceError(source, "JSON without a list of items; expected a JSON Feed")
    items = [item for item in feed["items"] if isinstance(item, dict)]
    links = Counter(_address(item) for item in items)

    def draft(item: Item) -> Draft:
        return _draft(item, feed, source, now, shared=links[_address(item)] > 1)

    articles, rejected = collect([_named(item) for item in items], source, draft, _why)
    return FeedReading(
        source,
        articles,
        rejected,
        title=one_line(_text(feed, "title"))[:MAX_NAME],
        site=urls.canonical(_text(feed, "home_page_url")),
        untold=tuple(_address(item) for item in items if _is_untold(item) and _address(item)),
        empty="a JSON Feed without items; expected at least one",
    )


def _draft(item: Item, feed: Item, source: str, now: datetime, *, shared: bool) -> Draft:
    link = _address(item)
    html, plain, summary = (_text(item, name) for name in ("content_html", "content_text", "summary"))
    blocks = fragment.blocks(html) if html else _paragraphs(plain or summary)
    authors = _authors(item) or _authors(feed)
    title = _text(item, "title")
    deck = summary if html or plain else ""
    name = _text(item, "id") or digest(f"{title}|{html}{plain}")
    tags = [tag for tag in _list(item, "tags") if isinstance(tag, str)]
    return Draft(
        title=title,
        url="" if shared or link == urls.canonical(_text(feed, "home_page_url")) else link,
        base=link or _text(feed, "home_page_url"),
        deck=deck,
        category=tags[0] if len(tags) == 1 else "",
        authors=authors,
        site=_text(feed, "title"),
        published=dates.parse(_text(item, "date_published"), now) or dates.parse(_text(item, "date_modified"), now),
        language=_text(item, "language") or _text(feed, "language"),
        image=_text(item, "image") or _text(item, "banner_image"),
        blocks=finishing.strip(blocks, (title, deck, *authors)),
        tags=tags if len(tags) > 1 else [],
        item=f"{urls.canonical(_text(feed, 'feed_url')) or source}#{name}",
    )


def _named(item: Item) -> Item:
    """The id as text: some writers make it a number."""
    name = item.get("id")
    return {**item, "id": str(name)} if isinstance(name, int | float) else item


def _text(item: Item, key: str) -> str:
    value = item.get(key)
    return value.strip() if isinstance(value, str) else ""


def _list(item: Item, key: str) -> list[Any]:
    value = item.get(key)
    return value if isinstance(value, list) else []


def _address(item: Item) -> str:
    return urls.canonical(_text(item, "url")) or urls.canonical(_text(item, "external_url")) or ""


def _paragraphs(text: str) -> list[Block]:
    return [Block("paragraph", part) for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def _authors(item: Item) -> list[str]:
    """1.1 has a list, 1.0 one author."""
    people = [*_list(item, "authors"), item.get("author")]
    said = [_text(person, "name") for person in people if isinstance(person, dict)]
    found: list[str] = []
    for text in filter(None, said):
        found += names.byline(text).names or ([text] if len(text) <= 60 else [])
    return list(dict.fromkeys(found))


def _is_untold(item: Item) -> bool:
    return bool(_text(item, "title")) and not any(
        _text(item, key) for key in ("content_html", "content_text", "summary")
    )


def _why(item: Item, reason: str) -> str:
    if _is_untold(item):
        link = _address(item)
        return "the item has a title and no text" + (f"; add the page itself: {link}" if link else "")
    return reason
