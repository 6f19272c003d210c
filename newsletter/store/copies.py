"""When an article that comes in is one the store has, in other clothes. Pure.

Calling it one loses what is new about it, so the texts have to be the same but for a few words, and of one outlet.
A template that an outlet fills in every week (results, rates, weather) differs in its numbers and its title: those are
two articles.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from newsletter import urls
from newsletter.models import Article
from newsletter.text import nearness

#: Runs of three words in common: four words changed in a hundred leave .8.
NEARLY = 0.8
#: The same by the estimate of signatures, which may be that much out.
LIKELY = 0.7
#: What a page and its edition for phones have in common at least; that leaves out boxes and captions.
_EDITION = 0.6

_NUMBER = re.compile(r"\d+")


def is_copy(stored: Article, read: Article, *, is_dropped: bool = False) -> bool:
    """Whether the article says again what an outlet's earlier one says.

    Of a dropped one only title and fingerprint are left to compare: near by its signature is near enough.
    """
    if is_dropped or stored.fingerprint == read.fingerprint:
        return is_dropped or _is_one_outlet(stored, read)
    if not _is_one_outlet(stored, read) or nearness.resemblance(stored.body_text, read.body_text) < NEARLY:
        return False
    return _folded(stored.title) == _folded(read.title) or _numbers(stored) == _numbers(read)


def is_other_edition(stored: Article, read: Article) -> bool:
    """Whether what was read is the edition for phones of a page whose own edition the store has, saying the same."""
    if stored.key == read.key or urls.is_for_phones(stored.url or "") or not urls.is_for_phones(read.url or ""):
        return False
    return nearness.resemblance(stored.body_text, read.body_text) >= _EDITION


def may_change(stored: Article, read: Article) -> bool:
    """Whether what was read may take the place of what the store has of that page.

    Anybody's feed, and any page, can say that its words are another site's page. Only what came from where the article
    did is believed, what came from the page's own site, and what a person handed over as a file.
    """
    if read.source == stored.source or not read.source.startswith(("http://", "https://")):
        return True
    page, place = _host(stored.url), _host(read.source)
    return page is None or place == page or f"{place}".endswith(f".{page}") or page.endswith(f".{place}")


def _host(url: str | None) -> str | None:
    return urlsplit("//" + (urls.key(url) or "")).hostname if url else None


def _is_one_outlet(one: Article, other: Article) -> bool:
    """By name or by host; an article that states neither may be anybody's."""
    names, others = _outlets(one), _outlets(other)
    return not names or not others or not names.isdisjoint(others)


def _outlets(article: Article) -> set[str]:
    return {name for name in (_folded(article.site or ""), _host(article.url)) if name}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _numbers(article: Article) -> list[str]:
    return _NUMBER.findall(f"{article.title}\n{article.body_text}")
