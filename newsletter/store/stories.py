"""Stories in the database: which articles are one, what an editor decided about that, and where to look for more.

Who belongs together is decided elsewhere (`curate.coverage`); here are the facts it needs. A story has an id of its
own; an article's row names it. A story of one article is what an editor split off, or what is left of a larger one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, desc, func, insert, or_, select, update

from newsletter.errors import NotFound
from newsletter.models import Article, Story
from newsletter.store import codec
from newsletter.store.tables import articles, stories, story_decisions, story_subjects, story_terms

#: The class has a method of that name.
_List = list[Story]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Words of an article that others are looked up by, those fewest others have.
_ASKED = 12
#: Candidates, those with most words in common first.
_MOST = 40


@dataclass(frozen=True, slots=True)
class Subject:
    """What an article is about (its telling words with their counts), and the story it is in."""

    article: int
    story: int | None
    terms: Mapping[str, int]
    #: Length of the vector of its terms, as they weighed when it came.
    norm: float


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Articles of about the same time that share telling words with one."""

    #: How many articles there are of that time, and in how many of them each word asked for is.
    size: int
    frequency: Mapping[str, int]
    subjects: tuple[Subject, ...]


class Stories:
    """The stories of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, number: int) -> Story:
        """A story with its articles by id. Raises NotFound."""
        found = self._members([number])
        if not found:
            raise NotFound("story", number, "`newsletter stories` lists them")
        return found[0]

    def list(self, since: datetime | None = None, limit: int = 50) -> _List:
        """Stories of two articles or more, the one with the latest article first."""
        newest = func.max(articles.c.dated)
        query = select(articles.c.story).where(articles.c.story.is_not(None)).group_by(articles.c.story)
        if since is not None:
            query = query.having(newest >= since)
        query = query.having(func.count() > 1).order_by(desc(newest), desc(articles.c.story)).limit(limit)
        return self._members(list(self._connection.scalars(query)))

    def start(self, ids: Iterable[int], now: datetime) -> int:
        """A new story of these articles; its id."""
        number: int = self._connection.execute(insert(stories).values(created=now).returning(stories.c.id)).scalar_one()
        self.join(number, ids)
        return number

    def join(self, story: int, ids: Iterable[int]) -> None:
        """Put articles into a story, out of any other; a story that is left without articles ends."""
        wanted = list(ids)
        rows = self._connection.execute(select(articles.c.story).where(articles.c.id.in_(wanted)))
        left = {row.story for row in rows} - {None, story}
        self._connection.execute(update(articles).where(articles.c.id.in_(wanted)).values(story=story))
        self._end_empty(left)

    def leave(self, article: int) -> None:
        """Take an article out of its story and of what is compared; a story left without articles ends."""
        self.forget(article)
        story = self._connection.scalar(select(articles.c.story).where(articles.c.id == article))
        self._connection.execute(update(articles).where(articles.c.id == article).values(story=None))
        self._end_empty([story] if story is not None else [])

    def decide(self, one: int, others: Iterable[int], *, together: bool, now: datetime) -> None:
        """Remember that an editor put these together or apart, instead of what was decided of them before."""
        for other in others:
            pair = {"one_id": min(one, other), "other_id": max(one, other)}
            self._connection.execute(delete(story_decisions).filter_by(**pair))
            self._connection.execute(insert(story_decisions), pair | {"together": together, "decided": now})

    def decisions(self, article: int) -> dict[int, bool]:
        """The articles that an editor put together with this one (True) or apart from it (False)."""
        table = story_decisions.c
        query = select(story_decisions).where(or_(table.one_id == article, table.other_id == article))
        rows = self._connection.execute(query)
        return {row.other_id if row.one_id == article else row.one_id: row.together for row in rows}

    def unplaced(self, limit: int = 1000) -> Sequence[int]:
        """Articles that no story was looked for yet, oldest first."""
        query = select(articles.c.id).outerjoin(story_subjects, story_subjects.c.article_id == articles.c.id)
        query = query.where(story_subjects.c.article_id.is_(None), articles.c.dropped.is_(None))
        return self._connection.scalars(query.order_by(articles.c.id).limit(limit)).all()

    def put(self, article: int, when: datetime, terms: Mapping[str, int], norm: float) -> None:
        """Keep what an article is about."""
        self.forget(article)
        day = _day(when)
        values = {"article_id": article, "day": day, "terms": dict(terms), "norm": norm}
        self._connection.execute(insert(story_subjects), values)
        if terms:
            rows = [{"term": term, "day": day, "article_id": article} for term in sorted(terms)]
            self._connection.execute(insert(story_terms), rows)

    def forget(self, article: int) -> None:
        """Forget what an article is about; it is looked at again when stories are looked for next."""
        query = select(story_subjects.c.day, story_subjects.c.terms).where(story_subjects.c.article_id == article)
        row = self._connection.execute(query).first()
        if row is None:
            return
        named = story_terms.c.day == row.day, story_terms.c.article_id == article
        self._connection.execute(delete(story_terms).where(story_terms.c.term.in_(list(row.terms)), *named))
        self._connection.execute(delete(story_subjects).where(story_subjects.c.article_id == article))

    def near(self, article: int, when: datetime, spell: timedelta, terms: Mapping[str, int]) -> Neighbourhood:
        """Articles not further than `spell` from `when` that share telling words, but for the article itself."""
        first, last = _day(when - spell), _day(when + spell)
        in_time = story_terms.c.day.between(first, last)
        of_time = select(func.count()).select_from(story_subjects).where(story_subjects.c.day.between(first, last))
        size = self._connection.scalar(of_time) or 0
        counted = select(story_terms.c.term, func.count().label("articles")).where(
            story_terms.c.term.in_(list(terms)), in_time
        )
        rows = self._connection.execute(counted.group_by(story_terms.c.term)).all()
        frequency = {row.term: row.articles for row in rows}
        asked = sorted(frequency, key=lambda term: (frequency[term], term))[:_ASKED]
        shared = func.count().label("shared")
        query = select(story_terms.c.article_id, shared).where(story_terms.c.term.in_(asked), in_time)
        query = query.where(story_terms.c.article_id != article).group_by(story_terms.c.article_id)
        nearest = query.order_by(desc("shared"), desc(story_terms.c.article_id)).limit(_MOST)
        ids = [row.article_id for row in self._connection.execute(nearest) if row.shared > 1]
        return Neighbourhood(size, frequency, tuple(self._subjects(ids)))

    def _subjects(self, ids: Sequence[int]) -> Iterable[Subject]:
        query = select(story_subjects.c.article_id, story_subjects.c.terms, story_subjects.c.norm, articles.c.story)
        query = query.join(articles, articles.c.id == story_subjects.c.article_id)
        rows = self._connection.execute(query.where(story_subjects.c.article_id.in_(ids)))
        return [Subject(row.article_id, row.story, row.terms, row.norm) for row in rows]

    def _members(self, numbers: Sequence[int]) -> _List:
        query = select(articles).where(articles.c.story.in_(numbers)).order_by(articles.c.id)
        members: dict[int, list[Article]] = {}
        for row in self._connection.execute(query):
            members.setdefault(row.story, []).append(codec.article_from(row))
        return [Story(number, tuple(members[number])) for number in numbers if number in members]

    def _end_empty(self, numbers: Iterable[int]) -> None:
        for number in sorted(numbers):
            if (
                self._connection.execute(select(articles.c.id).where(articles.c.story == number).limit(1)).first()
                is None
            ):
                self._connection.execute(delete(stories).where(stories.c.id == number))


def _day(when: datetime) -> int:
    return (when - _EPOCH).days
