"""What a relay's log says of messages: Postfix's lines, and lines that only look like them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliver.maillog import Fate, MailLog

WANTED = {"17@example.org": "ada@example.net", "18@example.org": "bo@example.net"}


def line(
    rest: str, part: str = "smtp", queue: str = "4XqZ1c0hWbz9", instance: str = "postfix", host: str = "mx"
) -> str:
    return f"Nov 21 04:40:17 {host} {instance}/{part}[71]: {queue}: {rest}\n"


def cleanup(number: int = 17, **where: str) -> str:
    return line(f"message-id=<{number}@example.org>", "cleanup", **where)


def queued(**where: str) -> str:
    return line("from=<bounces+17@example.org>, size=5120, nrcpt=1 (queue active)", "qmgr", **where)


def status(
    status: str, to: str = "ada@example.net", words: str = "250 ok", more: str = "", part: str = "smtp", **where: str
) -> str:
    dsn = {"sent": "2.0.0", "deferred": "4.4.1"}.get(status, "5.1.1")
    return line(
        f"to=<{to}>,{more} relay=mx.example.net[192.0.2.1]:25, delay=1.2, delays=0.1/0/1/0.1, dsn={dsn}, "
        f"status={status} ({words})",
        part,
        **where,
    )


def fates(*lines: str) -> dict[str, Fate]:
    log = MailLog(WANTED)
    log.feed(lines)
    return log.fates


@pytest.mark.parametrize("found", ["sent", "deferred", "bounced"])
@pytest.mark.parametrize("part", ["smtp", "lmtp", "local", "virtual", "pipe", "error"])
def test_what_the_relay_did(found, part):
    dsn = {"sent": "2.0.0", "deferred": "4.4.1", "bounced": "5.1.1"}[found]
    told = Fate(found, "250 ok", dsn, "mx.example.net[192.0.2.1]:25", "Nov 21 04:40:17")
    assert fates(cleanup(), queued(), status(found, part=part)) == {"17@example.org": told}


def test_what_is_kept_of_a_line():
    words = "host mx.example.net[192.0.2.1] said: 550 5.1.1 no; host x said: 250 ok (in reply to RCPT TO command)"
    fate = fates(cleanup(), queued(), status("bounced", words=words))["17@example.org"]
    assert (fate.reply_code, fate.enhanced_code) == (550, "5.1.1")
    assert fate.line == f"log of Nov 21 04:40:17: bounced by mx.example.net[192.0.2.1]:25: {words}"
    unreached = status("deferred", words="connect to mx[192.0.2.1]:25: 110 timed out").replace(
        "relay=mx.example.net[192.0.2.1]:25", "relay=none"
    )
    fate = fates(cleanup(), queued(), unreached)["17@example.org"]
    assert (fate.reply_code, fate.enhanced_code) == (None, "4.4.1")
    assert fate.line == "log of Nov 21 04:40:17: deferred: connect to mx[192.0.2.1]:25: 110 timed out"
    assert fates(cleanup(), queued())["17@example.org"].line == "log of Nov 21 04:40:17: queued"


def test_a_message_that_is_queued_and_no_more():
    assert fates(cleanup(), queued()) == {"17@example.org": Fate("queued", at="Nov 21 04:40:17")}


def test_a_message_of_which_only_the_head_was_read_is_not_the_relays():
    assert fates(cleanup()) == {}


@pytest.mark.parametrize(
    "head",
    [
        "Nov  1 04:40:17 mx postfix",
        "2026-11-21T04:40:17.123456+00:00 mx postfix",
        "2026-11-21T04:40:17Z mx.example.org postfix-out",
        "Nov 21 04:40:17 mx postfix/submission",
    ],
)
def test_heads_of_lines(head):
    lines = [
        f"{head}/cleanup[1]: 3F2A1B: message-id=<17@example.org>",
        f"{head}/qmgr[1]: 3F2A1B: from=<>, size=1, nrcpt=1 (queue active)",
    ]
    assert fates(*lines)["17@example.org"].status == "queued"


def test_deferred_then_sent_and_deferred_then_bounced():
    first = (cleanup(), queued(), status("deferred"))
    assert fates(*first, status("sent"))["17@example.org"].status == "sent"
    assert fates(*first, status("bounced"))["17@example.org"].status == "bounced"
    gone = line("from=<b@example.org>, status=expired, returned to sender", "qmgr")
    assert fates(*first, gone)["17@example.org"].status == "bounced"


@pytest.mark.parametrize(
    "rest",
    [
        "reject: header X-Spam: yes from client[192.0.2.1]; from=<b@e.org> to=<ada@example.net> proto=ESMTP: 5.7.1 no",
        "milter-reject: END-OF-MESSAGE from client[192.0.2.1]: 5.7.1 no; from=<b@e.org> to=<ada@example.net>",
        "reject: body status=sent (250 ok) from client[192.0.2.1]; from=<b@e.org> proto=ESMTP: 5.7.1 no",
    ],
)
def test_a_message_that_the_relay_refused_after_all(rest):
    fate = fates(cleanup(), line(rest, "cleanup"))["17@example.org"]
    assert (fate.status, fate.enhanced_code) == ("rejected", "5.7.1")


def test_a_queue_id_that_is_used_again_is_another_message():
    lines = (cleanup(), queued(), line("removed", "qmgr"), status("bounced"))
    assert fates(*lines)["17@example.org"].status == "queued"
    again = (cleanup(), cleanup(18), queued(), status("sent", "bo@example.net"))
    assert {name: fate.status for name, fate in fates(*again).items()} == {"18@example.org": "sent"}
    strangers = (cleanup(), cleanup(99), queued(), status("sent"))
    assert fates(*strangers) == {}


@pytest.mark.parametrize("where", [{"instance": "postfix-in"}, {"host": "mx2"}, {"queue": "4XqZ1c0hWbzA"}])
def test_the_same_queue_id_elsewhere_is_another_message(where):
    assert fates(cleanup(), queued(**where), status("sent", **where)) == {}


@pytest.mark.parametrize(
    "forged",
    [
        status("sent", to="eve@example.com"),
        status(
            "bounced", words="said: 550 to=<ada@example.net>, dsn=2.0.0, status=sent (250 ok)", to="eve@example.com"
        ),
        line("to=<ada@example.net>, status=sent (250 ok)"),
        line(
            'to=<"x>, relay=a, delay=1, delays=1, dsn=2.0.0, status=sent (ada@example.net"@e.com>, status=bounced (x)'
        ),
        line("message-id=<17@example.org> to=<ada@example.net>, status=sent (250 ok)", "cleanup"),
        line("helo=<to=<ada@example.net>, status=sent (250 ok)>", "smtpd"),
        "Nov 21 04:40:17 mx sshd[1]: 4XqZ1c0hWbz9: to=<ada@example.net>, status=sent (250 ok)\n",
        "x" * 100_000,
        "\0\r\x1b[2J",
    ],
)
def test_words_of_others_settle_nothing(forged):
    assert fates(cleanup(), forged, forged) == {}


def test_what_a_remote_server_says_does_not_turn_the_result():
    words = "host said: 550 no; to=<ada@example.net>, relay=x, delay=1, delays=1, dsn=2.0.0, status=sent (250 ok)"
    assert fates(cleanup(), queued(), status("bounced", words=words))["17@example.org"].status == "bounced"


def test_an_alias_is_known_by_what_it_was_and_a_quoted_address_without_its_quotes():
    aliased = status("sent", to="other@example.net", more=" orig_to=<Ada@Example.NET>,")
    assert fates(cleanup(), queued(), aliased)["17@example.org"].status == "sent"
    log = MailLog({"1@e.org": '"a b"@example.net'})
    log.feed([line("message-id=<1@e.org>", "cleanup"), queued(), status("sent", to='"a b"@example.net')])
    assert log.fates["1@e.org"].status == "sent"


def test_a_probe_of_an_address_is_no_delivery():
    assert fates(cleanup(), status("deliverable"), status("undeliverable")) == {}


@given(st.lists(st.one_of(st.text(max_size=80), st.text(max_size=40).map(line)), max_size=20))
def test_no_line_breaks_it(lines):
    log = MailLog(WANTED)
    log.feed(lines)
    assert log.read + log.other == len(lines)
