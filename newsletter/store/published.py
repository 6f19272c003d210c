"""What went out: the issues that at least one reader of a list has received."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, exists, func, select

from newsletter.models import DeliveryState, PastIssue, SendKind
from newsletter.store.tables import deliveries, sends


class Published:
    """Of each issue, the edition that was sent last. Test copies, and sends that reached nobody, do not count."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def issues(self) -> list[PastIssue]:
        """All of them, the highest number first."""
        found: dict[int, PastIssue] = {}
        for row in self._connection.execute(_SENT):
            found.setdefault(row.issue, PastIssue(row.issue, row.edition_id, row.created))
        return list(found.values())


#: A planned send went out when it began.
_BEGUN = func.coalesce(sends.c.begun, sends.c.created)
_SENT: Select[Any] = (
    select(sends.c.issue, sends.c.edition_id, _BEGUN.label("created"))
    .where(
        sends.c.kind == SendKind.ISSUE,
        sends.c.list_id.is_not(None),
        exists().where(deliveries.c.send_id == sends.c.id, deliveries.c.state == DeliveryState.ACCEPTED),
    )
    .order_by(sends.c.issue.desc(), _BEGUN.desc(), sends.c.id.desc())
)
