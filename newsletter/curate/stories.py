"""Articles that cover the same thing, one of which leads.

Two articles are one story when they are nearly the same text, or when they say much the same at about the same time in
different outlets. Within one outlet only near-copies count: a weekly column resembles itself and is news every week.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from newsletter.curate.similarity import Similarities
from newsletter.models import Article

#: Cosines, set on real pages: of 7,000 pairs of unrelated ones the closest (two guides to one subject) reach .36, two
#: reports of one event are mostly above .4, copies with another headline above .8.
PARALLEL, COPY = 0.4, 0.8
#: As similar as that to something printed before, it is a rewrite of it; an outlet's own columns resemble each other.
REWRITE, OWN_REWRITE = 0.55, 0.65
#: Parallel coverage appears within this time.
_SPELL = timedelta(days=4)
#: Stories that are gathered, best first; no issue reaches so far down.
_STORIES = 2_000


def group(articles: Sequence[Article], ranked: Sequence[int], similarities: Similarities) -> dict[int, int]:
    """Each article's story as the index of its leader, for the indices in `ranked` (best first).

    The best ranked of a story leads it. The others resemble the leader, so that stories don't chain on and on, or are
    of the same story in the store.
    """
    leaders: dict[int, int] = {}
    stored: defaultdict[int, list[int]] = defaultdict(list)
    for at in ranked:
        if (story := articles[at].story) is not None:
            stored[story].append(at)
    waiting, asked = set(ranked), 0
    for at in ranked:
        if at not in waiting:
            continue
        members = {at}
        if (story := articles[at].story) is not None:
            members.update(stored[story])
        if asked < _STORIES:
            asked += 1
            near = similarities.near(at).items()
            members.update(
                other
                for other, cosine in near
                if other in waiting
                and not _told_apart(articles[at], articles[other])
                and same_story(articles[at], articles[other], cosine)
            )
        leaders.update(dict.fromkeys(members & waiting, at))
        waiting -= members
    return leaders


def _told_apart(one: Article, other: Article) -> bool:
    """Whether the store has them in two stories: an editor split them, or others were nearer to each."""
    return one.story is not None and other.story is not None and one.story != other.story


def same_story(one: Article, other: Article, cosine: float) -> bool:
    """Whether two articles of that similarity are one story."""
    if cosine >= COPY:
        return True
    near_in_time = one.when is None or other.when is None or abs(one.when - other.when) <= _SPELL
    return cosine >= PARALLEL and near_in_time and one.outlet != other.outlet


def is_rewrite(article: Article, printed: Article, cosine: float) -> bool:
    """Whether an article of that similarity says again what an earlier issue printed."""
    return cosine >= (OWN_REWRITE if article.outlet == printed.outlet else REWRITE)


def is_same_news(article: Article, printed: Article) -> bool:
    """Whether an article of the same story as a printed one is no later news of it."""
    return article.when is None or printed.when is None or article.when - printed.when <= _SPELL
