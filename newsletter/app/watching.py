"""Who looks at a workspace hears when something in it may have changed: a file, or a row of the database.

Files are watched by the system (inotify, FSEvents, …, through the Rust library notify), the database by its pulse: ten
times a second, and at once when SQLite's write-ahead log in the workspace is written. That alone wakes nobody, for a
checkpoint writes too and changes nothing. One thread does it all while anybody listens; it knows nothing of issues, so
that a listener has to look whether the change concerns it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

from watchfiles import Change, watch

from newsletter.store import Store

#: Milliseconds between two looks at the database.
TICK = 100
#: Milliseconds without a further change before one is told, and the longest that changes are gathered: programs write
#: a file in several steps.
_STEP, _GATHERED = 10, 50
#: How the name of SQLite's write-ahead log ends.
_LOG = "-wal"
#: So many ticks pass at most until listeners are woken without a change that was seen.
_LOOK = 10


class Watch:
    """Calls its listeners after every change. Safe to use from several threads."""

    def __init__(self, store: Store, folders: Sequence[Path], file: Path) -> None:
        """`folders` are watched with all that is in them, and `file`, which is written anew rather than in place."""
        self._store = store
        self._folders = tuple(str(folder) for folder in folders)
        self._file = str(file)
        self._roots = {file.parent, *(folder for folder in folders if not folder.is_relative_to(file.parent))}
        self._lock = threading.Lock()
        self._listeners: dict[int, Callable[[], None]] = {}
        self._numbers = count()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def listen(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Have `wake` called, from a thread, after each change; what is answered ends that. `wake` must not raise."""
        with self._lock:
            number = next(self._numbers)
            self._listeners[number] = wake
            if self._thread is None:
                self._stop = threading.Event()
                self._thread = threading.Thread(target=self._run, args=(self._stop,), name="watch", daemon=True)
                self._thread.start()

        def leave() -> None:
            with self._lock:
                self._listeners.pop(number, None)
                if not self._listeners and self._thread is not None:
                    self._stop.set()
                    self._thread = None

        return leave

    def _run(self, stop: threading.Event) -> None:
        last: object = None
        with self._store.pulse() as pulse:
            for tick, written in enumerate(self._files(stop)):
                beat = pulse.beat()
                # What is written into a folder at the moment it is made may be missed: hence the look now and then.
                if written or beat != last or tick % _LOOK == 0:
                    last = beat
                    with self._lock:
                        listeners = tuple(self._listeners.values())
                    for wake in listeners:
                        wake()

    def _files(self, stop: threading.Event) -> Iterator[bool]:
        """At every tick, and when something is written, whether a file was that concerns anybody.

        Ends soon after `stop` is set.
        """
        try:
            for changes in watch(
                *self._roots,
                watch_filter=self._concerns,
                debounce=_GATHERED,
                step=_STEP,
                stop_event=stop,
                rust_timeout=TICK,
                yield_on_timeout=True,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                yield any(not path.endswith(_LOG) for _, path in changes)
        except (OSError, RuntimeError):  # no watch is left, or the file system has none
            while not stop.wait(2 * TICK / 1000):
                yield True

    def _concerns(self, _change: Change, path: str) -> bool:
        return (
            path == self._file
            or path.endswith(_LOG)
            or any((path + os.sep).startswith(folder + os.sep) for folder in self._folders)
        )
