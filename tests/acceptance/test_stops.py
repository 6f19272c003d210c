"""A send that is stopped, by what reaches its processes or by a person elsewhere, says how it stands and goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, Result, Sink

AUDIENCE = 200


@pytest.fixture
def slow(ready: Program, tmp_path: Path) -> Program:
    """A workspace with a list that takes eight seconds to mail, long enough for another command meanwhile."""
    rows = "\n".join(f"reader{number}@example.org" for number in range(AUDIENCE))
    (tmp_path / "many.csv").write_text(f"email\n{rows}\n")
    ready("subscribers", "import", "many.csv", "--list", "many")
    ready.set('tls = "none"', 'tls = "none"\nper_second = 25')
    return ready


@contextmanager
def running(program: Program, *args: str) -> Iterator[subprocess.Popen[str]]:
    """The command, in a process group of its own, as a terminal would start it."""
    with subprocess.Popen(
        [sys.executable, "-m", "newsletter", *args],
        cwd=program.folder,
        env=program.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> Result:
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err, err
    return Result(process.returncode, out, err)


def until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 30
    while not true():
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.01)


def mail_flows(sink: Sink) -> None:
    before = sum(1 for _ in (sink.maildir / "new").iterdir())
    until(lambda: sum(1 for _ in (sink.maildir / "new").iterdir()) > before)


def sending_process(parent: int) -> int:
    children = Path(f"/proc/{parent}/task/{parent}/children")
    until(lambda: bool(children.read_text().split()))
    return int(children.read_text().split()[0])


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_all_its_processes_leaves_nothing_uncertain(
    slow: Program, sink: Sink, number: signal.Signals
) -> None:
    """A closed terminal, Ctrl-C and a service's stop reach the sending process too."""
    with running(slow, "send", "1", "--list", "many", "--yes") as process:
        mail_flows(sink)
        os.killpg(process.pid, number)
        done = ended(process)
    assert done.code == 3
    assert "`newsletter resume 1` goes on" in done.err
    tally = slow("status", "1", "--json").json
    assert (tally["claimed"], tally["uncertain"]) == (0, 0)
    assert tally["accepted"] == len(sink.mails())


def test_a_signal_before_the_sending_process_can_answer_stops_it_cleanly(slow: Program) -> None:
    with running(slow, "send", "1", "--list", "many", "--yes") as process:
        sending_process(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        done = ended(process)
    assert "ended with" not in done.err
    assert done.code == 3
    assert f"pending {AUDIENCE}" in done.out


def test_a_sending_process_that_is_killed_leaves_its_claims_named_as_uncertain(slow: Program, sink: Sink) -> None:
    with running(slow, "send", "1", "--list", "many", "--yes") as process:
        mail_flows(sink)
        os.kill(sending_process(process.pid), signal.SIGKILL)
        done = ended(process)
    assert done.code == 4
    assert "ended with signal 9" in done.err
    tally = slow("status", "1", "--json").json
    assert tally["claimed"] == 0
    assert len(slow("deliveries", "1", "--state", "uncertain", "--json").json) == tally["uncertain"] > 0


def test_cancelling_after_a_crash_names_who_is_uncertain(slow: Program, sink: Sink) -> None:
    with running(slow, "send", "1", "--list", "many", "--yes") as process:
        mail_flows(sink)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    tally = slow("cancel", "1", "--json").json
    assert (tally["state"], tally["claimed"]) == ("cancelled", 0)
    assert tally["uncertain"] > 0
    slow("deliveries", "1", "--resolve", "leave")
    assert slow("status", "1", "--json").json["finished"]


def test_pausing_elsewhere_ends_the_send_and_says_so(slow: Program, sink: Sink) -> None:
    with running(slow, "send", "1", "--list", "many", "--yes") as process:
        mail_flows(sink)
        slow("pause", "1")
        done = ended(process)
    assert done.code == 3
    assert "send 1 is paused; `newsletter resume 1` goes on" in done.err
    tally = slow("status", "1", "--json").json
    assert (tally["state"], tally["claimed"], tally["uncertain"]) == ("paused", 0, 0)
    assert tally["pending"] > 0


def test_cancelling_elsewhere_ends_the_send_and_says_so(slow: Program, sink: Sink) -> None:
    with running(slow, "send", "1", "--list", "many", "--yes") as process:
        mail_flows(sink)
        slow("cancel", "1")
        done = ended(process)
    assert done.code == 0
    assert "send 1 is cancelled" in done.err
    tally = slow("status", "1", "--json").json
    assert tally["skipped_why"] == {"cancelled": tally["skipped"]}
    assert tally["accepted"] + tally["skipped"] == AUDIENCE
    assert "cancelled" in slow("resume", "1", code=1).err


def test_a_stop_while_all_are_resumed_does_not_begin_with_the_next(slow: Program, sink: Sink) -> None:
    slow("subscribers", "import", "subscribers/weekly.csv", "--list", "weekly")
    for name in ("many", "weekly"):
        with running(slow, "send", "1", "--list", name, "--yes") as process:
            sending_process(process.pid)
            os.killpg(process.pid, signal.SIGTERM)
            ended(process)
    with running(slow, "resume") as process:
        mail_flows(sink)
        os.killpg(process.pid, signal.SIGINT)
        ended(process)
    assert [send["accepted"] > 0 for send in slow("status", "--json").json] == [False, True]


def test_all_resumed_twice_at_once_mails_everybody_once(slow: Program, sink: Sink) -> None:
    with running(slow, "send", "1", "--list", "many", "--yes") as process:
        mail_flows(sink)
        os.killpg(process.pid, signal.SIGTERM)
        ended(process)
    slow.set("per_second = 25", "per_second = 100")
    with running(slow, "resume", "--json") as one, running(slow, "resume", "--json") as other:
        ends = [ended(one), ended(other)]
    assert {end.code for end in ends} <= {0, 3}, ends
    slow("resume")
    assert slow("status", "1", "--json").json["accepted"] == AUDIENCE
    addresses = [mail["delivered-to"] for mail in sink.mails()]
    assert len(addresses) == len(set(addresses)) == AUDIENCE


def test_resuming_all_prints_one_json_document(ready: Program, sink: Sink) -> None:
    assert ready("resume", "--json").json == []
    ready.set(f"port = {sink.port}", "port = 1")
    ready("send", "1", "--list", "weekly", "--yes", code=1)
    ready.set("port = 1\n", f"port = {sink.port}\n")
    assert [send["accepted"] for send in ready("resume", "--json").json] == [5]


@pytest.mark.parametrize("option", ["--again", "--force"])
def test_a_reason_is_not_blank(ready: Program, option: str) -> None:
    assert "reason" in ready("send", "1", "--list", "weekly", "--yes", option, "  ", code=2).err


def test_the_reasons_are_kept_with_the_send(ready: Program) -> None:
    ready.set('base_url = "https://news.example.org"', 'base_url = ""')
    command = ["send", "1", "--list", "weekly", "--yes"]
    assert "--force" in ready(*command, code=1).err
    sent = ready(*command, "--force", "a trial", "--again", "a wrong link", "--json").json
    assert (sent["forced"], sent["again"], sent["accepted"]) == ("a trial", "a wrong link", 5)
    assert "a trial" in ready("status", "1").out


def test_nothing_is_started_without_a_relay_that_can_be_used(ready: Program) -> None:
    ready.set('tls = "none"', 'tls = "none"\nusername = "u"\npassword = "env:SMTP_PASSWORD"')
    for to in (["--list", "weekly", "--yes"], ["--to", "me@example.org"]):
        assert "SMTP_PASSWORD" in ready("send", "1", *to, code=1).err
    assert ready("status", "--json").json == []


def test_settling_a_delivery_that_is_not_uncertain_is_refused(ready: Program) -> None:
    ready("send", "1", "--list", "weekly", "--yes")
    refused = ready("deliveries", "1", "--resolve", "resend", "--delivery", "1", code=1)
    assert "no uncertain delivery 1" in refused.err


def test_what_lies_in_the_current_folder_is_not_taken_for_a_library(ready: Program) -> None:
    (ready.folder / "uvloop.py").write_text("raise SystemExit('the wrong one')\n")
    (ready.folder / "email.py").write_text("raise SystemExit('the wrong one')\n")
    done = subprocess.run(
        [Path(sys.executable).with_name("newsletter"), "send", "1", "--to", "me@example.org"],
        cwd=ready.folder,
        env=ready.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
