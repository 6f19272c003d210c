"""The local sink is a real SMTP server, and what it accepted is there."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsletter.deliver.memory import MemoryDeliveries
from newsletter.deliver.outbox import MAX_BYTES, Outbox, messages

Fixture = Callable[..., Any]


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox") as box:
        yield box


def test_a_drained_send_lies_in_the_maildir_with_its_envelope(
    outbox: Outbox, relay_at: Fixture, drain: Fixture, claims: Fixture
) -> None:
    drain(MemoryDeliveries(claims(60)), relay_at(outbox.address, connections=3))
    found = messages(outbox.folder)
    assert sorted(mail.rcpt_to for mail in found) == sorted((claim.email,) for claim in claims(60))
    assert {mail.mail_from for mail in found} == {f"bounces+{number}@example.org" for number in range(1, 61)}
    assert {(mail.subject, mail.date) for mail in found} == {
        ("An order of magnitude gained", datetime(2026, 3, 1, 7, tzinfo=UTC))
    }
    assert all(b"\r\n\r\n" in mail.path.read_bytes() for mail in found)


def test_it_speaks_to_any_client_and_advertises_what_it_can(outbox: Outbox) -> None:
    with smtplib.SMTP(*outbox.address, timeout=10) as client:
        client.ehlo("test")
        assert {"pipelining", "smtputf8", "size"} <= client.esmtp_features.keys()
        assert int(client.esmtp_features["size"]) == MAX_BYTES
        client.sendmail("a@example.org", ["b@example.net", "c@example.net"], b"Subject: hm\r\n\r\n.dot\r\n")
        code, text = client.docmd("MAIL", "FROM:<a@example.org>")
        assert (code, text) == (250, b"OK")
    (mail,) = messages(outbox.folder)
    assert (mail.mail_from, mail.rcpt_to, mail.subject, mail.date) == (
        "a@example.org", ("b@example.net", "c@example.net"), "hm", None,
    )  # fmt: skip
    assert mail.path.read_bytes().endswith(b"\r\n\r\n.dot\r\n")


def test_an_international_address_is_kept(outbox: Outbox) -> None:
    with smtplib.SMTP(*outbox.address, timeout=10) as client:
        client.ehlo("test")
        client.mail("a@example.org", ["SMTPUTF8"])
        client.rcpt("adä@example.net")
        assert client.data(b"Subject: hm\r\n\r\n")[0] == 250
    assert messages(outbox.folder)[0].rcpt_to == ("adä@example.net",)


def test_the_file_is_there_before_the_reply_is(outbox: Outbox) -> None:
    with smtplib.SMTP(*outbox.address, timeout=10) as client:
        for number in range(20):
            client.sendmail("a@example.org", [f"r{number}@example.net"], b"Subject: hm\r\n\r\n")
            assert len(list((outbox.folder / "new").iterdir())) == number + 1


def test_half_a_message_leaves_nothing(outbox: Outbox) -> None:
    with socket.create_connection(outbox.address, timeout=10) as sock:
        sock.sendall(b"EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\nDATA\r\nSubject: half\r\n")
        while b"354" not in sock.recv(4096):
            pass
    assert messages(outbox.folder) == []


def test_a_store_that_can_not_be_written_to_defers(outbox: Outbox) -> None:
    for part in ("tmp", "new", "cur"):
        (outbox.folder / part).rmdir()
    with smtplib.SMTP(*outbox.address, timeout=10) as client, pytest.raises(smtplib.SMTPDataError) as caught:
        client.sendmail("a@example.org", ["b@example.net"], b"Subject: hm\r\n\r\n")
    assert caught.value.smtp_code == 452


def test_a_durable_outbox_keeps_the_same(tmp_path: Path, relay_at: Fixture, drain: Fixture, claims: Fixture) -> None:
    with Outbox(tmp_path, durable=True) as box:
        drain(MemoryDeliveries(claims(20)), relay_at(box.address, connections=2))
    assert len(messages(tmp_path)) == 20


def test_a_taken_port_is_told_at_once(outbox: Outbox, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="in use"):
        Outbox(tmp_path, port=outbox.address[1])


def test_an_empty_or_missing_folder_has_no_mail(tmp_path: Path) -> None:
    assert messages(tmp_path / "nowhere") == []


def test_an_empty_message_and_a_lone_stuffed_dot_are_read_as_they_are(outbox: Outbox) -> None:
    with smtplib.SMTP(*outbox.address, timeout=10) as client:
        for content in (b"", b"..\r\n", b"a\r\n..b\r\n"):
            client.ehlo("test")
            client.mail("a@example.org")
            client.rcpt("b@example.net")
            assert client.docmd("DATA")[0] == 354
            client.send(content + b".\r\n")
            assert client.getreply()[0] == 250
    bodies = [
        mail.path.read_bytes().partition(b"Delivered-To: b@example.net\r\n")[2] for mail in messages(outbox.folder)
    ]
    assert bodies == [b"", b".\r\n", b"a\r\n.b\r\n"]


def test_a_line_too_long_for_smtp_is_refused(outbox: Outbox) -> None:
    with smtplib.SMTP(*outbox.address, timeout=10) as client, pytest.raises(smtplib.SMTPDataError, match="998"):
        client.sendmail("a@example.org", ["b@example.net"], b"Subject: hm\r\n\r\n" + b"x" * 999)


def test_a_quoted_address_is_taken(outbox: Outbox) -> None:
    with smtplib.SMTP(*outbox.address, timeout=10) as client:
        client.ehlo("test")
        client.mail("a@example.org")
        assert client.docmd("RCPT", 'TO:<"b c"@example.net>')[0] == 250
