"""The window between the ledger and the connections: at most 50 claims that are not recorded yet.

Connections take claims and hand in outcomes; one task, the pump, records what is done and claims what there is room
for, in one transaction. It does so when half the window is done (so that the other half keeps the connections busy
during the transaction), when a connection has nothing to do, or when an outcome has waited a quarter of a second (so
that a slow relay's outcomes are on disk soon).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from newsletter.deliver.settle import returned
from newsletter.models.sends import Claim, Outcome

#: The ledger's promise 2: unrecorded claims of one process, over all its connections.
WINDOW = 50

#: Seconds an outcome may wait for company.
_LINGER = 0.25

Exchange = Callable[[Sequence[Outcome], int], Awaitable[Sequence[Claim]]]


class Window:
    """Shared by the connections of one drain, on one event loop."""

    def __init__(self, exchange: Exchange, size: int = WINDOW) -> None:
        self._exchange = exchange
        self._size, self._half = size, max(1, size // 2)
        self._ready: deque[Claim] = deque()
        self._done: list[Outcome] = []
        #: Claims not recorded yet: ready, on a connection, or done.
        self._held = 0
        self._starving: deque[asyncio.Future[None]] = deque()
        self._exhausted = False
        self._wake = asyncio.Event()
        self.closing = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Claims that no connection has taken yet."""
        return len(self._ready)

    async def take(self) -> Claim | None:
        """The next claim, when there is one; None once the window closes."""
        while not self.closing.is_set():
            if self._ready:
                return self._ready.popleft()
            turn = asyncio.get_running_loop().create_future()
            self._starving.append(turn)
            self._wake.set()
            try:
                await turn
            finally:
                if turn in self._starving:
                    self._starving.remove(turn)
        return None

    def take_now(self) -> Claim | None:
        """The next claim if there is one that no connection waits for, and the window is open."""
        return self._ready.popleft() if self._ready and not self._starving and not self.closing.is_set() else None

    def put_back(self, claim: Claim) -> None:
        """A claim that this connection could not even try; another may."""
        self._ready.appendleft(claim)
        self._feed()
        if self.closing.is_set():
            self._wake.set()

    def settle(self, outcome: Outcome) -> None:
        """What came of a claim that was taken."""
        self._done.append(outcome)
        count = len(self._done)  # the first one starts the clock
        if count in (1, self._half, self._held) or self._starving or self.closing.is_set():
            self._wake.set()

    def close(self) -> None:
        """No more claims; those not begun go back, those on a connection are waited for."""
        self.closing.set()
        for turn in self._starving:
            if not turn.done():
                turn.set_result(None)
        self._wake.set()

    async def pause(self, seconds: float) -> None:
        """Sleep, but not beyond the closing of the window."""
        try:
            async with asyncio.timeout(seconds):
                await self.closing.wait()
        except TimeoutError:
            pass

    async def pump(self, recorded: Callable[[Sequence[Outcome]], None], idle: Callable[[], Awaitable[bool]]) -> None:
        """Keep the window full until it is closed, or `idle` (asked when nothing is claimable or under way) says no.

        `recorded` gets what was committed. An error of the exchange comes out as it is; `unrecorded` has the outcomes.
        """
        while not (self.closing.is_set() and self._held == 0):
            await self._until_worthwhile()
            if not (await self._turn(recorded)) and self._held == 0 and not self.closing.is_set():
                if not await idle():
                    self.close()
                self._exhausted = False

    async def _turn(self, recorded: Callable[[Sequence[Outcome]], None]) -> int:
        """One transaction. Returns how many claims it brought."""
        if self.closing.is_set():
            self._done += [returned(claim) for claim in self._ready]
            self._ready.clear()
        batch = len(self._done)
        room = 0 if self.closing.is_set() else self._size - (self._held - batch)
        if not batch and not room:
            return 0
        outcomes = self._done[:batch]
        claims = await self._exchange(outcomes, room)
        del self._done[:batch]
        self._held += len(claims) - batch
        self._exhausted = len(claims) < room
        self._ready.extend(claims)
        self._feed()
        if outcomes:
            recorded(outcomes)
        return len(claims)

    def unrecorded(self) -> list[Outcome]:
        """Outcomes no transaction has taken, those of claims that were not begun among them."""
        self._done += [returned(claim) for claim in self._ready]
        self._ready.clear()
        return self._done

    def _feed(self) -> None:
        for turn in list(self._starving)[: len(self._ready)]:
            if not turn.done():
                turn.set_result(None)

    def _worthwhile(self) -> bool:
        if self.closing.is_set():
            return bool(self._done or self._ready) or self._held == 0
        if len(self._done) >= self._half or len(self._done) == self._held:
            return True
        room = self._held < self._size or bool(self._done)
        return room and bool(self._starving) and not self._ready and not self._exhausted

    async def _until_worthwhile(self) -> None:
        until: float | None = None
        while not self._worthwhile():
            self._wake.clear()
            if self._done and until is None:  # whatever wakes it meanwhile, the first outcome waits no longer
                until = asyncio.get_running_loop().time() + _LINGER
            try:
                async with asyncio.timeout_at(until):
                    await self._wake.wait()
            except TimeoutError:
                return
