"""Stories: articles are grouped as they come; an editor splits and merges, and that is remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import fmean

from newsletter.app.clock import Clock
from newsletter.curate import coverage
from newsletter.curate.stories import PARALLEL
from newsletter.errors import Conflict
from newsletter.models import Article, Story
from newsletter.store import Store, UnitOfWork

#: Articles placed in one transaction by `catch_up`.
_BATCH = 200


class Stories:
    """The stories of one workspace. `preferred` are outlets, names or hosts, that lead before others, best first."""

    def __init__(self, store: Store, clock: Clock, preferred: Sequence[str] = ()) -> None:
        self._store = store
        self._clock = clock
        self._preferred = preferred

    def list(self, since: timedelta | None = None, limit: int = 50) -> list[Story]:
        """Stories of two articles or more, the one with the latest article first; each with its lead first."""
        self.catch_up()
        with self._store.read() as work:
            found = work.stories.list(self._clock() - since if since else None, limit)
        return [self._led(story) for story in found]

    def get(self, number: int) -> Story:
        """One story, its lead first. Raises NotFound."""
        with self._store.read() as work:
            return self._led(work.stories.get(number))

    def split(self, article: int) -> Story:
        """Take an article out of its story, for good: into one of its own. Raises NotFound, Conflict."""
        with self._store.begin() as work:
            found = work.articles.get(article)
            others = [] if found.story is None else [each.id for each in work.stories.get(found.story).articles]
            others = [other for other in others if other != article]
            if not others:
                raise Conflict(f"article {article} is in no story with others; `newsletter stories` lists them")
            work.stories.decide(article, others, together=False, now=self._clock())
            return work.stories.get(work.stories.start([article], self._clock()))

    def merge(self, one: int, other: int) -> Story:
        """Make two stories one, for good, under the first one's number. Raises NotFound, Conflict."""
        if one == other:
            raise Conflict(f"story {one} can't be merged with itself; name two stories")
        with self._store.begin() as work:
            kept, ended = work.stories.get(one), work.stories.get(other)
            ids = [article.id for article in ended.articles]
            for article in kept.articles:
                work.stories.decide(article.id, ids, together=True, now=self._clock())
            work.stories.join(one, ids)
            return self._led(work.stories.get(one))

    def twins(self) -> Sequence[tuple[Article, Article, float]]:
        """Pairs of articles with nearly the same text that are in no story together, the most alike first.

        The share of their runs of words in common (.5 to 1) comes with each.
        """
        with self._store.read() as work:
            pairs = work.signatures.pairs()
            known = work.articles.many({number for one, other, _ in pairs for number in (one, other)})
        found = [(known[one], known[other], share) for one, other, share in pairs if {one, other} <= known.keys()]
        apart = [pair for pair in found if pair[0].story is None or pair[0].story != pair[1].story]
        return sorted(apart, key=lambda pair: -pair[2])

    def catch_up(self) -> int:
        """Find the stories of articles that none was looked for yet; how many there were."""
        with self._store.read() as work:
            if not work.stories.unplaced(limit=1):
                return 0
        done = 0
        while True:
            with self._store.begin() as work:
                waiting = work.stories.unplaced(limit=_BATCH)
                place(work, waiting, self._clock())
            done += len(waiting)
            if len(waiting) < _BATCH:
                return done

    def _led(self, story: Story) -> Story:
        return replace(story, articles=coverage.lead_first(story.articles, self._preferred))


def place(work: UnitOfWork, ids: Iterable[int], now: datetime) -> None:
    """Find each article's story, in the transaction that took it in; one that has a story keeps it."""
    for number in ids:
        article = work.articles.get(number)
        found = _look(work, article, now)
        if article.story is not None or found is None:
            continue
        if found.story is not None:
            work.stories.join(found.story, [number])
        else:
            work.stories.start(sorted((found.id, number)), now)


def _look(work: UnitOfWork, article: Article, now: datetime) -> Article | None:
    """Note what the article is about; the article whose story it joins."""
    subject = coverage.subject(article)
    around = work.stories.near(article.id, article.when or now, coverage.SPELL, subject)
    telling = coverage.rarity(around.size, around.frequency)
    own = coverage.length(subject, telling)
    work.stories.put(article.id, article.when or now, subject, own)
    cosines = {s.article: coverage.product(subject, s.terms, telling) / (own * s.norm) for s in around.subjects}
    near = {each.article: each.similarity for each in work.signatures.near(article.body_text)}
    near.pop(article.id, None)
    others = work.articles.many({number for number, value in cosines.items() if value >= PARALLEL} | near.keys())
    likenesses = [
        coverage.Likeness(other, cosines.get(number, 0.0), near.get(number, 0.0)) for number, other in others.items()
    ]
    of_story: dict[int, list[float]] = {}
    for each in around.subjects:
        if each.story is not None:
            of_story.setdefault(each.story, []).append(cosines[each.article])
    averages = {story: fmean(values) for story, values in of_story.items()}
    return coverage.place(article, likenesses, averages, _decisions(work, article))


def _decisions(work: UnitOfWork, article: Article) -> coverage.Decisions:
    decided = work.stories.decisions(article.id)
    if not decided:
        return coverage.Decisions()
    known = work.articles.many(decided)
    return coverage.Decisions(
        together=[other for number, other in known.items() if decided[number]],
        apart={number for number, together in decided.items() if not together},
        apart_stories={
            other.story for number, other in known.items() if not decided[number] and other.story is not None
        },
    )
