"""Shares of what relays may still be given: several sending processes keep a limit of an hour or a day together.

A row a process and relay says how many messages the process may have accepted from then on. Shares are taken one after
the other, each in a transaction that counts what was accepted and what the others hold, and never promises more than
is left of the limit:

    accepted + what all processes may still have accepted ≤ limit

A share is a quarter of what is left, so that the first to come does not take all, and is taken anew when half of it is
used. What a process was promised and has not used stays promised, for messages go out while a share is taken. A row
ends with its process, or when it was not renewed for LEASE seconds: only a process that was stopped for longer, and
then goes on, can exceed a limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from newsletter.errors import StoreError
from newsletter.models.sends import Claim, DeliveryState, Outcome, Used
from newsletter.store.claims import Claims
from newsletter.store.columns import DatabaseClock
from newsletter.store.database import serialize
from newsletter.store.owners import is_dead
from newsletter.store.tables import relay_shares
from newsletter.store.usage import usage

#: Seconds without a renewal after which a share is nobody's; the engine takes a new one every 60.
LEASE = 180.0

#: The least that is promised at once, while there is so much.
_LEAST = 20
_HOUR, _DAY = 3600.0, 86400.0

#: Messages an hour and a day; None for no limit.
Limits = tuple[int | None, int | None]


class SharedClaims(Claims):
    """One owner's view of a send's ledger, with its shares of the relays' limits; a relay without has no share."""

    def __init__(self, url: str, send_id: int, limits: Mapping[str, Limits], owner: str | None = None) -> None:
        super().__init__(url, send_id, owner)
        self._limits = dict(limits)
        #: What is promised, less what was accepted since; by relay.
        self._promised = dict.fromkeys(limits, 0)

    def exchange(self, outcomes: Sequence[Outcome], limit: int) -> list[Claim]:
        """As `Claims.exchange`."""
        claims = super().exchange(outcomes, limit)
        if self._limits:
            for outcome in outcomes:
                if outcome.state is DeliveryState.ACCEPTED and outcome.relay in self._promised:
                    self._promised[outcome.relay] -= 1
        return claims

    def take(self) -> dict[str, Used]:
        """By relay: what it accepted within the last day, and this owner's new share.

        May raise StoreBusy, StoreFull or StoreError: the old share holds on then.
        """
        with self._database.write() as connection:
            serialize(connection, "newsletter.relays")
            now = connection.scalar(select(DatabaseClock()))
            assert now is not None  # noqa: S101 - a clock always answers
            others, accepted = self._others(connection, now), usage(connection)
            connection.execute(delete(relay_shares).where(relay_shares.c.owner == self.owner))
            given: dict[str, int] = {}
            for relay, limits in self._limits.items():
                left = _left(limits, accepted.get(relay, ())) - others.get(relay, 0)
                given[relay] = max(0, self._promised[relay], min(left, max(_LEAST, left // 4)))
                until = now + timedelta(seconds=LEASE)
                values = {"owner": self.owner, "relay": relay, "messages": given[relay], "until": until}
                connection.execute(insert(relay_shares).values(values))
        self._promised = given
        return {relay: Used(accepted.get(relay, ()), given.get(relay)) for relay in {*accepted, *given}}

    def _others(self, connection: Connection, now: datetime) -> dict[str, int]:
        """By relay, what living processes hold; rows of the dead are removed."""
        found: dict[str, int] = {}
        for owner, relay, messages, until in connection.execute(select(relay_shares)).all():
            if owner == self.owner:
                continue
            if until <= now or is_dead(owner):
                connection.execute(delete(relay_shares).where(relay_shares.c.owner == owner))
            else:
                found[relay] = found.get(relay, 0) + messages
        return found

    def close(self) -> None:
        """Give the shares back, and close as `Claims` does."""
        if self._limits:
            with suppress(StoreError), self._database.write() as connection:  # else they end by themselves
                connection.execute(delete(relay_shares).where(relay_shares.c.owner == self.owner))
        super().close()


def _left(limits: Limits, accepted: Sequence[tuple[float, int]]) -> int:
    """What the stricter limit leaves."""
    spans = ((_HOUR, limits[0]), (_DAY, limits[1]))
    return min(most - sum(count for ago, count in accepted if ago < span) for span, most in spans if most is not None)
