"""Issues: numbered from 1 on, saved whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from newsletter.errors import Conflict, NotFound
from newsletter.models import Issue, IssueStatus, SendKind
from newsletter.store import codec, ledger
from newsletter.store.articles import Articles
from newsletter.store.columns import DatabaseClock
from newsletter.store.database import serialize
from newsletter.store.tables import issues, sends

#: The class has a method of that name.
_List = list[Issue]


class Issues:
    """The issues of one transaction."""

    def __init__(self, connection: Connection, articles: Articles) -> None:
        self._connection = connection
        self._articles = articles

    def create(self, issue: Issue) -> Issue:
        """Keep a new issue under the next number, or under its own if it has one. Raises Conflict if that is taken."""
        serialize(self._connection, "newsletter.issues")
        last = self._connection.scalar(select(func.max(issues.c.number))) or 0
        moment = issue.created or self._connection.scalar(select(DatabaseClock()))
        created = replace(issue, number=issue.number or last + 1, created=moment)
        if self._row(created.number) is not None:
            raise Conflict(f"there is an issue {created.number} already; leave the number out to get the next one")
        self._connection.execute(insert(issues).values(number=created.number, **_values(created)))
        return created

    def get(self, number: int) -> Issue:
        """One issue. Raises NotFound."""
        row = self._row(number)
        if row is None:
            raise NotFound("issue", number, "`newsletter issue list` shows them")
        return _issue(row)

    def save(self, issue: Issue) -> None:
        """Keep an issue as it is now. Raises NotFound if it was never created."""
        known = self.get(issue.number)
        values = _values(replace(issue, created=issue.created or known.created))
        self._connection.execute(update(issues).where(issues.c.number == issue.number).values(values))

    def delete(self, number: int) -> None:
        """Remove a draft; the last number is given again. Raises NotFound, Conflict (sent, or to be)."""
        if self.get(number).status is IssueStatus.SENT:
            raise Conflict(f"issue {number} was sent, so its record stays")
        waiting = sends.c.issue == number, sends.c.kind == SendKind.ISSUE, sends.c.state.in_(ledger.UNFINISHED)
        if (send := self._connection.scalar(select(sends.c.id).where(*waiting))) is not None:
            raise Conflict(f"issue {number} is planned as send {send}; `newsletter cancel {send}` ends that first")
        self._connection.execute(delete(issues).where(issues.c.number == number))

    def list(self) -> _List:
        """All of them, the latest number first."""
        return [_issue(row) for row in self._connection.execute(select(issues).order_by(issues.c.number.desc()))]

    def unsent(self) -> _List:
        """Those that no list send has started of: drafts and approved ones, by number."""
        query = select(issues).where(issues.c.status != IssueStatus.SENT).order_by(issues.c.number)
        return [_issue(row) for row in self._connection.execute(query)]

    def mark_sent(self, number: int) -> None:
        """A list send of it has started: its articles count as used from now on. Raises NotFound."""
        issue = self.get(number)
        self._connection.execute(update(issues).where(issues.c.number == number).values(status=IssueStatus.SENT))
        self._articles.mark_used(issue)

    def _row(self, number: int) -> Row[Any] | None:
        return self._connection.execute(select(issues).where(issues.c.number == number)).first()


def _values(issue: Issue) -> dict[str, Any]:
    return {
        "status": issue.status,
        "created": issue.created,
        "edition_id": issue.edition,
        "content": codec.issue_content(issue),
    }


def _issue(row: Row[Any]) -> Issue:
    return Issue(
        number=row.number,
        status=IssueStatus(row.status),
        created=row.created,
        edition=row.edition_id,
        **codec.issue_fields(row.content),
    )
