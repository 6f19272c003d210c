"""A process that has everything loaded and forks sending processes on demand: 10 ms each instead of half a second.

What is forked is what `python -m newsletter.app.drain` runs: `drain.main` with its input and output on pipes, in a
process of its own, alone in it. The parent sends one JSON line a request over a socket, with two file descriptors
where a process is to start; answers its number, or how it ended.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from typing import Any

from newsletter.app import drain
from tests.faults.points import Plan, arm


def serve(channel: socket.socket) -> None:
    """Until the other end is closed."""
    while True:
        said, files, _, _ = socket.recv_fds(channel, 65536, 2)
        if not said:
            return
        request = json.loads(said)
        if "plan" in request:
            answer = _start(Plan(**request["plan"]), *files, channel)
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])
        channel.sendall(f"{answer}\n".encode())


def _start(plan: Plan, job: int, words: int, channel: socket.socket) -> int:
    if child := os.fork():
        os.close(job)
        os.close(words)
        return child
    code = 1
    try:
        channel.close()
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        arm(plan)
        with os.fdopen(job) as reader, os.fdopen(words, "w") as writer:
            code = drain.main(reader, writer)
    finally:
        os._exit(code)


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the tests' to answer
    _preload()
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        serve(channel)


def _preload() -> Any:
    import sqlalchemy.dialects.postgresql.psycopg
    import sqlalchemy.dialects.sqlite
    import uvloop

    return sqlalchemy, uvloop


if __name__ == "__main__":
    _main()
