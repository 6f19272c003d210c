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
    assert "me@example.org" in ready("outbox", "--maildir", sink.maildir, "list").out
    assert "Subject:" in ready("outbox", "--maildir", sink.maildir, "show", "1").out


def test_a_taken_port_is_one_clear_line(workspace: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = workspace("outbox", "--port", port, code=1).err
    assert f"127.0.0.1:{port}" in said
    assert "--port" in said
