"""Messages made of claims; where each gets an RSA signature, made in threads before their turn comes.

Such a signature takes longer than all else that is done for a message, and `cryptography` makes it without the
interpreter's lock: threads use the machine's other processors for it. What has come from the ledger is begun at once,
so that no more messages are held than claims (`window.WINDOW`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from newsletter.deliver.message import Message, Program
from newsletter.models.editions import Values
from newsletter.models.sends import Claim, Outcome

#: More threads than this have nothing to do: the rest of the work is one thread's.
_MOST_THREADS = 4


class Making:
    """Programs by variant, and the values of a claim's slots. `verp`: as the relay wants it that has most of them."""

    def __init__(self, programs: Mapping[str, Program], values: Callable[[Claim], Values], *, verp: bool) -> None:
        self._programs, self._values, self._verp = programs, values, verp
        slow = any(program.signs_slowly for program in programs.values())
        self._threads = ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1), "signing") if slow else None
        #: By delivery, of claims that are not recorded yet.
        self._begun: dict[int, Future[Message]] = {}

    def exchanged(self, outcomes: Iterable[Outcome], claims: Iterable[Claim]) -> None:
        """The ledger has taken these and given those."""
        if self._threads is None:
            return
        for outcome in outcomes:
            self._begun.pop(outcome.delivery, None)
        for claim in claims:
            self._begun[claim.delivery] = self._threads.submit(self._make, claim, verp=self._verp)

    def message(self, claim: Claim, *, verp: bool) -> Message:
        """The claim's message. Raises AddressError."""
        begun = self._begun.get(claim.delivery) if verp is self._verp else None
        return self._make(claim, verp=verp) if begun is None else begun.result()

    def is_ready(self, claim: Claim) -> bool:
        """Whether `message` has nothing to wait for."""
        begun = self._begun.get(claim.delivery)
        return begun is None or begun.done()

    async def ready(self, claim: Claim) -> None:
        """Wait until `is_ready`."""
        begun = self._begun.get(claim.delivery)
        if begun is not None and not begun.done():
            with suppress(Exception):  # `message` raises it
                await asyncio.wrap_future(begun)

    def close(self) -> None:
        """Begin no more, and wait for what is under way."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)

    def _make(self, claim: Claim, *, verp: bool) -> Message:
        return self._programs[claim.variant].message(claim, self._values(claim), verp=verp)
