"""An article on its way in: what it tells without the store.

Processes that read work it out; it needs neither the database nor its library, which takes them long to load.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter import urls
from newsletter.models import Article
from newsletter.store.fields import Fields, fields_of
from newsletter.store.storable import kept
from newsletter.text import nearness


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """An article that comes in, what it is known by, and what is indexed of it: all that it tells without the store."""

    article: Article
    fingerprint: str
    address: str | None
    #: The signature of its text, where it is long enough to have one.
    mark: bytes | None
    has_text: bool
    #: Everything that another article may have in common with it.
    ties: frozenset[object]
    fields: Fields


def arrival(article: Article) -> Arrival:
    """An article as it comes in: the costly part of taking it in, which needs no store. Pure."""
    article = kept(article)
    body = article.body_text
    fingerprint, page, mark = article.fingerprint, address(article), nearness.signature(body)
    ties: list[object] = [("key", article.key), ("words", fingerprint), *(nearness.bands(mark) if mark else ())]
    if page is not None:
        ties.append(("address", page))
    return Arrival(article, fingerprint, page, mark, bool(body.strip()), frozenset(ties), fields_of(article))


def address(article: Article) -> str | None:
    """What tells its page from others; None for an article that its address does not tell from others."""
    return urls.key(article.key.removeprefix("url:")) if article.key.startswith("url:") else None
