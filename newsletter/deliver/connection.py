"""The connections to one relay: each takes claims from the window, sends, settles; broken ones are reopened.

One connection's trouble is its own while another one gets replies. The relay counts as unusable when it was never
reached, or when a connection has failed several times in a row and nothing else was answered meanwhile.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from random import Random

from newsletter.deliver import settle
from newsletter.deliver.backoff import Patience
from newsletter.deliver.message import Message, Program
from newsletter.deliver.relay import Relay
from newsletter.deliver.replies import blames_us
from newsletter.deliver.smtp import Lost, RelayBusy, Result, Session, open_session
from newsletter.deliver.window import Window
from newsletter.errors import AddressError, DeliveryError, RelayRefused, RelayUnreachable
from newsletter.models.editions import Values
from newsletter.models.sends import Claim, DeliveryState, Outcome


class Connections:
    """All connections of one drain."""

    def __init__(
        self,
        programs: Mapping[str, Program],
        relay: Relay,
        values: Callable[[Claim], Values],
        patience: Patience,
        random: Random,
    ) -> None:
        self._programs, self._relay, self._values = programs, relay, values
        self._patience, self._random = patience, random
        self._context: ssl.SSLContext | None = None
        self._sessions: set[Session] = set()
        #: The first connection goes ahead of the others: one failure tells that the relay can't be used.
        self._first = asyncio.Lock()
        self._opened = False
        #: Verdicts of the relay, and how many of them accepted.
        self.answered = self.accepted = 0
        self._next_turn = 0.0
        #: Messages that were announced to a connection which the relay then closed.
        self.wasted = 0

    @property
    def looks_ahead(self) -> bool:
        """Whether a connection may announce its next message with the one before.

        Not under a rate, where its turn has not come, and hardly where the relay closes connections after every few.
        """
        return not self._relay.per_second and self.wasted * 20 <= self.answered

    async def run(self, window: Window) -> None:
        """Serve the window until it closes. Raises the first error, after every connection is closed."""
        if self._relay.tls != "none":
            try:
                self._context = self._relay.tls_context()
            except DeliveryError:
                window.close()
                raise
        tasks = [asyncio.create_task(self._serve(window)) for _ in range(max(1, self._relay.connections))]
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    def abort(self) -> None:
        """Drop every connection; what was under way is settled by what is known of it."""
        for session in self._sessions:
            session.abort("stopped while waiting for the relay")

    async def _serve(self, window: Window) -> None:
        connection = _Connection(self, window)
        try:
            await connection.serve()
        except BaseException:
            window.close()
            raise
        finally:
            await connection.close()

    async def open(self, window: Window) -> Session | None:
        """A session, or None if the window closed meanwhile. Raises DeliveryError."""
        if self._opened:
            return await self._open(window)
        async with self._first:
            try:
                return await self._open(window)
            except DeliveryError as error:
                if self.fatal(error):
                    window.close()  # before the next in line tries the same
                raise

    async def _open(self, window: Window) -> Session | None:
        if window.closing.is_set():
            return None
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

    def fatal(self, error: DeliveryError) -> bool:
        """Whether there is no use in trying again: it never worked, and it is no "not now"."""
        return not self._opened and not isinstance(error, RelayBusy)

    async def turn(self, window: Window) -> None:
        """Wait for this message's turn under `per_second`, shared by all connections."""
        if not self._relay.per_second:
            return
        now = asyncio.get_running_loop().time()
        mine = max(now, self._next_turn)
        self._next_turn = mine + 1 / self._relay.per_second
        if mine > now:
            await window.pause(mine - now)

    def message(self, claim: Claim) -> Message:
        return self._programs[claim.variant].message(claim, self._values(claim), verp=self._relay.verp)

    def by_reply(self, claim: Claim, result: Result) -> Outcome:
        """Raises RelayRefused when the refusal is about us: nobody on the list is to suffer for it."""
        if blames_us(result.reply, result.stage) and (result.stage == "MAIL" or not self.accepted):
            what = "" if result.local else f" (the reply to {result.stage})"
            raise RelayRefused(self._relay.name, f"takes no mail from us: {result.reply}{what}")
        outcome = settle.by_reply(claim, result, self._relay.name, self._patience.recipient, self._random)
        if outcome.state is not DeliveryState.PENDING:
            self.answered += 1
            self.accepted += outcome.state is DeliveryState.ACCEPTED
        return outcome

    def by_loss(self, claim: Claim, lost: Lost) -> Outcome:
        return settle.by_loss(claim, lost, self._relay.name, self._patience.recipient, self._random)

    def exhausted(self, failures: int) -> bool:
        return failures > self._patience.failures

    def delay(self, failures: int) -> float:
        """A first failure is reopened at once: relays close connections after so many messages."""
        return 0.0 if failures <= 1 else self._patience.connection.delay(failures - 1, self._random)

    @property
    def idle(self) -> float:
        return self._patience.idle

    @property
    def relay(self) -> str:
        return self._relay.name


class _Connection:
    """One of them: a session when there is one, and how often in a row it has failed."""

    def __init__(self, shared: Connections, window: Window) -> None:
        self._shared, self._window = shared, window
        self._session: Session | None = None
        self._failures = 0
        #: Announced to the relay with the message before: it goes next, or back into the window.
        self._next: tuple[Claim, Message] | None = None
        #: What `shared.answered` was when this connection began to fail.
        self._answered = 0

    async def serve(self) -> None:
        while (claim := await self._take()) is not None:
            await self._shared.turn(self._window)
            if self._window.closing.is_set():
                self._window.put_back(claim)
                return
            session = await self._ready(claim)
            if session is not None:
                await self._attempt(session, claim)
            while self._session is not None and self._next is not None and self._session.usable:
                (claim, message), self._next = self._next, None
                await self._hand_over(self._session, claim, message, announced=True)
            self._take_back()

    def _following(self) -> Message | None:
        """The next message, for the session to announce. What is wrong with a claim is found when it is taken."""
        if not self._shared.looks_ahead or (claim := self._window.take_now()) is None:
            return None
        try:
            message = self._shared.message(claim)
        except Exception:
            self._window.put_back(claim)
            return None
        self._next = claim, message
        return message

    def _take_back(self) -> None:
        """What was announced, and can't go next: nothing of it has left but its addresses."""
        if self._next is not None:
            self._window.put_back(self._next[0])
            self._next = None
            self._shared.wasted += 1

    async def close(self) -> None:
        self._take_back()
        if self._session is not None:
            session, self._session = self._session, None
            await self._shared.put_away(session)

    async def _take(self) -> Claim | None:
        """The next claim; an open connection is not kept waiting for it too long."""
        if self._session is None or self._window.waiting:
            return await self._window.take()
        try:
            async with asyncio.timeout(self._shared.idle):
                return await self._window.take()
        except TimeoutError:
            await self.close()
            return await self._window.take()

    async def _ready(self, claim: Claim) -> Session | None:
        """A session that can send; None when there is none now, and the claim is back in the window."""
        if self._session is not None and self._session.usable:
            return self._session
        await self.close()
        try:
            self._session = await self._shared.open(self._window)
        except DeliveryError as error:
            self._window.put_back(claim)
            if self._shared.fatal(error):
                raise
            await self._failed(error)
            return None
        except BaseException:
            self._window.put_back(claim)
            raise
        if self._session is None:
            self._window.put_back(claim)
        return self._session

    async def _attempt(self, session: Session, claim: Claim) -> None:
        """Send one message and settle its claim, whatever happens."""
        try:
            message = self._shared.message(claim)
        except AddressError as error:
            self._window.settle(settle.unmailable(claim, str(error)))
            return
        except BaseException:
            self._window.settle(settle.returned(claim))
            raise
        await self._hand_over(session, claim, message)

    async def _hand_over(self, session: Session, claim: Claim, message: Message, *, announced: bool = False) -> None:
        try:
            result = await session.send(message, self._following)
        except Lost as lost:
            if announced and not lost.handed_over:  # the connection ended between two: no attempt of this message's
                self._shared.wasted += 1
                self._window.put_back(claim)
            else:
                self._window.settle(self._shared.by_loss(claim, lost))
            await self._failed(RelayUnreachable(self._shared.relay, f"keeps losing the connection: {lost}"))
            return
        except BaseException as error:  # a fault of ours; the relay may have the message
            self._window.settle(self._shared.by_loss(claim, Lost(repr(error), handed_over=True)))
            raise
        try:
            outcome = self._shared.by_reply(claim, result)
        except DeliveryError as error:
            self._window.settle(settle.returned(claim, str(error), self._shared.relay))
            raise
        self._window.settle(outcome)
        if outcome.state is DeliveryState.PENDING:
            await self._failed(RelayBusy(self._shared.relay, f"not now: {result.reply}"))
        else:
            self._failures = 0

    async def _failed(self, error: DeliveryError) -> None:
        """Count, and wait before the next try. Raises the error when the relay is beyond hope."""
        if self._session is None or not self._session.usable:
            self._take_back()
        if self._failures == 0 or (self._shared.exhausted(self._failures) and self._shared.answered != self._answered):
            self._answered = self._shared.answered
        self._failures += 1
        if self._shared.exhausted(self._failures) and self._shared.answered == self._answered:
            raise error
        await self._window.pause(self._shared.delay(self._failures))
