"""Stories: articles are grouped as they come; an editor splits and merges, and that is remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import fmean
from types import MappingProxyType

from newsletter.app.clock import Clock
from newsletter.curate import coverage
from newsletter.curate.stories import PARALLEL
from newsletter.errors import Conflict
from newsletter.models import Article, Story
from newsletter.store import Coming, Store, Surroundings, UnitOfWork, Vicinity

#: Articles placed in one transaction by `catch_up`.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of an article that the store has just taken in, so that it need not be read again."""

    #: As it came, without its id.
    article: Article
    #: Its telling words with their counts (`coverage.subject`), and the same as JSON.
    terms: Mapping[str, int]
    written: str
    #: The signature of its text, where it has one.
    mark: bytes | None


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
            return self._led(self._merged(work, one, other))

    def join(self, articles: Sequence[int]) -> Story:
        """Make one story of articles and of the stories they are in, for good. Raises NotFound, Conflict."""
        numbers = list(dict.fromkeys(articles))
        if len(numbers) < 2:
            raise Conflict("one article makes no story; name two articles or more")
        with self._store.begin() as work:
            found = [work.articles.get(number) for number in numbers]
            homes = [
                work.stories.start([article.id], self._clock()) if article.story is None else article.story
                for article in found
            ]
            first, *others = dict.fromkeys(homes)
            for other in others:
                self._merged(work, first, other)
            return self._led(work.stories.get(first))

    def _merged(self, work: UnitOfWork, one: int, other: int) -> Story:
        kept, ended = work.stories.get(one), work.stories.get(other)
        ids = [article.id for article in ended.articles]
        for article in kept.articles:
            work.stories.decide(article.id, ids, together=True, now=self._clock())
        work.stories.join(one, ids)
        return work.stories.get(one)

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


def place(
    work: UnitOfWork,
    ids: Iterable[int],
    now: datetime,
    told: Mapping[int, Told] = MappingProxyType({}),
    vicinity: Vicinity | None = None,
) -> None:
    """Find each article's story, in the transaction that took it in; one that has a story keeps it.

    They are placed in the order of their ids, each compared with those placed before it. `told` are those of them that
    were added in this transaction, after all others; `vicinity` is what a transaction before it knew.
    """
    known = _Known(work, set(ids), now, told)
    coming = {number: known.coming(number) for number in known.ids}
    around = work.stories.around(coming, coverage.SPELL, vicinity)
    near = _near(work, known)
    decided = work.stories.decisions(coming)
    for number in known.ids:
        likenesses, averages = _look(number, around, near.get(number, {}), known)
        if not likenesses and not decided[number]:
            continue
        article = known[number]
        found = coverage.place(article, likenesses, averages, _decisions(work, decided[number], known))
        if article.story is not None or found is None:
            continue
        story = work.stories.start((), now) if found.story is None else found.story
        around.join(story, (number, found.id))
        known[number] = replace(article, story=story)
        known[found.id] = replace(found, story=story)
    around.keep()


class _Known(dict[int, Article]):
    """Articles by id, as far as they were asked for, with the stories they are in by now."""

    def __init__(self, work: UnitOfWork, ids: set[int], now: datetime, told: Mapping[int, Told]) -> None:
        super().__init__(work.articles.many(ids - told.keys()))
        self._work, self._now, self._told = work, now, told
        #: Those that are to be placed, in their order.
        self.ids = sorted(self.keys() | (ids & told.keys()))

    def __missing__(self, number: int) -> Article:
        self[number] = replace(self._told[number].article, id=number, added=self._now, used_in=None)
        return self[number]

    def coming(self, number: int) -> Coming:
        """One that is to be placed."""
        if told := self._told.get(number):
            return Coming(told.article.published or self._now, told.terms, told.written)
        return Coming(self[number].when or self._now, coverage.subject(self[number]))

    def story(self, number: int) -> int | None:
        """The story that one which is to be placed is in."""
        return self[number].story if number in self else self._told[number].article.story

    def marks(self) -> tuple[dict[int, bytes], dict[int, bytes]]:
        """The signatures of those that are to be placed: of those that were there before, and of those just added.

        Just added is whatever follows the first that was, one that has changed since in the same transaction too.
        """
        first = min(self._told, default=None)
        found = self._work.signatures.many(number for number in self.ids if number not in self._told)
        before = {number: mark for number, mark in found.items() if first is None or number < first}
        added = {number: told.mark for number, told in self._told.items() if told.mark is not None}
        added |= {number: mark for number, mark in found.items() if number not in before}
        return before, dict(sorted(added.items()))

    def all(self, wanted: set[int]) -> list[Article]:
        """Those of the articles that exist, by ascending id."""
        self.update(self._work.articles.many(wanted - self.keys() - self._told.keys()))
        return [self[number] for number in sorted(wanted) if number in self or number in self._told]


def _near(work: UnitOfWork, known: _Known) -> dict[int, dict[int, float]]:
    """How near the texts of others are to each article's: of those placed before, and of the articles themselves."""
    before, added = known.marks()
    marks = before | added
    found = dict(zip(marks, work.signatures.near_marks(list(marks.values()), added=list(added)), strict=True))
    own = set(known.ids)
    placed = work.stories.placed({each.article for near in found.values() for each in near} - own)
    return {
        number: {
            each.article: each.similarity
            for each in near
            if each.article in placed or (each.article in own and each.article < number)
        }
        for number, near in found.items()
    }


def _look(
    number: int, around: Surroundings, near: Mapping[int, float], known: _Known
) -> tuple[list[coverage.Likeness], dict[int, float]]:
    """Note what the article is about; what it is like, and how like stories are to it."""
    hood = around.near(number)
    vector = coverage.Vector(around.terms(number), hood.size, hood.frequency)
    cosines = {each.article: vector.product(each.terms) / (vector.length * each.norm) for each in hood.subjects}
    around.put(number, vector.length, known.story(number))
    wanted = {other for other, value in cosines.items() if value >= PARALLEL} | near.keys()
    if not wanted:
        return [], {}
    likenesses = [
        coverage.Likeness(other, cosines.get(other.id, 0.0), near.get(other.id, 0.0)) for other in known.all(wanted)
    ]
    of_story: dict[int, list[float]] = {}
    for each in hood.subjects:
        if each.story is not None:
            of_story.setdefault(each.story, []).append(cosines[each.article])
    averages = {story: fmean(values) for story, values in of_story.items()}
    return likenesses, averages


def _decisions(work: UnitOfWork, decided: Mapping[int, bool], fresh: Mapping[int, Article]) -> coverage.Decisions:
    """What an editor decided of an article; `fresh` are articles with the stories they are in by now."""
    if not decided:
        return coverage.Decisions()
    known = {number: fresh.get(number, other) for number, other in work.articles.many(decided).items()}
    return coverage.Decisions(
        together=[other for number, other in known.items() if decided[number]],
        apart={number for number, together in decided.items() if not together},
        apart_stories={
            other.story for number, other in known.items() if not decided[number] and other.story is not None
        },
    )
