"""A send and its ledger: one delivery a recipient, and what each came to.

pending ─▶ claimed ─▶ accepted · deferred · failed · pending · uncertain ;  pending, claimed, deferred ─▶ skipped
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class SendKind(StrEnum):
    """What a send is for; it decides who may get it (a test goes to any address that is not suppressed)."""

    ISSUE = "issue"
    TEST = "test"
    CONFIRM = "confirm"
    WELCOME = "welcome"
    NOTICE = "notice"


class SendState(StrEnum):
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"


class DeliveryState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    DEFERRED = "deferred"
    ACCEPTED = "accepted"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Send:
    """One edition to one audience."""

    id: int
    kind: SendKind
    edition: int
    #: Number of the issue the edition was made from.
    issue: int
    #: Name of the list, or None for a test.
    list: str | None
    state: SendState
    #: UTC; when it was started (or planned for).
    created: datetime
    #: UTC; a deferred delivery still undelivered then has failed.
    deadline: datetime
    #: Why it goes to people who had the issue already (`--again`), or None.
    again: str | None = None
    #: Why preflight errors were overridden (`--force`), or None.
    forced: str | None = None
    #: UTC; when it is to begin, or None where nobody planned it.
    planned: datetime | None = None
    #: What the clocks are to show where each subscriber is ("2026-11-24T07:00"); None for one moment for all.
    wall_time: str | None = None
    #: UTC; when its audience was frozen, or None while it is still to begin.
    begun: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """The ledger of one send, counted. The identity always holds: audience is the sum of the seven states."""

    pending: int = 0
    claimed: int = 0
    deferred: int = 0
    accepted: int = 0
    failed: int = 0
    skipped: int = 0
    uncertain: int = 0
    #: Uncertain deliveries that a person resolved as they stand (`leave`); part of `uncertain`.
    left: int = 0
    skipped_why: Mapping[str, int] = field(default_factory=dict)

    @property
    def audience(self) -> int:
        return self.pending + self.claimed + self.deferred + self.accepted + self.failed + self.skipped + self.uncertain

    @property
    def open(self) -> int:
        """Deliveries that something is still to be done for."""
        return self.pending + self.claimed + self.deferred

    @property
    def unsettled(self) -> int:
        """Uncertain deliveries that wait for a person's word."""
        return self.uncertain - self.left

    @property
    def finished(self) -> bool:
        """Nothing left to do, and nothing left to settle."""
        return not self.open and not self.unsettled

    def identity(self) -> str:
        """The line that is always printed: "audience 10 = pending 0 + claimed 0 + …"."""
        names = ("pending", "claimed", "deferred", "accepted", "failed", "skipped", "uncertain")
        return f"audience {self.audience} = " + " + ".join(f"{name} {getattr(self, name)}" for name in names)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the ledger, as shown to a person. Times are UTC."""

    id: int
    send: int
    subscriber: int | None
    email: str | None
    state: DeliveryState
    variant: str
    #: Times it was claimed, 0 before the first.
    attempts: int
    message_id: str
    #: When a deferred one is tried again; None for the others.
    due: datetime | None = None
    reply_code: int | None = None
    enhanced_code: str | None = None
    #: The relay's words, or why it was skipped.
    reply: str | None = None
    relay: str | None = None
    updated: datetime | None = None
    #: How a person settled an uncertain one: "accepted", "failed", "resend" or "leave"; None for the others.
    resolution: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why deliveries of one send were not taken: the same words of the same relay, counted."""

    relay: str | None
    state: DeliveryState
    reply_code: int | None
    enhanced_code: str | None
    reply: str | None
    count: int
    #: Some of those concerned, at most five addresses; erased ones have none.
    recipients: tuple[str, ...] = ()
    #: How many of them are suppressed.
    suppressed: int = 0


class Claim(NamedTuple):
    """A delivery this process holds, with all its message is made of; on disk before the message leaves."""

    delivery: int
    subscriber: int | None
    email: str
    name: str | None
    language: str | None
    fields: Mapping[str, str]
    variant: str
    #: 1 for the first attempt.
    attempt: int
    #: Without angle brackets; the same at every attempt.
    message_id: str
    #: The mailing list's id, which unsubscribe links are for; None for a test.
    list: int | None


class Outcome(NamedTuple):
    """What an attempt came to: `state` is one of accepted, deferred, failed, pending, uncertain."""

    delivery: int
    state: DeliveryState
    reply_code: int | None = None
    enhanced_code: str | None = None
    #: The relay's words (or our own, for a lost connection); at most 1,000 characters.
    reply: str | None = None
    relay: str | None = None
    #: deferred: seconds from now until the next attempt; pending: it was not tried, and is not to be until then.
    retry_after: float | None = None
    #: failed: the mailbox does not exist, so the address is suppressed.
    no_mailbox: bool = False


#: What counts against a relay's limits: it has the message, or may have it.
COUNTED = (DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN)


class Used(NamedTuple):
    """What a relay has had, and may still be given by one sending process."""

    #: What it accepted (or may have: `COUNTED`) within the last day, from whomever: (seconds ago, messages), in any
    #: order.
    accepted: Sequence[tuple[float, int]]
    #: Messages that this process may have accepted from now on, those under way among them; None where nobody counts.
    share: int | None = None
