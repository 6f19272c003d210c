"""Ctrl-C and SIGTERM in the sending process, as a person or an init system sends them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

#: The process under test: `handled` sets the stop from a signal handler, as the command line does.
PROGRAM = """
import signal, sys, threading
from datetime import UTC, datetime
from newsletter.deliver import engine, message
from newsletter.deliver.memory import MemoryDeliveries
from newsletter.deliver.relay import Relay
from newsletter.models import Claim, Variant

port, handled = int(sys.argv[1]), sys.argv[2] == "handled"
stop = threading.Event()
if handled:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
variant = Variant("default", ("s",), (), ("<p>",), ("t",))
program = message.compile(variant, message.Letterhead("n@example.org", "N"), date=datetime.now(UTC))
claims = [Claim(n, n, f"r{n}@example.net", None, None, {}, "default", 0, f"{n}@example.org", 1) for n in range(5000)]
deliveries = MemoryDeliveries(claims)
relay = Relay("test", "127.0.0.1", port, tls="none", connections=2)
try:
    engine.drain(deliveries.ledger(), {"default": program}, relay, values=lambda _: {}, stop=stop)
    print("returned", end=" ")
except KeyboardInterrupt:
    print("interrupted", end=" ")
tally = deliveries.tally()
print(tally.accepted, tally.pending, tally.claimed, tally.uncertain)
"""


@pytest.mark.parametrize(
    ("number", "mode", "word"),
    [
        (signal.SIGINT, "handled", "returned"),
        (signal.SIGTERM, "handled", "returned"),
        (signal.SIGINT, "default", "interrupted"),
    ],
)
def test_a_signal_ends_the_drain_with_everything_recorded(
    server: Callable[..., Any], number: signal.Signals, mode: str, word: str
) -> None:
    busy = threading.Event()

    def script(wire: Any) -> None:
        try:
            wire.hello("PIPELINING")
        except AssertionError:
            if busy.is_set():  # the signal came while this connection was being opened
                return
            raise
        while (line := wire.line()) is not None and line != "QUIT":
            wire.expect("RCPT", "DATA")
            wire.send("250 ok", "250 ok", "354 go on")
            wire.content()
            wire.send("250 ok")
            if len(wire.server.messages) > 40:
                busy.set()

    one = server(script)
    arguments = [sys.executable, "-c", PROGRAM, str(one.address[1]), mode]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert busy.wait(30)
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    said, accepted, pending, claimed, uncertain = out.split()
    assert said == word
    assert int(accepted) == len(one.messages)
    assert (int(accepted) + int(pending), int(claimed), int(uncertain)) == (5000, 0, 0)
