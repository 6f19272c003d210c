"""How long to wait before the next attempt: exponential, with jitter, randomness handed in."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Backoff:
    """Delays in seconds: `first`, then `factor` times the one before, never over `most`, each ±`jitter` of itself."""

    first: float
    most: float
    factor: float = 2.0
    #: Share of the delay by which it may be shorter or longer, 0 to 1.
    jitter: float = 0.25

    def delay(self, attempt: int, random: Random) -> float:
        """Before the attempt after the `attempt`th (counted from 1)."""
        plain = min(self.most, self.first * self.factor ** min(attempt - 1, 64))
        return plain * (1 + self.jitter * (2 * random.random() - 1))


#: A recipient that was deferred: greylisting lets pass after some minutes, a full mailbox takes hours.
RECIPIENT = Backoff(first=120.0, most=3600.0)

#: A connection that was lost: a relay's restart takes seconds.
CONNECTION = Backoff(first=0.5, most=30.0)

#: A relay that can't be used, while another one can: tried again now and then.
ASIDE = Backoff(first=30.0, most=900.0)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on trying. Tests make it short."""

    recipient: Backoff = RECIPIENT
    connection: Backoff = CONNECTION
    aside: Backoff = ASIDE
    #: Seconds in which a rate that was slowed, because the relay complained, regains what it was.
    recovery: float = 600.0
    #: Failures of a connection in a row, while no other succeeds either, before the relay counts as gone.
    failures: int = 6
    #: Seconds a stop leaves messages under way to be finished.
    grace: float = 30.0
    #: Seconds an open connection is kept with nothing to send.
    idle: float = 5.0
