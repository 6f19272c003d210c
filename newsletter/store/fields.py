"""The tokens that are indexed of an article. Pure.

Four fields: title; byline (authors, site, category, tags); body (with the deck); facets, the words that are searched
for by field ("xxauthorxxada"), which count for no ranking.
"""

from __future__ import annotations

from collections.abc import Mapping

from newsletter import urls
from newsletter.models import Article
from newsletter.store.words import tokens

#: Between the values of a facet, so that phrases don't run from one into the next.
_GAP = "xxgapxx"
#: The tokens of each field, with spaces between them.
Fields = Mapping[str, str]


def fields_of(article: Article) -> Fields:
    """The tokens of an article by field, as they are indexed."""
    facets: list[str] = []
    sources = (article.site or "", article.source, urls.host(article.url or "") or "")
    for name, values in (
        ("source", sources),
        ("author", article.authors),
        ("tag", article.tags),
        ("category", (article.category or "",)),
    ):
        for value in values:
            facets += [*(facet(name, token) for token in tokens(value)), _GAP]
    byline = (*article.authors, article.site or "", article.category or "", *article.tags)
    return {
        "title": " ".join(tokens(article.title)),
        "byline": " ".join(tokens("\n".join(byline))),
        "facets": " ".join(facets),
        "body": " ".join(tokens("\n".join((article.deck or "", article.body_text)))),
    }


def facet(name: str, token: str) -> str:
    """A token that means a word in one field alone: letters and digits only, as every token."""
    return f"xx{name}xx{token}"
