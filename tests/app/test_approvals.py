"""Two people before a list send: who has approved, who can, and of which edition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsletter.app import starter
from newsletter.app.workspace import Workspace
from newsletter.cli.commands import app
from newsletter.errors import ConfigError, Refused

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
TWO = """
[preflight]
two_person = true

[[editor]]
name = "Ada Byron"
email = "ada@example.org"

[[editor]]
name = "Grace Hopper"
email = "grace@example.org"
"""
Open = Callable[[str], Workspace]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """A workspace with an issue and a list of one, and more settings."""
    made: list[Workspace] = []

    def open_with(settings: str) -> Workspace:
        starter.create(tmp_path)
        path = tmp_path / "newsletter.toml"
        path.write_text(path.read_text(encoding="utf-8") + settings, encoding="utf-8")
        workspace = Workspace(tmp_path, clock=lambda: NOW)
        made.append(workspace)
        text = b"# A lexer\n\nA tokenizer in Rust reads the same text in a tenth of the time that it took before. " * 3
        workspace.library.add(["-"], stdin=lambda: text)
        workspace.desk.new(pick=True)
        people = tmp_path / "people.csv"
        people.write_text("email\nreader@example.org\n")
        workspace.audience.import_csv(people, "weekly")
        return workspace

    yield open_with
    for workspace in made:
        workspace.close()


def test_one_approval_is_not_enough_and_two_of_one_person_are_one(opened: Open) -> None:
    workspace = opened(TWO)
    workspace.press.approve(1, by="ada")
    workspace.press.approve(1, by="ADA@example.org")
    with pytest.raises(
        Refused, match=r"Ada Byron has approved it as it stands, Grace Hopper can: .*--as 'Grace Hopper'"
    ):
        workspace.dispatch.start(1, "weekly")
    assert "Grace Hopper can" in str(workspace.dispatch.dry_run(1, "weekly").refusal)


def test_two_people_can_send(opened: Open) -> None:
    workspace = opened(TWO)
    workspace.press.approve(1, by="Ada Byron")
    edition = workspace.press.approve(1, by="grace")
    assert [(one.editor, one.email, one.at) for one in workspace.press.approvals(edition)] == [
        ("Ada Byron", "ada@example.org", NOW),
        ("Grace Hopper", "grace@example.org", NOW),
    ]
    assert workspace.dispatch.dry_run(1, "weekly").refusal is None
    assert workspace.dispatch.start(1, "weekly").edition == edition.id


def test_nobody_has_approved_is_said_and_a_send_approves_nothing_by_itself(opened: Open) -> None:
    workspace = opened(TWO)
    with pytest.raises(Refused, match="nobody has approved it as it stands, Ada Byron or Grace Hopper can"):
        workspace.dispatch.start(1, "weekly", forced="in a hurry")


def test_a_change_makes_it_another_edition_with_no_approvals(opened: Open) -> None:
    workspace = opened(TWO)
    workspace.press.approve(1, by="ada")
    changed = workspace.desk.markdown(1).replace("# A lexer", "# A lexer").replace("subject: ", "subject: New, ")
    workspace.desk.save_markdown(1, changed)
    workspace.press.approve(1, by="grace")
    with pytest.raises(Refused, match="Grace Hopper has approved it as it stands, Ada Byron can"):
        workspace.dispatch.start(1, "weekly")


@pytest.mark.parametrize(("by", "words"), [("mallory", "is no editor"), (None, "needs a name")])
def test_only_editors_approve_where_two_must(opened: Open, by: str | None, words: str) -> None:
    with pytest.raises(Refused, match=words):
        opened(TWO).press.approve(1, by=by)


def test_without_editors_nobody_is_named_and_one_approval_is_enough(opened: Open) -> None:
    workspace = opened("")
    with pytest.raises(Refused, match=r"--as Bob names an editor, and newsletter.toml has no \[\[editor\]\] tables"):
        workspace.press.approve(1, by="Bob")
    edition = workspace.press.approve(1)
    assert not workspace.press.approvals(edition)
    assert workspace.dispatch.dry_run(1, "weekly").refusal is None


def test_two_person_needs_two_editors_in_the_settings(opened: Open) -> None:
    with pytest.raises(ConfigError, match=r"two \[\[editor\]\] tables"):
        opened("\n[preflight]\ntwo_person = true\n")


def test_the_command_says_who_has_approved(opened: Open, tmp_path: Path) -> None:
    opened(TWO)
    runner = CliRunner()
    first = runner.invoke(app, ["-C", str(tmp_path), "issue", "approve", "1", "--as", "Grace"])
    assert first.exit_code == 0, first.output
    assert "by Grace Hopper" in first.stdout


def test_shares_of_mail_clients_come_from_the_settings(opened: Open) -> None:
    workspace = opened("\n[preflight.clients]\ngmail = 30\noutlook.windows = 10\n")
    shares = workspace.settings.preflight.clients
    assert shares["outlook.windows"] == 10
    assert sum(share for name, share in shares.items() if name.startswith("gmail.")) == pytest.approx(30)
    report = workspace.press.examine(1).clients["default"]
    assert {client.client.split(".")[0] for client in report.clients} == {"gmail", "outlook"}


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("lotus-notes = 3", "apple-mail"),
        ("gmail.windows = 3", "no platform"),
        ('gmail = "much"', "a share"),
        ("gmail = 0", "more than 0"),
    ],
)
def test_shares_that_make_no_sense_are_refused_in_words(opened: Open, toml: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        opened(f"\n[preflight.clients]\n{toml}\n")
