"""How much: messages an hour and a day, in sliding windows. What was sent before is counted from the ledger.

So a restart forgets nothing. A message under way counts until the relay has refused it. Where several processes use a
relay, each has a share of what is left (`store.shares`): it stops at that, and asks for another one in good time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence

from newsletter.models.sends import Used

HOUR, DAY = 3600.0, 86400.0

#: By relay.
Usage = Mapping[str, Used]
#: Counts it anew.
Count = Callable[[], Awaitable[Usage]]

#: Seconds after which the ledger is counted again, for what other processes sent.
RECOUNT = 60.0

#: Messages within so many seconds are one entry of the history; they count until the last of them is old enough.
_GRAIN = 10.0

#: Seconds until something under way may turn out not to count, or there is another share.
_SOON = 1.0
_NO_END = 2**63


class Quota:
    """What one relay may still be given. Pure: `now` is handed in."""

    def __init__(self, per_hour: int | None, per_day: int | None) -> None:
        self._limits = [(span, most) for span, most in ((HOUR, per_hour), (DAY, per_day)) if most is not None]
        #: [first, last, messages], oldest first.
        self._history: deque[list[float]] = deque()
        #: Handed to a connection, and its outcome not recorded yet.
        self._under_way = 0
        self._unseen = 0
        self._share: int | None = None
        #: How many may pass without a look at the history, and until when none may.
        self._room, self._shut_until = 0, 0.0

    @property
    def limited(self) -> bool:
        return bool(self._limits)

    def load(self, counted: Sequence[tuple[float, int]], now: float, share: int | None = None) -> None:
        """What the ledger says; what is under way is not in it yet. `share`: as `Used` has it."""
        self._share = share
        self._history = deque([now - ago, now - ago, count] for ago, count in sorted(counted, reverse=True))
        self._unseen = self._room = 0
        self._shut_until = 0.0

    def spend(self) -> None:
        self._under_way += 1
        self._room -= 1

    def refund(self) -> None:
        """It came back untried."""
        self._under_way -= 1
        self._room += 1
        self._shut_until = 0.0

    def recorded(self, now: float, *, accepted: bool) -> None:
        """The outcome of one that was spent is in the ledger. `accepted`: the relay has the message, or may have it."""
        if not accepted or not self._limits:
            self.refund()
            return
        self._under_way -= 1
        self._unseen += 1
        self._shut_until = 0.0
        if self._history and now - self._history[-1][0] < _GRAIN:
            self._history[-1][1:] = now, self._history[-1][2] + 1
        else:
            self._history.append([now, now, 1])

    def wait(self, now: float) -> float:
        """Seconds until another message may be given; one where only what is under way stands before it."""
        if self._room > 0 or not self._limits:
            return 0.0
        if now < self._shut_until:
            return self._shut_until - now
        self._room = self._left(now)
        wait = max(self._until(span, most, now) for span, most in self._limits)
        if self._of_share() <= 0:
            wait = max(wait, _SOON)
        self._shut_until = now + wait
        return wait

    def worth_counting(self, now: float) -> bool:
        """Half of what was left is used, and others may have used the other half; or nothing is left of the share."""
        left = self._left(now)
        return self._unseen >= left and (self._unseen > 0 or (self._of_share() <= 0 < self._of_limits(now)))

    def _left(self, now: float) -> int:
        return min(self._of_limits(now), self._of_share())

    def _of_limits(self, now: float) -> int:
        return min((most - self._used(span, now) for span, most in self._limits), default=0)

    def _of_share(self) -> int:
        return _NO_END if self._share is None else self._share - self._under_way - self._unseen

    def _used(self, span: float, now: float) -> int:
        while self._history and self._history[0][1] <= now - DAY:
            self._history.popleft()
        return self._under_way + int(sum(count for _, last, count in self._history if last > now - span))

    def _until(self, span: float, most: int, now: float) -> float:
        over = self._used(span, now) - most
        if over < 0:
            return 0.0
        if over < self._under_way:
            return _SOON
        over -= self._under_way
        for _, last, count in self._history:
            if last > now - span:
                over -= int(count)
                if over < 0:
                    return last + span - now
        return span
