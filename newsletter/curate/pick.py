"""Which articles go into an issue: hard filters, one a story, then a greedy balance; every decision with its reason.

In come the candidates, what the editor wants, and what earlier issues printed; out go the picks, best first, and every
other candidate with what kept it out. The same input gives the same output, whatever the machine: scores are rounded,
and ties go to the newer article, then the smaller id, then the key.

Pinned articles pass every filter (see filters) and every quota.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from newsletter.curate import filters, reasons, similarity, stories
from newsletter.curate.filters import Fate
from newsletter.curate.interests import Interests, learned
from newsletter.curate.score import Ranked, Scores
from newsletter.curate.selection import LEFTOVERS, Criteria, LeftOut, Picked, Selection, Topic
from newsletter.errors import NotFound
from newsletter.models import Article, Why

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
    vetoed: Collection[int] = (),
    examples: Mapping[int, Article] | None = None,
    recent_outlets: Collection[str] | None = None,
    promised: Sequence[Article] = (),
) -> Selection:
    """The articles for an issue. `history` holds what earlier issues printed; `pinned` article ids come in always.

    `vetoed` ids don't; `examples` are the topics' example articles by id; `recent_outlets` printed something within
    the last month, None when nothing is known of that; `promised` articles are in other issues that are
    approved, and have these as their `used_in`. Raises NotFound when a pinned id is not among the candidates.
    """
    examples = examples or {}
    pins = _indices(candidates, pinned)
    fate = filters.at_first_sight(
        candidates, criteria, now, vetoed, {article.id: article.used_in or 0 for article in promised}
    )
    told = [*history, *promised]
    compared = [*candidates, *told, *examples.values()]
    unlike = {at for at, out in fate.items() if out.kind != "vetoed"} - set(pins)
    similarities = similarity.similarities(compared, unlike)
    fate |= filters.by_text(candidates, criteria, told, similarities, known=set(fate), soon=len(promised))
    scores = Scores(
        candidates,
        criteria,
        now,
        Interests(candidates, criteria, similarities, _places(examples, len(candidates) + len(told))),
        learned(history, len(candidates), similarities) if criteria.learn else None,
    )
    free = _by_relevance(candidates, set(range(len(candidates))) - set(pins) - set(fate), scores)
    leaders = stories.group(candidates, [*pins, *free], similarities)
    members = _cover(candidates, leaders, scores)
    leading = [at for at in free if leaders[at] == at]
    limit = max(criteria.max_articles, len(pins))
    ranked = _first(scores.order(candidates, pins, leading, similarities), limit + _LOOK_AHEAD)
    turns = [turn for turn in ranked if turn.quota is None]
    chosen = {turn.index for turn in turns[:limit]}
    fate |= _outranked(turns, limit, leading, len(pins))
    passed = {turn.index for turn in _passed_over(ranked, limit)}
    taken: list[Ranked] = []
    for turn in ranked:
        if turn.quota is None:
            taken.append(turn)
            continue
        givers = _givers(candidates, turn, taken)
        picked = len(givers & chosen)
        quota = reasons.over_quota(candidates[turn.index], turn.quota, picked, len(givers) - picked)
        low = Fate("rank", f"{fate[turn.index].reason}; besides, {quota}")
        fate[turn.index] = Fate("quota", quota) if turn.index in passed else low
    for leader, others in members.items():
        reason = reasons.same_story(candidates[leader], leader_picked=leader in chosen)
        fate |= dict.fromkeys(others, Fate("story", reason))
    teller = _Teller(candidates, scores, members=members, pins=set(pins), now=now, recent_outlets=recent_outlets)
    return Selection(
        tuple(Picked(candidates[turn.index], teller.why(turn), teller.section(turn)) for turn in turns[:limit]),
        tuple(LeftOut(candidates[at], reason, kind) for at, (kind, reason) in sorted(fate.items()) if at not in chosen),
    )


class _Teller:
    """Says of each pick why, and where it goes."""

    def __init__(
        self,
        candidates: Sequence[Article],
        scores: Scores,
        *,
        members: Mapping[int, Sequence[int]],
        pins: Collection[int],
        now: datetime,
        recent_outlets: Collection[str] | None,
    ) -> None:
        self._candidates, self._scores, self._members = candidates, scores, members
        self._pins, self._now, self._recent = pins, now, recent_outlets
        self._topics: Mapping[str, Topic] = scores.interests.topics
        self._has_sections = any(topic.section for topic in self._topics.values())

    def why(self, turn: Ranked) -> Why:
        article = self._candidates[turn.index]
        return reasons.picked(
            article,
            turn.terms,
            now=self._now,
            words=self._scores.interests.words[turn.index],
            topics=self._scores.interests.found(turn.index),
            others=[self._candidates[at] for at in self._members.get(turn.index, ())],
            is_pinned=turn.index in self._pins,
            is_first=self._recent is not None and article.outlet not in self._recent,
        )

    def section(self, turn: Ranked) -> str:
        if not self._has_sections:
            return ""
        return (self._topics[turn.topic].section if turn.topic else None) or LEFTOVERS


def _indices(candidates: Sequence[Article], pinned: Sequence[int]) -> list[int]:
    where = {article.id: at for at, article in enumerate(candidates)}
    for key in pinned:
        if key not in where:
            raise NotFound("article", key, "it is pinned, but not among the articles to pick from")
    return list(dict.fromkeys(where[key] for key in pinned))


def _places(examples: Iterable[int], start: int) -> dict[int, int]:
    return {number: at for at, number in enumerate(examples, start)}


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
        count -= turn.quota is None
        if count == 0:
            break
    return turns


def _passed_over(ranked: Sequence[Ranked], limit: int) -> list[Ranked]:
    """Those that would be among the first `limit` but for a quota."""
    passed: list[Ranked] = []
    for turn in ranked:
        if turn.quota is not None:
            passed.append(turn)
        elif (limit := limit - 1) == 0:
            break
    return passed


def _givers(candidates: Sequence[Article], full: Ranked, turns: Sequence[Ranked]) -> set[int]:
    """Those taken before an article that have used up the quota that keeps it out."""
    if full.quota == "source":
        outlet = candidates[full.index].outlet
        return {turn.index for turn in turns if candidates[turn.index].outlet == outlet}
    return {turn.index for turn in turns if f"topic {turn.topic}" == full.quota}


def _outranked(turns: Sequence[Ranked], limit: int, leading: Sequence[int], pins: int) -> dict[int, Fate]:
    """The reasons of all that rank below the last pick."""
    count = len(leading) + pins
    fate = dict.fromkeys(leading, Fate("rank", reasons.outranked(None, count, len(turns))))
    for at, turn in enumerate(turns[limit:], limit + 1):
        fate[turn.index] = Fate("rank", reasons.outranked(at, count, limit))
    return fate
