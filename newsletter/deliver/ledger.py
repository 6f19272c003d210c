"""What the engine needs of the deliveries of one send: the contract that `store.claims` and `memory` fulfil."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from newsletter.models.sends import Claim, Outcome

#: Seconds a claim is its owner's without a renewal.
LEASE = 30.0


class Ledger(Protocol):
    """The deliveries of one send, as one owner sees them.

    Called from one thread at a time, beside the event loop. Times are the ledger's own clock. Every method may raise
    StoreBusy (nothing was done, the same call may be repeated) or another StoreError (nothing was done, unless it
    says that the ledger itself is gone).
    """

    def exchange(self, outcomes: Sequence[Outcome], limit: int) -> Sequence[Claim]:
        """Record outcomes and claim up to `limit` deliveries, in one transaction.

        In this order: outcomes are recorded for deliveries that this owner holds, or held until its lease ran out
        (claimed or uncertain); any other is ignored, so that a repeated call does no harm. Claims of owners whose
        lease has ended become uncertain. Deliveries that are pending, or deferred and due, are claimed: attempt + 1,
        lease from now, never one that another owner holds. Consent and suppression are read again there: who must not
        be mailed is skipped. A deferred one that would be due only past the send's deadline fails instead. A PENDING
        outcome is claimable again at once; with `retry_after` it was not tried, which takes its attempt back, leaves
        what was said of it before (deferred again if that was a 4xx), and is claimable then. A DEFERRED one is after
        its `retry_after` seconds. With limit 0 nothing is claimed.
        """
        ...

    def renew(self) -> None:
        """Extend the lease of all this owner holds to LEASE seconds from now. Called every third of that."""
        ...

    def next_due(self) -> float | None:
        """Seconds until `exchange` may have something: a deferred one falls due, or another owner's lease ends.

        0 if it has something now; None if it never will.
        """
        ...


class AwaitedLedger(Protocol):
    """The same, kept elsewhere: asked on the event loop, with nothing to block it. The contract is `Ledger`'s.

    Several may be asked at once; they are done one after the other.
    """

    async def exchange(self, outcomes: Sequence[Outcome], limit: int) -> Sequence[Claim]: ...

    async def renew(self) -> None: ...

    async def next_due(self) -> float | None: ...
