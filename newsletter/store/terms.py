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
from newsletter.store.prepared import Runner
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
    rows = Runner(connection).all(_TERMS, {"send": send_id})
    if not rows:
        raise NotFound("send", send_id, "`newsletter status` lists them")
    kind, state, issue, list_id, again, deadline, rivals, now = rows[0]
    if rivals and again is None:
        serialize(connection, "newsletter.issue", issue)
    else:
        share(connection, "newsletter.issue", issue)
    return Terms(
        send=send_id,
        kind=SendKind(kind),
        state=SendState(state),
        issue=issue,
        list_id=list_id,
        again=again is not None,
        deadline=deadline,
        now=now,
    )


_rival = sends.alias("rival")
_RIVALS = exists().where(
    _rival.c.issue == sends.c.issue, _rival.c.id != sends.c.id, _rival.c.state == SendState.RUNNING
)
_COLUMNS = ("kind", "state", "issue", "list_id", "again", "deadline")
_TERMS = (
    select(*(sends.c[name] for name in _COLUMNS), _RIVALS.label("rivals"), DatabaseClock().label("now"))
    .where(sends.c.id == bindparam("send"))
    .with_for_update(read=True, key_share=True, of=sends)
)
