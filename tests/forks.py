"""The `newsletter` command without the second that its imports take: a process has them made, and forks for each run.

A run is a process of its own, as from a shell: own folder, environment, standard streams and exit code. What differs:
the program's modules are there already, hashes have one seed, what Python reads of the environment when it starts has
no effect, and a process that a command leaves behind is not waited for. Tests of starting (`test_install`, `test_lean`,
`test_readme`), and of what is killed, start the command in the ordinary way.
"""

from __future__ import annotations

import gc
import importlib
import json
import locale
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

#: What the program's modules import when they need it.
_LATER = ("jinja2.sandbox", "lxml.html", "mjml", "numpy", "sqlalchemy.dialects.sqlite")
#: Bytes of a request: what one message of a socket can have.
_MOST = 200_000


class Forks:
    """One such process; `close` ends it."""

    def __init__(self, root: Path) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            code = f"from tests.forks import serve; serve({theirs.fileno()})"
            plain = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
            self._process = subprocess.Popen(
                [sys.executable, "-c", code], env={**plain, "PYTHONPATH": str(root)}, pass_fds=[theirs.fileno()]
            )

    def run(
        self, args: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: bytes, timeout: float
    ) -> tuple[int, str, str]:
        """Exit code, output and errors of a command, which is killed where waiting ends. Raises TimeoutError."""
        answer, theirs = socket.socketpair()
        with answer, TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            with theirs:
                request = json.dumps({"args": args, "cwd": str(cwd), "env": dict(env)}).encode()
                streams = [given.fileno(), out.fileno(), err.fileno()]
                socket.send_fds(self._ours, [request], [theirs.fileno(), *streams])
            answer.settimeout(timeout)
            number = _number(answer)
            try:
                code = _number(answer)
            except BaseException:
                os.kill(number, signal.SIGKILL)
                raise
            out.seek(0)
            err.seek(0)
            return code, out.read().decode(), err.read().decode()

    def close(self) -> None:
        """Ends the process, which has no more to wait for."""
        self._ours.shutdown(socket.SHUT_RDWR)  # whoever else has it open
        self._ours.close()
        self._process.wait(20)


def _number(answer: socket.socket) -> int:
    data = answer.recv(8)
    assert len(data) == 8, "the process that runs commands has ended"
    return int.from_bytes(data, signed=True)


def serve(number: int) -> None:
    """Runs each command that comes in by the socket of that number, until its other end is closed."""
    import newsletter

    for module in pkgutil.walk_packages(newsletter.__path__, "newsletter."):
        if not module.name.endswith("__main__") and ".migrations." not in module.name:  # both do something
            importlib.import_module(module.name)
    for name in _LATER:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # or each process would look through it all, and have it copied
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    asked = socket.socket(fileno=number)
    while True:
        request, numbers, *_ = socket.recv_fds(asked, _MOST, 4)
        if not request:
            return
        if not os.fork():
            asked.close()
            _guard(json.loads(request), *numbers)
            return
        for each in numbers:
            os.close(each)


def _guard(request: Mapping[str, Any], answer: int, *streams: int) -> None:
    """Tells the command's process id, and how it ended. Only the command itself comes back from here."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    command = os.fork()
    if not command:
        os.close(answer)
        _command(request, streams)
        return
    os.write(answer, command.to_bytes(8, signed=True))
    _, status = os.waitpid(command, 0)
    with suppress(OSError):  # nobody waits any more
        os.write(answer, os.waitstatus_to_exitcode(status).to_bytes(8, signed=True))
    os._exit(0)


def _command(request: Mapping[str, Any], streams: Sequence[int]) -> None:
    """`python -m newsletter`, as in a new process; what it raises ends this one, as there."""
    for at, stream in enumerate(streams):
        os.dup2(stream, at)
        os.close(stream)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    locale.setlocale(locale.LC_CTYPE, "")
    sys.stdout.reconfigure(line_buffering=False)  # type: ignore[union-attr]
    sys.argv = ["newsletter", *request["args"]]
    runpy.run_module("newsletter", run_name="__main__", alter_sys=True)
