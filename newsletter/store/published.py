"""What went out: the editions that at least one reader of a list has received."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, exists, select

from newsletter.models import DeliveryState, Edition, PastIssue, SendKind
from newsletter.store import codec
from newsletter.store.tables import deliveries, editions, sends


class Published:
    """Of each issue, the edition that was sent last. Test copies, and sends that reached nobody, do not count."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def issues(self) -> list[PastIssue]:
        """All of them, the highest number first."""
        found: dict[int, PastIssue] = {}
        for row in self._connection.execute(_SENT.order_by(sends.c.issue.desc(), sends.c.id.desc())):
            found.setdefault(row.issue, _past(row))
        return list(found.values())

    def issue(self, number: int) -> PastIssue | None:
        """One of them."""
        row = self._connection.execute(_SENT.where(sends.c.issue == number).order_by(sends.c.id.desc())).first()
        return _past(row) if row else None

    def beside(self, number: int) -> tuple[int | None, int | None]:
        """The numbers of the issues published before and after this one."""
        numbers = sorted(set(self._connection.scalars(_NUMBERS)))
        earlier, later = [n for n in numbers if n < number], [n for n in numbers if n > number]
        return (earlier[-1] if earlier else None), (later[0] if later else None)


_REACHED = (
    sends.c.kind == SendKind.ISSUE,
    sends.c.list_id.is_not(None),
    exists().where(deliveries.c.send_id == sends.c.id, deliveries.c.state == DeliveryState.ACCEPTED),
)
_SENT: Select[Any] = (
    select(sends.c.issue, sends.c.created.label("sent"), editions.c.id, editions.c.created, editions.c.variants)
    .join(editions, editions.c.id == sends.c.edition_id)
    .where(*_REACHED)
)
_NUMBERS = select(sends.c.issue).where(*_REACHED)


def _past(row: Row[Any]) -> PastIssue:
    return PastIssue(row.sent, Edition(row.issue, codec.variants_from(row.variants), row.id, row.created))
