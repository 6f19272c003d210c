"""Which articles go into an issue: hard filters, one a story, then a greedy balance; every decision with its reason.

In come the candidates, what the editor wants, and what earlier issues printed; out go the picks, best first, and every
other candidate with what kept it out. The same input gives the same output, whatever the machine: scores are rounded,
and ties go to the newer article, then the smaller id, then the key.

Hard filters, in this order: a date in the future, the window, printed before (the same article, or a text that says
the same), too short, one a story. Pinned articles pass them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from datetime import datetime

from newsletter.curate import reasons, stories
from newsletter.curate.score import Ranked, Scores
from newsletter.curate.selection import Criteria, LeftOut, Picked, Selection
from newsletter.curate.similarity import Similarities
from newsletter.curate.terms import length
from newsletter.errors import NotFound
from newsletter.models import WORD_TYPES, Article

__all__ = ["Criteria", "LeftOut", "Picked", "Selection", "pick"]

#: How many places below the last pick are still worked out exactly, for "--max 11 would include it".
_LOOK_AHEAD = 25


def pick(
    candidates: Sequence[Article],
    criteria: Criteria,
    *,
    history: Sequence[Article],
    now: datetime,
    pinned: Sequence[int] = (),
) -> Selection:
    """The articles for an issue. `history` holds what earlier issues printed; `pinned` article ids come in always.

    Raises NotFound when a pinned id is not among the candidates.
    """
    pins = _indices(candidates, pinned)
    fate = _out_of_time(candidates, criteria, now)
    similarities = Similarities([*candidates, *history], ignored=set(fate) - set(pins))
    fate |= _printed_or_short(candidates, criteria, history, similarities, known=set(fate))
    scores = Scores(candidates, criteria, now)
    free = _by_relevance(candidates, set(range(len(candidates))) - set(pins) - set(fate), scores)
    leaders = stories.group(candidates, [*pins, *free], similarities)
    members = _cover(candidates, leaders, scores)
    leading = [at for at in free if leaders[at] == at]
    limit = max(criteria.max_articles, len(pins))
    ranked = _first(scores.order(candidates, pins, leading, similarities), limit + _LOOK_AHEAD)
    turns = [turn for turn in ranked if not turn.is_over_quota]
    chosen = {turn.index for turn in turns[:limit]}
    fate |= _outranked(turns, limit, leading, len(pins))
    for turn in _passed_over(ranked, limit):
        fate[turn.index] = reasons.over_quota(candidates[turn.index], criteria.max_per_source)
    for leader, others in members.items():
        fate |= dict.fromkeys(others, reasons.same_story(candidates[leader], leader_picked=leader in chosen))
    return Selection(
        tuple(
            _picked(candidates, turn, scores, members.get(turn.index, ()), is_pinned=turn.index in pins, now=now)
            for turn in turns[:limit]
        ),
        tuple(LeftOut(candidates[at], reason) for at, reason in sorted(fate.items()) if at not in chosen),
    )


def _picked(
    candidates: Sequence[Article],
    turn: Ranked,
    scores: Scores,
    others: Sequence[int],
    *,
    is_pinned: bool,
    now: datetime,
) -> Picked:
    article = candidates[turn.index]
    why = reasons.picked(
        article,
        turn.terms,
        now=now,
        words=scores.words[turn.index],
        topics=scores.topics[turn.index],
        others=[candidates[at] for at in others],
        is_pinned=is_pinned,
    )
    return Picked(article, why)


def _indices(candidates: Sequence[Article], pinned: Sequence[int]) -> list[int]:
    where = {article.id: at for at, article in enumerate(candidates)}
    for key in pinned:
        if key not in where:
            raise NotFound("article", key, "it is pinned, but not among the articles to pick from")
    return list(dict.fromkeys(where[key] for key in pinned))


def _out_of_time(candidates: Sequence[Article], criteria: Criteria, now: datetime) -> dict[int, str]:
    """Why candidates are out by their date."""
    out = {at: reasons.in_future(a, now) or reasons.too_old(a, criteria, now) for at, a in enumerate(candidates)}
    return {at: reason for at, reason in out.items() if reason}


def _printed_or_short(
    candidates: Sequence[Article],
    criteria: Criteria,
    history: Sequence[Article],
    similarities: Similarities,
    known: Container[int],
) -> dict[int, str]:
    """Why candidates are out by what they say, but for those already `known` to be out."""
    printed = _Printed(candidates, history, similarities)
    out = {
        at: printed.reason(at) or reasons.too_short(_words(article, criteria.min_words), criteria)
        for at, article in enumerate(candidates)
        if at not in known
    }
    return {at: reason for at, reason in out.items() if reason}


class _Printed:
    """What earlier issues printed, to be asked whether a candidate is among it: by id, by text, by similarity."""

    def __init__(self, candidates: Sequence[Article], history: Sequence[Article], similarities: Similarities) -> None:
        self._candidates = candidates
        self._by_id = {article.id: article for article in history if article.id}
        self._by_title: defaultdict[str, list[Article]] = defaultdict(list)
        #: The printed article that each candidate rewrites, with the similarity.
        self._rewritten: dict[int, tuple[float, Article]] = {}
        for at, earlier in enumerate(history, len(candidates)):
            self._by_title[_folded(earlier.title)].append(earlier)
            for other, cosine in similarities.near(at).items():
                if other < len(candidates) and stories.is_rewrite(candidates[other], earlier, cosine):
                    best = self._rewritten.get(other)
                    self._rewritten[other] = (cosine, earlier) if best is None or cosine > best[0] else best

    def reason(self, at: int) -> str | None:
        article = self._candidates[at]
        if article.used_in is not None or article.id in self._by_id:
            return reasons.used_before(article, self._by_id.get(article.id))
        for earlier in self._by_title.get(_folded(article.title), ()):
            if earlier.fingerprint == article.fingerprint:
                return reasons.used_before(article, earlier)
        return reasons.used_before(article, self._rewritten[at][1]) if at in self._rewritten else None


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())


def _words(article: Article, enough: int) -> int:
    """Length of deck and body in words, counted no further than `enough`."""
    counted = length(article.deck or "")
    for block in article.blocks:
        if counted >= enough:
            break
        if block.type in WORD_TYPES:
            counted += length(block.text)
    return counted


def _by_relevance(candidates: Sequence[Article], indices: set[int], scores: Scores) -> list[int]:
    """Best first; ties go to the newer article, then the smaller id, then the key."""
    relevance = scores.relevance().round(6).tolist()

    def rank(at: int) -> tuple[float, float, int, str]:
        article = candidates[at]
        return -relevance[at], -(article.when.timestamp() if article.when else 0.0), article.id, article.key

    return sorted(indices, key=rank)


def _cover(candidates: Sequence[Article], leaders: dict[int, int], scores: Scores) -> dict[int, list[int]]:
    """The members of each story by its leader, whose coverage is noted in the scores."""
    members: dict[int, list[int]] = defaultdict(list)
    for at, leader in leaders.items():
        if at != leader:
            members[leader].append(at)
    for leader, others in members.items():
        scores.cover(leader, len({candidates[at].outlet for at in (leader, *others)}))
    return members


def _first(ranking: Iterable[Ranked], count: int) -> list[Ranked]:
    """The ranking up to its `count`th article that is not over quota."""
    turns: list[Ranked] = []
    for turn in ranking:
        turns.append(turn)
        count -= not turn.is_over_quota
        if count == 0:
            break
    return turns


def _passed_over(ranked: Sequence[Ranked], limit: int) -> list[Ranked]:
    """Those that would be among the first `limit` but for their outlet's quota."""
    passed: list[Ranked] = []
    for turn in ranked:
        if turn.is_over_quota:
            passed.append(turn)
        elif (limit := limit - 1) == 0:
            break
    return passed


def _outranked(turns: Sequence[Ranked], limit: int, leading: Sequence[int], pins: int) -> dict[int, str]:
    """The reasons of all that rank below the last pick."""
    count = len(leading) + pins
    fate = dict.fromkeys(leading, reasons.outranked(None, count, len(turns)))
    fate |= {turn.index: reasons.outranked(at, count, limit) for at, turn in enumerate(turns[limit:], limit + 1)}
    return fate
