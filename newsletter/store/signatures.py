"""Near texts in the whole store: signatures and bands (`text.nearness`), kept in the articles' own transaction.

Finding what is near to one text costs one look into an index for each of its bands, however many articles there are.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, desc, func, insert, select

from newsletter.store.tables import article_bands, article_signatures
from newsletter.text import nearness

#: Texts that share fewer of their runs of words are not called near.
NEAR = 0.5
#: Candidates that are looked at, those with most bands in common first.
_MOST = 50


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
            self._connection.execute(insert(article_signatures), {"article_id": article, "signature": mark})
            self._insert_bands(article, mark)

    def _insert_bands(self, article: int, mark: bytes) -> None:
        self._connection.execute(
            insert(article_bands), [{"band": band, "article_id": article} for band in nearness.bands(mark)]
        )

    def _remove(self, article: int, mark: bytes) -> None:
        named = article_bands.c.band.in_(nearness.bands(mark)), article_bands.c.article_id == article
        self._connection.execute(delete(article_bands).where(*named))
        self._connection.execute(delete(article_signatures).where(article_signatures.c.article_id == article))


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
