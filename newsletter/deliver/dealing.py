"""The window's claims dealt to relays: each has a queue, and a connection with nothing to do deals until it has some.

    window ─ take ─▶ choose ─▶ queue of relay 1 ─▶ its connections
                         ├──▶ queue of relay 2 ─▶ its connections
                         └──▶ back to the ledger, until its domain has a turn

Where a relay is behind, its queue is open to the others.
What is in a queue was claimed and not begun: it goes back when the window closes.
"""

from __future__ import annotations

import asyncio

from newsletter.deliver import settle
from newsletter.deliver.routing import BEHIND, Dealt, Lane, Refused, Routes, Wait
from newsletter.deliver.window import Window
from newsletter.models.sends import Claim, Outcome


class Dealer:
    """Between one window and all connections, on one event loop."""

    def __init__(self, window: Window, routes: Routes, stay: float) -> None:
        self._window, self._routes, self._stay = window, routes, stay
        self._now = asyncio.get_running_loop().time
        self._hungry: dict[asyncio.Future[None], Lane] = {}
        self._feeder: asyncio.Task[None] | None = None
        #: The lanes whose relays would not relay a claim of the window, and what the first of them said.
        self._refusals: dict[int, tuple[list[Lane], Outcome]] = {}
        #: Seconds on the loop's clock until which every relay has had its share; 0 if none has.
        self.spent_until = 0.0
        #: … until which claims are away because of their domain's turn.
        self.away_until = 0.0

    async def take(self, lane: Lane) -> Claim | None:
        """The next claim for one of the lane's connections; None once the window closes."""
        while not self._window.closing.is_set():
            if lane.queue and (dealt := lane.next(self._now())) is not None:
                return dealt.claim
            if self._routes.only(lane):
                claim = await self._window.take()
                if claim is not None and not self._routes.only(lane):  # a domain was slowed meanwhile
                    self._window.put_back(claim)
                elif claim is not None:
                    lane.held += 1
                    return claim
                continue
            now = self._now()
            if wait := self._routes.closed(lane, now):
                self._spent(now + min(self._routes.closed(each, now) for each in self._routes.lanes))
                await self._window.pause(min(1.0, wait))
                continue
            if await self._deal_for(lane):
                continue
            if (stolen := self._steal(lane)) is not None:
                return stolen
            await self._starve(lane)
        self.give_back()
        return None

    def take_now(self, lane: Lane) -> Claim | None:
        """What `take` has at once, if no other connection of the lane waits for it. Nothing is dealt for it."""
        if self._hungry and lane in self._hungry.values():
            return None
        if lane.queue:
            dealt = None if self._window.closing.is_set() else lane.next(self._now())
            return dealt and dealt.claim
        if not self._routes.only(lane) or (claim := self._window.take_now()) is None:
            return None
        lane.held += 1
        return claim

    def put_back(self, lane: Lane, claim: Claim) -> None:
        """A claim that was taken and not tried."""
        self._routes.returned(lane)
        self._window.put_back(claim)

    def settle(self, lane: Lane, outcome: Outcome) -> None:
        """What came of a claim that was taken, and tried."""
        lane.held -= 1
        if self._refusals:
            self._refusals.pop(outcome.delivery, None)
        self._window.settle(outcome)

    def elsewhere(self, lane: Lane, claim: Claim, outcome: Outcome) -> None:
        """The relay would not relay this one: another is asked; when none is left, it has failed as `outcome` says."""
        lanes, first = self._refusals.get(claim.delivery, ([], outcome))
        self._refusals[claim.delivery] = ([*lanes, lane], first)
        self.put_back(lane, claim)

    def clear(self, lane: Lane) -> None:
        """The lane's relay can't be used: what it has not begun is dealt again."""
        while lane.queue:
            self.put_back(lane, lane.queue.pop().claim)
        self._wake()

    def give_back(self) -> None:
        """The window closes: nothing stays in a queue."""
        for lane in self._routes.lanes:
            while lane.queue:
                self.put_back(lane, lane.queue.pop().claim)
        self._wake()

    async def _deal_for(self, lane: Lane) -> bool:
        """Deal until the lane has one whose turn it is; answers whether it has."""
        while self._window.waiting:
            claim = await self._window.take()  # there is one: it comes at once
            if claim is None or not self._deal(claim):
                break
            if lane.queue and lane.queue[-1].turn <= self._now():
                return True
        return False

    def _deal(self, claim: Claim) -> bool:
        """Give one claim away; answers whether there is use in dealing the next one."""
        now = self._now()
        refused, first = self._refusals.get(claim.delivery, (list[Lane](), None))
        try:
            turn = self._routes.choose(domain_of(claim), now, refused)
        except Refused:
            del self._refusals[claim.delivery]
            if first is not None:
                refused[0].quota.spend()  # it was put back there, and its outcome names that relay
            self._window.settle(first or settle.returned(claim))
            return True
        if not isinstance(turn, Wait):
            turn.lane.queue.append(Dealt(claim, now, turn.at))
            self._wake(turn.lane)
        elif turn.mine:
            if turn.seconds <= _STAY:
                self.away_until = max(self.away_until, now + turn.seconds)
            self._refusals.pop(claim.delivery, None)
            self._window.settle(settle.sent_away(claim, turn.seconds))
        else:
            self._window.put_back(claim)
            self._spent(now + turn.seconds)
            return False
        return True

    def _spent(self, until: float) -> None:
        """No relay takes anybody before then; where that is too long to stay for, the drain ends."""
        if until - self._now() > max(self._stay, _MOMENT):
            self.spent_until = until
            self._window.close()

    def _steal(self, lane: Lane) -> Claim | None:
        """From the end of the longest queue of a relay that is behind."""
        now = self._now()
        others = [other for other in self._routes.lanes if other is not lane and other.behind(now)]
        for other in sorted(others, key=lambda other: len(other.queue), reverse=True):
            for dealt in list(other.queue):
                if (
                    dealt.turn <= now
                    and lane not in self._refusals.get(dealt.claim.delivery, ((), None))[0]
                    and self._routes.move(other, lane, domain_of(dealt.claim), now)
                ):
                    other.queue.remove(dealt)
                    return dealt.claim
        return None

    async def _starve(self, lane: Lane) -> None:
        """Until there may be something for this lane: dealt by another one, new in the window, or to be stolen."""
        if self._feeder is None or self._feeder.done():
            self._feeder = asyncio.create_task(self._feed())
        turn = asyncio.get_running_loop().create_future()
        self._hungry[turn] = lane
        waits = [dealt.turn - self._now() for dealt in lane.queue]
        if any(other.queue for other in self._routes.lanes if other is not lane):
            waits.append(BEHIND)
        patience = max(0.001, min(waits)) if waits else None
        try:
            async with asyncio.timeout(patience):
                await turn
        except TimeoutError:
            pass
        finally:
            self._hungry.pop(turn, None)

    async def _feed(self) -> None:
        """Wait for the ledger's next claims on behalf of all who are hungry."""
        claim = await self._window.take()
        if claim is None:
            self.give_back()
        else:
            self._deal(claim)
        self._wake()

    def _wake(self, lane: Lane | None = None) -> None:
        """One hungry connection of the lane, or all there are."""
        for turn, whose in self._hungry.items():
            if not turn.done() and lane in (None, whose):
                turn.set_result(None)
                if lane is not None:
                    return


#: A drain stays for domains' turns that are so near.
_STAY = 60.0
#: … and for a relay that is back within this.
_MOMENT = 2.0


def domain_of(claim: Claim) -> str:
    return claim.email.rpartition("@")[2].lower()
