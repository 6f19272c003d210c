"""The main job as an editor does it: articles in, an issue out, mail in the sink, parsed back."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.acceptance.conftest import Program, Sink


def test_both_dumps_come_in_and_are_found(workspace: Program, corpora: Path) -> None:
    report = workspace("add", *sorted((corpora / "dumps").glob("*.txt")), "--json").json
    assert [len(report[key]) for key in ("added", "updated", "duplicate", "rejected")] == [2, 0, 0, 0]
    hits = workspace("articles", "rust", "--since", "400d", "--json").json
    assert {hit["title"] for hit in hits} == {
        "Why 10 Million Developers Are Ditching Python for Rust in 2026",
        "Rust overtakes Python as the fastest-growing language",
    }
    assert all("**" in hit["snippet"] for hit in hits)
    again = workspace("add", corpora / "dumps", "--json").json
    assert len(again["duplicate"]) == 2


def test_standard_input_is_a_source(workspace: Program) -> None:
    note = (
        b"# Small wins\n\nA parser in Rust made the nightly job ten times faster, and nobody had to rewrite anything.\n"
    )
    report = workspace("add", "-", "--json", stdin=note).json
    assert workspace("article", "show", report["added"][0], "--json").json["title"] == "Small wins"


def test_a_changed_article_is_updated_and_a_bad_one_rejected_while_the_rest_go_on(
    workspace: Program, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    text = "# Faster\n\n" + "The loop moved from Python to Rust and the wait was over in a second. " * 3
    (folder / "a.md").write_text(text)
    (folder / "b.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    report = workspace("add", folder, "--json", code=3).json
    assert len(report["added"]) == 1
    assert report["rejected"][0]["source"].endswith("b.txt")
    (folder / "a.md").write_text(text + "It stayed that way.")
    assert workspace("add", folder / "a.md", "--json").json["updated"] == report["added"]


def test_every_pick_says_why(ready: Program) -> None:
    issue = ready("issue", "show", "1", "--json").json
    picks = [pick for section in issue["sections"] for pick in section["picks"]]
    assert len(picks) == 5
    assert all(pick["why"]["sentence"] for pick in picks)
    for pick in picks:
        article = ready("article", "show", pick["article"], "--json").json
        for sentence in pick["summary"]["sentences"]:
            assert article["body_text"][sentence["start"] : sentence["end"]] == sentence["text"]


def test_the_issue_is_edited_as_markdown_in_the_editor(ready: Program, tmp_path: Path) -> None:
    script = tmp_path / "editor.sh"
    script.write_text("#!/bin/sh\nsed -i 's/^subject: .*/subject: Hello from the editor/' \"$1\"\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    ready("issue", "edit", "1", EDITOR=str(script), VISUAL="")
    assert ready("issue", "show", "1", "--json").json["subject"] == "Hello from the editor"


def test_an_issue_text_that_does_not_parse_changes_nothing_and_is_kept(ready: Program) -> None:
    before = ready("issue", "show", "1", "--json").json
    markdown = ready("issue", "show", "1", "--markdown").out
    broken = markdown.replace("\n## ", "\n## Nothing <!-- article 99999 -->\n\n## ", 1)
    refused = ready("issue", "edit", "1", "--from", "-", stdin=broken.encode(), code=1)
    assert "line " in refused.err
    assert "99999" in refused.err
    assert ready("issue", "show", "1", "--json").json == before


def test_render_writes_three_files_that_agree(ready: Program, tmp_path: Path) -> None:
    result = ready("render", "1", "-o", "out", "--json").json
    html = (tmp_path / "out" / "issue.html").read_text()
    text = (tmp_path / "out" / "issue.txt").read_text()
    eml = (tmp_path / "out" / "issue.eml").read_bytes()
    headline = ready("issue", "show", "1", "--json").json["sections"][0]["picks"][0]["headline"]
    assert 0 < result["html_bytes"] - len(html.encode()) < 500  # the file's personal links are samples, and shorter
    assert "unsubscribe_url" in result["slots"]
    assert " ".join(headline.split()[:4]) in " ".join(text.split())
    assert b"multipart/alternative" in eml
    assert "{{" not in html


def test_check_says_what_is_wrong_and_how_to_mend_it(ready: Program) -> None:
    ready.set('postal_address = "Example Street 1, 12345 Exampletown"', 'postal_address = ""')
    findings = ready("check", "1", "--json", code=None).json["findings"]
    postal = [finding for finding in findings if "postal" in finding["id"]]
    assert postal
    assert postal[0]["mend"]


def test_a_test_copy_arrives(ready: Program, sink: Sink) -> None:
    result = ready("send", "1", "--to", "me@example.org", "--json").json
    assert (result["kind"], result["audience"], result["accepted"]) == ("test", 1, 1)
    (mail,) = sink.mails()
    assert mail["to"] == "me@example.org"
    assert mail["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"


def test_without_yes_nothing_is_sent(ready: Program, sink: Sink) -> None:
    run = ready("send", "1", "--list", "weekly", "--json").json
    assert run["dry_run"] is True
    assert run["audience"] == 5
    assert run["findings"] is not None
    assert sink.mails() == []
    assert ready("status", "--json").json == []


def test_a_list_send_reaches_everybody_once_and_prints_the_identity(ready: Program, sink: Sink) -> None:
    markdown = ready("issue", "show", "1", "--markdown").out
    greeted = markdown.replace("\n---\n", '\n---\n\nHello {{ subscriber.name | default("you") }}!\n', 1)
    ready("issue", "edit", "1", "--from", "-", stdin=greeted.encode())
    done = ready("send", "1", "--list", "weekly", "--yes")
    assert (
        "audience 5 = pending 0 + claimed 0 + deferred 0 + accepted 5 + failed 0 + skipped 0 + uncertain 0" in done.out
    )
    mails = sink.mails()
    assert len({mail["to"] for mail in mails}) == len(mails) == 5
    assert len({mail["message-id"] for mail in mails}) == 5
    ada = next(mail for mail in mails if "ada@" in mail["to"])
    nobody = next(mail for mail in mails if "no-name@" in mail["to"])
    assert "Hello Ada Lovelace!" in ada.get_body(("html",)).get_content()
    assert "Hello you!" in nobody.get_body(("plain",)).get_content()
    links = {mail["list-unsubscribe"] for mail in mails}
    assert len(links) == 5


def test_sending_again_mails_nobody_twice_unless_told(ready: Program, sink: Sink) -> None:
    ready("send", "1", "--list", "weekly", "--yes")
    again = ready("send", "1", "--list", "weekly", "--yes", code=1)
    assert "nobody on weekly is left to mail: 5 had issue 1 already" in again.err
    assert len(sink.mails()) == 5
    insisted = ready("send", "1", "--list", "weekly", "--yes", "--again", "a wrong link", "--json").json
    assert insisted["accepted"] == 5
    assert len(sink.mails()) == 10


def test_who_unsubscribes_is_not_mailed_nor_brought_back(ready: Program, sink: Sink) -> None:
    ready("subscribers", "unsubscribe", "ada@example.org", "--list", "weekly")
    report = ready("subscribers", "import", "subscribers/weekly.csv", "--list", "weekly", "--json").json
    assert report["never_resurrected"] == 1
    done = ready("send", "1", "--list", "weekly", "--yes", "--json").json
    assert done["accepted"] == 4
    assert not any("ada@" in mail["to"] for mail in sink.mails())


def test_an_article_that_was_sent_is_not_picked_again(ready: Program) -> None:
    ready("send", "1", "--list", "weekly", "--yes")
    first = {p["article"] for s in ready("issue", "show", "1", "--json").json["sections"] for p in s["picks"]}
    second = ready("issue", "new", "--pick", "--max", "5", "--since", "9000d", "--json").json
    assert first.isdisjoint(p["article"] for s in second["sections"] for p in s["picks"])


def test_a_changed_issue_needs_a_new_approval(ready: Program) -> None:
    ready("issue", "approve", "1")
    markdown = ready("issue", "show", "1", "--markdown").out.replace("subject:", "subject: Changed", 1)
    ready("issue", "edit", "1", "--from", "-", stdin=markdown.encode())
    refused = ready("send", "1", "--list", "weekly", "--yes", code=1)
    assert "approval has lapsed" in refused.err
    ready("issue", "approve", "1")
    ready("send", "1", "--list", "weekly", "--yes")


def test_a_pipe_gets_plain_lines_and_a_terminal_width_is_no_matter(ready: Program) -> None:
    lines = ready("articles", COLUMNS="20").out.splitlines()
    assert len(lines) >= 10
    assert all(line.count("\t") == 4 for line in lines)


def test_help_and_version_work_outside_a_workspace(program: Program) -> None:
    assert "issue" in program("--help").out
    assert program("--version").out.startswith("newsletter ")


def test_the_demo_does_the_whole_job(program: Program, tmp_path: Path) -> None:
    result = program("demo", "--keep", tmp_path / "demo", "--json").json
    send = result["send"]
    assert send["accepted"] == result["mail"] == send["audience"] == 5
    assert result["rejected"] == []
    assert all(Path(path).is_file() for path in result["files"])
    assert len(result["issue"]["sections"][0]["picks"]) >= 5
    assert not any(finding["severity"] == "error" for finding in result["findings"])


def test_a_dry_run_says_what_a_send_would_be_refused_for(ready: Program) -> None:
    assert ready("send", "1", "--list", "weekly", "--json").json["refusal"] is None
    ready("issue", "approve", "1")
    markdown = ready("issue", "show", "1", "--markdown").out.replace("subject:", "subject: Changed", 1)
    ready("issue", "edit", "1", "--from", "-", stdin=markdown.encode())
    assert "lapsed" in ready("send", "1", "--list", "weekly", "--json").json["refusal"]
    assert "would be refused" in ready("send", "1", "--list", "weekly").err
