"""What picking is asked and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from newsletter.models import Article, Why

#: The section of what no topic's section takes, in an issue that has sections.
LEFTOVERS = "Also worth reading"


@dataclass(frozen=True, slots=True)
class Topic:
    """A standing interest. Raises ValueError when a number makes no sense."""

    #: How much it counts against other topics; above 0.
    weight: float = 1.0
    #: Words or phrases that speak of it; without any (and without examples) its name is the word.
    words: tuple[str, ...] = ()
    #: Ids of articles that are about it.
    articles: tuple[int, ...] = ()
    #: The section its articles go to; None for none of their own.
    section: str | None = None
    #: At most so many picks of which it is the strongest topic; None for any number.
    max: int | None = None

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise ValueError("a topic's weight must be above 0")
        if self.max is not None and self.max < 1:
            raise ValueError("a topic's max must be at least 1")


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
    #: Standing interests by name; a number stands for a topic of that weight whose name is its word.
    topics: Mapping[str, Topic | float] = field(default_factory=dict)
    #: How much likeness to what was printed before counts, beside topics at 1; 0 learns nothing.
    learn: float = 0.0
    #: Articles in other languages (BCP 47 primary tags) are left out; those that state none stay. Empty takes all.
    languages: tuple[str, ...] = ()
    #: Shorter articles (words of body and deck) are left out.
    min_words: int = 30
    #: Longer ones too; None for no limit.
    max_words: int | None = None
    #: Outlets, or hosts with all their subdomains, that nothing is taken from.
    blocked: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if min(self.max_articles, self.max_per_source) < 1:
            raise ValueError("max_articles and max_per_source must be at least 1")
        if self.window.total_seconds() <= 0 or self.half_life.total_seconds() <= 0:
            raise ValueError("window and half_life must be longer than nothing")
        if self.learn < 0:
            raise ValueError("learn must be at least 0")
        if self.max_words is not None and self.max_words < self.min_words:
            raise ValueError("max_words must be at least min_words")
        self.interests()

    def interests(self) -> dict[str, Topic]:
        """The topics by name, each with the words it is looked for by."""
        whole = {name: topic if isinstance(topic, Topic) else Topic(topic) for name, topic in self.topics.items()}
        return {
            name: topic if topic.words or topic.articles else Topic(topic.weight, (name,), (), topic.section, topic.max)
            for name, topic in whole.items()
        }


@dataclass(frozen=True, slots=True)
class Picked:
    """An article for the issue, why, and the title of the section it goes to (empty where there are none)."""

    article: Article
    why: Why
    section: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An article that was not picked: the reason with what would change it, and its kind, a word to count by."""

    article: Article
    reason: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """Picks best first (pinned ones before them), and every other candidate in the order it was given."""

    picks: tuple[Picked, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
