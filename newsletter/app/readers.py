"""Processes that read feeds and files beside the one that keeps them: reading is the larger part of the work.

They start when the first one comes (about a second each), ignore Ctrl-C, which is the parent's to handle, and end
with the parent, however it ends.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime

from newsletter import ingest
from newsletter.app.prepared import Prepared, prepare
from newsletter.ingest.feeds import FeedReading

#: Feeds read before it is told whether processes are worth it, and seconds of reading left from which on they are.
_TRIED, _WORTH = 8, 0.8
#: Objects more than there were that make Python look for garbage (700 by itself).
_ALLOCATED = 20_000
#: More than this share the database's one writer to no use.
_MOST = 4
#: Thresholds that rounds found when they began, one for each that goes on; the first is what to go back to.
_BEFORE: list[tuple[int, int, int]] = []
_COLLECTING = threading.Lock()


def pool(processes: int = _MOST) -> ProcessPoolExecutor:
    """A process for each processor, up to so many."""
    return ProcessPoolExecutor(
        min(os.cpu_count() or 1, processes), mp_context=multiprocessing.get_context("spawn"), initializer=_begin
    )


def read(data: bytes, content_type: str, url: str, now: datetime) -> tuple[FeedReading, list[Prepared]]:
    """A feed, and its articles prepared. Raises SourceError."""
    reading = ingest.read_feed(data, url, now=now, content_type=content_type)
    return reading, [prepare(article) for article in reading.articles]


class Worth:
    """Whether processes are worth their start in a round of so many feeds, told from the feeds read so far.

    Starting two takes a second of processor time: where that is more than what is left to read, the thread that keeps
    does the reading as well. Mostly feeds have nothing new, and most of a round is not read at all.
    """

    def __init__(self, expected: int) -> None:
        self._left = expected
        self._answered = self._new = self._read = 0
        self._seconds = 0.0

    def answered(self, *, is_new: bool) -> None:
        """A feed was asked, and what it brought is to be read, or nothing came of it."""
        self._left -= 1
        self._answered += 1
        self._new += is_new

    def timed(self, data: bytes, content_type: str, url: str, now: datetime) -> tuple[FeedReading, list[Prepared]]:
        """`read`, in this process, and how long it takes. Raises SourceError."""
        begin = time.thread_time()
        try:
            return read(data, content_type, url, now)
        finally:
            self._read += 1
            self._seconds += time.thread_time() - begin

    def is_worth_it(self) -> bool:
        """Whether what is left to read, most likely, takes longer than starting processes."""
        if self._read < _TRIED:
            return False
        to_come = self._left * self._new / max(1, self._answered)
        return (to_come + self._new - self._read) * self._seconds / self._read > _WORTH


@contextmanager
def collecting_less() -> Iterator[None]:
    """While many articles come and go, which have no cycles: what is there already is not searched for garbage."""
    with _COLLECTING:
        _BEFORE.append(gc.get_threshold())
        if len(_BEFORE) == 1:
            _collect_less()
    try:
        yield
    finally:
        with _COLLECTING:
            before = _BEFORE.pop()
            if not _BEFORE:
                gc.unfreeze()
                gc.set_threshold(*before)


def _collect_less() -> None:
    gc.freeze()
    gc.set_threshold(_ALLOCATED)


def _begin() -> None:
    _collect_less()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
