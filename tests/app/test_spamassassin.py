"""SpamAssassin, the real one and stand-ins that hang, fail and babble: what it says of a message, and who is told."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsletter import resources
from newsletter.app import spamassassin, starter
from newsletter.app.cache import ReplyCache
from newsletter.app.workspace import Workspace
from newsletter.cli.commands import app
from newsletter.models import Finding
from newsletter.preflight import Spam

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
#: "Generic Test for Unsolicited Bulk Email": SpamAssassin gives it a thousand points.
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
SPAMMY = f"""From: A <a@example.org>\r
To: b@example.org\r
Subject: MAKE MONEY FAST NOW\r
Date: Thu, 19 Nov 2026 07:00:00 +0000\r
Message-ID: <x@example.org>\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
\r
Dear friend, click here to claim your million dollars now!!!\r
{GTUBE}\r
""".encode()
#: As `spamc -R` prints it.
REPORT = """1006.1/5.0
Content analysis details:   (1006.1 points, 5.0 required)

 pts rule name              description
---- ---------------------- --------------------------------------------------
 0.7 HTML_FONT_LOW_CONTRAST BODY: HTML font color similar or identical to
                            background
1000 GTUBE                  BODY: Generic Test for Unsolicited Bulk Email
-0.1 DKIM_VALID             Message has at least one valid DKIM signature
 5.4 DEAR_FRIEND            BODY: Dear Friend? That's not very dear!
"""
RULES = (
    (1000.0, "GTUBE", "Generic Test for Unsolicited Bulk Email"),
    (5.4, "DEAR_FRIEND", "Dear Friend? That's not very dear!"),
    (0.7, "HTML_FONT_LOW_CONTRAST", "HTML font color similar or identical to background"),
    (-0.1, "DKIM_VALID", "Message has at least one valid DKIM signature"),
)
needs_spamassassin = pytest.mark.skipif(
    not shutil.which("spamassassin"), reason="SpamAssassin is not installed: `apt install spamassassin`"
)
needs_spamd = pytest.mark.skipif(
    not (shutil.which("spamd") and shutil.which("spamc")), reason="spamd or spamc is not installed: `apt install spamd`"
)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that comes first on the PATH, with a spamc that reaches no daemon."""
    folder = tmp_path / "programs"
    folder.mkdir()
    program(folder, "spamc", "exit 69")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    return folder


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)


def asked(folder: Path, now: datetime = NOW) -> Spam | None:
    return spamassassin.score(SPAMMY, "ask", ReplyCache(folder / "cache"), now)


@needs_spamassassin
@pytest.mark.parametrize("language", ["C", "de_DE.UTF-8"])
def test_the_real_program_reads_a_message(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    seen = asked(tmp_path)
    assert seen
    assert seen.fault is None
    assert seen.filter.startswith("SpamAssassin 4") or seen.filter.startswith("SpamAssassin 3")
    assert (seen.score > 1000, seen.limit) == (True, 5.0)
    assert seen.rules[0] == RULES[0]
    assert "SUBJ_ALL_CAPS" in {rule for _, rule, _ in seen.rules}
    assert not list((tmp_path / ".spamassassin").glob("*")), "it learns nothing, and leaves no settings behind"


@needs_spamd
def test_the_real_daemon_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    daemon = ["spamd", "-L", "-x", "--cf=use_bayes 0", "-i", f"127.0.0.1:{port}", "-m", "1", "-s", "stderr"]
    account = ["-u", "nobody"] if os.getuid() == 0 else []
    with subprocess.Popen([*daemon, *account], stderr=subprocess.DEVNULL) as running:
        try:
            client = ("spamc", "-d", "127.0.0.1", "-p", str(port), "-x", "-R", "--connect-retries=60")
            monkeypatch.setattr(spamassassin, "_PROGRAMS", (client,))
            monkeypatch.setattr(spamassassin, "_SECONDS", 60.0)
            seen = asked(tmp_path)
        finally:
            running.terminate()
    assert seen
    assert (seen.fault, seen.limit) == (None, 5.0)
    assert seen.rules[0] == RULES[0]


def test_a_daemon_is_asked_first(tmp_path: Path, programs: Path) -> None:
    (tmp_path / "report").write_text(REPORT)
    program(programs, "spamc", f"cat >/dev/null; exec cat {tmp_path}/report")
    program(programs, "spamassassin", "exit 3")
    assert asked(tmp_path) == Spam("SpamAssassin", 1006.1, 5.0, RULES)


def test_a_daemons_report_in_another_language_is_read(tmp_path: Path, programs: Path) -> None:
    report = REPORT.replace(" pts rule name              description", "Pkte Regelname              Beschreibung")
    (tmp_path / "report").write_text(report.replace("Message has", "Nachricht hat").replace("Dear F", "Gehört F"))
    program(programs, "spamc", f"cat >/dev/null; exec iconv -f utf-8 -t latin1 {tmp_path}/report")
    seen = asked(tmp_path)
    assert seen
    assert [points for points, _, _ in seen.rules] == [1000, 5.4, 0.7, -0.1]


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("exec sleep 30", "it did not answer within 0.2 seconds"),
        ("exit 3", "it ended with exit code 3"),
        ("echo Fri Nov 20", "what it printed has no score"),
        ("echo 0/0", "what it printed has no score"),
        ("echo ../.. of", "what it printed has no score"),
        ("printf '\\377\\000 pts rule name\\n---- ---------- ----\\n'", "what it printed has no score"),
    ],
)
def test_a_program_that_is_ill_is_told_of(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch, script: str, fault: str
) -> None:
    program(programs, "spamassassin", script)
    if "sleep" in script:
        monkeypatch.setattr(spamassassin, "_SECONDS", 0.2)
    begun = time.monotonic()
    assert asked(tmp_path) == Spam("SpamAssassin", fault=fault)
    assert time.monotonic() - begun < 20


def test_a_program_that_cannot_be_run_is_told_of(tmp_path: Path, programs: Path) -> None:
    path = programs / "spamassassin"
    path.write_bytes(b"\x7fELF, but not quite")
    path.chmod(0o700)
    seen = asked(tmp_path)
    assert seen
    assert (seen.fault or "").startswith("it can't be run")


def test_nothing_is_said_where_it_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert asked(tmp_path) is None
    program(tmp_path, "spamc", "exit 69")
    assert asked(tmp_path) is None, "a client without a daemon is as good as none"


@pytest.mark.parametrize(("script", "kept"), [("echo 6.1/5.0", timedelta(days=1)), ("exit 3", timedelta(minutes=10))])
def test_what_it_said_is_kept_by_the_messages_bytes(
    tmp_path: Path, programs: Path, script: str, kept: timedelta
) -> None:
    program(programs, "spamassassin", f"echo >>{tmp_path}/asked; cat >/dev/null; {script}")
    first = asked(tmp_path)
    assert asked(tmp_path, NOW + kept - timedelta(seconds=1)) == first
    cache = ReplyCache(tmp_path / "cache")
    assert spamassassin.score(SPAMMY, "kept", cache, NOW) == first
    assert spamassassin.score(SPAMMY, "never", cache, NOW) is None
    assert spamassassin.score(SPAMMY + b"!", "kept", cache, NOW) is None
    assert (tmp_path / "asked").read_text() == "\n"
    assert asked(tmp_path, NOW + kept) == first
    assert (tmp_path / "asked").read_text() == "\n\n"


#: A kept answer whose score is no number.
WRONG = json.dumps({"at": NOW.isoformat(), "filter": "x", "score": "?", "limit": 5, "rules": [], "fault": None})


def test_a_kept_answer_that_is_damaged_is_as_good_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for text in ("", "{}", "[]", REPORT, json.dumps({"at": NOW.isoformat(), "filter": "x", "rules": [1]}), WRONG):
        assert spamassassin._kept(text, NOW) is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with starter.create(tmp_path / "here") as workspace:
        workspace.library.add([str(resources.folder("samples") / "wheels-for-everybody.md")], stdin=bytes)
        workspace.desk.add(workspace.desk.new(pick=False).issue.number, [1])
    return tmp_path / "here"


@pytest.fixture
def counting(programs: Path, tmp_path: Path) -> Iterator[Path]:
    """A filter that gives a thousand points; the file has a line for each time it was asked."""
    (tmp_path / "report").write_text(REPORT)
    program(programs, "spamassassin", f"echo >>{tmp_path}/asked; cat >/dev/null; exec cat {tmp_path}/report")
    return tmp_path / "asked"


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), *words])


def findings(folder: Path, *words: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(run(folder, *words, "--json").stdout)["findings"]
    return found


@pytest.mark.parametrize("first", ["check", "render"])
def test_check_and_render_find_the_same_and_ask_once(folder: Path, counting: Path, tmp_path: Path, first: str) -> None:
    render = ["render", "1", "-o", str(tmp_path / "out")]
    commands = [["check", "1"], render, [*render, "--variants"]]
    found = [findings(folder, *words) for words in (commands if first == "check" else commands[::-1])]
    assert found[0] == found[1] == found[2]
    assert [one["severity"] for one in found[0] if one["id"] == "deliverability.spam"] == ["error"]
    assert counting.read_text() == "\n"
    for words in commands:
        assert run(folder, *words).exit_code == 1
        assert "deliverability.spam" not in {one["id"] for one in findings(folder, *words, "--no-spam")}


def test_whoever_does_not_ask_is_told_what_it_has_said(folder: Path, counting: Path) -> None:
    def told() -> list[str]:
        with Workspace(folder) as workspace:
            found: list[Finding] = [*workspace.press.check(1), *workspace.proofs.preview(1).findings]
        return [one.severity for one in found if one.id == "deliverability.spam"]

    assert told() == []
    assert not counting.exists()
    run(folder, "check", "1")
    assert told() == ["error", "error"]
    refused = run(folder, "issue", "approve", "1")
    assert refused.exit_code != 0
    assert "SpamAssassin" in str(refused.exception)
