"""The runner: one process that does what is due, for as long as it runs, or once.

What is due: planned sends whose moment has come, and sends with something to claim that no living process is at
(retries whose time has come, what an interrupted process left). Each is drained by a process of its own, beside the
others, so that a slow one holds up nobody. Two runners at once do no harm: the ledger lets nobody be mailed twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.app.draining import Drained, Stopper
from newsletter.app.schedule import Due
from newsletter.errors import NewsletterError, StoreBusy
from newsletter.models import SendState

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace

#: Seconds between looks at the ledger while nothing is known to fall due.
LOOK = 5.0
#: Seconds until a send whose relay could not be used is tried again; doubled each time, to at most the second.
_PATIENCE, _LONGEST = 30.0, 900.0
#: Sends that are drained at once.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Failed:
    """A send that could not be gone on with, and why."""

    send: int
    reason: str


#: What a runner tells: a planned send that began or is held, what a drain came to, or what went wrong.
Event = Due | Drained | Failed


class Runner:
    """Does what is due in one workspace. `announce` hears what happens, in the thread that runs it."""

    def __init__(self, workspace: Workspace, announce: Callable[[Event], None]) -> None:
        self._workspace = workspace
        self._announce = announce
        self._under_way: dict[int, Future[Drained]] = {}
        #: By send: not before (monotonic seconds), and the delay that led there.
        self._waiting: dict[int, tuple[float, float]] = {}

    def once(self, stop: Stopper) -> None:
        """Do all that is due now, and come back when it is done or `stop` is set. Raises StoreError."""
        with ThreadPoolExecutor(_AT_ONCE, "send") as threads:
            self._begin(threads, stop)
            while self._under_way:
                self._collect(wait=LOOK)

    def forever(self, stop: Stopper) -> None:
        """Do what is due whenever it is, until `stop` is set. Raises StoreError."""
        asked = threading.Event()
        stop.on_set(asked.set)
        with ThreadPoolExecutor(_AT_ONCE, "send") as threads:
            while not asked.is_set():
                try:
                    pause = self._begin(threads, stop)
                except StoreBusy:  # somebody holds the database; it is asked again
                    pause = LOOK
                self._collect(wait=0)
                asked.wait(min(LOOK, max(0.1, pause)))
            while self._under_way:
                self._collect(wait=LOOK)

    def _begin(self, threads: ThreadPoolExecutor, stop: Stopper) -> float:
        """Start what is due; seconds until the next look is worth it."""
        for due in self._workspace.schedule.fire():
            self._announce(due)
        moments = [send.planned for send in self._workspace.schedule.planned() if send.planned]
        waits = [(moment - self._workspace.clock()).total_seconds() for moment in moments]
        for send in self._workspace.dispatch.unfinished():
            if send.state is not SendState.RUNNING or send.id in self._under_way:
                continue
            seconds = self._workspace.dispatch.next_due(send.id)
            if seconds is None:
                continue
            not_before, _ = self._waiting.get(send.id, (0.0, 0.0))
            seconds = max(seconds, not_before - time.monotonic())
            if seconds > 0:
                waits.append(seconds)
            elif not stop.is_set:
                self._under_way[send.id] = threads.submit(self._drain, send.id, stop)
        return min(waits, default=LOOK)

    def _drain(self, number: int, stop: Stopper) -> Drained:
        return self._workspace.dispatch.drain(number, stop=stop, progress=lambda _: None)

    def _collect(self, wait: float) -> None:
        """Tell what ended, waiting up to so many seconds for the first to end."""
        if wait and self._under_way:
            ended = threading.Event()
            for future in self._under_way.values():
                future.add_done_callback(lambda _: ended.set())
            ended.wait(wait)
        for number, future in list(self._under_way.items()):
            if not future.done():
                continue
            del self._under_way[number]
            try:
                result = future.result()
            except (NewsletterError, OSError) as error:
                self._put_off(number)
                self._announce(Failed(number, str(error)))
                continue
            if result.error:
                self._put_off(number)
            else:
                self._waiting.pop(number, None)
            self._announce(result)

    def _put_off(self, number: int) -> None:
        _, delay = self._waiting.get(number, (0.0, _PATIENCE / 2))
        delay = min(2 * delay, _LONGEST)
        self._waiting[number] = (time.monotonic() + delay, delay)
