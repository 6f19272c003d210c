"""Mailboxes that a relay says do not exist: suppressed, and their memberships ended, with the outcome that says so.

It can be taken back (`Suppressions.lift`): the address may be mailed again then, and is on its lists again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, insert, select, update

from newsletter.models.audience import MembershipState
from newsletter.models.sends import DeliveryState, Outcome
from newsletter.store import ledger
from newsletter.store.database import serialize
from newsletter.store.tables import deliveries, memberships, subscribers, suppressions
from newsletter.store.terms import Terms


def end(connection: Connection, terms: Terms, outcomes: Sequence[Outcome]) -> None:
    """After the outcomes are recorded; what was not, since somebody else holds it, ends nothing. Nor do test copies."""
    gone = {outcome.delivery: outcome for outcome in outcomes if outcome.no_mailbox}
    if not gone:
        return
    serialize(connection, "newsletter.suppressions")
    for row in connection.execute(_GONE, {"send": terms.send, "ids": list(gone)}).all():
        outcome = gone[row.id]
        codes = " ".join(str(code) for code in (outcome.reply_code, outcome.enhanced_code) if code)
        values = {"address_hash": row.address_hash, "email": row.email, "added": terms.now}
        connection.execute(insert(suppressions).values(values | {"reason": f"no such mailbox ({codes})"}))
        connection.execute(_LEAVE, {"of": row.subscriber_id, "at": terms.now, "by": f"bounce of delivery {row.id}"})


_GONE = (
    select(deliveries.c.id, deliveries.c.subscriber_id, subscribers.c.email, subscribers.c.address_hash)
    .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
    .where(
        deliveries.c.id.in_(bindparam("ids", expanding=True)),
        deliveries.c.send_id == bindparam("send"),
        deliveries.c.state == DeliveryState.FAILED,
        subscribers.c.address_hash.is_not(None),
        ~ledger.is_suppressed(subscribers.c.address_hash),
    )
    .order_by(deliveries.c.id)
)
_LEAVE = (
    update(memberships)
    .where(memberships.c.subscriber_id == bindparam("of"), memberships.c.state == MembershipState.ACTIVE)
    .values(state=MembershipState.BOUNCED, changed=bindparam("at"), changed_by=bindparam("by"))
)
