"""The window never holds more than it may, and never stands still while there is something to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.deliver.window import Window
from newsletter.models import Claim, DeliveryState, Outcome

Fixture = Callable[..., Any]


def claim(number: int) -> Claim:
    return Claim(number, number, "a@example.net", None, None, {}, "default", 1, f"{number}@example.org", 1)


class Book:
    """Hands out claims as asked, and watches the promise."""

    def __init__(self, people: int) -> None:
        self.left = [claim(number) for number in range(people)]
        self.held: set[int] = set()
        self.most = self.calls = 0
        self.done: list[Outcome] = []

    async def exchange(self, outcomes: Sequence[Outcome], limit: int) -> Sequence[Claim]:
        await asyncio.sleep(0)
        self.calls += 1
        self.held -= {outcome.delivery for outcome in outcomes}
        self.done += outcomes
        claims, self.left = self.left[:limit], self.left[limit:]
        self.held |= {one.delivery for one in claims}
        self.most = max(self.most, len(self.held))
        return claims


async def never() -> bool:
    return False


@settings(max_examples=40)
@given(people=st.integers(0, 200), connections=st.integers(1, 70), size=st.integers(1, 50))
def test_everybody_passes_through_whatever_the_sizes(people: int, connections: int, size: int) -> None:
    book = Book(people)

    async def connection(window: Window) -> None:
        while (one := await window.take()) is not None:
            await asyncio.sleep(0)
            window.settle(Outcome(one.delivery, DeliveryState.ACCEPTED))

    async def main() -> None:
        window = Window(book.exchange, size)
        tasks = [asyncio.create_task(connection(window)) for _ in range(connections)]
        async with asyncio.timeout(10):
            await window.pump(lambda _: None, never)
            await asyncio.gather(*tasks)

    asyncio.run(main())
    assert sorted(outcome.delivery for outcome in book.done) == list(range(people))
    assert book.most <= size


def test_what_no_connection_began_goes_back_when_the_window_closes() -> None:
    book = Book(10)

    async def main() -> None:
        window = Window(book.exchange, 8)
        pump = asyncio.create_task(window.pump(lambda _: None, never))
        one = await window.take()
        window.close()
        assert await window.take() is None
        assert not pump.done()
        assert one is not None
        window.settle(Outcome(one.delivery, DeliveryState.ACCEPTED))
        async with asyncio.timeout(10):
            await pump

    asyncio.run(main())
    states = [outcome.state for outcome in book.done]
    assert sorted(states) == ["accepted", *["pending"] * 7]
    assert not book.held


def test_transactions_carry_half_a_window_when_there_is_much_to_do() -> None:
    book = Book(1000)

    async def main() -> None:
        window = Window(book.exchange, 50)

        async def connection() -> None:
            while (one := await window.take()) is not None:
                await asyncio.sleep(0)
                window.settle(Outcome(one.delivery, DeliveryState.ACCEPTED))

        tasks = [asyncio.create_task(connection()) for _ in range(8)]
        await window.pump(lambda _: None, never)
        await asyncio.gather(*tasks)

    asyncio.run(main())
    assert book.calls <= 1000 / 25 + 10


def test_a_slow_relays_outcome_is_recorded_soon_all_the_same() -> None:
    book = Book(3)

    async def main() -> None:
        window = Window(book.exchange, 50)
        pump = asyncio.create_task(window.pump(lambda _: None, never))
        first, second = await window.take(), await window.take()
        assert first is not None
        assert second is not None
        window.settle(Outcome(first.delivery, DeliveryState.ACCEPTED))
        async with asyncio.timeout(5):
            while not book.done:
                await asyncio.sleep(0.01)
        assert not pump.done()
        window.settle(Outcome(second.delivery, DeliveryState.ACCEPTED))
        window.close()
        await pump

    asyncio.run(main())


def test_outcomes_that_keep_coming_are_recorded_soon_while_a_connection_has_nothing_to_do() -> None:
    """It is woken at each of them then, and must not begin to wait anew."""
    book = Book(20)

    async def main() -> None:
        window = Window(book.exchange, 50)
        pump = asyncio.create_task(window.pump(lambda _: None, never))
        claims = [await window.take() for _ in range(20)]
        idle = asyncio.create_task(window.take())
        for one in claims[:-1]:
            assert one is not None
            window.settle(Outcome(one.delivery, DeliveryState.ACCEPTED))
            await asyncio.sleep(0.03)
            if book.done:
                break
        assert book.done
        window.close()
        assert await idle is None
        pump.cancel()

    asyncio.run(main())
