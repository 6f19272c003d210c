"""Which story an article belongs to as it comes, and which article leads a story. Pure.

An article is compared with those of about the same time by its telling words (TF-IDF over title, deck and beginning)
and with all others by its text (`text.nearness`); it joins the story of the likest one, or starts one with it, or
stays alone. What an editor decided goes before everything.
"""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType
from urllib.parse import urlsplit

from newsletter import urls
from newsletter.curate.stories import PARALLEL, same_story
from newsletter.curate.terms import terms
from newsletter.models import Article

#: Parallel coverage appears within this time.
SPELL = timedelta(days=4)
#: As near as that, texts of two outlets are one report, whenever they appear; of one outlet, only nearly the same.
_NEAR, _OWN_NEAR = 0.5, 0.7
#: How much an article has to resemble a story's others on average: stories don't chain on and on.
_ON_AVERAGE = 0.6 * PARALLEL
#: Characters of deck and body that are read, words kept, and how often a title's words count.
_DECK, _LEAD, _KEPT, _TITLE_WEIGHT = 500, 600, 48, 3
#: Frequencies are damped by a made-up background: among five articles a word that three share still tells something.
_BACKGROUND = 1_000
#: A report with that share of the longest one's words is complete.
_COMPLETE = 0.6
_LATEST = datetime.max.replace(tzinfo=UTC)


def subject(article: Article) -> dict[str, int]:
    """What an article is about: its telling words with their counts."""
    lead = " ".join(block.text for block in article.blocks[:12] if block.type in ("paragraph", "list", "quote"))
    counts = Counter(terms(article.title[:300]) * _TITLE_WEIGHT)
    counts.update(terms(f"{(article.deck or '')[:_DECK]} {lead[:_LEAD]}"))
    return dict(counts.most_common(_KEPT))


class Vector:
    """An article's words as they weigh among `size` neighbours, so many of which have each (TF-IDF)."""

    def __init__(self, counts: Mapping[str, int], size: int, frequency: Mapping[str, int]) -> None:
        log, every, others = math.log, size + _BACKGROUND, frequency.get
        damped = list(map(_damped, counts.values()))
        weights = [count * log(every / (others(term, 0) + 1)) ** 2 for term, count in zip(counts, damped, strict=True)]
        self._weights = dict(zip(counts, weights, strict=True))
        #: 1 for an empty one, which resembles nothing.
        self.length = math.sqrt(math.fsum(map(operator.mul, damped, weights))) or 1.0

    def product(self, counts: Mapping[str, int]) -> float:
        """The scalar product with another article's: their cosine, once it is divided by their lengths.

        Summed exactly, so that the order of the words does not matter.
        """
        weights = self._weights
        return math.fsum([weights[term] * _damped(counts[term]) for term in weights.keys() & counts.keys()])


@cache
def _damped(count: int) -> float:
    return 1 + math.log(count)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another article, and how much it is like the one that came."""

    article: Article
    cosine: float = 0.0
    #: Share of the texts' runs of words in common.
    nearness: float = 0.0


@dataclass(frozen=True, slots=True)
class Decisions:
    """Articles that an editor put together with the one that came, and stories that one must not be in."""

    together: Sequence[Article] = ()
    apart: Container[int] = field(default_factory=frozenset)
    apart_stories: Container[int] = field(default_factory=frozenset)


def place(
    article: Article,
    likenesses: Iterable[Likeness],
    averages: Mapping[int, float] = MappingProxyType({}),
    decisions: Decisions = Decisions(),
) -> Article | None:
    """The article whose story this one joins; None when it stays alone.

    `averages` says how like the articles of a story are to this one; a story it does not name is like its article.
    """
    if decisions.together:
        return min(decisions.together, key=lambda other: other.id)
    ranked = sorted(likenesses, key=lambda each: (-max(each.cosine, each.nearness), each.article.id))
    for each in ranked:
        other = each.article
        if other.id in decisions.apart or (other.story is not None and other.story in decisions.apart_stories):
            continue
        if _is_one_report(article, each) or (
            same_story(article, other, each.cosine) and averages.get(other.story or 0, 1.0) >= _ON_AVERAGE
        ):
            return other
    return None


def lead_first(articles: Sequence[Article], preferred: Sequence[str] = ()) -> tuple[Article, ...]:
    """A story's articles, the one that leads first.

    Preferred outlets (names or hosts, best first) go before others, complete reports before short ones, those that
    others credit before those that credit; then the earliest.
    """
    longest = max((article.word_count for article in articles), default=0)
    texts = {article.id: f"{article.body_text} {' '.join(article.references)}".casefold() for article in articles}

    def rank(article: Article) -> tuple[int, bool, int, datetime, int]:
        name = (article.site or "").casefold()
        credited = sum(name in text for other, text in texts.items() if other != article.id) if len(name) > 3 else 0
        complete = article.word_count >= _COMPLETE * longest
        return _preference(article, preferred), not complete, -credited, article.when or _LATEST, article.id

    return tuple(sorted(articles, key=rank))


def _is_one_report(article: Article, each: Likeness) -> bool:
    return each.nearness >= (_OWN_NEAR if article.outlet == each.article.outlet else _NEAR)


def _preference(article: Article, preferred: Sequence[str]) -> int:
    host = urlsplit("//" + (urls.key(article.url) or "")).hostname if article.url else None
    for place, name in enumerate(preferred):
        wanted = name.casefold().removeprefix("www.")
        if wanted == (article.site or "").casefold() or (host and f".{host}".endswith(f".{wanted}")):
            return place
    return len(preferred)
