"""Draining a send: claim → message → SMTP → reply → record, over several connections, nobody lost and nobody twice.

    ledger ◀─ exchange ─▶ window ─ take ─▶ connection 1..n ─ send ─▶ relay
      (one thread)       (≤ 50)  ◀ settle ─┘

What can happen, and what becomes of the claim:

- A reply: accepted, deferred (4xx; due again after a growing delay), failed (5xx), or uncertain (no reply anybody
  could understand, after the whole message was handed over).
- The connection is lost before the message was wholly handed over: pending again; deferred from the third attempt on.
- … after that, before a reply: uncertain. A person settles it; this program never sends it again by itself.
- A relay that can't be reached, trusted or logged into, or that refuses us and not a recipient: it is put aside, and
  the others go on (`connections`). When none is left: DeliveryError, and every claim goes back to pending. At the start
  that is immediate; later the connection is reopened, with growing delays.
- Every relay has had its messages of the hour or day: the drain ends, and says when there is room again.
- A stop: what is on a connection is finished (for `grace` seconds), the rest goes back to pending. A message whose
  envelope the relay has is on the connection: beside the one under way, that is at most one more.
- An error of the ledger: sending stops; what could not be recorded stays claimed and becomes uncertain with its lease.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from inspect import iscoroutinefunction
from random import Random
from typing import Any, Protocol, TypeVar, cast

from newsletter.deliver.backoff import Patience
from newsletter.deliver.connections import Connections
from newsletter.deliver.ledger import LEASE, AwaitedLedger, Ledger
from newsletter.deliver.message import Program
from newsletter.deliver.quota import Usage
from newsletter.deliver.relay import Relay
from newsletter.deliver.standing import Standing
from newsletter.deliver.window import Window
from newsletter.errors import StoreBusy
from newsletter.models.editions import Values
from newsletter.models.sends import Claim, Outcome

__all__ = ["LEASE", "AwaitedLedger", "Ledger", "Patience", "Standing", "Stop", "drain"]

_T = TypeVar("_T")

#: Seconds between looks at `stop` while nothing else happens.
_LOOK = 0.05

#: Seconds between two reports of outcomes, each of which is another process's work, too.
_REPORT = 0.05

#: A locked database is asked again so often; it has waited for the lock each time already.
_BUSY_TRIES = 5


class Stop(Protocol):
    """threading.Event and asyncio.Event both are. Looked at, never waited for."""

    def is_set(self) -> bool: ...


_PATIENCE = Patience()


def drain(
    ledger: Ledger | AwaitedLedger,
    programs: Mapping[str, Program],
    relays: Relay | Sequence[Relay],
    *,
    values: Callable[[Claim], Values],
    stop: Stop,
    progress: Callable[[Sequence[Outcome]], None] = lambda _: None,
    wait: float = 0.0,
    patience: Patience = _PATIENCE,
    random: Random | None = None,
    accepted: Mapping[str, int] | None = None,
    usage: Callable[[], Usage | Awaitable[Usage]] | None = None,
    standings: Callable[[Sequence[Standing]], None] = lambda _: None,
) -> float | None:
    """Send all that can be claimed, until nothing can be, `stop` is set, or no relay can be used.

    `programs` by variant name. `values` fills a claim's slots. `progress` hears of outcomes soon after they are
    recorded. `wait`: how many seconds ahead of the next due retry to stay; 0 returns as soon as nothing is claimable (a
    domain's turn that is near is waited for all the same). `accepted`: by relay, what it took of this send before.
    `usage` counts what relays with hourly or daily limits were given; it is called as the ledger is. `standings` hears
    how the relays stand when that changes, and at the end. Answers the seconds until a relay may be given mail again,
    if their limits ended the run; else None.
    Raises DeliveryError (see the module's docstring) and StoreError. Nobody is lost either way.
    """
    if stop.is_set():
        return None
    several = (relays,) if isinstance(relays, Relay) else relays
    dice = random or Random()  # noqa: S311 - jitter, no secret
    connections = Connections(programs, several, values, patience, dice, stay=wait, accepted=accepted)
    run = _Drain(ledger, connections, stop, progress=progress, wait=wait, grace=patience.grace)
    return _run(run.run(usage, standings))


def _run(main: Coroutine[Any, Any, _T]) -> _T:
    """Run on uvloop where it is installed."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)


class _Drain:
    """One run: the pump between ledger and window, beside the connections."""

    def __init__(
        self,
        ledger: Ledger | AwaitedLedger,
        connections: Connections,
        stop: Stop,
        *,
        progress: Callable[[Sequence[Outcome]], None],
        wait: float,
        grace: float,
    ) -> None:
        self._ledger, self._connections, self._stop = ledger, connections, stop
        self._progress, self._wait, self._grace = progress, wait, grace
        self._thread = ThreadPoolExecutor(1, "ledger")
        #: Recorded, and not reported yet; when the last ones were.
        self._unsaid: list[Outcome] = []
        self._said = 0.0
        self._error: BaseException | None = None

    async def run(
        self, usage: Callable[[], Usage | Awaitable[Usage]] | None, standings: Callable[[Sequence[Standing]], None]
    ) -> float | None:
        self._window = Window(self._exchange)
        count = None if usage is None else lambda: self._patiently(usage)
        helpers = [asyncio.create_task(helper) for helper in (self._watch(), self._renew(), self._tell(standings))]
        sending = asyncio.create_task(self._connections.run(self._window, count))
        pumping = asyncio.create_task(self._window.pump(self._recorded, self._idle))
        for task in (pumping, sending):
            try:
                # Shielded: a transaction whose answer nobody awaits would leave claims behind that were never sent.
                await asyncio.shield(task)
            except asyncio.CancelledError as error:  # Ctrl-C with no handler for it: a stop like any other
                self._window.close()
                await asyncio.wait((task,))
                self._error = self._error or task.exception() or error
            except Exception as error:
                self._error = self._error or error
            self._window.close()
        for helper in helpers:
            helper.cancel()
        await asyncio.gather(*helpers, return_exceptions=True)
        await self._last_record()
        self._report()
        self._thread.shutdown()
        standings(self._connections.standings())
        if self._error is not None:
            raise self._error
        return self._connections.spent

    def _recorded(self, outcomes: Sequence[Outcome]) -> None:
        self._connections.recorded(outcomes)
        self._unsaid += outcomes
        if asyncio.get_running_loop().time() - self._said >= _REPORT:
            self._report()

    def _report(self) -> None:
        if self._unsaid:
            unsaid, self._unsaid = self._unsaid, []
            self._said = asyncio.get_running_loop().time()
            self._progress(unsaid)

    async def _tell(self, standings: Callable[[Sequence[Standing]], None]) -> None:
        """Say how the relays stand, when that has changed, and what is left to report: looked at once a second."""
        told: Sequence[Standing] = ()
        while True:
            await asyncio.sleep(1.0)
            self._report()
            now = self._connections.standings()
            if now != told:
                standings(now)
                told = now

    async def _last_record(self) -> None:
        """After a pump that failed: once more, now that nothing is under way."""
        if not (left := self._window.unrecorded()):
            return
        try:
            await self._exchange(left, 0)
            self._unsaid += left
        except Exception as error:
            self._error = self._error or error

    async def _watch(self) -> None:
        """Close the window on a stop; some time after it closed, for whatever reason, drop what still hangs."""
        while not self._stop.is_set() and not self._window.closing.is_set():
            await self._window.pause(_LOOK)
        self._window.close()
        await asyncio.sleep(self._grace)
        self._connections.abort()

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE / 3)
            try:
                await self._called(self._ledger.renew)
            except StoreBusy:
                continue  # two more turns before the lease ends
            except Exception as error:
                self._error = self._error or error
                self._window.close()
                return

    async def _exchange(self, outcomes: Sequence[Outcome], limit: int) -> Sequence[Claim]:
        claims = await self._patiently(self._ledger.exchange, outcomes, limit)
        self._connections.exchanged(outcomes, claims)
        return claims

    async def _idle(self) -> bool:
        """Nothing is claimable: stay for what falls due soon enough?"""
        due = await self._patiently(self._ledger.next_due)
        if due is None or not (due <= self._wait or self._connections.stays(due)):
            return False
        await self._window.pause(max(due, _LOOK))
        return True

    async def _patiently(self, function: Callable[..., _T | Awaitable[_T]], *arguments: object) -> _T:
        for attempt in range(1, _BUSY_TRIES):
            try:
                return await self._called(function, *arguments)
            except StoreBusy:
                await asyncio.sleep(0.1 * 2**attempt)
        return await self._called(function, *arguments)

    async def _called(self, function: Callable[..., _T | Awaitable[_T]], *arguments: object) -> _T:
        """A coroutine's result, or that of a function in the thread."""
        if iscoroutinefunction(function):
            found: _T = await function(*arguments)
            return found
        call = cast("Callable[..., _T]", function)
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *arguments)
