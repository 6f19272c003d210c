"""The tokens that are indexed of an article. Pure.

Four fields: title; byline (authors, site, category, tags); body (with the deck); facets, the words that are searched
for by field ("xxauthorxxada"), which count for no ranking.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from newsletter import urls
from newsletter.models import Article
from newsletter.store.words import tokens

#: Between the values of a facet, so that phrases don't run from one into the next.
_GAP = "xxgapxx"
#: Words that a typing error may be measured against, in characters.
_SHORTEST, _LONGEST = 4, 24


class Fields(NamedTuple):
    """The tokens of each field, with spaces between them."""

    title: str
    byline: str
    facets: str
    body: str
    #: Those that a typing error may be measured against, each once.
    words: str


def fields_of(article: Article) -> Fields:
    """The tokens of an article by field, as they are indexed."""
    sources = (article.site or "", article.source, urls.host(article.url or "") or "")
    facets = [
        *[_facets("source", value) for value in sources],
        *[_facets("author", value) for value in article.authors],
        *[_facets("tag", value) for value in article.tags],
        _facets("category", article.category or ""),
    ]
    byline = (*article.authors, article.site or "", article.category or "", *article.tags)
    found = [
        tokens(article.title),
        [token for value in byline for token in _tokens(value)],
        tokens(f"{article.deck or ''}\n{article.body_text}"),
    ]
    known = {word for word in set().union(*found) if _SHORTEST <= len(word) <= _LONGEST and word.isalpha()}
    title, named, body = map(" ".join, found)
    return Fields(title, named, " ".join(facets), body, " ".join(sorted(known)))


@lru_cache(2048)  # an outlet's articles have most of them in common
def _facets(name: str, value: str) -> str:
    return " ".join([*(facet(name, token) for token in _tokens(value)), _GAP])


@lru_cache(2048)
def _tokens(value: str) -> tuple[str, ...]:
    return tuple(tokens(value))


def facet(name: str, token: str) -> str:
    """A token that means a word in one field alone: letters and digits only, as every token."""
    return f"xx{name}xx{token}"
