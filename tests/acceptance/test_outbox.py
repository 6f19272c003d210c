"""The local sink by hand: run, listed, shown, and clear about a port that is taken."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.acceptance.conftest import Program, Sink


def test_what_came_is_listed_and_shown(ready: Program, sink: Sink) -> None:
    ready("send", "1", "--to", "me@example.org")
    (mail,) = ready("outbox", "--maildir", sink.maildir, "list", "--json").json
    assert mail["rcpt_to"] == ["me@example.org"]
    assert Path(mail["path"]).is_file()
    listed = ready("outbox", "--maildir", sink.maildir, "list")
    number, came, to, subject = listed.out.rstrip("\n").split("\t")
    assert (number, came, to, subject) == ("1", came[:16] + " UTC", "me@example.org", mail["subject"])
    assert mail["came"].replace("T", " ").startswith(came[:16])
    assert str(sink.maildir) in listed.err
    assert "Subject:" in ready("outbox", "--maildir", sink.maildir, "show", "1").out


def test_it_listens_where_the_workspace_s_relay_is(workspace: Program, sink: Sink) -> None:
    said = workspace("outbox", code=1).err  # the fixture's own sink stands there
    where = f"127.0.0.1:{sink.port}"
    assert f"relay outbox of newsletter.toml hands mail to {where}\nnewsletter: relay outbox: {where} can't be" in said


def test_a_taken_port_is_one_clear_line(workspace: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = workspace("outbox", "--port", port, code=1).err
    assert f"127.0.0.1:{port}" in said
    assert "--port" in said
