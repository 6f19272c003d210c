"""The desk: what editors do to an issue, and what it keeps them from doing by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.app import starter
from newsletter.app.workspace import Workspace
from newsletter.errors import Conflict, IssueTextError
from newsletter.models import Issue, IssueStatus

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
_BODY = (
    "A tokenizer in {language} reads the same text in a tenth of the time that {thing} took before. "
    "The team kept Python at the top and moved forty lines of {thing} below it, with tests for each of them. "
    "Measured on two machines, {language} gained an order of magnitude and {thing} lost nothing.\n"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    starter.create(tmp_path)
    with Workspace(tmp_path, clock=lambda: NOW) as opened:
        yield opened


def add(workspace: Workspace, title: str, language: str, thing: str) -> int:
    text = f"# {title}\n\n{_BODY.format(language=language, thing=thing)}"
    return workspace.library.add(["-"], stdin=text.encode).added[0]


def headlines(issue: Issue) -> list[str]:
    return [pick.headline for pick in issue.picks]


def test_a_headline_with_braces_becomes_a_subject_that_prints_them(workspace: Workspace, tmp_path: Path) -> None:
    add(workspace, "Why {{ 7*7 }} is {{{ subscriber.email }}", "Rust", "the lexer")
    issue = workspace.desk.new(pick=True).issue
    workspace.press.render(issue.number, tmp_path / "out")
    assert workspace.press.preview(issue.number, "v").subject == "Why {{ 7*7 }} is {{{ subscriber.email }}"


def test_subject_and_preheader_follow_a_new_pick(workspace: Workspace) -> None:
    add(workspace, "The first lexer", "Rust", "a lexer for logs")
    issue = workspace.desk.new(pick=True).issue
    newer = add(workspace, "Sorting without a loop", "C", "the sorting of names")
    workspace.desk.drop(issue.number, [1])
    workspace.desk.add(issue.number, [newer])
    workspace.desk.pin(issue.number, [newer])
    refilled = workspace.desk.refill(issue.number).issue
    assert headlines(refilled)[0] == "Sorting without a loop"
    assert refilled.preheader == " · ".join(headlines(refilled)[1:4])


def test_subject_and_preheader_follow_vetoes_drops_and_moves(workspace: Workspace) -> None:
    desk = workspace.desk
    for title, thing in (
        ("One lexer", "logs"),
        ("Two queues", "mail"),
        ("Three maps", "stars"),
        ("Four locks", "doors"),
    ):
        add(workspace, title, "Rust", f"{thing} {title}")
    desk.new()
    desk.add(1, [1, 2, 3, 4])
    assert (desk.get(1).subject, desk.get(1).preheader) == ("One lexer", "Two queues · Three maps · Four locks")
    assert desk.veto(1, [2]).preheader == "Three maps · Four locks"
    assert desk.move(1, 4, to=1).subject == "Four locks"
    assert desk.drop(1, [4]).preheader == "Three maps"


def test_an_editors_own_subject_outlives_a_new_pick(workspace: Workspace) -> None:
    add(workspace, "The first lexer", "Rust", "a lexer for logs")
    issue = workspace.desk.new(pick=True).issue
    markdown = workspace.desk.markdown(issue.number)
    workspace.desk.save_markdown(issue.number, markdown.replace("subject: The first lexer", "subject: Mine"))
    assert workspace.desk.refill(issue.number).issue.subject == "Mine"


@pytest.mark.parametrize("what", ["headline", "summary", "note"])
def test_what_the_editor_wrote_on_outlives_a_new_pick(workspace: Workspace, what: str) -> None:
    add(workspace, "The first lexer", "Rust", "a lexer for logs")
    add(workspace, "Two queues", "Rust", "the queue for mail")
    workspace.desk.new()
    (*_, old) = workspace.desk.add(1, [1, 2]).picks
    text = workspace.desk.markdown(1)
    mine = {
        "headline": text.replace("## Two queues", "## Mine"),
        "summary": text.replace(old.summary.text, "Mine."),
        "note": text.replace("<!-- outro -->", "<!-- note -->\nMine.\n\n<!-- outro -->"),
    }[what]
    (*_, new) = workspace.desk.save_markdown(1, mine).picks
    assert new != old
    newer = [add(workspace, f"News of Rust {number}", "Rust", f"matter {number}") for number in (3, 4, 5)]
    draft = workspace.desk.refill(1, maximum=2)
    refilled = draft.issue
    assert new in refilled.picks
    assert draft.written_on == (new.article,)
    assert {pick.article for pick in refilled.picks} - {new.article} <= {1, *newer}


def test_a_headline_that_the_article_had_before_is_not_the_editors(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(f"# The first lexer\n\n{_BODY.format(language='Rust', thing='a lexer for logs')}")
    workspace.library.add([str(path)], stdin=bytes)
    workspace.desk.new()
    workspace.desk.add(1, [1])
    path.write_text(path.read_text().replace("The first lexer", "The very first lexer"))
    assert workspace.library.add([str(path)], stdin=bytes).updated == (1,)
    draft = workspace.desk.refill(1)
    assert (draft.written_on, headlines(draft.issue)) == ((), ["The very first lexer"])


def test_a_letter_that_is_filled_later_gets_the_first_headline_as_its_subject(workspace: Workspace) -> None:
    add(workspace, "The first lexer", "Rust", "a lexer for logs")
    issue = workspace.desk.new().issue
    assert issue.subject == "The Weekly Digest #1"
    assert workspace.desk.refill(issue.number).issue.subject == "The first lexer"


def test_a_changed_issue_is_no_longer_listed_as_approved(workspace: Workspace) -> None:
    add(workspace, "The first lexer", "Rust", "a lexer for logs")
    issue = workspace.desk.new(pick=True).issue
    workspace.press.approve(issue.number)
    assert workspace.desk.get(issue.number).status is IssueStatus.APPROVED
    workspace.desk.pin(issue.number, [1])
    assert workspace.desk.get(issue.number).status is IssueStatus.DRAFT


def test_an_edit_does_not_undo_what_was_changed_meanwhile(workspace: Workspace) -> None:
    add(workspace, "The first lexer", "Rust", "a lexer for logs")
    other = add(workspace, "Sorting without a loop", "C", "the sorting of names")
    issue = workspace.desk.new().issue
    workspace.desk.add(issue.number, [1])
    seen = workspace.desk.markdown(issue.number)
    workspace.desk.add(issue.number, [other])
    with pytest.raises(Conflict, match="while you edited"):
        workspace.desk.save_markdown(issue.number, seen.replace("The first lexer", "Mine"), seen=seen)
    assert headlines(workspace.desk.get(issue.number)) == ["The first lexer", "Sorting without a loop"]


def test_front_matter_nested_ten_thousand_deep_is_refused_with_its_line(workspace: Workspace) -> None:
    issue = workspace.desk.new().issue
    with pytest.raises(IssueTextError, match="line 2"):
        workspace.desk.save_markdown(issue.number, f"---\ntitle: {'[' * 10_000}\n---\n")


def test_the_preview_notices_when_an_article_gets_its_address(workspace: Workspace) -> None:
    number = add(workspace, "The first lexer", "Rust", "a lexer for logs")
    issue = workspace.desk.new(pick=True).issue
    before = workspace.press.version(issue.number)
    sheet = workspace.library.sheet(number)
    workspace.library.save_sheet(number, sheet.replace("url:", "url: https://native.example/lexer #", 1))
    assert workspace.library.get(number).url == "https://native.example/lexer"
    assert workspace.press.version(issue.number) != before


def test_the_preview_counts_the_bytes_that_preflight_counts(workspace: Workspace) -> None:
    add(workspace, "The first lexer", "Rust", "a lexer for logs")
    issue = workspace.desk.new(pick=True, title="x").issue
    page = workspace.press.preview(issue.number, "v")
    assert page.html_bytes > len(page.html.encode())
