"""What picking is asked and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from newsletter.models import Article, Why


@dataclass(frozen=True, slots=True)
class Criteria:
    """What an editor wants of an issue. Raises ValueError when a number makes no sense."""

    #: How many articles an issue has; more are picked only when more are pinned.
    max_articles: int = 8
    #: How many of them may come from one outlet (`Article.outlet`).
    max_per_source: int = 2
    #: How old an article may be (published, else added).
    window: timedelta = timedelta(days=7)
    #: The age at which an article's recency has halved.
    half_life: timedelta = timedelta(days=3)
    #: Words or phrases asked for this time.
    words: tuple[str, ...] = ()
    #: Standing interests: words or phrases and how much they count against each other (above 0).
    topics: Mapping[str, float] = field(default_factory=dict)
    #: Shorter articles (words of body and deck) are left out.
    min_words: int = 30

    def __post_init__(self) -> None:
        if min(self.max_articles, self.max_per_source) < 1:
            raise ValueError("max_articles and max_per_source must be at least 1")
        if self.window.total_seconds() <= 0 or self.half_life.total_seconds() <= 0:
            raise ValueError("window and half_life must be longer than nothing")
        if any(weight <= 0 for weight in self.topics.values()):
            raise ValueError("a topic's weight must be above 0")


@dataclass(frozen=True, slots=True)
class Picked:
    """An article for the issue, and why."""

    article: Article
    why: Why


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An article that was not picked: the reason, and what would change it."""

    article: Article
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Picks best first (pinned ones before them), and every other candidate in the order it was given."""

    picks: tuple[Picked, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
