"""What is uncertain, settled by a relay's log: its words stay with the delivery."""

from __future__ import annotations

from pathlib import Path

from newsletter.app import starter
from newsletter.app.workspace import Workspace
from newsletter.models import Delivery, DeliveryState, Outcome
from newsletter.store import Claims


def uncertain(workspace: Workspace, *addresses: str) -> list[Delivery]:
    """The rows of a send, every one of them uncertain."""
    number = workspace.desk.new().issue.number
    send = workspace.dispatch.test(number, addresses)
    claims = Claims(workspace.database_url, send.id)
    try:
        held = claims.exchange((), 50)
        claims.exchange([Outcome(one.delivery, DeliveryState.UNCERTAIN, reply="lost") for one in held], 0)
    finally:
        claims.close()
    return list(workspace.dispatch.deliveries(send.id))


def log(row: Delivery, status: str, dsn: str, words: str, queue: str) -> str:
    head = "2026-11-21T04:40:17+01:00 mx postfix"
    return (
        f"{head}/cleanup[1]: {queue}: message-id=<{row.message_id}>\n"
        f"{head}/qmgr[1]: {queue}: from=<b@example.org>, size=5, nrcpt=1 (queue active)\n"
        f"{head}/smtp[1]: {queue}: to=<{row.email}>, relay=mx.example.net[192.0.2.1]:25, delay=1, delays=0/0/1/0, "
        f"dsn={dsn}, status={status} ({words})\n"
    )


def test_the_logs_words_and_codes_are_kept(tmp_path: Path) -> None:
    with starter.create(tmp_path / "w", "en") as workspace:
        ada, bo, _ = uncertain(workspace, "ada@example.net", "bo@example.net", "cy@example.net")
        said = "host mx.example.net[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command)"
        file = tmp_path / "mail.log"
        file.write_text(
            log(ada, "sent", "2.0.0", "250 2.0.0 Ok: queued as 4X", "3F2A1B")
            + log(bo, "bounced", "5.1.1", said, "3F2A1C")
        )
        found = workspace.dispatch.settle_by_log(ada.send, [file])
        assert [(row.id, how) for row, how, _, _ in found.settled] == [(ada.id, "accepted"), (bo.id, "failed")]
        first, second, third = workspace.dispatch.deliveries(ada.send)
        at = "log of 2026-11-21T04:40:17+01:00: "
        assert (first.state, first.reply_code, first.enhanced_code) == ("accepted", 250, "2.0.0")
        assert first.reply == f"{at}sent by mx.example.net[192.0.2.1]:25: 250 2.0.0 Ok: queued as 4X"
        assert (second.state, second.reply_code, second.enhanced_code) == ("failed", 550, "5.1.1")
        assert second.reply == f"{at}bounced by mx.example.net[192.0.2.1]:25: {said}"
        assert (third.state, third.reply) == ("uncertain", "lost")
        assert [(one.reply_code, one.count) for one in workspace.dispatch.reasons(ada.send)] == [(550, 1), (None, 1)]


def test_long_words_are_cut_to_what_the_ledger_keeps(tmp_path: Path) -> None:
    with starter.create(tmp_path / "w", "en") as workspace:
        (ada,) = uncertain(workspace, "ada@example.net")
        file = tmp_path / "mail.log"
        file.write_text(log(ada, "bounced", "5.7.1", "no " * 2000, "3F2A1B"))
        workspace.dispatch.settle_by_log(ada.send, [file])
        assert len(workspace.dispatch.deliveries(ada.send)[0].reply or "") == 1000
