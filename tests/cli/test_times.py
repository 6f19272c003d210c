"""Times are printed by the newsletter's own clock, which is named; JSON has them in UTC."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from newsletter import resources
from newsletter.app import starter
from newsletter.app.workspace import Workspace
from newsletter.cli import feeds, output
from newsletter.cli.commands import app
from newsletter.models import FeedFailure, FeedLink, FeedsReport

#: Noon in UTC: half past five in the afternoon in Kolkata.
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with starter.create(tmp_path, timezone="Asia/Kolkata"):
        pass
    with Workspace(tmp_path, clock=lambda: NOW) as workspace:
        workspace.audience.add("ada@example.org", "weekly")
        workspace.audience.suppress("off@example.org", "asked")
    return tmp_path


def run(folder: Path, *words: str) -> str:
    result = CliRunner().invoke(app, ["-C", str(folder), *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_moment_names_the_clock_it_is_told_by() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert output.moment(NOW) == "2026-11-21 12:00 UTC"
    assert output.moment(NOW, berlin) == "2026-11-21 13:00 CET"
    assert output.moment(NOW.replace(month=7), berlin) == "2026-07-21 14:00 CEST"
    assert output.moment(NOW, ZoneInfo("America/Sao_Paulo")) == "2026-11-21 09:00 -03"


@pytest.mark.parametrize("words", [("subscribers", "list", "--list", "weekly"), ("suppressions", "list")])
def test_listings_have_the_newsletters_clock_and_json_utc(folder: Path, words: tuple[str, ...]) -> None:
    (row,) = run(folder, *words).splitlines()
    assert row.endswith("\t2026-11-21 17:30 IST")
    assert "2026-11-21T12:00:00Z" in json.loads(run(folder, *words, "--json"))[0].values()


def test_status_tells_when_a_send_began(folder: Path) -> None:
    with Workspace(folder, clock=lambda: NOW) as workspace:
        workspace.library.add([str(resources.folder("samples") / "wheels-for-everybody.md")], stdin=bytes)
        workspace.desk.add(workspace.desk.new(pick=False).issue.number, [1])
        workspace.dispatch.start(1, "weekly")
    (row,) = run(folder, "status").splitlines()
    assert row.split("\t")[5] == "2026-11-21 17:30 IST"


def test_the_sink_names_its_clock_outside_of_a_workspace_too(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for place, zone in ((folder, ZoneInfo("Asia/Kolkata")), (tmp_path_factory.mktemp("bare"), UTC)):
        new = place / "outbox" / "new"
        new.mkdir(parents=True, exist_ok=True)
        (new / "1.mail").write_text("Delivered-To: me@example.org\nSubject: x\n\nx\n")
        came = datetime.fromisoformat(json.loads(run(place, "outbox", "list", "--json"))[0]["came"])
        assert run(place, "outbox", "list").split("\t")[1] == output.moment(came, zone)
    (folder / "newsletter.toml").write_text("no settings")
    assert run(folder, "outbox", "list").split("\t")[1].endswith(" UTC")


def test_feeds_are_due_by_the_newsletters_clock(folder: Path) -> None:
    with Workspace(folder, clock=lambda: NOW) as workspace:
        workspace.feeds.follow([FeedLink("https://example.org/feed")])
    assert "\t2026-11-21 17:30 IST\t" in run(folder, "feeds", "list")


def test_a_round_of_feeds_says_when_the_next_is_by_the_same_clock(capsys: pytest.CaptureFixture[str]) -> None:
    failure = FeedFailure(3, "https://example.org/feed", "a fault", NOW.replace(hour=9), NOW)
    feeds._print_report(FeedsReport(next_due=NOW), ZoneInfo("Asia/Kolkata"))
    feeds._print_report(FeedsReport(asked=1, failed=(failure,)), ZoneInfo("Asia/Kolkata"))
    said = capsys.readouterr()
    assert "the next is due 2026-11-21 17:30 IST" in said.out
    assert "since 2026-11-21 14:30 IST: " in said.err
    assert said.err.endswith("; again 2026-11-21 17:30 IST\n")
