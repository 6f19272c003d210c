"""Taking articles in, many at once, each as if it had come alone after those before it.

What the store has of all of them (the same pages, the same words, near texts) is looked up together, and the new ones
are written together. An article that is tied to an earlier one of the same call (by key, address, words, or a band of
its signature) is kept apart: what came before it is written first, and it is looked up again by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, text, update

from newsletter import urls
from newsletter.models import Article
from newsletter.store import codec, copies
from newsletter.store.arrival import Arrival
from newsletter.store.columns import as_written
from newsletter.store.database import serialize
from newsletter.store.history import History
from newsletter.store.prepared import Runner
from newsletter.store.search import Search
from newsletter.store.signatures import Signatures
from newsletter.store.stories import Stories
from newsletter.store.tables import articles

Fate = Literal["added", "updated", "duplicate"]

#: Articles that are looked up and written together.
_BATCH = 500


@dataclass(slots=True)
class _Known:
    """What the store has of some arrivals, as it was when they were looked up."""

    by_key: dict[str, Row[Any]]
    by_address: dict[str, Row[Any]]
    #: Articles that one may say again: those with the same words, then the others, the likest first.
    like: dict[Arrival, list[int]]
    rows: dict[int, Row[Any]]
    #: What of it no longer holds: ties of articles that were written since, and their ids.
    stale: set[object] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)

    def page(self, arrival: Arrival) -> Row[Any] | None:
        """The article of that key, else of that page."""
        found = self.by_key.get(arrival.article.key)
        return found if found is not None or arrival.address is None else self.by_address.get(arrival.address)

    def holds(self, arrival: Arrival) -> bool:
        """Whether nothing that was written since bears on it."""
        page = self.page(arrival)
        seen = (page.id,) if page is not None else self.like.get(arrival, ())
        return self.stale.isdisjoint(arrival.ties) and self.changed.isdisjoint(seen)


class Intake:
    """What comes in within one transaction."""

    def __init__(self, connection: Connection, search: Search) -> None:
        self._connection = connection
        self._search = search
        self._runner = Runner(connection)
        self._signatures = Signatures(connection)
        self._history = History(connection)
        self._stories = Stories(connection)

    def take(self, coming: Iterable[Arrival], now: datetime) -> list[tuple[Fate, int]]:
        """Keep articles; what became of each and its id, in their order (`Articles.add`)."""
        serialize(self._connection, "newsletter.articles")
        arrivals = list(coming)
        fates: list[tuple[Fate, int]] = []
        for start in range(0, len(arrivals), _BATCH):
            fates += self._take(arrivals[start : start + _BATCH], now)
        return fates

    def replace(self, stored: Article, fresh: Article, now: datetime, **values: Any) -> None:
        """Put an article in the place of what it was; `values` are columns that are set besides."""
        values = codec.article_values(fresh) | values
        self._connection.execute(update(articles).where(articles.c.id == stored.id).values(values))
        self._history.note(stored, fresh, now)
        self._search.put(fresh)
        self._signatures.put(stored.id, fresh.body_text)
        self._stories.forget(stored.id)

    def _take(self, arrivals: Sequence[Arrival], now: datetime) -> list[tuple[Fate, int]]:
        known = self._look_up(arrivals)
        fates: list[tuple[Fate, int]] = []
        new: list[Arrival] = []

        def write() -> None:
            numbers = iter(self._insert(new, now)) if new else iter(())
            fates[:] = [(fate, number or next(numbers)) for fate, number in fates]
            new.clear()

        for each in arrivals:
            if known.holds(each):
                fate, number = self._settle(each, known, now)
            else:
                write()
                fate, number = self._settle(each, self._look_up([each]), now)
            if fate == "added":
                new.append(each)
            fates.append((fate, number))
            if fate != "duplicate":
                known.stale |= each.ties
                known.changed.add(number)
        write()
        return fates

    def _settle(self, arrival: Arrival, known: _Known, now: datetime) -> tuple[Fate, int]:
        """What becomes of an article; one that is to be added has the number 0 and is not written yet."""
        article, row = arrival.article, known.page(arrival)
        if row is None:
            copied = _copied(arrival, known)
            return ("duplicate", copied) if copied else ("added", 0)
        if row.dropped is not None:
            return "duplicate", row.id
        stored = codec.article_from(row)
        if copies.is_other_edition(stored, article) or not copies.may_change(stored, article):
            return "duplicate", stored.id
        fresh = _updated(stored, article)
        if fresh == stored:
            return "duplicate", stored.id
        self.replace(stored, fresh, now)
        return "updated", stored.id

    def _look_up(self, arrivals: Sequence[Arrival]) -> _Known:
        by_key, by_address = self._pages(arrivals)
        known = _Known(by_key, by_address, {}, {})
        new = [each for each in arrivals if each.has_text and known.page(each) is None]
        if not new:
            return known
        same: dict[str, list[int]] = {}
        for row in self._connection.execute(_SAME_WORDS, {"fingerprints": [each.fingerprint for each in new]}):
            same.setdefault(row.fingerprint, []).append(row.id)
        marked = [each for each in new if each.mark is not None]
        found = self._signatures.near_marks([each.mark or b"" for each in marked], copies.LIKELY)
        near = dict(zip(marked, found, strict=True))
        for each in new:
            like = [*same.get(each.fingerprint, ()), *(other.article for other in near.get(each, ()))]
            known.like[each] = list(dict.fromkeys(like))
        wanted = sorted({number for found in known.like.values() for number in found})
        for start in range(0, len(wanted), _BATCH):
            rows = self._connection.execute(_BY_ID, {"ids": wanted[start : start + _BATCH]})
            known.rows |= {row.id: row for row in rows}
        return known

    def _pages(self, arrivals: Sequence[Arrival]) -> tuple[dict[str, Row[Any]], dict[str, Row[Any]]]:
        """The store's articles with the arrivals' keys, and the oldest with each of their addresses."""
        asked = {
            "keys": [each.article.key for each in arrivals],
            "addresses": list({each.address for each in arrivals if each.address is not None}),
        }
        by_key: dict[str, Row[Any]] = {}
        by_address: dict[str, Row[Any]] = {}
        for row in self._connection.execute(_SAME_PAGE, asked):
            by_key[row.key] = row
            by_address.setdefault(row.address, row)
        return by_key, by_address

    def _insert(self, new: Sequence[Arrival], now: datetime) -> Sequence[int]:
        numbers = self._numbers(len(new))
        values = [
            {**each.row, "id": number, "added": now, "dated": each.article.published or now}
            for number, each in zip(numbers, new, strict=True)
        ]
        self._runner.many(_INSERT, values)
        self._search.put_new({number: each.fields for number, each in zip(numbers, new, strict=True)})
        self._signatures.put_marks(
            {number: each.mark for number, each in zip(numbers, new, strict=True) if each.mark is not None}
        )
        return numbers

    def _numbers(self, count: int) -> Sequence[int]:
        """Ids for new articles, in order. Nobody else gets them: whoever adds articles is alone."""
        if self._connection.dialect.name == "sqlite":
            last = self._connection.scalar(_LAST) or 0
            return range(last + 1, last + count + 1)
        return sorted(self._connection.scalars(_NEXT, {"count": count}))


def _copied(arrival: Arrival, known: _Known) -> int | None:
    """The article that this one says again, in the same words or nearly the same."""
    for number in known.like.get(arrival, ()):
        row = known.rows.get(number)
        if row is not None and copies.is_copy(
            codec.article_from(row), arrival.article, is_dropped=row.dropped is not None
        ):
            return number
    return None


def _updated(stored: Article, read: Article) -> Article:
    """What is kept when an article comes again."""
    written = stored.summary is not None and stored.summary.engine == "editor"
    summary = stored.summary if written or stored.body_text == read.body_text else read.summary
    # The page's own address rather than the one for phones; else the one it has, lest it changes with every import.
    is_better = urls.is_for_phones(stored.url or "") and not urls.is_for_phones(read.url or "")
    named = read if is_better else stored
    if read.key != stored.key:
        read = replace(read, key=named.key, url=named.url)
    return replace(
        read,
        **{name: getattr(stored, name) for name in stored.edited},
        edited=stored.edited,
        id=stored.id,
        source=stored.source,
        added=stored.added,
        tags=stored.tags,
        used_in=stored.used_in,
        story=stored.story,
        summary=summary,
    )


# Made once: to make and compile a statement costs more than to run it, and imports run these for every article.
_INSERT = insert(articles).values(as_written(each for each in articles.c if each.name not in ("used_in", "dropped")))
_SAME_PAGE = (
    select(articles)
    .where(
        or_(
            articles.c.key.in_(bindparam("keys", expanding=True)),
            articles.c.address.in_(bindparam("addresses", expanding=True)),
        )
    )
    .order_by(articles.c.id)
)
_SAME_WORDS = (
    select(articles.c.id, articles.c.fingerprint)
    .where(articles.c.fingerprint.in_(bindparam("fingerprints", expanding=True)))
    .order_by(articles.c.id)
)
_BY_ID = select(articles).where(articles.c.id.in_(bindparam("ids", expanding=True)))
_LAST = select(func.max(articles.c.id))
_NEXT = text("SELECT nextval(pg_get_serial_sequence('articles', 'id')) FROM generate_series(1, :count)")
