"""Hard filters: what keeps an article out of an issue whatever it is worth, as a kind and a reason.

In this order: vetoed, blocked source, a date in the future, the window, language, in an issue that is approved, printed
before (the same article, a text that says the same, or the same news from another source), too short or too long. The
cheap ones come first; only what is left is compared by text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from newsletter.curate import reasons, stories
from newsletter.curate.selection import Criteria
from newsletter.curate.similarity import Similarities
from newsletter.curate.terms import length
from newsletter.models import WORD_TYPES, Article


class Fate(NamedTuple):
    """Why an article is out: a word to count by, and the sentence."""

    kind: str
    reason: str


def at_first_sight(
    candidates: Sequence[Article],
    criteria: Criteria,
    now: datetime,
    vetoed: Container[int],
    promised: Mapping[int, int],
) -> dict[int, Fate]:
    """Those that are out by what is known without reading them, by index.

    `promised`: by id, the numbers of other issues that are approved and have them.
    """
    blocked = frozenset(" ".join(name.casefold().split()) for name in criteria.blocked)
    languages = frozenset(tag.casefold().partition("-")[0] for tag in criteria.languages)
    found = (
        (at, _first_sight(article, criteria, now, vetoed=vetoed, blocked=blocked, languages=languages))
        for at, article in enumerate(candidates)
    )
    fates = {at: fate for at, fate in found if fate}
    for at, article in enumerate(candidates):
        if at not in fates and article.id in promised:
            fates[at] = Fate("promised", reasons.promised(promised[article.id]))
    return fates


def by_text(
    candidates: Sequence[Article],
    criteria: Criteria,
    history: Sequence[Article],
    similarities: Similarities,
    *,
    known: Container[int],
    soon: int = 0,
) -> dict[int, Fate]:
    """Those that are out by what they say, but for those already `known` to be out.

    `similarities` are of the candidates and then the history, the last `soon` of which are yet to be printed.
    """
    asked = [at for at in range(len(candidates)) if at not in known]
    printed = _Printed(candidates, history, similarities, asked if history else (), soon)
    fates: dict[int, Fate] = {}
    for at in asked:
        if fate := printed.fate(at) or _length(candidates[at], criteria):
            fates[at] = fate
    return fates


def is_blocked(article: Article, blocked: Collection[str]) -> bool:
    """Whether an article's outlet, host or a domain above it is among the (case-folded) names."""
    host = ((urlsplit(article.url).hostname or "") if article.url else "").removeprefix("www.")
    labels = host.split(".")
    names = {article.outlet, article.source.casefold(), *(".".join(labels[at:]) for at in range(len(labels)))}
    return not names.isdisjoint(blocked)


def _first_sight(
    article: Article,
    criteria: Criteria,
    now: datetime,
    *,
    vetoed: Container[int],
    blocked: frozenset[str],
    languages: frozenset[str],
) -> Fate | None:
    if article.id in vetoed:
        return Fate("vetoed", reasons.vetoed(article))
    if blocked and is_blocked(article, blocked):
        return Fate("blocked", reasons.blocked(article))
    if reason := reasons.in_future(article, now):
        return Fate("future", reason)
    if reason := reasons.too_old(article, criteria, now):
        return Fate("window", reason)
    if languages and article.language and article.language.casefold().partition("-")[0] not in languages:
        return Fate("language", reasons.other_language(article))
    return None


def _length(article: Article, criteria: Criteria) -> Fate | None:
    words = _words(article, max(criteria.min_words, (criteria.max_words or -1) + 1))
    if reason := reasons.too_short(words, criteria) or reasons.too_long(words, criteria):
        return Fate("length", reason)
    return None


def _words(article: Article, enough: int) -> int:
    """Length of deck and body in words, counted no further than `enough`."""
    counted = length(article.deck or "")
    for block in article.blocks:
        if counted >= enough:
            break
        if block.type in WORD_TYPES:
            counted += length(block.text, enough)
    return counted


class _Printed:
    """What earlier issues printed, to be asked whether a candidate is among it: by id, by text, by similarity."""

    def __init__(
        self,
        candidates: Sequence[Article],
        history: Sequence[Article],
        similarities: Similarities,
        asked: Iterable[int],
        soon: int,
    ) -> None:
        """`asked` are the candidates that will be asked for; the last `soon` of the history are yet to be printed."""
        self._candidates = candidates
        self._soon = frozenset(article.id for article in history[len(history) - soon :])
        self._by_id = {article.id: article for article in history if article.id}
        self._by_title: defaultdict[str, list[Article]] = defaultdict(list)
        self._by_story: defaultdict[int, list[Article]] = defaultdict(list)
        #: The printed article that each candidate rewrites, with the similarity.
        self._rewritten: dict[int, tuple[float, Article]] = {}
        for earlier in history:
            self._by_title[_folded(earlier.title)].append(earlier)
            if earlier.story is not None:
                self._by_story[earlier.story].append(earlier)
        for at, other, cosine in similarities.across(asked, len(candidates), stories.REWRITE):
            if other >= len(history):  # an example article of a topic
                continue
            earlier = history[other]
            if stories.is_rewrite(candidates[at], earlier, cosine):
                best = self._rewritten.get(at)
                self._rewritten[at] = (cosine, earlier) if best is None or cosine > best[0] else best

    def fate(self, at: int) -> Fate | None:
        article = self._candidates[at]
        if article.used_in is not None or article.id in self._by_id:
            return Fate("printed", reasons.used_before(article, self._by_id.get(article.id)))
        for earlier in self._by_title.get(_folded(article.title), ()):
            if earlier.fingerprint == article.fingerprint:
                return Fate("printed", reasons.used_before(article, earlier, soon=earlier.id in self._soon))
        if at in self._rewritten:
            earlier = self._rewritten[at][1]
            return Fate("rewrite", reasons.used_before(article, earlier, soon=earlier.id in self._soon))
        for earlier in self._by_story.get(article.story or 0, ()):
            if stories.is_same_news(article, earlier):
                return Fate("retold", reasons.told_before(earlier, soon=earlier.id in self._soon))
        return None


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())
