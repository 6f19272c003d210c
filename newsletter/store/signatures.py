"""Near texts in the whole store: signatures and bands (`text.nearness`), kept in the articles' own transaction.

Finding what is near to one text costs one look into an index for each of its bands, however many articles there are.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, and_, bindparam, delete, insert, select, text

from newsletter.store.prepared import Runner
from newsletter.store.tables import article_bands, article_signatures
from newsletter.text import nearness

#: Texts that share fewer of their runs of words are not called near.
NEAR = 0.5
#: Candidates that are looked at, those with most bands in common first.
_MOST = 50
#: Articles whose bands are sorted and inserted together.
_BATCH = 20_000
#: Signatures asked for in one statement.
_ASKED = 500


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
        return self.near_marks([mark], floor)[0] if mark else []

    def near_marks(self, marks: Sequence[bytes], floor: float = NEAR, added: Sequence[int] = ()) -> list[list[Near]]:
        """The same for each of some signatures.

        The last of them may be those of articles that were `added` after all others. What these have in common is told
        without the database, which would find each again; none is near to itself.
        """
        if not marks:
            return []
        bands = nearness.band_rows(marks)
        before = len(marks) - len(added)
        near = {
            number: [article for _, article in sorted(ties)[: _MOST - (number >= before)]]
            for number, ties in self._tied(bands, added).items()
        }
        known = dict(zip(added, marks[before:], strict=True))
        known |= self.many({article for articles in near.values() for article in articles} - known.keys())
        return [_nearest(mark, near.get(number, ()), known, floor) for number, mark in enumerate(marks)]

    def many(self, ids: Iterable[int]) -> dict[int, bytes]:
        """The signatures of those of the articles that have one."""
        found: dict[int, bytes] = {}
        wanted = sorted(set(ids))
        for start in range(0, len(wanted), _ASKED):
            rows = self._connection.execute(_BY_ID, {"ids": wanted[start : start + _ASKED]})
            found |= {row.article_id: row.signature for row in rows}
        return found

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

    def put(self, article: int, text: str) -> None:
        """Keep an article's signature, instead of the one it had; none is kept of a text too short for one."""
        mark, before = nearness.signature(text), self.of(article)
        if mark == before:
            return
        if before is not None:
            self._remove(article, before)
        if mark is not None:
            self.put_marks({article: mark})

    def put_all(self, texts: Mapping[int, str]) -> None:
        """Keep signatures of many articles that have none; faster than one by one."""
        for numbers in _batches(texts):
            self.put_marks({number: mark for number in numbers if (mark := nearness.signature(texts[number]))})

    def put_marks(self, marks: Mapping[int, bytes]) -> None:
        """Keep the signatures of articles that have none."""
        if not marks:
            return
        signed = [{"article_id": number, "signature": mark} for number, mark in marks.items()]
        Runner(self._connection).many(_INSERT, signed)
        bands = nearness.band_rows(list(marks.values())).ravel()
        owners = np.repeat(np.fromiter(marks, np.int64), len(bands) // len(marks))
        # In the order of the table: inserting here and there takes twice as long. And past SQLAlchemy's own handling of
        # parameters, which would take longer than the database.
        order = np.argsort(bands, kind="stable")
        values = list(zip(bands[order].tolist(), owners[order].tolist(), strict=True))
        self._connection.exec_driver_sql(_DRIVER_INSERT[self._connection.dialect.name], values)

    def _tied(self, bands: npt.NDArray[np.int64], added: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
        """For the rows of bands, by their place: less how many each article has of them, and the article.

        The last rows are those of the articles `added` after all others, of which none is tied to itself.
        """
        before = len(bands) - len(added)
        each, places, counts = np.unique(bands, return_inverse=True, return_counts=True)
        owners = self._owners(each, min(added, default=_BEYOND))
        is_tied = np.isin(each, list(owners))
        if added:
            is_tied |= counts > 1
        is_tied = is_tied[places].reshape(bands.shape)
        rows = {int(number): bands[number][is_tied[number]].tolist() for number in np.flatnonzero(is_tied.any(axis=1))}
        for number, row in rows.items():
            for band in row if number >= before else ():
                owners.setdefault(band, []).append(added[number - before])
        found = {}
        for number, row in rows.items():
            ties = Counter(chain.from_iterable([owners.get(band, ()) for band in row]))
            if number >= before:
                del ties[added[number - before]]
            found[number] = [(-count, article) for article, count in ties.items()]
        return found

    def _owners(self, bands: npt.NDArray[np.int64], first: int) -> dict[int, list[int]]:
        """By band (given ascending, as the table is), those of the articles before `first` that have it."""
        is_sqlite = self._connection.dialect.name == "sqlite"
        numbers = bands.tolist()
        asked = {"bands": json.dumps(numbers) if is_sqlite else numbers, "first": first}
        owners: dict[int, list[int]] = {}
        for band, article in Runner(self._connection).all(_OWNERS[self._connection.dialect.name], asked):
            owners.setdefault(band, []).append(article)
        return owners

    def _remove(self, article: int, mark: bytes) -> None:
        named = article_bands.c.band.in_(nearness.bands(mark)), article_bands.c.article_id == article
        self._connection.execute(delete(article_bands).where(*named))
        self._connection.execute(delete(article_signatures).where(article_signatures.c.article_id == article))


#: After every article's id.
_BEYOND = 2**63 - 1

_INSERT = insert(article_signatures)
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
_BY_ID = select(article_signatures.c.article_id, article_signatures.c.signature).where(
    article_signatures.c.article_id.in_(bindparam("ids", expanding=True))
)
_OWNERS = {
    dialect: text(
        f"SELECT found.band, found.article_id FROM {bands} JOIN article_bands AS found "  # noqa: S608 - from the two below
        "ON found.band = asked.value AND found.article_id < :first"
    )
    for dialect, bands in {
        "sqlite": "json_each(:bands) AS asked CROSS",
        "postgresql": "unnest(CAST(:bands AS bigint[])) AS asked(value) INNER",
    }.items()
}


def _nearest(mark: bytes, articles: Sequence[int], marks: Mapping[int, bytes], floor: float) -> list[Near]:
    """Those of the articles that are as near as `floor`, the nearest first (then the oldest)."""
    if not articles:
        return []
    shares = nearness.agreement(mark, [marks[article] for article in articles])
    near = [Near(article, share) for article, share in zip(articles, shares, strict=True) if share >= floor]
    return sorted(near, key=lambda each: (-each.similarity, each.article))


def _batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(numbers)
    while batch := list(islice(rest, _BATCH)):
        yield batch
