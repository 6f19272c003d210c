"""Stories in the database: which articles are one, what an editor decided about that, and where to look for more.

Who belongs together is decided elsewhere (`curate.coverage`); here are the facts it needs. A story has an id of its
own; an article's row names it. A story of one article is what an editor split off, or what is left of a larger one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, desc, func, insert, or_, select, update

from newsletter.errors import NotFound
from newsletter.models import Article, Story
from newsletter.store import codec, telling
from newsletter.store.surroundings import Coming, Surroundings
from newsletter.store.tables import articles, stories, story_decisions, story_subjects
from newsletter.store.vicinity import Vicinity

#: The class has a method of that name.
_List = list[Story]

#: Ids asked for in one statement.
_BATCH = 500


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
        number: int = self._connection.execute(_START, {"created": now}).scalar_one()
        if wanted := list(ids):
            self.join(number, wanted)
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

    def decisions(self, ids: Iterable[int]) -> dict[int, dict[int, bool]]:
        """For each of the articles those that an editor put together with it (True) or apart from it (False)."""
        found: dict[int, dict[int, bool]] = {number: {} for number in ids}
        wanted = sorted(found)
        for start in range(0, len(wanted), _BATCH):
            for row in self._connection.execute(_DECISIONS, {"ids": wanted[start : start + _BATCH]}):
                for one, other in ((row.one_id, row.other_id), (row.other_id, row.one_id)):
                    if one in found:
                        found[one][other] = row.together
        return found

    def unplaced(self, limit: int = 1000) -> Sequence[int]:
        """Articles that no story was looked for yet, oldest first."""
        query = select(articles.c.id).outerjoin(story_subjects, story_subjects.c.article_id == articles.c.id)
        query = query.where(story_subjects.c.article_id.is_(None), articles.c.dropped.is_(None))
        return self._connection.scalars(query.order_by(articles.c.id).limit(limit)).all()

    def forget(self, article: int) -> None:
        """Forget what an article is about; it is looked at again when stories are looked for next."""
        query = select(story_subjects.c.day, story_subjects.c.terms).where(story_subjects.c.article_id == article)
        row = self._connection.execute(query).first()
        if row is None:
            return
        telling.remove(self._connection, article, row.day, list(row.terms))
        self._connection.execute(delete(story_subjects).where(story_subjects.c.article_id == article))

    def around(self, coming: Mapping[int, Coming], spell: timedelta, vicinity: Vicinity | None = None) -> Surroundings:
        """What stands near articles that are to be placed; of those that were placed before, that is forgotten.

        `vicinity` is what is known of it already (`Vicinity.resume`).
        """
        vicinity = vicinity if vicinity is not None else Vicinity()
        for number in self.placed(coming):
            self.forget(number)
            vicinity.forget()
        return Surroundings(self._connection, coming, spell, vicinity)

    def resume(self, vicinity: Vicinity) -> None:
        """Trust what an earlier transaction knew, if nobody has written since; asked before this one writes."""
        vicinity.resume(self._connection)

    def leave_to_next(self, vicinity: Vicinity) -> None:
        """Let a later transaction trust it; asked when this one writes no story any more, and forgotten if it fails."""
        vicinity.leave(self._connection)

    def placed(self, ids: Iterable[int]) -> set[int]:
        """Those of the articles that a story was looked for already."""
        found: set[int] = set()
        wanted = sorted(ids)
        for start in range(0, len(wanted), _BATCH):
            found.update(self._connection.scalars(_PLACED, {"ids": wanted[start : start + _BATCH]}))
        return found

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


_START = insert(stories).returning(stories.c.id)
_PLACED = select(story_subjects.c.article_id).where(story_subjects.c.article_id.in_(bindparam("ids", expanding=True)))
_DECISIONS = select(story_decisions).where(
    or_(
        story_decisions.c.one_id.in_(bindparam("ids", expanding=True)),
        story_decisions.c.other_id.in_(bindparam("ids", expanding=True)),
    )
)
