"""What an issue is for readers who follow some of its topics (pure).

A pick is about a topic when its article speaks of it (by the topic's words, as picking finds them, or as one of its
examples), or stands in a section with the topic's name or the topic's section. Picks that are about none of the topics
are for everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from newsletter.curate.matching import SPEAKS, Needle, haystack
from newsletter.curate.selection import Criteria, Topic
from newsletter.curate.suggest import followed
from newsletter.models import Article, Issue

#: By article id, the names of the topics its pick is about.
About = Mapping[int, frozenset[str]]


def about(issue: Issue, articles: Mapping[int, Article], topics: Mapping[str, Topic]) -> About:
    """What each pick is about. An article that is gone tells by its section alone."""
    known = Criteria(topics=topics).interests()
    needles = {name: [Needle(word) for word in topic.words] for name, topic in known.items()}
    found: dict[int, frozenset[str]] = {}
    for section in issue.sections:
        title = section.title.casefold()
        home = {name for name, topic in known.items() if title in (name.casefold(), (topic.section or "").casefold())}
        home = home if title else set()
        for pick in section.picks:
            article = articles.get(pick.article)
            spoken = {name for name in known if article and _speaks(article, needles[name])}
            shown = {name for name, topic in known.items() if pick.article in topic.articles}
            found[pick.article] = frozenset(home | spoken | shown)
    return found


def narrowed(issue: Issue, told: About, topics: Collection[str]) -> Issue:
    """The issue without picks about other topics only; subject and preheader follow where they were suggested.

    The same object where nothing is left out.
    """
    wanted = frozenset(topics)
    left = {number for number, names in told.items() if names and not names & wanted}
    if not left:
        return issue
    sections = tuple(
        replace(section, picks=tuple(pick for pick in section.picks if pick.article not in left))
        for section in issue.sections
    )
    return followed(issue, replace(issue, sections=sections))


def _speaks(article: Article, needles: Collection[Needle]) -> bool:
    return max((hit.value for hit in haystack(article).find(needles)), default=0.0) >= SPEAKS
