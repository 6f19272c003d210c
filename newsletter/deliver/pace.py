"""How fast: turns at a rate, which halves when the other side says "too fast" and climbs again while it accepts.

Additive increase, multiplicative decrease (Chiu and Jain, 1989): senders that share a relay come to share it fairly,
and none drives it into the ground. Pure: `now` is handed in, in seconds of any clock that only goes forward.
"""

from __future__ import annotations

from collections import deque

#: Messages a second below which nothing is slowed.
LEAST = 0.1

#: Share of the recovery during which one complaint counts for all: replies to what was under way come in a burst.
_DEAF = 1 / 600

#: Messages by which the rate of the moment is measured.
_MEASURED = 32
#: With fewer than these it is a guess.
_ENOUGH, _GUESS = 8, 10.0


class Pace:
    """Turns of one relay, or of one recipient domain at it.

    `most`: messages a second, None for no limit. `recovery`: seconds in which a slowed rate regains what it was.
    """

    def __init__(self, most: float | None, recovery: float) -> None:
        self._most, self._recovery = most, recovery
        #: Messages a second as things stand; None for no limit.
        self.rate = most
        #: What the rate was when it was slowed first; 0 when it is not.
        self._aim = 0.0
        self._next = self._grown = 0.0
        self._slowed_at = float("-inf")
        self._sent: deque[float] = deque(maxlen=_MEASURED)

    @property
    def slowed(self) -> bool:
        return self._aim > 0

    def wait(self, now: float) -> float:
        """Seconds until the next turn; nothing is taken."""
        return max(0.0, self._next - now) if self.rate else 0.0

    def take(self, now: float) -> float:
        """Take the next turn; seconds to wait for it."""
        self._sent.append(now)
        if self.rate is None:
            return 0.0
        turn = max(now, self._next)
        self._next = turn + 1 / self.rate
        return turn - now

    def slow(self, now: float, observed: float | None = None) -> None:
        """The other side complains: half of what was really sent (`observed` where this pace did not see it)."""
        if now - self._slowed_at < self._recovery * _DEAF:
            return
        real = max(LEAST, observed or self.observed(now))
        before = real if self.rate is None else min(self.rate, real)
        self._aim = max(self._aim, before)
        self.rate = max(LEAST, before / 2)
        self._next = now + 1 / self.rate
        self._slowed_at = self._grown = now

    def accepted(self, now: float) -> None:
        """A message was taken: climb by the time that has passed, a tenth of the recovery at most."""
        if self.rate is None or not self._aim:
            return
        passed = min(now - self._grown, self._recovery / 10)
        self._grown = now
        self.rate += self._aim * passed / self._recovery
        if self.rate >= (self._most or 2 * self._aim):  # without a limit it looks further than where it was refused
            self.rate, self._aim = self._most, 0.0

    def observed(self, now: float) -> float:
        """Messages a second over the last few."""
        if len(self._sent) < _ENOUGH:
            return _GUESS
        return (len(self._sent) - 1) / max(now - self._sent[0], 1e-3)
