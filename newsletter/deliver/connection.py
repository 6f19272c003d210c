"""One connection to a relay: takes claims from the relay's queue, sends, settles; reopened when it breaks.

While a message's content leaves, the next one is announced (`smtp.session`): where the relay has no rate to keep, and
its claim is there already. What was announced and can't go next goes back, at no cost of an attempt.
"""

from __future__ import annotations

import asyncio
from math import inf

from newsletter.deliver import settle
from newsletter.deliver.backoff import Patience
from newsletter.deliver.dealing import Dealer, domain_of
from newsletter.deliver.message import Message
from newsletter.deliver.pool import NotHere, Pool
from newsletter.deliver.replies import Complaint, Reply, Stage, complains
from newsletter.deliver.routing import Routes
from newsletter.deliver.smtp import Lost, RelayBusy, Result, Session
from newsletter.deliver.window import Window
from newsletter.errors import AddressError, DeliveryError, RelayRefused, RelayUnreachable
from newsletter.models.sends import Claim, DeliveryState, Outcome


class Connection:
    """A session when there is one, and how often in a row it has failed."""

    def __init__(self, pool: Pool, routes: Routes, dealer: Dealer, window: Window, patience: Patience) -> None:
        self._pool, self._lane, self._routes, self._dealer, self._window = pool, pool.lane, routes, dealer, window
        self._idle = patience.idle
        self._now = asyncio.get_running_loop().time
        self._session: Session | None = None
        #: Messages that this session has settled, and after how many another one follows it.
        self._most = pool.lane.relay.per_connection or inf
        self._sent = 0
        self._failures = 0
        #: Announced to the relay with the message before: it goes next, or back to be dealt again.
        self._next: tuple[Claim, Message] | None = None
        #: What `pool.answered` was when this connection began to fail.
        self._answered = 0

    async def serve(self) -> None:
        while not self._window.closing.is_set():
            if self._session is None and not self._pool.has_place():
                await self._window.pause(min(1.0, max(0.01, self._lane.next_place - self._now())))
            elif (claim := await self._take()) is None:
                return
            else:
                await self._deliver(claim)
            while self._next is not None and self._session is not None and self._session.usable:
                (claim, message), self._next = self._next, None
                self._lane.pace.take(self._now())  # there is none to wait for, or it was slowed just now
                await self._hand_over(self._session, claim, message, announced=True)
            self._take_back()

    async def close(self) -> None:
        self._take_back()
        if self._session is not None:
            session, self._session = self._session, None
            self._sent = 0
            await self._pool.put_away(session)

    async def _deliver(self, claim: Claim) -> None:
        wait = self._lane.pace.take(self._now())
        if wait > 0:
            await self._window.pause(wait)
        if self._window.closing.is_set():
            self._dealer.put_back(self._lane, claim)
            return
        session = await self._ready(claim)
        if session is not None:
            await self._attempt(session, claim)

    def _following(self) -> Message | None:
        """The next message, for the session to announce. What is wrong with a claim is found when it is taken."""
        if self._sent + 1 >= self._most or not self._pool.looks_ahead:
            return None
        if (claim := self._dealer.take_now(self._lane)) is None:
            return None
        if not self._pool.making.is_ready(claim):
            self._dealer.put_back(self._lane, claim)
            return None
        try:
            message = self._pool.message(claim)
        except Exception:
            self._dealer.put_back(self._lane, claim)
            return None
        self._next = claim, message
        return message

    def _take_back(self) -> None:
        """What was announced, and can't go next: nothing of it has left but its addresses."""
        if self._next is not None:
            claim, self._next = self._next[0], None
            self._cut_off(claim, announced=True)

    def _cut_off(self, claim: Claim, *, announced: bool) -> None:
        """The connection ended between two messages: no attempt of the second one's."""
        self._pool.wasted += announced
        self._dealer.put_back(self._lane, claim)

    async def _take(self) -> Claim | None:
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
        if self._session is not None and self._session.usable and self._sent < self._most:
            return self._session
        await self.close()
        try:
            self._session = await self._pool.open(self._window)
        except DeliveryError as error:
            self._dealer.put_back(self._lane, claim)
            if self._pool.fatal(error):
                await self._give_up(error)
            else:
                await self._failed(error)
            return None
        except BaseException:
            self._dealer.put_back(self._lane, claim)
            raise
        if self._session is None:
            self._dealer.put_back(self._lane, claim)
        return self._session

    async def _attempt(self, session: Session, claim: Claim) -> None:
        """Send one message and settle its claim, whatever happens."""
        try:
            await self._pool.making.ready(claim)
            message = self._pool.message(claim)
        except AddressError as error:
            self._lane.quota.refund()  # its outcome will not name a relay
            self._dealer.settle(self._lane, settle.unmailable(claim, str(error)))
            return
        except BaseException:
            self._dealer.put_back(self._lane, claim)
            raise
        await self._hand_over(session, claim, message)

    async def _hand_over(self, session: Session, claim: Claim, message: Message, *, announced: bool = False) -> None:
        try:
            result = await session.send(message, self._following)
        except Lost as lost:
            if lost.stage is Stage.MAIL and self._sent:
                self._cut_off(claim, announced=announced)
            else:
                self._dealer.settle(self._lane, self._pool.by_loss(claim, lost))
            await self._failed(RelayUnreachable(self._pool.name, f"keeps losing the connection: {lost}"))
            return
        except BaseException as error:  # a fault of ours; the relay may have the message
            fault = Lost(repr(error), handed_over=True, stage=Stage.DOT)
            self._dealer.settle(self._lane, self._pool.by_loss(claim, fault))
            raise
        if result.reply.ok:
            self._conclude(claim, self._pool.by_reply(claim, result))
        elif self._sent and result.stage is Stage.MAIL and result.reply.code == 421:
            self._cut_off(claim, announced=announced)
            await self._failed(RelayBusy(self._pool.name, f"not now: {result.reply}"))
        else:
            await self._refused(claim, result)

    async def _refused(self, claim: Claim, result: Result) -> None:
        try:
            outcome = self._pool.by_reply(claim, result)
        except RelayRefused as error:
            self._dealer.put_back(self._lane, claim)
            await self._give_up(error)
            return
        except NotHere as refusal:
            self._dealer.elsewhere(self._lane, claim, refusal.outcome)
            return
        self._heed(claim, result.stage, result.reply)
        if outcome.state is DeliveryState.PENDING:
            self._dealer.settle(self._lane, outcome)
            await self._failed(RelayBusy(self._pool.name, f"not now: {result.reply}"))
        else:
            self._conclude(claim, outcome)

    def _conclude(self, claim: Claim, outcome: Outcome) -> None:
        """A verdict on the message: the relay works."""
        self._dealer.settle(self._lane, outcome)
        self._failures = 0
        self._sent += 1
        accepted = outcome.state is DeliveryState.ACCEPTED
        if self._lane.pace.rate is None and not self._lane.gates:
            self._lane.worked(accepted)
        else:
            self._routes.answered(self._lane, domain_of(claim), self._now(), accepted=accepted)

    def _heed(self, claim: Claim, stage: Stage, reply: Reply) -> None:
        """Slow down if the relay asks for it. A 421 to a session's later messages is how many relays end it."""
        complaint = complains(reply, stage)
        if complaint is None or (reply.code == 421 and stage is Stage.MAIL and self._sent):
            return
        domain = domain_of(claim) if complaint is Complaint.DOMAIN else None
        self._routes.slow(self._lane, domain, self._now())

    async def _give_up(self, error: DeliveryError) -> None:
        """Do without this relay for now; what it has not begun goes to the others. Without any: raises the error."""
        if self._lane.aside_until <= self._now():
            self._pool.put_aside(error, self._window)
        over = self._routes.all_aside(self._now())
        self._dealer.clear(self._lane)
        self._failures = 0
        await self.close()  # an open one may wait for a message that was announced, and now goes elsewhere
        if over:
            raise error

    async def _failed(self, error: DeliveryError) -> None:
        """Count, and wait before the next try; put the relay aside when it is beyond hope."""
        pool = self._pool
        if self._session is None or not self._session.usable:
            self._take_back()
        if self._failures == 0 or (pool.exhausted(self._failures) and pool.answered != self._answered):
            self._answered = pool.answered
        self._failures += 1
        if pool.exhausted(self._failures) and pool.answered == self._answered:
            await self._give_up(error)
        else:
            await self._window.pause(pool.delay(self._failures))
