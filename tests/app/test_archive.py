"""The archive holds what was sent to a list; the web version is the same for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import lxml.html
import pytest

from newsletter.app import letterhead, starter
from newsletter.app.workspace import Workspace
from newsletter.errors import LinkError, NotFound
from newsletter.models import DeliveryState, Edition, Outcome, Send, SendKind, Slot, Variant, WebVersion
from newsletter.store import Claims

NOW = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
HTML = (
    '<html lang="en"><head></head><body><p>Hello ', Slot("subscriber.name", "html", "reader"), '!</p><p><a href="',
    Slot("view_url", "url"), '">View</a> · <a href="', Slot("unsubscribe_url", "url"), '">Leave</a></p></body></html>',
)  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    starter.create(tmp_path)
    path = tmp_path / "newsletter.toml"
    path.write_text(path.read_text("utf-8").replace("http://127.0.0.1:8025", "https://news.example.org"), "utf-8")
    with Workspace(tmp_path, clock=lambda: NOW) as opened:
        yield opened


def choose(workspace: Workspace, table: str) -> Workspace:
    with (workspace.root / "newsletter.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[archive]\n{table}\n")
    return Workspace(workspace.root, clock=lambda: NOW)


def freeze(workspace: Workspace, issue: int) -> Edition:
    with workspace.store.begin() as work:
        variant = Variant("default", (f"Issue {issue}",), ("",), HTML, ("t",))
        return work.editions.freeze(Edition(issue, (variant,)), NOW)


def send(workspace: Workspace, issue: int, *, to_list: bool = True) -> Edition:
    """Send an issue to a list of one, or as a test copy, as far as the ledger knows."""
    edition = freeze(workspace, issue)
    if to_list:
        workspace.audience.add("reader@example.org", "weekly")
    with workspace.store.begin() as work:
        target = work.audience.list_named("weekly").id if to_list else None
        started: Send = work.sends.start(
            edition,
            SendKind.ISSUE if to_list else SendKind.TEST,
            list_id=target,
            addresses=() if to_list else ["editor@example.org"],
            now=NOW,
            deadline=datetime.now(UTC) + timedelta(days=2),
            message_id_domain="news.example.org",
        )
    ledger = Claims(workspace.database_url, started.id, None)
    ledger.exchange([Outcome(claim.delivery, DeliveryState.ACCEPTED) for claim in ledger.exchange([], 1)], 0)
    ledger.close()
    return edition


def canonical(version: WebVersion) -> list[str]:
    return list(lxml.html.document_fromstring(version.head + version.body).xpath("//link[@rel='canonical']/@href"))


def test_what_was_sent_to_a_list_is_in_the_archive_the_latest_first(workspace: Workspace) -> None:
    for issue in (1, 2, 3):
        send(workspace, issue)
    listed = workspace.archive.issues()
    assert [(one.number, one.subject) for one in listed] == [(3, "Issue 3"), (2, "Issue 2"), (1, "Issue 1")]
    version = workspace.archive.issue(2)
    assert (version.earlier, version.later, version.public) == (1, 3, True)
    assert "Hello reader!" in version.body
    assert "Leave" not in version.body
    assert canonical(version) == ["https://news.example.org/archive/2"]


def test_a_date_is_the_newsletters_own_day(workspace: Workspace) -> None:
    path = workspace.root / "newsletter.toml"
    path.write_text(path.read_text("utf-8").replace('timezone = "UTC"', 'timezone = "Asia/Tokyo"'), "utf-8")
    send(workspace, 1)
    (one,) = workspace.archive.issues()
    assert (one.date, one.day) == ("November 21, 2026", "2026-11-21")


def test_a_test_copy_and_an_approved_issue_are_not_in_the_archive(workspace: Workspace) -> None:
    freeze(workspace, 1)
    edition = send(workspace, 2, to_list=False)
    assert workspace.archive.issues() == []
    for number in (1, 2, 3):
        with pytest.raises(NotFound):
            workspace.archive.issue(number)
    version = workspace.archive.view(workspace.links.sign("view", edition.id))
    assert "Hello reader!" in version.body
    assert (canonical(version), version.public) == ([], False)


def test_a_link_from_a_mail_shows_the_page_and_names_the_archives(workspace: Workspace) -> None:
    edition = send(workspace, 1)
    token = workspace.links.sign("view", edition.id)
    version = workspace.archive.view(token)
    assert canonical(version) == ["https://news.example.org/archive/1"]
    assert 'content="noindex"' in version.head
    assert token not in version.head + version.body


def test_a_newsletter_may_have_no_archive(workspace: Workspace) -> None:
    edition = send(workspace, 1)
    with choose(workspace, "public = false") as closed:
        with pytest.raises(NotFound):
            closed.archive.issues()
        with pytest.raises(NotFound):
            closed.archive.issue(1)
        assert canonical(closed.archive.view(closed.links.sign("view", edition.id))) == []
        assert letterhead.make(closed.settings, 1, kind=SendKind.ISSUE).archive_url is None


@pytest.mark.parametrize(("table", "robots"), [("", "noindex"), ("index = true", "index, follow")])
def test_search_engines_may_list_the_archive_where_the_newsletter_says_so(
    workspace: Workspace, table: str, robots: str
) -> None:
    send(workspace, 1)
    with choose(workspace, table) as chosen:
        assert f'<meta name="robots" content="{robots}">' in chosen.archive.issue(1).head
        assert chosen.archive.is_indexed is bool(table)


def test_an_issues_mail_names_the_archive_and_a_test_copy_does_not(workspace: Workspace) -> None:
    settings = workspace.settings
    assert letterhead.make(settings, 1, kind=SendKind.ISSUE).archive_url == "https://news.example.org/archive"
    assert letterhead.make(settings, 1, kind=SendKind.TEST).archive_url is None


def test_a_forged_link_shows_nothing(workspace: Workspace) -> None:
    with pytest.raises(LinkError):
        workspace.archive.view(workspace.links.sign("unsubscribe", 1, 1))
    with pytest.raises(LinkError, match="gone"):
        workspace.archive.view(workspace.links.sign("view", 77))
