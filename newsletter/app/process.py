"""The sending process seen from its parent; `drain` is what it runs."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterable
from typing import IO, Any

from newsletter.errors import NewsletterError


class SendingProcess:
    """The sending process: started with its job, read line by line, asked to stop by closing its input."""

    def __init__(self, job: str) -> None:
        self._job = job
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> SendingProcess:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "newsletter.app.drain"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        with contextlib.suppress(BrokenPipeError):  # it died at once; `obituary` says so
            self._input.write(self._job + "\n")
            self._input.flush()
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
        """What it says, until it ends."""
        if self._process is not None and self._process.stdout is not None:
            for line in self._process.stdout:
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
