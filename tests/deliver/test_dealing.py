"""Claims dealt to relays: what each of them is reckoned to hold."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from newsletter.deliver.backoff import Patience
from newsletter.deliver.dealing import Dealer
from newsletter.deliver.quota import Quota
from newsletter.deliver.relay import Relay
from newsletter.deliver.routing import Routes
from newsletter.deliver.window import Window
from newsletter.models import Claim, DeliveryState, Outcome

Fixture = Callable[..., Any]


async def no_more(_: Sequence[Outcome], __: int) -> Sequence[Claim]:
    return ()


def room(quota: Quota, now: float) -> int:
    """How many more may be given; they are spent then."""
    count = 0
    while not quota.wait(now):
        quota.spend()
        count += 1
    return count


def test_whom_no_relay_relays_to_makes_no_room_at_any(claims: Fixture) -> None:
    async def main() -> None:
        now = asyncio.get_running_loop().time()
        routes = Routes([Relay(name, "127.0.0.1", 25, per_hour=2) for name in ("a", "b")], Patience(), Random(1), 50)
        a, b = routes.lanes
        window = Window(no_more)
        dealer = Dealer(window, routes, 0.0)
        foreign, other = claims(2)
        window.put_back(other)
        window.put_back(foreign)
        for lane in (a, b):
            assert await dealer.take(lane) is foreign
            refusal = Outcome(foreign.delivery, DeliveryState.FAILED, 554, relay=lane.relay.name)
            dealer.elsewhere(lane, foreign, refusal)
        assert await dealer.take(b) is other
        (failed,) = window.unrecorded()
        assert (failed.delivery, failed.relay) == (foreign.delivery, "a")
        a.quota.recorded(now, accepted=False)
        assert (room(a.quota, now), room(b.quota, now)) == (2, 1)

    asyncio.run(main())
