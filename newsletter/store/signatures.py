"""Near texts in the whole store: signatures and bands (`text.nearness`), kept in the articles' own transaction.

Finding what is near to one text costs one look into an index for each of its bands, however many articles there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
from sqlalchemy import Connection, and_, bindparam, delete, desc, func, insert, select

from newsletter.store.tables import article_bands, article_signatures
from newsletter.text import nearness

#: Texts that share fewer of their runs of words are not called near.
NEAR = 0.5
#: Candidates that are looked at, those with most bands in common first.
_MOST = 50
#: Articles whose bands are sorted and inserted together.
_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Near:
    """An article whose text is near to another, and how near (0 to 1, estimated)."""

    article: int
    similarity: float


class Signatures:
    """The signatures of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def near(self, text: str, floor: float = NEAR) -> list[Near]:
        """Articles, dropped ones too, with a text as near as `floor`, the nearest first (then the oldest)."""
        mark = nearness.signature(text)
        return self.near_mark(mark, floor) if mark else []

    def near_mark(self, mark: bytes, floor: float = NEAR) -> list[Near]:
        """The same for a signature."""
        rows = self._connection.execute(_CANDIDATES, {"bands": nearness.bands(mark)}).all()
        if not rows:
            return []
        found = nearness.agreement(mark, [row.signature for row in rows])
        near = [Near(row.article_id, share) for row, share in zip(rows, found, strict=True) if share >= floor]
        return sorted(near, key=lambda each: (-each.similarity, each.article))

    def pairs(self, floor: float = NEAR) -> list[tuple[int, int, float]]:
        """All pairs of articles in the store with texts as near as `floor`, as (older id, newer id, similarity)."""
        found = list(self._connection.execute(_PAIRS))
        rows = self._connection.execute(select(article_signatures.c.article_id, article_signatures.c.signature))
        wanted = {number for row in found for number in row}
        marks = {row.article_id: row.signature for row in rows if row.article_id in wanted}
        shares = nearness.agreements([marks[one] for one, _ in found], [marks[other] for _, other in found])
        return [(one, other, share) for (one, other), share in zip(found, shares, strict=True) if share >= floor]

    def of(self, article: int) -> bytes | None:
        """An article's signature; None when it has none."""
        query = select(article_signatures.c.signature).where(article_signatures.c.article_id == article)
        return self._connection.scalar(query)

    def put(self, article: int, text: str, *, is_new: bool = False) -> None:
        """Keep an article's signature, instead of the one it had; none is kept of a text too short for one."""
        mark, before = nearness.signature(text), None if is_new else self.of(article)
        if mark == before:
            return
        if before is not None:
            self._remove(article, before)
        if mark is not None:
            self._connection.execute(_INSERT, {"article_id": article, "signature": mark})
            self._insert_bands(article, mark)

    def put_all(self, texts: Mapping[int, str]) -> None:
        """Keep signatures of many articles that have none; faster than one by one."""
        for numbers in _batches(texts):
            marks = {number: mark for number in numbers if (mark := nearness.signature(texts[number]))}
            if marks:
                rows = [{"article_id": number, "signature": mark} for number, mark in marks.items()]
                self._connection.execute(insert(article_signatures), rows)
                bands = nearness.band_rows(list(marks.values())).ravel()
                owners = np.repeat(np.fromiter(marks, np.int64), len(bands) // len(marks))
                # In the order of the table: inserting here and there takes twice as long. And past SQLAlchemy's own
                # handling of parameters, which would take longer than the database.
                order = np.argsort(bands, kind="stable")
                values = list(zip(bands[order].tolist(), owners[order].tolist(), strict=True))
                self._connection.exec_driver_sql(_DRIVER_INSERT[self._connection.dialect.name], values)

    def _insert_bands(self, article: int, mark: bytes) -> None:
        self._connection.execute(
            _INSERT_BANDS, [{"band": band, "article_id": article} for band in nearness.bands(mark)]
        )

    def _remove(self, article: int, mark: bytes) -> None:
        named = article_bands.c.band.in_(nearness.bands(mark)), article_bands.c.article_id == article
        self._connection.execute(delete(article_bands).where(*named))
        self._connection.execute(delete(article_signatures).where(article_signatures.c.article_id == article))


_INSERT, _INSERT_BANDS = insert(article_signatures), insert(article_bands)
_DRIVER_INSERT = {
    "sqlite": "INSERT INTO article_bands (band, article_id) VALUES (?, ?)",
    "postgresql": "INSERT INTO article_bands (band, article_id) VALUES (%s, %s)",
}
_OTHER = article_bands.alias()
_PAIRS = (
    select(article_bands.c.article_id.label("one"), _OTHER.c.article_id.label("other"))
    .join(_OTHER, and_(_OTHER.c.band == article_bands.c.band, _OTHER.c.article_id > article_bands.c.article_id))
    .distinct()
    .order_by("one", "other")
)
_SHARED = (
    select(article_bands.c.article_id, func.count().label("shared"))
    .where(article_bands.c.band.in_(bindparam("bands", expanding=True)))
    .group_by(article_bands.c.article_id)
    .order_by(desc("shared"), article_bands.c.article_id)
    .limit(_MOST)
    .subquery()
)
_CANDIDATES = select(article_signatures.c.article_id, article_signatures.c.signature).join(
    _SHARED, _SHARED.c.article_id == article_signatures.c.article_id
)


def _batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(numbers)
    while batch := list(islice(rest, _BATCH)):
        yield batch
