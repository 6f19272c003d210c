"""The sending process and what its parent makes of its end."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from newsletter.app.draining import Drained
from newsletter.models import Send, SendKind, SendState, Tally

NOW = datetime(2026, 11, 19, tzinfo=UTC)
SEND = Send(1, SendKind.ISSUE, 1, 1, "weekly", SendState.RUNNING, NOW, NOW)

#: A process that hangs whatever it is told; `HUNG` is how long that is borne.
HANGS = """
import signal, sys, threading
from newsletter.app import drain
drain.HUNG = 0.1
drain._ledger = lambda _: None
drain._drain = lambda *_: threading.Event().wait()
sys.exit(drain.main(sys.stdin, sys.stdout))
"""


@pytest.mark.parametrize(
    ("tally", "error", "code"),
    [
        (Tally(accepted=5), None, 0),
        (Tally(accepted=4, skipped=1), None, 0),
        (Tally(), None, 0),
        (Tally(uncertain=5, left=5), None, 0),
        (Tally(pending=5), "the relay is down", 1),
        (Tally(failed=5), None, 3),
        (Tally(accepted=4, failed=1), None, 3),
        (Tally(accepted=4, deferred=1), None, 3),
        (Tally(accepted=4, claimed=1), None, 3),
        (Tally(accepted=4, pending=1), "the relay is down", 3),
        (Tally(accepted=3, failed=1, uncertain=1), None, 4),
        (Tally(pending=4, uncertain=1), "the relay is down", 4),
        (Tally(accepted=3, uncertain=2, left=1), None, 4),
    ],
)
def test_the_exit_code_says_uncertain_before_done_in_part(tally: Tally, error: str | None, code: int) -> None:
    assert Drained(SEND, tally, None, stopped=False, error=error).exit_code == code


def test_a_parent_that_dies_before_it_has_told_the_job_leaves_nothing_running() -> None:
    for said in ("", '{"send": 1'):
        done = subprocess.run(
            [sys.executable, "-m", "newsletter.app.drain"],
            input=said,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_a_process_that_hangs_is_not_waited_for_for_ever() -> None:
    with subprocess.Popen([sys.executable, "-c", HANGS], stdin=subprocess.PIPE, text=True) as process:
        process.communicate("{}\n", timeout=30)
    assert process.returncode == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_nohup_is_respected_and_other_signals_are_a_stop(number: signal.Signals) -> None:
    program = f"""
import signal, threading
from newsletter.app import drain
signal.signal({int(number)}, signal.SIG_IGN)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
stop = threading.Event()
drain._answer_signals(stop)
signal.raise_signal(signal.SIGINT)
signal.raise_signal({int(number)})
assert not stop.is_set()
assert signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL
signal.signal({int(number)}, signal.SIG_DFL)
drain._answer_signals(stop)
signal.raise_signal({int(number)})
assert stop.is_set()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
