"""The sending process seen from its parent; `drain` is what it runs.

It is born with signals held back until it can answer them: a Ctrl-C, a closed terminal or a service's stop reaches the
whole process group, and must not kill it half started.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import newsletter
from newsletter.errors import NewsletterError


class SendingProcess:
    """The sending process: started with its job, read line by line, asked to stop by closing its input."""

    def __init__(self, job: str) -> None:
        self._job = job
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> SendingProcess:
        with _signals_held_back():
            self._process = subprocess.Popen(
                # -P: what lies in the current folder (an email.py, say) is not to be taken for a library.
                [sys.executable, "-P", "-m", "newsletter.app.drain"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env=_environment(),
            )
        with contextlib.suppress(BrokenPipeError):  # it died at once; `obituary` says so
            self._input.write(self._job + "\n")
            self._input.flush()
        self._job = ""  # its secrets and pictures are not kept as long as somebody may ask it to stop
        return self

    def __exit__(self, *_: object) -> None:
        self.ask_to_stop()
        if self._process is not None:
            self._process.wait()

    @property
    def _input(self) -> IO[str]:
        if self._process is None or self._process.stdin is None:
            raise NewsletterError("the sending process was not started")
        return self._process.stdin

    def events(self) -> Iterable[dict[str, Any]]:
        """What it says, until it ends. A line that it could not finish is left out."""
        if self._process is not None and self._process.stdout is not None:
            for line in self._process.stdout:
                with contextlib.suppress(ValueError):
                    yield json.loads(line)

    def ask_to_stop(self) -> None:
        """Close its input; it finishes what is in flight and ends."""
        with contextlib.suppress(OSError):
            self._input.close()

    def obituary(self) -> str:
        """How it ended, when it did not say so itself."""
        code = self._process.returncode if self._process else None
        how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        return f"the sending process ended with {how}; nothing is lost, `newsletter resume` goes on"


@contextlib.contextmanager
def _signals_held_back() -> Iterator[None]:
    """A process started meanwhile begins with them blocked; here they arrive a moment later."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _environment() -> dict[str, str]:
    """Our own; run from a checkout (`python -m newsletter` there), it says where the package is, for -P hides it."""
    root = str(Path(newsletter.__file__).resolve().parent.parent)
    if Path(sys.path[0]).resolve() != Path(root):
        return dict(os.environ)
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}
