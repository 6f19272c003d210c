"""Bad input gets one clear line, and nothing is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, Sink


def one_line(err: str) -> str:
    """The error, which must be one line of ours."""
    lines = [line for line in err.splitlines() if line.startswith("newsletter: ")]
    assert len(lines) == 1, err
    return lines[0]


def test_outside_a_workspace_it_says_how_to_make_one(program: Program) -> None:
    assert "newsletter init" in one_line(program("articles", code=1).err)


def test_a_second_init_changes_nothing(workspace: Program) -> None:
    before = (workspace.folder / "newsletter.keys").read_bytes()
    assert "exists already" in one_line(workspace("init", code=1).err)
    assert (workspace.folder / "newsletter.keys").read_bytes() == before


def test_a_wrong_key_in_the_settings_is_named(workspace: Program) -> None:
    workspace.set("max_articles = 8", "max_artikles = 8")
    said = one_line(workspace("articles", code=1).err)
    for part in ("newsletter.toml", "curate.max_artikles", "unknown key", "max_articles"):
        assert part in said


def test_a_malformed_settings_file_says_the_line(workspace: Program) -> None:
    workspace.set("[curate]", "[curate")
    assert "line " in one_line(workspace("articles", code=1).err)


def test_a_missing_key_file_is_never_made_anew(workspace: Program) -> None:
    (workspace.folder / "newsletter.keys").unlink()
    assert "backup" in one_line(workspace("articles", code=1).err)
    assert not (workspace.folder / "newsletter.keys").exists()


BAD_FILES = {
    "empty.txt": b"",
    "binary.html": b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40,
    "bomb.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % ((98 + i,) + (97 + i,) * 8) for i in range(20))
    + b']><rss version="2.0"><channel><title>x</title><item><title>&u;</title></item></channel></rss>',
}


def test_bad_files_are_rejected_each_with_its_reason_while_the_rest_go_in(workspace: Program, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, data in BAD_FILES.items():
        (folder / name).write_bytes(data)
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)
    good = "# Good\n\n" + "A tokenizer in Rust reads the same text in a tenth of the time. " * 5
    (folder / "good.md").write_text(good)
    report = workspace("add", folder, "--json", code=3).json
    assert len(report["added"]) == 1
    reasons = {Path(refused["source"]).name: refused["reason"] for refused in report["rejected"]}
    assert {"empty.txt", "binary.html", "huge.txt"} <= set(reasons)
    assert "200 MB" in reasons["huge.txt"]
    assert all(len(reason) > 10 for reason in reasons.values())
    titles = [hit["title"] for hit in workspace("articles", "--json").json]
    assert not any("haha" in title for title in titles)


@pytest.mark.parametrize(
    "encode",
    [lambda t: t.encode("utf-16"), lambda t: t.encode("cp1252"), lambda t: b"\xef\xbb\xbf" + t.encode()],
    ids=["utf-16", "cp1252", "bom"],
)
def test_other_encodings_are_read(workspace: Program, encode: object) -> None:
    text = "# Über Größe\n\n" + "Ein Wörterbuch in Rust prüft größere Texte zehnmal schneller als früher. " * 5
    report = workspace("add", "-", "--json", stdin=encode(text)).json
    assert workspace("article", "show", report["added"][0], "--json").json["title"] == "Über Größe"


def test_broken_utf8_is_read_as_far_as_it_goes_or_rejected(workspace: Program) -> None:
    text = b"# Title\n\n" + b"A line with a broken \xff byte that nobody should have to see. " * 5
    assert workspace("add", "-", "--json", stdin=text, code=None).code in (0, 1)


def test_what_an_article_says_is_never_a_template(workspace: Program, tmp_path: Path) -> None:
    hostile = (
        "# {{ 7*7 }} </mj-text><mj-raw><script>alert(1)</script>\n\n"
        "The value is {{ 7*7 }} and {% raw %} stays raw, whatever </mj-text><mj-raw> says about it. "
        "The second sentence is here so that there is something to sum up for the reader.\n"
    )
    workspace("add", "-", stdin=hostile.encode())
    workspace("issue", "new")
    workspace("issue", "add", "1", "1")
    workspace("render", "1", "-o", "out")
    html = (tmp_path / "out" / "issue.html").read_text()
    assert "{{ 7*7 }}" in html.replace("&#123;", "{").replace("&#125;", "}")
    assert "<script>alert" not in html
    assert "49" not in (tmp_path / "out" / "issue.txt").read_text().split("\n")[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"name,city\nAda,London\n", "email"), (b"", "empty"), (b"\x00\x01\x02\x03", "")],
    ids=["no email column", "empty", "binary"],
)
def test_an_unusable_subscriber_file_imports_nothing(workspace: Program, data: bytes, said: str) -> None:
    (workspace.folder / "bad.csv").write_bytes(data)
    assert said in one_line(workspace("subscribers", "import", "bad.csv", "--list", "weekly", code=1).err)
    assert workspace("lists", "--json").json == []


def test_bad_lines_are_reported_by_number_and_the_rest_imported(workspace: Program) -> None:
    (workspace.folder / "mixed.csv").write_text(
        'email,name\nada@example.org,Ada\nnot-an-address,X\nADA@example.org,Again\n"bob@example.org","B\r\nBcc: x@y"\n'
    )
    report = workspace("subscribers", "import", "mixed.csv", "--list", "weekly", "--json", code=3).json
    assert (report["read"], report["added"]) == (4, 2)
    assert [refused["line"] for refused in report["rejected"]] == [3, 4]
    assert "line 2" in report["rejected"][1]["reason"]
    bob = workspace("subscribers", "show", "bob@example.org", "--json").json["subscriber"]
    assert "\n" not in bob["name"]


def test_line_breaks_in_a_subject_never_reach_a_header(ready: Program, sink: Sink) -> None:
    markdown = ready("issue", "show", "1", "--markdown").out
    front, body = markdown.split("\n---\n", 1)
    lines = [line for line in front.splitlines() if not line.startswith("subject:")]
    hostile = "\n".join([*lines, 'subject: "Hello\\r\\nBcc: victim@example.org"'])
    done = ready("issue", "edit", "1", "--from", "-", stdin=f"{hostile}\n---\n{body}".encode(), code=None)
    if done.code == 0:
        ready("send", "1", "--to", "me@example.org", code=None)
        assert all(mail["bcc"] is None for mail in sink.mails())
    else:
        assert "subject" in one_line(done.err)


def test_a_locked_database_is_said_and_nothing_is_lost(workspace: Program) -> None:
    lock = sqlite3.connect(workspace.folder / "newsletter.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    try:
        begin = time.monotonic()
        done = workspace("subscribers", "add", "ada@example.org", "--list", "weekly", code=1)
        assert "another" in one_line(done.err) or "locked" in one_line(done.err)
        assert time.monotonic() - begin < 60
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    workspace("subscribers", "add", "ada@example.org", "--list", "weekly")


def test_a_database_that_is_none_is_said(workspace: Program) -> None:
    for path in workspace.folder.glob("newsletter.db*"):
        path.unlink()
    (workspace.folder / "newsletter.db").write_bytes(b"this is no database at all, only text" * 100)
    assert "database" in one_line(workspace("articles", code=1).err)


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="mounting a small disk needs root on Linux")
def test_a_full_disk_while_writing_files_is_said(ready: Program, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let the tests mount a small disk")
    try:
        said = one_line(ready("render", "1", "-o", str(small), code=1).err)
        assert "No space left" in said
        assert not list(small.glob(".issue*"))
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_an_unknown_article_or_issue_is_named(workspace: Program) -> None:
    assert "article 7" in one_line(workspace("article", "show", "7", code=1).err)
    assert "issue 3" in one_line(workspace("check", "3", code=1).err)


def test_a_window_that_leaves_nothing_says_what_would_widen_it(workspace: Program) -> None:
    text = "---\ntitle: Old news\ndate: 2020-01-01\n---\n\n" + "Rust took over the inner loop a long time ago. " * 10
    workspace("add", "-", stdin=text.encode())
    assert "--since" in one_line(workspace("issue", "new", "--pick", code=1).err)
    assert workspace("issue", "list", "--json").json == []
