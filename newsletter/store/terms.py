"""A send as it is at the moment of an exchange, read under the locks that keep it so until the transaction ends.

What keeps two PostgreSQL transactions from each missing the other's half (on SQLite a writer is alone anyway):
- every exchange shares a lock on its send, which pausing, cancelling and settling take alone (`sends`);
- exchanges of one issue's sends share an advisory lock on the issue, and take it alone while more than one send of the
  issue is running, so that nobody is claimed for two of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select

from newsletter.errors import NotFound
from newsletter.models.sends import SendKind, SendState
from newsletter.store.columns import DatabaseClock
from newsletter.store.database import serialize, share
from newsletter.store.tables import sends


@dataclass(frozen=True, slots=True)
class Terms:
    """What an exchange goes by; `now` is the database's clock."""

    send: int
    kind: SendKind
    state: SendState
    issue: int
    list_id: int | None
    again: bool
    deadline: datetime
    now: datetime


def terms(connection: Connection, send_id: int) -> Terms:
    """The terms of a send, locked. Raises NotFound."""
    row = connection.execute(_TERMS, {"send": send_id}).first()
    if row is None:
        raise NotFound("send", send_id)
    if row.rivals and row.again is None:
        serialize(connection, "newsletter.issue", row.issue)
    else:
        share(connection, "newsletter.issue", row.issue)
    return Terms(
        send=send_id,
        kind=SendKind(row.kind),
        state=SendState(row.state),
        issue=row.issue,
        list_id=row.list_id,
        again=row.again is not None,
        deadline=row.deadline,
        now=row.now,
    )


_rival = sends.alias("rival")
_RIVALS = exists().where(
    _rival.c.issue == sends.c.issue, _rival.c.id != sends.c.id, _rival.c.state == SendState.RUNNING
)
_TERMS = (
    select(sends, _RIVALS.label("rivals"), DatabaseClock().label("now"))
    .where(sends.c.id == bindparam("send"))
    .with_for_update(read=True, key_share=True, of=sends)
)
