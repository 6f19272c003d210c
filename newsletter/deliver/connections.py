"""The connections to all relays, and what is known of them together.

One connection's trouble is its own while another one gets replies (`connection`). A relay counts as unusable when it
was never reached, or when a connection has failed several times in a row and nothing else was answered meanwhile, or
when it refuses us. It is put aside then, and tried again later; what it has not begun is dealt to the others. When
none is left, the drain ends with the error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from random import Random

from newsletter.deliver.backoff import Patience
from newsletter.deliver.connection import Connection
from newsletter.deliver.dealing import Dealer
from newsletter.deliver.making import Making
from newsletter.deliver.message import Program
from newsletter.deliver.pool import Pool
from newsletter.deliver.quota import RECOUNT, Count
from newsletter.deliver.relay import Relay
from newsletter.deliver.routing import Routes
from newsletter.deliver.standing import Standing, standing_of
from newsletter.deliver.window import WINDOW, Window
from newsletter.errors import DeliveryError, StoreBusy
from newsletter.models.editions import Values
from newsletter.models.sends import COUNTED, Claim, Outcome, Used

#: Seconds between looks at whether the ledger is to be counted again.
_LOOK = 1.0


class Connections:
    """All connections of one drain. `accepted`: by relay, what it took of this send before."""

    def __init__(
        self,
        programs: Mapping[str, Program],
        relays: Sequence[Relay],
        values: Callable[[Claim], Values],
        patience: Patience,
        random: Random,
        *,
        stay: float = 0.0,
        accepted: Mapping[str, int] | None = None,
    ) -> None:
        self._patience, self._stay = patience, stay
        self._routes = Routes(relays, patience, random, WINDOW)
        lanes = self._routes.lanes
        self._making = Making(programs, values, verp=max(lanes, key=lambda lane: lane.relay.weight).relay.verp)
        self._pools = [Pool(lane, self._routes, self._making, patience, random) for lane in lanes]
        self._lanes = {lane.relay.name: lane for lane in self._routes.lanes}
        self._dealer: Dealer | None = None
        self._worth_counting = asyncio.Event()
        for name, count in (accepted or {}).items():
            if name in self._lanes:
                self._lanes[name].accepted = count

    async def run(self, window: Window, count: Count | None = None) -> None:
        """Serve the window until it closes. Raises the first error, after every connection is closed.

        `count`: what the relays with hourly or daily limits have had, and may still be given.
        """
        self._dealer = Dealer(window, self._routes, self._stay)
        counting = None
        try:
            if count is not None and any(lane.quota.limited for lane in self._routes.lanes):
                await self._load(count)
                counting = asyncio.create_task(self._count(window, count))
            tasks = [
                asyncio.create_task(self._serve(pool, window))
                for pool in self._pools
                for _ in range(max(1, pool.lane.relay.connections))
            ]
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            if counting is not None and counting.done():
                counting.result()  # an error of the ledger is told before what came of it
        finally:
            window.close()
            self._dealer.give_back()
            self._making.close()
            if counting is not None:
                counting.cancel()
        for end in ends:
            if isinstance(end, DeliveryError):
                raise self._all_of(end)
            if isinstance(end, BaseException):
                raise end

    def abort(self) -> None:
        """Drop every connection; what was under way is settled by what is known of it."""
        for pool in self._pools:
            pool.abort()

    def exchanged(self, outcomes: Sequence[Outcome], claims: Sequence[Claim]) -> None:
        """The ledger has taken these outcomes and given these claims."""
        self._making.exchanged(outcomes, claims)

    def recorded(self, outcomes: Sequence[Outcome]) -> None:
        """These are in the ledger now."""
        if not any(lane.quota.limited for lane in self._routes.lanes):
            return
        now = asyncio.get_running_loop().time()
        for outcome in outcomes:
            if outcome.relay is not None and (lane := self._lanes.get(outcome.relay)) is not None:
                lane.quota.recorded(now, accepted=outcome.state in COUNTED)
        if self._is_worth_counting():
            self._worth_counting.set()

    def stays(self, due: float) -> bool:
        """Whether what falls due in so many seconds only waits for its domain's turn."""
        now = asyncio.get_running_loop().time()
        return self._dealer is not None and due <= self._dealer.away_until - now + _LOOK

    @property
    def spent(self) -> float | None:
        """Seconds until a relay may be given mail again, if that is why the window closed."""
        if self._dealer is None or not self._dealer.spent_until:
            return None
        return max(0.0, self._dealer.spent_until - asyncio.get_running_loop().time())

    def standings(self) -> list[Standing]:
        """Every relay, as it stands now."""
        now = asyncio.get_running_loop().time()
        return [standing_of(lane, now) for lane in self._routes.lanes]

    def _all_of(self, error: DeliveryError) -> DeliveryError:
        """The error with those of the other relays that are aside."""
        others = [str(lane.error) for lane in self._routes.lanes if lane.error and lane.error.relay != error.relay]
        return type(error)(error.relay, "; ".join((error.reason, *others))) if others else error

    async def _serve(self, pool: Pool, window: Window) -> None:
        assert self._dealer is not None  # noqa: S101 - run() has made it
        connection = Connection(pool, self._routes, self._dealer, window, self._patience)
        try:
            await connection.serve()
        except BaseException:
            window.close()
            raise
        finally:
            await connection.close()

    async def _load(self, count: Count) -> None:
        usage = await count()
        now = asyncio.get_running_loop().time()
        for name, lane in self._lanes.items():
            used = usage.get(name, Used(()))
            lane.quota.load(used.accepted, now, used.share)

    async def _count(self, window: Window, count: Count) -> None:
        """Count again from time to time: other processes send, too. Whatever ends this closes the window.

        Where others hold all that is left, it is asked for again after 1, 2, 4 … 60 seconds.
        """
        loop = asyncio.get_running_loop()
        last, pause = loop.time(), _LOOK
        try:
            while not window.closing.is_set():
                try:
                    async with asyncio.timeout(pause):
                        await self._worth_counting.wait()
                    pause = _LOOK
                except TimeoutError:
                    pass
                self._worth_counting.clear()
                if loop.time() - last >= RECOUNT or self._is_worth_counting():
                    with suppress(StoreBusy):  # asked again
                        await self._load(count)
                        last = loop.time()
                    pause = min(2 * pause, RECOUNT) if self._is_worth_counting() else _LOOK
        finally:
            window.close()

    def _is_worth_counting(self) -> bool:
        now = asyncio.get_running_loop().time()
        return any(lane.quota.worth_counting(now) for lane in self._routes.lanes)
