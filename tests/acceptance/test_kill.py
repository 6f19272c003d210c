"""A send killed with SIGKILL at random moments, ten times, loses nobody and mails nobody twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.acceptance.conftest import Program, Sink

SUBSCRIBERS = 1000


def test_killed_ten_times_everybody_has_one_message_or_is_named_uncertain(
    ready: Program, sink: Sink, tmp_path: Path
) -> None:
    rows = "\n".join(f"reader{number}@example.org,Reader {number}" for number in range(SUBSCRIBERS))
    (tmp_path / "many.csv").write_text(f"email,name\n{rows}\n")
    ready("subscribers", "import", "many.csv", "--list", "many")
    ready.set('tls = "none"', 'tls = "none"\nper_second = 400')
    moments = random.Random(20261120)
    killed = 0
    command = ["send", "1", "--list", "many", "--yes"]
    for _ in range(10):
        killed += run_and_kill(ready, command, after=moments.uniform(0.05, 0.35), already=len(sink.mails()), sink=sink)
        command = ["resume"]
    assert killed == 10, "every run must be killed while it sends"
    final = ready("resume", "1", "--json", code=None)
    assert final.code in (0, 4)
    tally = final.json
    uncertain = {row["email"] for row in ready("deliveries", "1", "--state", "uncertain", "--json").json}
    got = Counter(mail["delivered-to"] or mail["to"] for mail in sink.mails())
    assert tally["audience"] == SUBSCRIBERS
    assert tally["accepted"] + tally["uncertain"] == SUBSCRIBERS
    assert len(uncertain) == tally["uncertain"] <= 10 * 50
    assert max(got.values()) == 1, "nobody gets two"
    missing = {f"reader{number}@example.org" for number in range(SUBSCRIBERS)} - set(got)
    assert missing <= uncertain, "whoever has no message is named"


def run_and_kill(program: Program, command: list[str], *, after: float, already: int, sink: Sink) -> bool:
    """Start a send, wait until mail flows, then SIGKILL the whole group; whether it was still running."""
    process = subprocess.Popen(
        [sys.executable, "-m", "newsletter", *command],
        cwd=program.folder,
        env=program.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    limit = time.monotonic() + 30
    while time.monotonic() < limit and process.poll() is None and _count(sink) == already:
        time.sleep(0.02)
    time.sleep(after)
    running = process.poll() is None
    if running:
        _signal_group(process.pid)
    process.wait(timeout=30)
    return running


def _count(sink: Sink) -> int:
    return sum(1 for _ in (sink.maildir / "new").iterdir()) if (sink.maildir / "new").is_dir() else 0


def _signal_group(group: int) -> None:

    os.killpg(group, signal.SIGKILL)
