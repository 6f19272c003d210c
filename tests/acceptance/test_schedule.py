"""An issue planned for a moment: it goes out then, once, or asks first; retries are made when they are due."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.app.workspace import Workspace
from newsletter.models import Send
from tests.acceptance.conftest import Program, Sink


@pytest.fixture
def ready(ready: Program) -> Program:
    ready.set('timezone = "UTC"', 'timezone = "Europe/Berlin"')
    return ready


def planned(program: Program, ago: timedelta, *, local: bool = False) -> Send:
    """Issue 1, planned for the list `weekly` at a moment that is so long past now."""
    then = datetime.now(UTC) - ago
    with Workspace(program.folder, clock=lambda: then - timedelta(hours=20)) as workspace:
        moment = then.astimezone(workspace.schedule.zone).replace(tzinfo=None, second=0, microsecond=0)
        return workspace.schedule.plan(1, "weekly", moment, local=local)


def test_a_planned_send_waits_and_goes_out_when_its_moment_comes(ready: Program, sink: Sink) -> None:
    said = ready("send", 1, "--list", "weekly", "--at", "tomorrow 07:00").out
    assert "is planned for" in said
    assert "07:00 (Europe/Berlin)" in said
    assert ready("status", 1, "--json").json["state"] == "scheduled"
    assert ready("run", "--once").out == ""
    assert ready("resume", code=None).code == 0
    assert sink.mails() == []
    assert "is planned for" in ready("send", 1, "--list", "weekly", "--yes", code=1).err
    ready("cancel", 1)
    send = planned(ready, timedelta(minutes=5))
    ready("subscribers", "add", "late@example.org", "--list", "weekly")
    said = ready("run", "--once").out
    assert f"send {send.id} begins: issue 1 to weekly" in said
    assert "late@example.org" in {mail["to"].addresses[0].addr_spec for mail in sink.mails()}
    tally = ready("status", send.id, "--json").json
    assert (tally["state"], tally["accepted"]) == ("finished", len(sink.mails()))
    assert ready("run", "--once").out == ""


def test_a_moment_that_was_missed_by_more_than_an_hour_asks(ready: Program, sink: Sink) -> None:
    send = planned(ready, timedelta(hours=3))
    held = ready("run", "--once", code=3).out
    assert "was missed by 3 hours" in held
    assert f"`newsletter resume {send.id}` sends it now" in held
    assert ready("run", "--once").out == ""
    assert sink.mails() == []
    ready("resume", send.id)
    assert len(sink.mails()) == ready("status", send.id, "--json").json["accepted"] > 0


def test_an_issue_that_was_changed_after_it_was_planned_asks(ready: Program, sink: Sink) -> None:
    planned(ready, timedelta(minutes=1))
    first = ready("issue", "show", 1, "--json").json["sections"][0]["picks"][0]["article"]
    ready("issue", "drop", 1, first)
    assert "was changed after it was planned" in ready("run", "--once", code=3).out
    assert sink.mails() == []


def test_a_planned_send_that_can_not_begin_is_held_and_stops_no_other(ready: Program, sink: Sink) -> None:
    send = planned(ready, timedelta(minutes=1))
    assert "is planned as send" in ready("issue", "discard", 1, code=1).err
    theme = ready.folder / "templates" / "email" / "digest"
    theme.mkdir(parents=True, exist_ok=True)
    (theme / "body.mjml.j2").write_text("{% if %}")
    assert f"send {send.id} is held" in ready("run", "--once", code=3).out
    assert sink.mails() == []


def test_its_date_is_that_of_its_beginning(ready: Program, sink: Sink) -> None:
    planned(ready, timedelta(minutes=5))
    ready("run", "--once")
    for mail in sink.mails():
        assert datetime.now(UTC) - mail["date"].datetime < timedelta(minutes=3)


def test_paused_before_its_moment_it_waits_for_a_person(ready: Program, sink: Sink) -> None:
    ready("send", 1, "--list", "weekly", "--at", "tomorrow 07:00")
    ready("pause", 1)
    assert ready("status", 1, "--json").json["state"] == "paused"
    ready("resume", 1)
    assert ready("status", 1, "--json").json["state"] == "scheduled"
    assert sink.mails() == []


def test_each_subscriber_gets_it_at_that_time_where_they_are(ready: Program, sink: Sink) -> None:
    rows = "email,timezone\nkiri@example.org,Pacific/Kiritimati\nhono@example.org,Pacific/Honolulu\n"
    (ready.folder / "zones.csv").write_text(rows)
    ready("subscribers", "import", "zones.csv", "--list", "zones")
    now = datetime.now(UTC)
    with Workspace(ready.folder, clock=lambda: now - timedelta(days=1)) as workspace:
        moment = (now + timedelta(hours=14)).replace(tzinfo=None, second=0, microsecond=0)
        workspace.schedule.plan(1, "zones", moment, local=True)
    ready("run", "--once", code=None)
    assert [mail["to"].addresses[0].addr_spec for mail in sink.mails()] == ["kiri@example.org"]
    tally = ready("status", 1, "--json").json
    assert (tally["accepted"], tally["pending"], tally["state"]) == (1, 1, "running")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--at", "soon"], "expected a moment such as"),
        (["--at", "2020-01-01 07:00"], "is past"),
        (["--local"], "--local needs --at"),
    ],
)
def test_what_is_no_moment_is_a_usage_error(ready: Program, options: list[str], says: str) -> None:
    refused = ready("send", 1, "--list", "weekly", *options, code=2)
    assert says in " ".join(refused.err.replace("│", " ").split())
    assert ready("status", "--json").json == []


def test_the_runner_sends_what_an_interrupted_process_left_and_ends_when_asked(ready: Program, sink: Sink) -> None:
    with Workspace(ready.folder) as workspace:
        workspace.dispatch.start(1, "weekly")
    with runner(ready) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "accepted" in line
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert len(sink.mails()) == ready("status", 1, "--json").json["accepted"] > 0


@contextmanager
def runner(program: Program) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "newsletter", "run"],
        cwd=program.folder,
        env=program.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
