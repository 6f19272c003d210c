"""Uncertain deliveries settled from the log that a real Postfix wrote."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsletter.app import starter
from newsletter.app.workspace import open_workspace
from newsletter.cli.commands import app
from newsletter.deliver.maillog import MailLog
from newsletter.deliver.message import Message
from newsletter.deliver.relay import Relay
from newsletter.models import DeliveryState, Outcome
from newsletter.store import Claims
from tests.servers.conftest import Target
from tests.servers.postfix import Postfix
from tests.servers.test_relaying import hand_over


def uncertain(root: Path, addresses: Sequence[str]) -> dict[str, str]:
    """A send of which every delivery is uncertain; addresses → Message-IDs."""
    with open_workspace(root) as workspace:
        number = workspace.desk.new().issue.number
        send = workspace.dispatch.test(number, addresses)
        claims = Claims(workspace.database_url, send.id)
        held = claims.exchange((), 50)
        claims.exchange([Outcome(one.delivery, DeliveryState.UNCERTAIN) for one in held], 0)
        claims.close()
        assert {row.state for row in workspace.dispatch.deliveries(send.id)} == {DeliveryState.UNCERTAIN}
        return {row.email or "": row.message_id for row in workspace.dispatch.deliveries(send.id)}


def run(root: Path, *args: object) -> tuple[int, dict[str, object]]:
    done = CliRunner().invoke(app, ["-C", str(root), *map(str, args), "--json"])
    return done.exit_code, json.loads(done.stdout)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with starter.create(tmp_path / "w", "en") as workspace:
        return workspace.root


def test_what_the_relay_did_settles_them(
    root: Path, mailer: Postfix, by_postfix: Relay, target: Target, tmp_path: Path
) -> None:
    wanted = uncertain(root, ["got@example.net", "refused@example.net", "later@example.net", "lost@example.net"])
    text = b"From: <a@example.org>\r\nTo: <b@example.net>\r\nMessage-ID: <%b>\r\n\r\nhi\r\n"
    mails = [
        Message("bounces+1@example.org", to, text % name.encode())
        for to, name in wanted.items()
        if not to.startswith("lost")
    ]
    assert hand_over(by_postfix, *mails) == [250] * 3
    for to in ("got", "refused", "later"):
        mailer.logged(f"to=<{to}@example.net>")
    packed = tmp_path / "mail.log.1.gz"
    packed.write_bytes(gzip.compress(mailer.log.read_bytes()))
    code, found = run(root, "deliveries", 1, "--state", "uncertain", "--resolve-from", packed)
    assert {row["email"]: (row["as"], row["log"]) for row in found["settled"]} == {  # type: ignore[attr-defined]
        "got@example.net": ("accepted", "sent"),
        "refused@example.net": ("failed", "bounced"),
        "later@example.net": ("accepted", "deferred"),
    }
    assert (code, found["uncertain"]) == (4, 1)
    assert target.of("got@example.net")
    with open_workspace(root) as workspace:
        kept = {row.email: row for row in workspace.dispatch.deliveries(1)}
    refused = kept["refused@example.net"]
    assert (refused.state, refused.reply_code, refused.enhanced_code) == ("failed", 550, "5.1.1")
    assert "bounced by 127.0.0.1[127.0.0.1]:" in (refused.reply or "")
    assert "no such user" in (refused.reply or "")
    assert (kept["got@example.net"].reply_code, kept["got@example.net"].enhanced_code) == (250, "2.0.0")
    assert (kept["later@example.net"].reply_code, kept["later@example.net"].enhanced_code) == (451, "4.2.1")
    code, again = run(root, "deliveries", 1, "--resolve-from", packed)
    assert (code, again["settled"], again["uncertain"]) == (4, [], 1)


def test_every_line_of_a_message_is_read(mailer: Postfix, by_postfix: Relay) -> None:
    """A field that a newer Postfix adds would be noticed here."""
    data = b"From: <a@example.org>\r\nTo: <b@example.net>\r\nMessage-ID: <seen@example.org>\r\n\r\nhi\r\n"
    hand_over(by_postfix, Message("a@example.org", "seen@example.net", data))
    log = MailLog({"seen@example.org": "seen@example.net"})
    log.feed(mailer.logged("to=<seen@example.net>").splitlines())
    assert log.fates["seen@example.org"].status == "sent"
    assert "taken" in log.fates["seen@example.org"].words
