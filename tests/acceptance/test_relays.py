"""Relays that misbehave: every case is said in one line, and the ledger keeps everybody."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import trustme

from tests.acceptance.conftest import Program, Sink

Script = Callable[[socket.socket], None]


@contextmanager
def server(talk: Script) -> Iterator[int]:
    """A server that runs `talk` for each connection; its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.2)
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            threading.Thread(target=guarded, args=(connection,), daemon=True).start()

    def guarded(connection: socket.socket) -> None:
        with connection:
            connection.settimeout(20)
            with suppress(OSError):
                talk(connection)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        thread.join()
        listening.close()


def dialogue(
    rcpt: str = "250 ok", final: str | None = "250 ok", auth: str = "235 ok", more: str = "", *, silent: bool = False
) -> Script:
    """A plain SMTP server; `final` None hangs up in the middle of DATA, `silent` after it."""

    def talk(connection: socket.socket) -> None:
        file = connection.makefile("rwb", buffering=0)

        def say(text: str) -> None:
            file.write(text.encode() + b"\r\n")

        say("220 here")
        while line := file.readline():
            verb = line.split(maxsplit=1)[0].upper() if line.strip() else b""
            if verb == b"EHLO":
                say("250-here\r\n250-AUTH PLAIN LOGIN" + more + "\r\n250 SIZE 10000000")
            elif verb == b"AUTH":
                say(auth)
            elif verb == b"RCPT":
                say(rcpt)
            elif verb == b"DATA":
                if not rcpt.startswith("2"):
                    say("503 no recipient")
                    continue
                say("354 go on")
                if final is None:
                    file.readline()
                    return
                while file.readline() not in (b".\r\n", b""):
                    pass
                if silent:
                    return
                say(final)
            elif verb == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")

    return talk


def pointed(ready: Program, sink: Sink, port: int, more: str = "") -> None:
    """Point the workspace's relay elsewhere."""
    ready.set(f"port = {sink.port}", f"port = {port}\ntimeout = 5{more}")


def test_a_relay_that_is_down(ready: Program, sink: Sink) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    pointed(ready, sink, port)
    done = ready("send", "1", "--list", "weekly", "--yes", code=1)
    assert "outbox" in done.err
    assert "refused" in done.err.lower()
    assert "pending 5" in done.out
    ready.set(f"port = {port}", f"port = {sink.port}")
    assert "accepted 5" in ready("resume").out
    assert len(sink.mails()) == 5


def test_a_relay_that_refuses_the_login(ready: Program, sink: Sink) -> None:
    with server(dialogue(auth="535 5.7.8 bad credentials")) as port:
        pointed(ready, sink, port, '\nusername = "u"\npassword = "env:SMTP_PASSWORD"')
        done = ready("send", "1", "--list", "weekly", "--yes", code=1, SMTP_PASSWORD="open sesame")
    assert "bad credentials" in done.err
    assert "open sesame" not in done.err + done.out
    assert "pending 5" in done.out


def test_a_password_that_is_not_set_is_named_before_anything_is_sent(ready: Program, sink: Sink) -> None:
    pointed(ready, sink, 1, '\nusername = "u"\npassword = "env:SMTP_PASSWORD"')
    assert "SMTP_PASSWORD" in ready("send", "1", "--list", "weekly", "--yes", code=1).err


def test_a_relay_with_an_expired_certificate(ready: Program, sink: Sink) -> None:
    authority = trustme.CA()
    past = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
    expired = authority.issue_cert("localhost", not_after=past)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    expired.configure_cert(context)
    (ready.folder / "ca.pem").write_bytes(authority.cert_pem.bytes())

    def talk(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            dialogue()(secure)

    with server(talk) as port:
        ready.set('tls = "none"', 'tls = "implicit"')
        ready.set('host = "127.0.0.1"', 'host = "localhost"')
        pointed(ready, sink, port, '\nca_file = "ca.pem"')
        done = ready("send", "1", "--list", "weekly", "--yes", code=1)
    assert "expired" in done.err
    assert "pending 5" in done.out


def test_a_relay_that_says_later_leaves_retries_with_their_time(ready: Program, sink: Sink) -> None:
    with server(dialogue(rcpt="450 4.2.1 mailbox busy")) as port:
        pointed(ready, sink, port)
        done = ready("send", "1", "--list", "weekly", "--yes", code=3)
    assert "deferred 5" in done.out
    assert "next in" in done.err
    rows = ready("deliveries", "1", "--state", "deferred", "--json").json
    assert {(row["reply_code"], row["enhanced_code"]) for row in rows} == {(450, "4.2.1")}
    assert all(row["due"] for row in rows)


def test_a_relay_that_says_never_fails_that_recipient(ready: Program, sink: Sink) -> None:
    with server(dialogue(rcpt="550 5.1.1 no such user")) as port:
        pointed(ready, sink, port)
        done = ready("send", "1", "--list", "weekly", "--yes", code=3)
    assert "failed 5" in done.out
    assert "no such user" in ready("status", "1").out


def test_a_relay_that_hangs_up_in_the_middle_of_data_costs_nobody_a_mail(ready: Program, sink: Sink) -> None:
    with server(dialogue(final=None)) as port:
        pointed(ready, sink, port)
        done = ready("send", "1", "--list", "weekly", "--yes", "--json", code=None)
    tally = done.json
    assert tally["accepted"] == 0
    assert tally["audience"] == 5
    ready.set(f"port = {port}", f"port = {sink.port}")
    ready("deliveries", "1", "--resolve", "resend")
    left = ready("resume", "1", "--json", code=None).json
    got = [mail["to"] for mail in sink.mails()]
    assert len(got) == len(set(got)) == left["accepted"]
    assert left["accepted"] + left["deferred"] + left["uncertain"] == 5


def test_what_was_left_as_it_stands_is_not_sent_again_with_the_others(ready: Program, sink: Sink) -> None:
    with server(dialogue(silent=True)) as port:
        pointed(ready, sink, port)
        assert ready("send", "1", "--list", "weekly", "--yes", "--json", code=4).json["uncertain"] == 5
    ready.set(f"port = {port}", f"port = {sink.port}")
    ready("deliveries", "1", "--resolve", "leave", "--delivery", "1")
    settled = ready("deliveries", "1", "--resolve", "resend")
    assert "4 uncertain settled as resend" in settled.out + settled.err
    assert "accepted 4" in ready("resume", "1").out
    assert len(sink.mails()) == 4
    ready("deliveries", "1", "--resolve", "resend", "--delivery", "1")
    assert "accepted 5" in ready("resume", "1").out


def test_garbage_is_not_smtp(ready: Program, sink: Sink) -> None:
    with server(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n")) as port:
        pointed(ready, sink, port)
        done = ready("send", "1", "--list", "weekly", "--yes", code=1)
    assert "SMTP" in done.err
    assert "pending 5" in done.out


def test_a_second_relay_takes_over_and_status_tells_of_both(ready: Program, sink: Sink) -> None:
    with server(dialogue(rcpt="550 5.1.1 no such user")) as port:
        spare = f'\n[[relay]]\nname = "spare"\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\n'
        ready.set(f'port = {sink.port}\ntls = "none"\n', f'port = 1\ntls = "none"\n{spare}')
        done = ready("send", "1", "--list", "weekly", "--yes", code=3)
    assert "relay outbox was put aside: can't connect" in done.err
    status = ready("status", "1")
    assert "no such user" in status.out
    assert "5 suppressed" in status.out
    found = ready("status", "1", "--json").json
    assert found["relays"] == {"spare": {"failed": 5}}
    (reason,) = found["reasons"]
    assert (reason["relay"], reason["enhanced_code"], reason["count"], reason["suppressed"]) == ("spare", "5.1.1", 5, 5)
    assert len(reason["recipients"]) == 2
    suppressed = ready("suppressions", "list", "--json").json
    assert {row["reason"] for row in suppressed} == {"no such mailbox (550 5.1.1)"}


def test_a_daily_limit_ends_with_the_time_and_is_kept(ready: Program, sink: Sink) -> None:
    ready.set(f"port = {sink.port}", f"port = {sink.port}\nper_day = 2")
    done = ready("send", "1", "--list", "weekly", "--yes", code=3)
    assert "accepted 2" in done.out
    assert "3 wait for their turn, the next in 24.0 h" in done.err
    again = ready("resume", "1", "--json", code=3)
    assert again.json["accepted"] == len(sink.mails()) == 2
    assert 80_000 < again.json["next_due_seconds"] <= 86_400


def test_relays_with_one_name_are_refused(ready: Program) -> None:
    ready.set("\n[bounces]", '\n[[relay]]\nname = "outbox"\nhost = "127.0.0.1"\n\n[bounces]')
    assert "outbox stands twice" in ready("status", code=1).err


def test_a_test_copy_that_did_not_get_out_is_not_sent_by_a_later_resume(ready: Program, sink: Sink) -> None:
    pointed(ready, sink, 1)
    done = ready("send", "1", "--to", "me@example.org", code=1)
    assert "newsletter outbox" in done.err
    ready.set("port = 1\n", f"port = {sink.port}\n")
    ready("resume")
    assert sink.mails() == []


def test_a_send_that_nobody_works_on_says_so(ready: Program, sink: Sink) -> None:
    pointed(ready, sink, 1)
    ready("send", "1", "--list", "weekly", "--yes", code=1)
    assert "interrupted: resume it" in ready("status", "1").out
