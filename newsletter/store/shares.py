"""Shares of what relays may still be given: several sending processes keep a limit of an hour or a day together.

A row a process and relay says how many messages the process may have accepted from then on. Shares are taken one after
the other, each in a transaction that counts what was accepted and what the others hold, and never promises more than
is left of the limit:

    accepted + uncertain + what all processes may still have accepted ≤ limit

An uncertain delivery counts as accepted: the relay may have it. What was accepted is read before the transaction, and
once more within it only if a share has changed hands meanwhile: what another process had accepted since it took its
share is in the share already.

A share is a quarter of what is left, so that the first to come does not take all, and is taken anew when half of it is
used. What a process was promised and has not used stays promised, for messages go out while a share is taken; but no
more than its send has deliveries that may still be accepted, so that one which waits for a few retries holds a few. A
row ends with its process, or when it was not renewed for LEASE seconds.

So a limit can be exceeded in three ways: a process is killed, and of what it had in hand (at most 50 messages, which
become uncertain without a relay's name) some had been handed over; a process is stopped for longer than LEASE, and then
goes on; a person has an uncertain delivery sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from newsletter.errors import StoreError
from newsletter.models.sends import COUNTED, Claim, DeliveryState, Outcome, Used
from newsletter.store.claims import Claims
from newsletter.store.columns import DatabaseClock
from newsletter.store.database import serialize
from newsletter.store.owners import is_dead
from newsletter.store.tables import deliveries, relay_shares
from newsletter.store.usage import usage

#: Seconds without a renewal after which a share is nobody's; the engine takes a new one every 60.
LEASE = 180.0

#: What may still be accepted without a person's say.
_OPEN = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.DEFERRED)
#: The least that is promised at once, while there is so much.
_LEAST = 20
_HOUR, _DAY = 3600.0, 86400.0

#: Messages an hour and a day; None for no limit.
Limits = tuple[int | None, int | None]


class _Share(NamedTuple):
    """One row. Another one of the same owner and relay differs in `until`."""

    owner: str
    relay: str
    messages: int
    until: datetime


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
                if outcome.state in COUNTED and outcome.relay in self._promised:
                    self._promised[outcome.relay] -= 1
        return claims

    def take(self) -> dict[str, Used]:
        """By relay: what it accepted within the last day, and this owner's new share.

        May raise StoreBusy, StoreFull or StoreError: the old share holds on then.
        """
        with self._database.read() as connection:
            before, accepted = self._others(connection), usage(connection)
            still_open = self._open(connection)
        with self._database.write() as connection:
            serialize(connection, "newsletter.relays")
            now = connection.scalar(select(DatabaseClock()))
            assert now is not None  # noqa: S101 - a clock always answers
            rows = self._others(connection)
            others, ended = _held(rows, now)
            if ended:
                connection.execute(delete(relay_shares).where(relay_shares.c.owner.in_(ended)))
            if ended or rows != before:
                accepted = usage(connection)
            connection.execute(delete(relay_shares).where(relay_shares.c.owner == self.owner))
            given: dict[str, int] = {}
            for relay, limits in self._limits.items():
                left = _left(limits, accepted.get(relay, ())) - others.get(relay, 0)
                wanted = max(0, self._promised[relay], min(left, max(_LEAST, left // 4)))
                given[relay] = min(wanted, still_open)
                until = now + timedelta(seconds=LEASE)
                values = {"owner": self.owner, "relay": relay, "messages": given[relay], "until": until}
                connection.execute(insert(relay_shares).values(values))
        self._promised = given
        return {relay: Used(accepted.get(relay, ()), given.get(relay)) for relay in {*accepted, *given}}

    def _others(self, connection: Connection) -> set[_Share]:
        """What other processes hold."""
        rows = connection.execute(select(relay_shares).where(relay_shares.c.owner != self.owner))
        return {_Share(row.owner, row.relay, row.messages, row.until) for row in rows}

    def _open(self, connection: Connection) -> int:
        """How many of this send may still be accepted, those in hand included; counted as far as it matters."""
        quarters = (most // 4 for limits in self._limits.values() for most in limits if most is not None)
        most = max((_LEAST, *self._promised.values(), *quarters))
        mine = select(deliveries.c.id).where(deliveries.c.send_id == self._send, deliveries.c.state.in_(_OPEN))
        return connection.scalar(select(func.count()).select_from(mine.limit(most).subquery())) or 0

    def close(self) -> None:
        """Give the shares back, and close as `Claims` does."""
        if self._limits:
            with suppress(StoreError), self._database.write() as connection:  # else they end by themselves
                connection.execute(delete(relay_shares).where(relay_shares.c.owner == self.owner))
        super().close()


def _held(shares: Iterable[_Share], now: datetime) -> tuple[dict[str, int], set[str]]:
    """By relay, what living processes hold; and the owners of the other shares."""
    found: dict[str, int] = {}
    ended: set[str] = set()
    for owner, relay, messages, until in shares:
        if until <= now or is_dead(owner):
            ended.add(owner)
        else:
            found[relay] = found.get(relay, 0) + messages
    return found, ended


def _left(limits: Limits, accepted: Sequence[tuple[float, int]]) -> int:
    """What the stricter limit leaves."""
    spans = ((_HOUR, limits[0]), (_DAY, limits[1]))
    return min(most - sum(count for ago, count in accepted if ago < span) for span, most in spans if most is not None)
