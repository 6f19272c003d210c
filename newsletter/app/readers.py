"""Processes that read feeds and files beside the one that keeps them: reading is the larger part of the work.

They start when the first one comes (about a second each), ignore Ctrl-C, which is the parent's to handle, and end
with the parent, however it ends.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime

from newsletter import ingest
from newsletter.app.prepared import Prepared, prepare
from newsletter.ingest.feeds import FeedReading

#: More than this share the database's one writer to no use.
_MOST = 4


def pool(processes: int = _MOST) -> ProcessPoolExecutor:
    """A process for each processor, up to so many."""
    return ProcessPoolExecutor(
        min(os.cpu_count() or 1, processes), mp_context=multiprocessing.get_context("spawn"), initializer=_begin
    )


def read(data: bytes, content_type: str, url: str, now: datetime) -> tuple[FeedReading, list[Prepared]]:
    """A feed, and its articles prepared. Raises SourceError."""
    reading = ingest.read_feed(data, url, now=now, content_type=content_type)
    return reading, [prepare(article) for article in reading.articles]


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
