"""What topics catch, and what is learned: the picker's interests laid open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsletter.curate.interests import ENOUGH, Interests, learned
from newsletter.curate.selection import Criteria, Topic
from newsletter.curate.similarity import Similarities
from newsletter.models import Article


@dataclass(frozen=True, slots=True)
class TopicCatch:
    """A topic and the articles it catches, with values of 0 to 1, best first."""

    name: str
    topic: Topic
    articles: tuple[tuple[Article, float], ...]


@dataclass(frozen=True, slots=True)
class Caught:
    """All topics, how many articles none of them catches, and the learned terms with their shares (0 to 1)."""

    topics: tuple[TopicCatch, ...]
    missed: int
    learned: tuple[tuple[str, float], ...]
    #: How many printed articles the learned terms come from.
    printed: int
    #: How many it takes before anything is learned; 0 where nothing is to be learned.
    enough: int


def catch(
    candidates: Sequence[Article], criteria: Criteria, history: Sequence[Article], examples: Mapping[int, Article]
) -> Caught:
    """Look topics up in the candidates; `history` is what was printed, `examples` the topics' articles by id."""
    similarities = Similarities([*candidates, *history, *examples.values()])
    places = {number: at for at, number in enumerate(examples, len(candidates) + len(history))}
    interests = Interests(candidates, criteria, similarities, places)
    profile = learned(history, len(candidates), similarities) if criteria.learn else None
    topics = []
    for column, (name, topic) in enumerate(interests.topics.items()):
        values = interests.values[:, column].tolist()
        order = sorted((at for at, value in enumerate(values) if value > 0), key=lambda at: (-values[at], at))
        topics.append(TopicCatch(name, topic, tuple((candidates[at], values[at]) for at in order)))
    missed = int((interests.values.sum(axis=1) == 0).sum()) if interests.names else len(candidates)
    return Caught(
        tuple(topics),
        missed,
        profile.terms(similarities) if profile else (),
        len(history),
        ENOUGH if criteria.learn else 0,
    )
