"""The ledger's promises without a database: for tests of the engine, and to measure it alone.

It passes the same contract tests as `store.claims` (tests/contracts). Several owners share one MemoryDeliveries; it
locks, since each owner calls from a thread of its own.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from newsletter.deliver.ledger import LEASE
from newsletter.models.sends import Claim, DeliveryState, Outcome, Tally


@dataclass(slots=True)
class Row:
    """One delivery. `claim` is as frozen at the start; times are the ledger's clock, in seconds."""

    claim: Claim
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    #: Who holds it, or held it when its lease ended; 0 for nobody.
    owner: int = 0
    lease: float = 0.0
    #: The last outcome recorded.
    outcome: Outcome | None = None


class MemoryDeliveries:
    """The deliveries of one send; `ledger()` gives them to an owner. `deadline` is a time of `clock`."""

    def __init__(
        self,
        claims: Iterable[Claim],
        *,
        clock: Callable[[], float] = time.monotonic,
        deadline: float = float("inf"),
    ) -> None:
        self.rows = {claim.delivery: Row(claim) for claim in claims}
        #: Subscribers who left since the audience was frozen.
        self.gone: set[int] = set()
        #: The most claims that one owner ever held at the end of an exchange.
        self.most_held = 0
        self._clock, self._deadline = clock, deadline
        self._lock = threading.Lock()
        self._owners = itertools.count(1)
        self._pending = deque(self.rows)
        self._deferred: list[tuple[float, int]] = []
        #: Pending, and not before that time.
        self._away: list[tuple[float, int]] = []
        self._held: dict[int, Row] = {}

    def ledger(self) -> MemoryLedger:
        """The deliveries as a new owner sees them."""
        return MemoryLedger(self, next(self._owners))

    def tally(self) -> Tally:
        with self._lock:
            states = [row.state for row in self.rows.values()]
        count = states.count
        return Tally(
            pending=count(DeliveryState.PENDING),
            claimed=count(DeliveryState.CLAIMED),
            deferred=count(DeliveryState.DEFERRED),
            accepted=count(DeliveryState.ACCEPTED),
            failed=count(DeliveryState.FAILED),
            skipped=count(DeliveryState.SKIPPED),
            uncertain=count(DeliveryState.UNCERTAIN),
        )

    def exchange(self, owner: int, outcomes: Sequence[Outcome], limit: int) -> list[Claim]:
        with self._lock:
            now = self._clock()
            for outcome in outcomes:
                self._record(owner, outcome, now)
            self._expire(now)
            self._give_up(now)
            claims = [self._claimed(owner, row, now) for row in self._claimable(limit, now)]
            self.most_held = max(self.most_held, sum(row.owner == owner for row in self._held.values()))
            return claims

    def renew(self, owner: int) -> None:
        with self._lock:
            for row in self._held.values():
                if row.owner == owner:
                    row.lease = self._clock() + LEASE

    def next_due(self, owner: int) -> float | None:
        with self._lock:
            if self._pending:
                return 0.0
            dues = [row.lease for row in self._held.values() if row.owner != owner]
            dues += [due for due, _ in (*self._deferred[:1], *self._away[:1])]
            return max(0.0, min(dues) - self._clock()) if dues else None

    def _record(self, owner: int, outcome: Outcome, now: float) -> None:
        row = self.rows.get(outcome.delivery)
        if row is None or row.owner != owner:
            return
        self._held.pop(outcome.delivery, None)
        row.owner = 0
        if outcome.state is DeliveryState.PENDING and outcome.retry_after is not None:
            self._put_away(row, now + outcome.retry_after)
            return
        row.state, row.outcome = outcome.state, outcome
        if outcome.state is DeliveryState.PENDING:
            self._pending.append(outcome.delivery)
        elif outcome.state is DeliveryState.DEFERRED:
            due = now + (outcome.retry_after or 0.0)
            if due >= self._deadline:
                row.state = DeliveryState.FAILED
            else:
                heapq.heappush(self._deferred, (due, outcome.delivery))

    def _put_away(self, row: Row, due: float) -> None:
        """It was not tried: what was said of it before stands."""
        row.attempts -= 1
        deferred = row.outcome is not None and 400 <= (row.outcome.reply_code or 0) < 500
        row.state = DeliveryState.DEFERRED if deferred else DeliveryState.PENDING
        heapq.heappush(self._deferred if deferred else self._away, (due, row.claim.delivery))

    def _expire(self, now: float) -> None:
        for delivery in [delivery for delivery, row in self._held.items() if row.lease <= now]:
            self._held.pop(delivery).state = DeliveryState.UNCERTAIN

    def _give_up(self, now: float) -> None:
        if now >= self._deadline:
            for _, delivery in self._deferred:
                self.rows[delivery].state = DeliveryState.FAILED
            self._deferred.clear()

    def _claimable(self, limit: int, now: float) -> Iterable[Row]:
        """Up to `limit` rows to claim; those that must not or can't be sent any more leave the queues on the way."""
        found = 0
        while found < limit:
            if self._deferred and self._deferred[0][0] <= now:
                row = self.rows[heapq.heappop(self._deferred)[1]]
            elif self._away and self._away[0][0] <= now:
                row = self.rows[heapq.heappop(self._away)[1]]
            elif self._pending:
                row = self.rows[self._pending.popleft()]
            else:
                return
            if row.claim.subscriber in self.gone:
                row.state = DeliveryState.SKIPPED
            else:
                found += 1
                yield row

    def _claimed(self, owner: int, row: Row, now: float) -> Claim:
        row.state, row.owner, row.lease = DeliveryState.CLAIMED, owner, now + LEASE
        row.attempts += 1
        self._held[row.claim.delivery] = row
        return row.claim._replace(attempt=row.attempts)


@dataclass(frozen=True, slots=True)
class MemoryLedger:
    """One owner's view; fulfils `deliver.ledger.Ledger`."""

    deliveries: MemoryDeliveries
    owner: int

    def exchange(self, outcomes: Sequence[Outcome], limit: int) -> Sequence[Claim]:
        return self.deliveries.exchange(self.owner, outcomes, limit)

    def renew(self) -> None:
        self.deliveries.renew(self.owner)

    def next_due(self) -> float | None:
        return self.deliveries.next_due(self.owner)
