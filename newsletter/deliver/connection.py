"""The connections to all relays: each takes claims from its relay's queue, sends, settles; broken ones are reopened.

One connection's trouble is its own while another one gets replies. A relay counts as unusable when it was never
reached, or when a connection has failed several times in a row and nothing else was answered meanwhile, or when it
refuses us. It is put aside then, and tried again later; what it has not begun is dealt to the others. When none is
left, the drain ends with the error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from random import Random

from newsletter.deliver import settle
from newsletter.deliver.backoff import Patience
from newsletter.deliver.dealing import Dealer, domain_of
from newsletter.deliver.message import Program
from newsletter.deliver.pool import Making, NotHere, Pool
from newsletter.deliver.quota import RECOUNT, Count
from newsletter.deliver.relay import Relay
from newsletter.deliver.replies import Complaint, Reply, Stage, complains
from newsletter.deliver.routing import Dealt, Routes
from newsletter.deliver.smtp import Lost, RelayBusy, Session
from newsletter.deliver.standing import Standing, standing_of
from newsletter.deliver.window import WINDOW, Window
from newsletter.errors import AddressError, DeliveryError, RelayRefused, RelayUnreachable
from newsletter.models.editions import Values
from newsletter.models.sends import Claim, DeliveryState, Outcome

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
        making = Making(programs, values)
        self._pools = [Pool(lane, self._routes, making, patience, random) for lane in self._routes.lanes]
        self._lanes = {lane.relay.name: lane for lane in self._routes.lanes}
        self._dealer: Dealer | None = None
        for name, count in (accepted or {}).items():
            if name in self._lanes:
                self._lanes[name].accepted = count

    async def run(self, window: Window, count: Count | None = None) -> None:
        """Serve the window until it closes. Raises the first error, after every connection is closed.

        `count`: what the relays with hourly or daily limits accepted within the last day.
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
        finally:
            window.close()
            self._dealer.give_back()
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

    def recorded(self, outcomes: Sequence[Outcome]) -> None:
        """These are in the ledger now."""
        if not any(lane.quota.limited for lane in self._routes.lanes):
            return
        now = asyncio.get_running_loop().time()
        for outcome in outcomes:
            if outcome.relay is not None and (lane := self._lanes.get(outcome.relay)) is not None:
                lane.quota.recorded(now, accepted=outcome.state is DeliveryState.ACCEPTED)

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
        connection = _Connection(pool, self._routes, self._dealer, window, self._patience)
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
            lane.quota.load(usage.get(name, ()), now)

    async def _count(self, window: Window, count: Count) -> None:
        """Count again from time to time: other processes send, too."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while not window.closing.is_set():
            await window.pause(_LOOK)
            now = loop.time()
            if now - last >= RECOUNT or any(lane.quota.worth_counting(now) for lane in self._routes.lanes):
                await self._load(count)
                last = loop.time()


class _Connection:
    """One of them: a session when there is one, and how often in a row it has failed."""

    def __init__(self, pool: Pool, routes: Routes, dealer: Dealer, window: Window, patience: Patience) -> None:
        self._pool, self._lane, self._routes, self._dealer, self._window = pool, pool.lane, routes, dealer, window
        self._idle = patience.idle
        self._session: Session | None = None
        #: Messages that this session has settled.
        self._sent = 0
        self._failures = 0
        #: What `pool.answered` was when this connection began to fail.
        self._answered = 0

    async def serve(self) -> None:
        while not self._window.closing.is_set():
            if self._session is None and not self._pool.has_place():
                await self._window.pause(min(1.0, max(0.01, self._lane.next_place - self._pool.now())))
            elif (dealt := await self._take()) is None:
                return
            else:
                await self._deliver(dealt)

    async def close(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            self._sent = 0
            await self._pool.put_away(session)

    async def _deliver(self, dealt: Dealt) -> None:
        wait = self._lane.pace.take(self._pool.now())
        if wait > 0:
            await self._window.pause(wait)
        if self._window.closing.is_set():
            self._dealer.put_back(self._lane, dealt.claim)
            return
        session = await self._ready(dealt.claim)
        if session is not None:
            await self._attempt(session, dealt.claim)

    async def _take(self) -> Dealt | None:
        """The next claim; an open connection is not kept waiting for it too long."""
        if self._session is None or self._lane.queue or self._window.waiting:
            return await self._dealer.take(self._lane)
        try:
            async with asyncio.timeout(self._idle):
                return await self._dealer.take(self._lane)
        except TimeoutError:
            await self.close()
            return await self._dealer.take(self._lane)

    async def _ready(self, claim: Claim) -> Session | None:
        """A session that can send; None when there is none now, and the claim is back in the window."""
        if self._session is not None and self._session.usable and not self._worn():
            return self._session
        await self.close()
        try:
            self._session = await self._pool.open(self._window)
        except DeliveryError as error:
            self._dealer.put_back(self._lane, claim)
            if self._pool.fatal(error):
                self._give_up(error)
            else:
                await self._failed(error)
            return None
        except BaseException:
            self._dealer.put_back(self._lane, claim)
            raise
        if self._session is None:
            self._dealer.put_back(self._lane, claim)
        return self._session

    def _worn(self) -> bool:
        most = self._lane.relay.per_connection
        return most is not None and self._sent >= most

    async def _attempt(self, session: Session, claim: Claim) -> None:
        """Send one message and settle its claim, whatever happens."""
        try:
            message = self._pool.message(claim)
        except AddressError as error:
            self._lane.quota.refund()  # its outcome will not name a relay
            self._dealer.settle(self._lane, settle.unmailable(claim, str(error)))
            return
        except BaseException:
            self._dealer.put_back(self._lane, claim)
            raise
        try:
            result = await session.send(message)
        except Lost as lost:
            self._dealer.settle(self._lane, self._pool.by_loss(claim, lost))
            await self._failed(RelayUnreachable(self._pool.name, f"keeps losing the connection: {lost}"))
            return
        except BaseException as error:  # a fault of ours; the relay may have the message
            self._dealer.settle(self._lane, self._pool.by_loss(claim, Lost(repr(error), handed_over=True)))
            raise
        try:
            outcome = self._pool.by_reply(claim, result)
        except RelayRefused as error:
            self._dealer.put_back(self._lane, claim)
            self._give_up(error)
            return
        except NotHere as refusal:
            self._dealer.elsewhere(self._lane, claim, refusal.outcome)
            return
        if not result.reply.ok:
            self._heed(claim, result.stage, result.reply)
        self._dealer.settle(self._lane, outcome)
        if outcome.state is DeliveryState.PENDING:
            await self._failed(RelayBusy(self._pool.name, f"not now: {result.reply}"))
        else:
            self._failures = 0
            self._sent += 1
            accepted = outcome.state is DeliveryState.ACCEPTED
            self._routes.answered(self._lane, domain_of(claim), self._pool.now(), accepted=accepted)

    def _heed(self, claim: Claim, stage: Stage, reply: Reply) -> None:
        """Slow down if the relay asks for it. A 421 to a session's later messages is how many relays end it."""
        complaint = complains(reply, stage)
        if complaint is None or (reply.code == 421 and stage is Stage.MAIL and self._sent):
            return
        domain = domain_of(claim) if complaint is Complaint.DOMAIN else None
        self._routes.slow(self._lane, domain, self._pool.now())

    def _give_up(self, error: DeliveryError) -> None:
        """Do without this relay for now; what it has not begun goes to the others. Without any: raises the error."""
        if self._lane.aside_until <= self._pool.now():
            self._pool.put_aside(error, self._window)
        self._dealer.clear(self._lane)
        self._failures = 0
        if self._routes.all_aside(self._pool.now()):
            raise error

    async def _failed(self, error: DeliveryError) -> None:
        """Count, and wait before the next try; put the relay aside when it is beyond hope."""
        pool = self._pool
        if self._failures == 0 or (pool.exhausted(self._failures) and pool.answered != self._answered):
            self._answered = pool.answered
        self._failures += 1
        if pool.exhausted(self._failures) and pool.answered == self._answered:
            self._give_up(error)
        else:
            await self._window.pause(pool.delay(self._failures))
