"""Which relay a claim goes to, or how long it has to wait, from what is known of each. Pure: `now` is handed in.

By weight (smooth weighted round robin, as nginx has it: deterministic, and evenly spread) among the relays that can
take it: not put aside, not over a limit, with a turn for its domain, and not behind with what they have. Weights hold
while every relay keeps up; one that does not is passed over, so that it never blocks the others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from newsletter.deliver.backoff import Patience
from newsletter.deliver.pace import Pace
from newsletter.deliver.quota import Quota
from newsletter.deliver.relay import Relay
from newsletter.errors import DeliveryError
from newsletter.models.sends import Claim

#: Seconds a claim may wait in a relay's queue before the relay counts as behind, and others may have it.
BEHIND = 0.25

#: Seconds that a claim waits in a queue for its domain's turn; whoever would wait longer goes back to the ledger.
HOLD = 0.1

#: Seconds after which a claim that nobody can take now comes back.
_SOON = 1.0

#: The longest that a claim is sent away for its domain's turn: the rate may have changed until then.
_LONGEST = 900.0

#: Domains whose turns are kept; beyond that those are forgotten that have nothing to remember.
_GATES = 1_000


class Dealt(NamedTuple):
    """A claim in a relay's queue: since when, and not before when it may leave."""

    claim: Claim
    since: float
    turn: float


@dataclass(eq=False, slots=True)
class Lane:
    """One relay as the routing sees it: what it holds, and what holds it back."""

    relay: Relay
    pace: Pace
    quota: Quota
    #: Claims it may hold, so that the others have room in the window.
    room: int
    #: Messages it accepted for this send, earlier runs among them.
    accepted: int = 0
    held: int = 0
    #: Claims dealt to it that no connection has taken.
    queue: deque[Dealt] = field(default_factory=deque)
    #: Connections that may be open, and when there may be one more.
    places: int = 1
    next_place: float = 0.0
    aside_until: float = 0.0
    asides: int = 0
    error: DeliveryError | None = None
    credit: float = 0.0
    gates: dict[str, Pace] = field(default_factory=dict)
    #: Up to when claims of a domain have been sent away.
    tails: dict[str, float] = field(default_factory=dict)

    def worked(self, accepted: bool) -> None:
        """The relay gave its verdict on a message."""
        if self.asides:
            self.asides, self.error = 0, None
        self.accepted += accepted

    def behind(self, now: float) -> bool:
        return bool(self.queue) and now - self.queue[0].since > BEHIND

    def next(self, now: float) -> Dealt | None:
        """Take the first claim of the queue whose turn it is."""
        if not self.queue:
            return None
        if self.queue[0].turn <= now:
            return self.queue.popleft()
        for position, dealt in enumerate(self.queue):
            if dealt.turn <= now:
                del self.queue[position]
                return dealt
        return None

    def gate(self, domain: str, recovery: float) -> Pace | None:
        """The domain's turns at this relay; None where they have no limit."""
        found = self.gates.get(domain)
        if found is None:
            limit = self.relay.domains.get(domain, self.relay.per_domain)
            if limit is None:
                return None
            found = self.gates[domain] = Pace(limit, recovery)
        return found


@dataclass(frozen=True, slots=True)
class Turn:
    lane: Lane
    #: Not before; at most HOLD from now.
    at: float


@dataclass(frozen=True, slots=True)
class Wait:
    """No relay takes it now."""

    #: Seconds until one may.
    seconds: float
    #: Whether it is about this claim's domain; else no relay takes anybody until then.
    mine: bool


class Refused(Exception):
    """Every relay has refused to relay this claim."""


class Routes:
    """All relays of one drain."""

    def __init__(self, relays: Sequence[Relay], patience: Patience, random: Random, window: int) -> None:
        self._patience, self._random = patience, random
        self.lanes = [
            Lane(
                relay=relay,
                pace=Pace(relay.per_second, patience.recovery),
                quota=Quota(relay.per_hour, relay.per_day),
                room=window - _reserved(relays, relay, window),
                places=max(1, relay.connections),
            )
            for relay in relays
        ]
        self._lone = len(self.lanes) == 1 and not (
            relays[0].domains or relays[0].per_domain is not None or self.lanes[0].quota.limited
        )

    def choose(self, domain: str, now: float, refused: Collection[Lane] = ()) -> Turn | Wait:
        """The lane for a claim, which counts as dealt to it. Raises Refused.

        `refused`: lanes that would not relay it.
        """
        standing = [lane for lane in self.lanes if lane not in refused]
        if not standing:
            raise Refused
        usable = [lane for lane in standing if not self.closed(lane, now)]
        if not usable:
            return Wait(min(self.closed(lane, now) for lane in standing), mine=bool(refused))
        waits = [(self._domain_wait(lane, domain, now), lane) for lane in usable]
        ready = [lane for wait, lane in waits if wait <= HOLD]
        if not ready:
            return self._sent_away(domain, now, min(waits, key=lambda pair: pair[0])[1])
        free = [lane for lane in ready if lane.held < lane.room and not lane.behind(now)]
        if not free:
            return Wait(_SOON, mine=True)
        lane = free[0] if len(free) == 1 else self._by_weight(free)
        gate = lane.gate(domain, self._patience.recovery)
        lane.held += 1
        lane.quota.spend()
        return Turn(lane, now + gate.take(now) if gate else now)

    def only(self, lane: Lane) -> bool:
        """Whether there is nothing to decide: one relay, and nothing that limits it but its rate.

        Such a one is never aside: the drain ends then.
        """
        return self._lone and not lane.gates

    def closed(self, lane: Lane, now: float) -> float:
        """Seconds until the relay may be given anything: it is put aside, or has had its share. 0: now."""
        return max(0.0, lane.aside_until - now, lane.quota.wait(now))

    def move(self, source: Lane, to: Lane, domain: str, now: float) -> bool:
        """A claim of one lane's queue is another's from now on; not where its domain has no turn there."""
        if self._domain_wait(to, domain, now) > HOLD:
            return False
        if (gate := to.gates.get(domain)) is not None:
            gate.take(now)
        self.returned(source)
        to.held += 1
        to.quota.spend()
        return True

    def returned(self, lane: Lane) -> None:
        """A claim dealt to the lane was not tried there."""
        lane.held -= 1
        lane.quota.refund()

    def put_aside(self, lane: Lane, error: DeliveryError, now: float) -> None:
        """The relay can't be used for a while, longer each time."""
        lane.asides += 1
        lane.error = error
        lane.aside_until = now + self._patience.aside.delay(lane.asides, self._random)

    def all_aside(self, now: float) -> bool:
        return all(lane.aside_until > now for lane in self.lanes)

    def answered(self, lane: Lane, domain: str, now: float, *, accepted: bool) -> None:
        """The relay works; if it accepted, what was slowed may climb."""
        lane.worked(accepted)
        if accepted:
            lane.pace.accepted(now)
            if (gate := lane.gates.get(domain)) is not None:
                gate.accepted(now)

    def slow(self, lane: Lane, domain: str | None, now: float) -> None:
        """The relay complains of our rate: all of it, or that to one domain."""
        if domain is None:
            lane.pace.slow(now)
            return
        observed = lane.pace.observed(now)
        gate = lane.gates.get(domain)
        if gate is None:
            gate = lane.gates[domain] = Pace(None, self._patience.recovery)
        gate.slow(now, observed)

    def fewer(self, lane: Lane, in_use: int, now: float) -> None:
        """The relay allows fewer connections: half of those that are open, one more after a while."""
        lane.places = max(1, min(lane.places, in_use) if in_use else lane.places // 2)
        lane.next_place = now + self._patience.recovery / max(1, lane.relay.connections)

    def has_place(self, lane: Lane, in_use: int, now: float) -> bool:
        """Whether one more connection may be opened beside those in use."""
        if lane.places < lane.relay.connections and now >= lane.next_place:
            lane.places += 1
            lane.next_place = now + self._patience.recovery / max(1, lane.relay.connections)
        return in_use < lane.places

    def _by_weight(self, free: Sequence[Lane]) -> Lane:
        for lane in free:
            lane.credit += lane.relay.weight
        best = max(free, key=lambda lane: lane.credit)  # the first of equals
        best.credit -= sum(lane.relay.weight for lane in free)
        return best

    def _domain_wait(self, lane: Lane, domain: str, now: float) -> float:
        gate = lane.gate(domain, self._patience.recovery)
        if gate is None:
            return 0.0
        if len(lane.gates) > _GATES:
            lane.gates = {name: one for name, one in lane.gates.items() if one.slowed or one.wait(now)}
            lane.tails = {name: tail for name, tail in lane.tails.items() if tail > now}
            lane.gates[domain] = gate
        return gate.wait(now)

    def _sent_away(self, domain: str, now: float, lane: Lane) -> Wait:
        """Behind those that were sent away before: they come back one by one, at the domain's rate."""
        gate = lane.gates[domain]
        first = now + gate.wait(now)
        tail = max(first, lane.tails.get(domain, 0.0) + 1 / (gate.rate or 1.0))
        lane.tails[domain] = tail = min(tail, now + _LONGEST)
        return Wait(tail - now, mine=True)


def _reserved(relays: Sequence[Relay], one: Relay, window: int) -> int:
    """Places in the window that are kept for the other relays."""
    fair = window // (2 * len(relays))
    return sum(min(other.connections, fair) for other in relays if other is not one)
