"""The sessions with one relay: opened, counted, dropped; and what its messages come to."""

from __future__ import annotations

import asyncio
import ssl
from random import Random

from newsletter.deliver import settle
from newsletter.deliver.backoff import Patience
from newsletter.deliver.making import Making
from newsletter.deliver.message import Message
from newsletter.deliver.replies import blames_us
from newsletter.deliver.routing import Lane, Routes
from newsletter.deliver.smtp import Lost, RelayBusy, Result, Session, open_session
from newsletter.deliver.window import Window
from newsletter.errors import DeliveryError, RelayRefused
from newsletter.models.sends import Claim, DeliveryState, Outcome


class NotHere(Exception):
    """The relay takes mail, and would not relay this one; `outcome` is what that comes to if no other relay does."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome.reply)


class Pool:
    """All sessions of one lane."""

    def __init__(
        self,
        lane: Lane,
        routes: Routes,
        making: Making,
        patience: Patience,
        random: Random,
    ) -> None:
        self.lane, self._routes, self._relay = lane, routes, lane.relay
        self.making, self._patience, self._random = making, patience, random
        self._context: ssl.SSLContext | None = None
        self._sessions: set[Session] = set()
        self._opening = 0
        #: The first connection goes ahead of the others: one failure tells that the relay can't be used.
        self._first = asyncio.Lock()
        self._opened = False
        #: Verdicts of the relay.
        self.answered = 0
        #: Messages that were announced to a connection which the relay then closed.
        self.wasted = 0

    @property
    def name(self) -> str:
        return self._relay.name

    @property
    def looks_ahead(self) -> bool:
        """Whether a connection may announce its next message with the one before.

        Not under a rate, where its turn has not come, and hardly where the relay closes connections after every few.
        """
        return self.lane.pace.rate is None and self.wasted * 20 <= self.answered

    def has_place(self) -> bool:
        """Whether one more connection may be opened now."""
        return self._routes.has_place(self.lane, len(self._sessions) + self._opening, self.now())

    async def open(self, window: Window) -> Session | None:
        """A session, or None if the window closed or the relay was put aside meanwhile. Raises DeliveryError."""
        self._opening += 1
        try:
            if self._opened:
                return await self._open(window)
            async with self._first:
                if self.lane.aside_until > self.now():
                    return None
                try:
                    return await self._open(window)
                except DeliveryError as error:
                    if self.fatal(error):
                        self.put_aside(error, window)  # before the next in line tries the same
                    raise
        except RelayBusy:
            self._routes.fewer(self.lane, len(self._sessions), self.now())
            raise
        finally:
            self._opening -= 1

    def put_aside(self, error: DeliveryError, window: Window) -> None:
        """Do without this relay for a while; where there is no other one, the window closes."""
        self._opened = False
        self._routes.put_aside(self.lane, error, self.now())
        if self._routes.all_aside(self.now()):
            window.close()

    async def _open(self, window: Window) -> Session | None:
        if window.closing.is_set():
            return None
        if self._relay.tls != "none" and self._context is None:
            self._context = self._relay.tls_context()
        opening = asyncio.create_task(open_session(self._relay, self._context))
        closing = asyncio.create_task(window.closing.wait())
        await asyncio.wait((opening, closing), return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        if not opening.done():
            opening.cancel()
            await asyncio.wait((opening,))
            return None
        session = opening.result()
        self._sessions.add(session)
        self._opened = True
        return session

    async def put_away(self, session: Session) -> None:
        await session.close()
        self._sessions.discard(session)

    def abort(self) -> None:
        """Drop every connection; what was under way is settled by what is known of it."""
        for session in self._sessions:
            session.abort("stopped while waiting for the relay")

    def fatal(self, error: DeliveryError) -> bool:
        """Whether there is no use in trying again at once: it never worked, and it is no "not now"."""
        return not self._opened and not isinstance(error, RelayBusy)

    def message(self, claim: Claim) -> Message:
        """The claim's message for this relay. Raises AddressError."""
        return self.making.message(claim, verp=self._relay.verp)

    def by_reply(self, claim: Claim, result: Result) -> Outcome:
        """Raises RelayRefused when the refusal is about us, NotHere when that may be for this recipient alone."""
        outcome = settle.by_reply(claim, result, self._relay.name, self._patience.recipient, self._random)
        if not result.reply.ok and blames_us(result.reply, result.stage):
            if result.stage == "MAIL" or not self.lane.accepted:
                what = "" if result.local else f" (the reply to {result.stage})"
                raise RelayRefused(self.name, f"takes no mail from us: {result.reply}{what}")
            if len(self._routes.lanes) > 1:
                raise NotHere(outcome)
        if outcome.state is not DeliveryState.PENDING:
            self.answered += 1
        return outcome

    def by_loss(self, claim: Claim, lost: Lost) -> Outcome:
        return settle.by_loss(claim, lost, self.name, self._patience.recipient, self._random)

    def exhausted(self, failures: int) -> bool:
        return failures > self._patience.failures

    def delay(self, failures: int) -> float:
        """A first failure is reopened at once: relays close connections after so many messages."""
        return 0.0 if failures <= 1 else self._patience.connection.delay(failures - 1, self._random)

    def now(self) -> float:
        return asyncio.get_running_loop().time()
