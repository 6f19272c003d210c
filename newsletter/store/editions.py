"""Editions: frozen renderings. One that is equal to an earlier one is that one; none ever changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, select

from newsletter.errors import NotFound
from newsletter.models import Approval, Edition
from newsletter.store import codec
from newsletter.store.database import serialize
from newsletter.store.tables import approvals, editions


class Editions:
    """The editions of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def freeze(self, edition: Edition, now: datetime) -> Edition:
        """Keep an edition for good; freezing an equal one again answers the first."""
        serialize(self._connection, "newsletter.editions")
        content_hash = edition.content_hash
        known = self._connection.scalar(select(editions.c.id).where(editions.c.content_hash == content_hash))
        if known is not None:
            return self.get(known)
        values = {
            "issue": edition.issue,
            "content_hash": content_hash,
            "created": now,
            "variants": codec.variants_data(edition.variants),
        }
        number = self._connection.execute(insert(editions).values(values).returning(editions.c.id)).scalar_one()
        return replace(edition, id=number, created=now)

    def get(self, number: int) -> Edition:
        """One edition. Raises NotFound."""
        row = self._connection.execute(select(editions).where(editions.c.id == number)).first()
        if row is None:
            raise NotFound("edition", number)
        return Edition(row.issue, codec.variants_from(row.variants), row.id, row.created)

    def approve(self, number: int, approval: Approval) -> None:
        """Keep that somebody approved an edition; a second time changes nothing. Raises NotFound."""
        self.get(number)
        if approval.editor not in {known.editor for known in self.approvals(number)}:
            values = {"edition_id": number, "editor": approval.editor, "email": approval.email, "at": approval.at}
            self._connection.execute(insert(approvals).values(values))

    def approvals(self, number: int) -> list[Approval]:
        """Who approved an edition, the first first."""
        query = select(approvals).where(approvals.c.edition_id == number).order_by(approvals.c.at, approvals.c.editor)
        return [Approval(row.editor, row.email, row.at) for row in self._connection.execute(query)]
