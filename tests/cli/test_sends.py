"""What is said of sends: planned ones with whom they would go to, held ones with what to type, and refusals."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from newsletter import resources
from newsletter.app import starter
from newsletter.app.workspace import Workspace
from newsletter.cli import output
from newsletter.cli.commands import app
from newsletter.models import DeliveryState, Outcome
from newsletter.store import Claims


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with starter.create(tmp_path) as workspace:
        workspace.library.add([str(resources.folder("samples") / "wheels-for-everybody.md")], stdin=bytes)
        workspace.desk.add(workspace.desk.new(pick=False).issue.number, [1])
        for name in ("ada", "grace"):
            workspace.audience.add(f"{name}@example.org", "weekly")
        workspace.audience.add("off@example.org", "weekly")
        workspace.audience.suppress("off@example.org", "asked")
    return tmp_path


@pytest.fixture
def relay(folder: Path) -> Iterator[int]:
    """A port of the relay on which nothing answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings = folder / "newsletter.toml"
        text = settings.read_text("utf-8")
        settings.write_text(text.replace("port = 2525", f"port = {taken.getsockname()[1]}"), "utf-8")
        yield taken.getsockname()[1]


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), *words])


def read(folder: Path, *words: str) -> Any:
    result = run(folder, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def plan(folder: Path, ago: timedelta) -> int:
    """A send that was planned for a moment that is so long past."""
    then = datetime.now(UTC) - ago
    with Workspace(folder, clock=lambda: then - timedelta(hours=20)) as workspace:
        return workspace.schedule.plan(1, "weekly", then.replace(tzinfo=None, second=0, microsecond=0)).id


def had_by_all(folder: Path) -> int:
    """A send that everybody took, as far as the ledger knows."""
    with Workspace(folder) as workspace:
        send = workspace.dispatch.start(1, "weekly").id
        ledger = Claims(workspace.database_url, send)
        ledger.exchange([Outcome(claim.delivery, DeliveryState.ACCEPTED) for claim in ledger.exchange([], 9)], 0)
        ledger.close()
    return send


def test_a_plan_says_whom_it_would_go_to_and_what_preflight_finds(folder: Path) -> None:
    said = run(folder, "send", "1", "--list", "weekly", "--at", "tomorrow 07:00").stdout
    assert "audience about 3 now: 2 would get it, 1 would not" in said
    assert "1 skipped: suppressed" in said
    assert "preflight: 0 errors" in said
    rows = run(folder, "status").stdout.splitlines()
    assert rows[0].split("\t")[6] == "about 3 now"
    assert "audience about 3 now" in run(folder, "status", "1").stdout
    expected = {"audience": 3, "would_get_it": 2, "skipped": 1, "skipped_why": {"suppressed": 1}}
    for found in (read(folder, "status", "1"), *read(folder, "status")):
        assert (found["expected"], found["audience"], found["finished"]) == (expected, 0, False)


def test_a_plan_as_json_has_its_audience_and_findings(folder: Path) -> None:
    found = read(folder, "send", "1", "--list", "weekly", "--at", "tomorrow 07:00")
    assert found["expected"]["would_get_it"] == 2
    assert {one["id"] for one in found["findings"]} >= {"deliverability.base_url"}


def test_a_dry_run_offers_to_plan(folder: Path) -> None:
    said = run(folder, "send", "1", "--list", "weekly").stderr
    assert "--yes` sends it now" in said
    assert '--at "Tue 07:00"` plans it' in said


def test_a_plan_that_is_paused_goes_on_as_a_plan(folder: Path) -> None:
    run(folder, "send", "1", "--list", "weekly", "--at", "tomorrow 07:00")
    paused = run(folder, "pause", "1").stdout
    assert "send 1 paused, planned for" in paused
    assert "`newsletter resume 1` lets it go out then" in paused
    resumed = run(folder, "resume", "1")
    assert (resumed.exit_code, "is planned for" in resumed.stdout) == (0, True)
    assert "audience about 3 now" in resumed.stdout
    assert "accepted 0" not in resumed.stdout
    assert "nobody was mailed" in run(folder, "cancel", "1").stdout


def test_a_second_send_says_how_the_first_stands_and_what_to_type(folder: Path) -> None:
    planned = ("send", "1", "--list", "weekly", "--at", "tomorrow 07:00")
    assert run(folder, *planned).exit_code == 0
    first_end = "to have it at another time, or now, first end that one: `newsletter cancel 1`"
    for words in ((*planned, "--local"), ("send", "1", "--list", "weekly", "--yes")):
        refused = str(run(folder, *words).exception)
        assert "send 1 of issue 1 to weekly is planned for" in refused
        assert first_end in refused
        assert "resume" not in refused
    assert first_end in read(folder, "send", "1", "--list", "weekly")["refusal"]
    run(folder, "pause", "1")
    assert "is paused, planned for" in str(run(folder, *planned).exception)
    assert "`newsletter resume 1` lets it go out then; --again" in str(run(folder, *planned).exception)
    run(folder, "cancel", "1")
    assert run(folder, *planned).exit_code == 0
    assert run(folder, *planned, "--again", "both").exit_code == 0


def test_a_second_send_beside_one_that_missed_its_moment_says_so(folder: Path) -> None:
    plan(folder, timedelta(hours=3))
    refused = str(run(folder, "send", "1", "--list", "weekly", "--yes").exception)
    assert "send 1 of issue 1 to weekly is held: missed by 3 hours; " in refused
    assert "`newsletter resume 1` sends it now" in refused


def test_a_second_send_beside_one_under_way_goes_on_with_that(folder: Path) -> None:
    with Workspace(folder) as workspace:
        workspace.dispatch.start(1, "weekly")
    assert "is not finished; `newsletter resume 1` goes on with it" in str(
        run(folder, "send", "1", "--list", "weekly", "--yes").exception
    )


def test_a_send_that_missed_its_moment_says_so_and_what_to_type(folder: Path) -> None:
    number = plan(folder, timedelta(hours=3))
    ways = f"`newsletter resume {number}` sends it now, `newsletter cancel {number}` ends it"
    for before in (True, False):  # nothing ran; then the runner held it
        listed = run(folder, "status")
        assert listed.stdout.split("\t")[4] == "held: missed by 3 hours"
        assert ways in listed.stderr
        shown = run(folder, "status", str(number)).stdout
        assert "was missed by 3 hours" in shown
        assert ways in shown
        if before:
            assert run(folder, "run", "--once").exit_code == 3


def test_a_send_held_for_a_changed_issue_says_that(folder: Path) -> None:
    number = plan(folder, timedelta(minutes=5))
    assert read(folder, "status", str(number))["standing"] == "due"
    run(folder, "issue", "drop", "1", "1")
    run(folder, "run", "--once")
    found = read(folder, "status", str(number))
    assert found["standing"] == "held: its issue was changed"
    assert "was changed after it was planned" in found["advice"]


@pytest.mark.parametrize(
    ("late", "changed", "kind"),
    [(5, False, None), (5, True, "changed"), (180, False, "missed"), (180, True, "missed")],
)
def test_an_objection_says_of_what_kind_it_is(folder: Path, late: int, changed: bool, kind: str | None) -> None:
    number = plan(folder, timedelta(minutes=late))
    if changed:
        run(folder, "issue", "drop", "1", "1")
    with Workspace(folder) as workspace:
        against = workspace.schedule.objection(workspace.dispatch.status(number)[0])
    assert (against and against.kind) == kind


def test_a_send_with_nobody_left_to_mail_is_refused_and_makes_no_row(folder: Path) -> None:
    first = had_by_all(folder)
    refused = run(folder, "send", "1", "--list", "weekly", "--yes")
    assert refused.exit_code == 1
    said = str(refused.exception)
    assert f"nobody on weekly is left to mail: 2 had issue 1 already, from send {first} of " in said
    assert "1 suppressed" in said
    assert "--again REASON" in said
    assert [one["send"] for one in read(folder, "status")] == [first]
    assert "is left to mail" in run(folder, "send", "1", "--list", "weekly").stderr
    run(folder, "subscribers", "add", "new@example.org", "--list", "weekly")
    with Workspace(folder) as workspace:
        send, tally = workspace.dispatch.status(workspace.dispatch.start(1, "weekly").id)
    assert (send.id, tally.pending) == (first + 1, 1)


def test_a_list_that_nobody_may_be_mailed_of_is_refused_with_why(folder: Path) -> None:
    with Workspace(folder) as workspace:
        workspace.audience.add("gone@example.org", "other")
        workspace.audience.suppress("gone@example.org", "asked")
    refused = run(folder, "send", "1", "--list", "other", "--yes")
    assert "nobody on other may be mailed: 1 suppressed" in str(refused.exception)
    assert read(folder, "status") == []


@pytest.mark.usefixtures("relay")
def test_any_relay_on_this_machine_may_be_the_sink(folder: Path) -> None:
    settings = folder / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8").replace('host = "127.0.0.1"', 'host = "127.0.0.3"'), "utf-8")
    assert "Start `newsletter outbox` in" in run(folder, "send", "1", "--to", "me@example.org").stderr


def test_a_test_copy_that_does_not_get_out_has_failed_with_what_the_relay_said(folder: Path, relay: int) -> None:
    done = run(folder, "send", "1", "--to", "me@example.org")
    assert done.exit_code == 1
    assert "failed 1" in done.stdout
    assert "cancelled" not in done.output
    assert "Connection refused; is the local sink running? Start `newsletter outbox` in another terminal" in done.stderr
    assert "Errno" not in done.output
    (found,) = read(folder, "status")
    assert (found["failed"], found["skipped"]) == (1, 0)
    assert found["standing"].startswith("failed: relay outbox: can't connect to 127.0.0.1")
    assert "failed: relay outbox: can't connect" in run(folder, "status").stdout
    assert run(folder, "status", "1").stdout.count("can't connect to 127.0.0.1") == 1
    (delivery,) = read(folder, "deliveries", "1")
    assert (delivery["state"], str(relay) in delivery["reply"]) == ("failed", True)
    assert run(folder, "resume").exit_code == 0


def uncertain(folder: Path) -> int:
    """A send of two deliveries that are both uncertain."""
    with Workspace(folder) as workspace:
        send = workspace.dispatch.start(1, "weekly").id
        ledger = Claims(workspace.database_url, send)
        held = ledger.exchange([], 9)
        ledger.exchange([Outcome(one.delivery, DeliveryState.UNCERTAIN, reply="lost") for one in held], 0)
        ledger.close()
    return send


def test_what_is_uncertain_is_told_with_what_settles_it(folder: Path) -> None:
    send = uncertain(folder)
    way = f"`newsletter deliveries {send} --resolve-from LOG`"
    assert way in run(folder, "status", str(send)).stdout
    assert way in run(folder, "status").stderr
    assert way in run(folder, "resume", str(send)).stderr
    assert "2 uncertain settled as accepted" in run(folder, "deliveries", str(send), "--resolve", "accepted").stdout
    assert "nothing is uncertain" in run(folder, "deliveries", str(send), "--resolve", "resend").stdout
    assert "`newsletter status` lists them" in str(run(folder, "deliveries", "99", "--resolve", "leave").exception)


def test_what_was_left_as_it_stands_is_uncertain_still(folder: Path) -> None:
    send = str(uncertain(folder))
    run(folder, "deliveries", send, "--resolve", "leave")
    said = run(folder, "deliveries", send, "--resolve", "accepted").stdout
    assert "all uncertain were left as they stand (2); --delivery ID settles one" in said


@pytest.mark.parametrize("person", [True, False])
def test_a_single_run_with_nothing_due_says_so_to_a_person_only(
    folder: Path, person: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "is_terminal", lambda: person)
    assert ("nothing is due" in run(folder, "run", "--once").stderr) == person
