"""The dialogue line by line, as a server sees it and as a hostile one breaks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from newsletter.deliver.relay import Timeouts
from newsletter.deliver.replies import Stage
from newsletter.deliver.smtp import Lost, RelayBusy
from newsletter.errors import RelayUnreachable

Fixture = Callable[..., Any]


def test_a_pipelined_session_line_by_line(server: Fixture, send: Fixture, mail: Fixture) -> None:
    def script(wire: Any) -> None:
        wire.send("220-relay", "220 ready")
        assert wire.line() == "EHLO [127.0.0.1]"
        wire.send("250-relay", "250-PIPELINING", "250-SIZE 1000000", "250 8BITMIME")
        for number in (1, 2):
            assert wire.line() == f"MAIL FROM:<bounces+{number}@example.org> SIZE=34"
            assert wire.line() == f"RCPT TO:<reader{number}@example.net>"
            assert wire.line() == "DATA"
            wire.send("250 2.1.0 ok", "250 2.1.5 ok", "354 go on")
            assert wire.content() == mail(number).data
            wire.send(f"250 2.0.0 queued as {number}")
        assert wire.line() == "QUIT"
        wire.send("221 bye")
        wire.gone()

    one, two, usable = send(server(script), mail(1), mail(2))
    assert [str(one.reply), str(two.reply)] == ["250 2.0.0 queued as 1", "250 2.0.0 queued as 2"]
    assert (one.stage, usable) == (Stage.DOT, True)


def test_without_pipelining_every_command_waits_for_its_reply(server: Fixture, send: Fixture, mail: Fixture) -> None:
    def script(wire: Any) -> None:
        wire.hello("SIZE")
        for command, reply in (("MAIL FROM:<b", "250 ok"), ("RCPT TO:<r", "250 ok"), ("DATA", "354 go on")):
            wire.expect(command)
            assert wire.silent()
            wire.send(reply)
        wire.content()
        wire.send("250 queued")
        wire.expect("QUIT")
        wire.send("221 bye")

    result, usable = send(server(script), mail())
    assert (result.reply.code, usable) == (250, True)


def test_a_server_that_knows_no_ehlo_gets_helo(server: Fixture, send: Fixture, mail: Fixture) -> None:
    def script(wire: Any) -> None:
        wire.send("220 old")
        wire.expect("EHLO ")
        wire.send("502 what?")
        wire.expect("HELO ")
        wire.send("250 hello")
        wire.expect("MAIL FROM:<bounces+1@example.org>")
        wire.send("250 ok")
        wire.expect("RCPT")
        wire.send("250 ok")
        wire.expect("DATA")
        wire.send("354 go on")
        wire.content()
        wire.send("250 done")

    assert send(server(script), mail())[0].reply.code == 250


def test_replies_may_come_byte_by_byte_and_all_at_once(server: Fixture, send: Fixture, mail: Fixture) -> None:
    def script(wire: Any) -> None:
        wire.bytewise("220-a", "220 b")
        wire.expect("EHLO ")
        wire.bytewise("250-relay", "250 PIPELINING")
        wire.expect("MAIL", "RCPT", "DATA")
        wire.bytewise("250-one", "250 two", "250 ok", "354 go on")
        wire.content()
        wire.bytewise("250-2.0.0 taken", "250 2.0.0 for good")

    assert str(send(server(script), mail())[0].reply) == "250 2.0.0 taken for good"


def test_a_refused_recipient_behind_an_accepted_data_gets_a_lone_dot(
    server: Fixture, send: Fixture, mail: Fixture
) -> None:
    """RFC 2920, 3.1; and the next message goes through on the same connection."""

    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.expect("MAIL", "RCPT", "DATA")
        wire.send("250 ok", "550 5.1.1 no such user", "354 go on")
        assert wire.content() == b""
        wire.send("554 5.5.1 no valid recipients")
        wire.accept()
        wire.expect("QUIT")
        wire.send("221 bye")

    refused, accepted, usable = send(server(script), mail(1), mail(2))
    assert (refused.stage, refused.reply.enhanced) == (Stage.RCPT, "5.1.1")
    assert (accepted.reply.code, usable) == (250, True)


def test_a_refused_data_is_followed_by_rset(server: Fixture, send: Fixture, mail: Fixture) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.expect("MAIL", "RCPT", "DATA")
        wire.send("250 ok", "450 4.2.0 greylisted", "503 5.5.1 no recipients")
        assert wire.line() == "RSET"
        wire.send("250 ok")
        wire.expect("MAIL", "RCPT", "DATA")
        wire.send("250 ok", "250 ok", "451 4.3.0 no room")
        assert wire.line() == "RSET"
        wire.send("250 ok")
        wire.accept()

    first, second, third, _ = send(server(script), mail(1), mail(2), mail(3))
    assert [result.stage for result in (first, second, third)] == [Stage.RCPT, Stage.DATA, Stage.DOT]
    assert [result.reply.code for result in (first, second, third)] == [450, 451, 250]


def test_a_refused_sender_whose_data_is_accepted_gets_no_content(server: Fixture, send: Fixture, mail: Fixture) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.expect("MAIL", "RCPT", "DATA")
        wire.send("550 5.7.1 not you", "250 ok", "354 go on")
        wire.gone()

    result, usable = send(server(script), mail())
    assert (result.stage, result.reply.code, usable) == (Stage.MAIL, 550, False)


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "DOT"])
@pytest.mark.parametrize("pipelining", [True, False])
def test_a_421_at_any_command_is_its_reply_and_ends_the_session(
    server: Fixture, send: Fixture, mail: Fixture, stage: str, pipelining: bool
) -> None:
    def script(wire: Any) -> None:
        wire.hello(*(["PIPELINING"] if pipelining else []))
        for command in ("MAIL", "RCPT", "DATA"):
            wire.expect(command)
            if command == stage:
                wire.send("421 4.3.2 shutting down")
                return
            wire.send("354 go on" if command == "DATA" else "250 ok")
        wire.content()
        wire.send("421 4.3.2 shutting down")

    result, usable = send(server(script), mail())
    assert (result.reply.code, result.reply.enhanced, usable) == (421, "4.3.2", False)
    assert result.stage == (stage if stage != "DOT" else Stage.DOT)


@pytest.mark.parametrize("last", ["greeted", "MAIL", "RCPT", "DATA"])
def test_a_hang_up_before_the_content_means_not_handed_over(
    server: Fixture, send: Fixture, mail: Fixture, last: str
) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.expect("MAIL")
        for command, reply in (("MAIL", "250 ok"), ("RCPT", "250 ok"), ("DATA", "")):
            if last == "greeted" or not reply:
                return
            wire.send(reply)
            if last == command:
                return

    lost, usable = send(server(script), mail())
    assert isinstance(lost, Lost)
    assert (lost.handed_over, usable) == (False, False)


@pytest.mark.parametrize("goodbye", ["close", "reset"])
def test_a_hang_up_inside_a_message_too_big_for_the_wire_means_not_handed_over(
    server: Fixture, send: Fixture, mail: Fixture, goodbye: str
) -> None:
    """The server reads some of it and leaves; the rest never left this process."""

    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.envelope()
        wire.take(100_000)
        if goodbye == "reset":
            wire.reset()

    lost, usable = send(server(script), mail(size=30_000_000))
    assert isinstance(lost, Lost)
    assert (lost.handed_over, usable) == (False, False)


def test_a_half_closed_connection_sends_nothing_more(server: Fixture, send: Fixture, mail: Fixture) -> None:
    """The server stops talking in the middle of a message and goes on reading: it must never see the final dot."""

    def script(wire: Any) -> None:
        import socket

        wire.hello("PIPELINING")
        wire.envelope()
        wire.take(100_000)
        wire.sock.shutdown(socket.SHUT_WR)
        while (line := wire.line()) is not None:
            assert line != "."

    lost, _ = send(server(script), mail(size=30_000_000))
    assert isinstance(lost, Lost)
    assert not lost.handed_over


@pytest.mark.parametrize("goodbye", ["close", "reset", "garbage"])
def test_a_hang_up_after_the_final_dot_means_handed_over(
    server: Fixture, send: Fixture, mail: Fixture, goodbye: str
) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.envelope()
        wire.content()
        if goodbye == "reset":
            wire.reset()
        elif goodbye == "garbage":
            wire.raw(b"\x00\xff rubbish\r\n")

    lost, usable = send(server(script), mail(size=5000))
    assert isinstance(lost, Lost)
    assert (lost.handed_over, usable) == (True, False)


def test_a_refusal_in_the_middle_of_the_content_stands(server: Fixture, send: Fixture, mail: Fixture) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.envelope()
        wire.take(100_000)
        wire.send("552 5.3.4 too much")

    result, usable = send(server(script), mail(size=30_000_000))
    assert (result.stage, result.reply.code, usable) == (Stage.DOT, 552, False)


@pytest.mark.parametrize("stage", ["MAIL", "DATA", "DOT"])
def test_a_reply_that_never_comes_is_waited_for_so_long(
    server: Fixture, send: Fixture, mail: Fixture, stage: str
) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.expect("MAIL", "RCPT", "DATA")
        if stage != "MAIL":
            wire.send("250 ok", "250 ok")
        if stage == "DOT":
            wire.send("354 go on")
            wire.content()
        wire.line()

    lost, usable = send(server(script), mail(), timeouts=Timeouts(command=0.2, data=0.2, done=0.2))
    assert isinstance(lost, Lost)
    assert "waited 0.2 s for a reply to" in str(lost)
    assert (lost.handed_over, usable) == (stage == "DOT", False)


@pytest.mark.parametrize(
    ("replies", "handed_over"),
    [(["what?"], False), (["354 go on", "250", "354"], False), (["250 ok", "250 ok", "250 ok"], False)],
)
def test_garbage_before_the_content_is_a_lost_connection(
    server: Fixture, send: Fixture, mail: Fixture, replies: list[str], handed_over: bool
) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.expect("MAIL", "RCPT", "DATA")
        wire.send(*replies)
        wire.line()

    lost, usable = send(server(script), mail())
    assert isinstance(lost, Lost)
    assert (lost.handed_over, usable) == (handed_over, False)


def test_a_message_over_the_relays_size_is_not_even_tried(server: Fixture, send: Fixture, mail: Fixture) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING", "SIZE 1000")
        wire.expect("QUIT")

    result, usable = send(server(script), mail(size=2000))
    assert (result.local, result.reply.enhanced, usable) == (True, "5.3.4", True)


def test_smtputf8_is_asked_for_where_needed_and_only_then(server: Fixture, send: Fixture, mail: Fixture) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING", "SMTPUTF8")
        assert wire.expect("MAIL").endswith("@example.org>")
        wire.expect("RCPT", "DATA")
        wire.send("250 ok", "250 ok", "354 go on")
        wire.content()
        wire.send("250 ok")
        assert wire.expect("MAIL").endswith("> SMTPUTF8")
        assert wire.expect("RCPT", "DATA") == "DATA"
        assert "RCPT TO:<adä@example.net>" in wire.server.lines
        wire.send("250 ok", "250 ok", "354 go on")
        wire.content()
        wire.send("250 ok")

    utf8 = mail(2, rcpt_to="adä@example.net", smtputf8=True)
    assert [result.reply.code for result in send(server(script), mail(1), utf8)[:2]] == [250, 250]


def test_an_address_the_relay_can_not_write_fails_for_itself(server: Fixture, send: Fixture, mail: Fixture) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.accept()

    utf8 = mail(1, rcpt_to="adä@example.net", smtputf8=True)
    refused, accepted, _ = send(server(script), utf8, mail(2))
    assert (refused.reply.enhanced, refused.local, accepted.reply.code) == ("5.6.7", True, 250)


def test_words_nobody_asked_for_make_a_session_unusable(server: Fixture, run: Fixture, relay_at: Fixture) -> None:
    from newsletter.deliver.smtp import open_session

    def script(wire: Any) -> None:
        wire.hello("PIPELINING")
        wire.send("421 4.4.2 idle for too long")
        wire.line()

    async def idle() -> bool:
        import asyncio

        session = await open_session(relay_at(server(script).address))
        for _ in range(200):
            if not session.usable:
                break
            await asyncio.sleep(0.01)
        usable = session.usable
        await session.close()
        return usable

    assert run(idle()) is False


@pytest.mark.parametrize(
    ("greeting", "error", "words"),
    [
        ("554 5.3.2 no service here", RelayUnreachable, "refuses the connection: 554 5.3.2 no service here"),
        ("421 4.3.2 come back later", RelayBusy, "not now: 421 4.3.2 come back later"),
        ("HTTP/1.1 400 Bad Request", RelayUnreachable, "no SMTP reply: 'HTTP/1.1 400"),
        ("", RelayUnreachable, "is no usable SMTP server"),
    ],
)
def test_a_bad_greeting_is_told_in_the_relays_words(
    server: Fixture, send: Fixture, greeting: str, error: type[Exception], words: str
) -> None:
    def script(wire: Any) -> None:
        if greeting:
            wire.send(greeting)

    with pytest.raises(error, match=words):
        send(server(script))


def test_a_server_that_says_nothing_is_given_up(server: Fixture, send: Fixture) -> None:
    with pytest.raises(RelayUnreachable, match=r"waited 0\.2 s for a greeting"):
        send(server(lambda wire: wire.line()), timeouts=Timeouts(command=0.2))


def test_a_relay_that_is_down_is_unreachable(run: Fixture, relay_at: Fixture) -> None:
    import socket

    from newsletter.deliver.smtp import open_session

    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = taken.getsockname()
    with pytest.raises(RelayUnreachable, match=r"relay test: can't connect to 127\.0\.0\.1:\d+"):
        run(open_session(relay_at(address)))
    with pytest.raises(RelayUnreachable, match=r"can't connect to relay\.invalid:25"):
        run(open_session(relay_at(("relay.invalid", 25))))
