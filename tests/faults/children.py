"""Sending processes as the tests hold them: started with a job and a plan, waited for, continued, killed."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.faults.points import Plan, children

ROOT = Path(__file__).resolve().parent.parent.parent

#: Seconds after which a process that neither ends nor says anything is a failure.
_PATIENCE = 60.0


@dataclass
class Ended:
    """How a sending process ended, and the lines it wrote."""

    #: Exit code, or the negative number of the signal.
    code: int
    said: list[dict[str, Any]]

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL

    @property
    def error(self) -> str | None:
        return next((line["error"] for line in self.said if "error" in line), None)

    @property
    def done(self) -> dict[str, Any] | None:
        return next((line for line in self.said if "done" in line), None)


class Child:
    """One that runs."""

    def __init__(self, zygote: Zygote, pid: int, leash: int, words: int) -> None:
        self._zygote, self.pid, self._leash, self._words = zygote, pid, leash, words

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Only before `end`, which gives its number free. What was stopped goes on with all its processes."""
        if number == signal.SIGCONT:
            for child in children(self.pid):
                os.kill(child, number)
        os.kill(self.pid, number)

    def until_stopped(self) -> None:
        """Wait until it has stopped itself (SIGSTOP)."""
        for _ in range(int(_PATIENCE * 100)):
            if Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T":
                return
            select.select([], [], [], 0.01)
        raise AssertionError("the process did not stop")

    def end(self) -> Ended:
        """Wait for its end, and for that of the process that keeps its ledger: both hold the pipe open."""
        said = b""
        try:
            while True:
                if not select.select([self._words], [], [], _PATIENCE)[0]:
                    self.kill()
                    raise AssertionError(f"the sending process hangs; it said {said.decode()}")
                if not (piece := os.read(self._words, 65536)):
                    break
                said += piece
        finally:
            os.close(self._words)
            os.close(self._leash)
        code = self._zygote.wait(self.pid)
        return Ended(code, [json.loads(line) for line in said.splitlines() if line.endswith(b"}")])


class Zygote:
    """Forks them. A context manager."""

    def __enter__(self) -> Self:
        mine, its = socket.socketpair()
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote", str(its.fileno())],
            pass_fds=(its.fileno(),),
            cwd=ROOT,
            env=environment,
        )
        its.close()
        self._channel = mine
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()
        self._process.wait(timeout=_PATIENCE)

    def start(self, job: str, plan: Plan) -> Child:
        """A sending process with that job; its input stays open until `end`."""
        (its_job, leash), (words, its_words) = os.pipe(), os.pipe()
        request = json.dumps({"plan": plan.as_json()}).encode()
        socket.send_fds(self._channel, [request], [its_job, its_words])
        pid = self._answer()
        os.close(its_job)
        os.close(its_words)
        with open(leash, "wb", closefd=False) as line:
            line.write(job.encode() + b"\n")
        return Child(self, pid, leash, words)

    def wait(self, pid: int) -> int:
        self._channel.sendall(json.dumps({"wait": pid}).encode())
        return self._answer()

    def _answer(self) -> int:
        answer = self._channel.recv(100)
        assert answer, "the process that forks the others has died"
        return int(answer)
