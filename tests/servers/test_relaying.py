"""Mail of hostile shape through real relays: what comes out is what went in, byte by byte, and its signatures hold."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from newsletter.deliver import dkim, message
from newsletter.deliver.message import Message
from newsletter.deliver.relay import Relay
from newsletter.deliver.smtp import open_session
from newsletter.deliver.smtp.probe import probe
from newsletter.errors import RelayLoginError
from newsletter.models import Claim, Slot
from tests.deliver.test_dkim import DATE, LETTERHEAD, pem, private, variant
from tests.servers.conftest import Target

SHAPES = {
    "dots": b"Subject: dots\r\n\r\n.\r\n..\r\n...x\r\n.x\r\nend.\r\n.\r\n",
    "empty": b"Subject: no body\r\n\r\n",
    "bytes": b"Subject: 8bit\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    + "Größe, naïve, 東京, \u2028\r\n".encode() * 50,
    "long line": b"Subject: long\r\n\r\n" + b"x" * 998 + b"\r\n",
    "long header": b"Subject: long\r\nX-Long: " + b"\r\n\t".join(b"word" * 200 for _ in range(60)) + b"\r\n\r\nhi\r\n",
    "many lines": b"Subject: big\r\n\r\n" + b"one line of many, of which some are long\r\n" * 40_000,
    "blank end": b"Subject: blanks\r\n\r\ntext  \r\n\r\n \r\n\r\n\r\n",
}


def dotted(data: bytes) -> bytes:
    """As the wire has it (RFC 5321, 4.5.2)."""
    return data.replace(b"\r\n.", b"\r\n..")


def hand_over(relay: Relay, *messages: Message) -> list[int]:
    async def go() -> list[int]:
        session = await open_session(relay)
        try:
            return [(await session.send(one)).reply.code for one in messages]
        finally:
            await session.close()

    return asyncio.run(go())


def arrived(target: Target, recipient: str, seconds: float = 15) -> bytes:
    with target.changed:
        assert target.changed.wait_for(lambda: target.of(recipient), seconds), f"{recipient} got nothing"
    (data,) = target.of(recipient)
    return data


@pytest.mark.parametrize("shape", SHAPES)
def test_what_goes_in_comes_out(relay: Relay, target: Target, shape: str) -> None:
    data = b"From: <a@example.org>\r\nTo: <b@example.net>\r\nDate: Sun, 01 Mar 2026 07:00:00 +0000\r\n"
    data += b"Message-ID: <" + shape.replace(" ", "").encode() + b"@example.org>\r\n" + SHAPES[shape]
    recipient = f"{shape.replace(' ', '-')}.{relay.name}@example.net"
    assert hand_over(relay, Message("a@example.org", recipient, dotted(data))) == [250]
    came = arrived(target, recipient)
    assert came.startswith(b"Received:")
    assert came.endswith(data), "changed on the way"


def test_a_letter_beyond_ascii_before_the_at(relay: Relay, target: Target) -> None:
    recipient = f"jörg.{relay.name}@example.net"
    data = "From: <a@example.org>\r\nTo: <jörg@example.net>\r\nMessage-ID: <u8@example.org>\r\n\r\nhi\r\n".encode()
    assert hand_over(relay, Message("a@example.org", recipient, data, smtputf8=True)) == [250]
    assert "To: <jörg@example.net>".encode() in arrived(target, recipient)


def test_many_over_one_connection(relay: Relay, target: Target) -> None:
    data = b"From: <a@example.org>\r\nTo: <b@example.net>\r\nMessage-ID: <%d@many.example.org>\r\n\r\n%d\r\n"
    names = [f"many{at}.{relay.name}@example.net" for at in range(20)]
    mails = [Message("a@example.org", to, data % (at, at)) for at, to in enumerate(names)]
    assert hand_over(relay, *mails) == [250] * 20
    for at, to in enumerate(names):
        assert arrived(target, to).endswith(b"\r\n%d\r\n" % at)


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_signatures_hold_behind_the_relay(relay: Relay, target: Target, tmp_path: Path, kind: str) -> None:
    """By dkimpy, and for RSA by opendkim, which knows no Ed25519."""
    signer = dkim.Signer(dkim.Key("example.org", "s1", pem(private(kind))))
    html = ("<p>Dear ", Slot("subscriber.name", "html", "reader"), ", it's  Größe\n.dot\n\n\n<b>end</b> \n\n")
    program = message.compile(variant(html=html), LETTERHEAD, date=DATE, signers=[signer])
    recipient = f"signed-{kind}.{relay.name}@example.net"
    claim = Claim(7, 7, recipient, "Ada Größe", None, {}, "default", 1, f"{kind}.{relay.name}@example.org", 1)
    values = {"subscriber.name": "Ada & Größe", "unsubscribe_url": "https://news.example.org/u/x"}
    assert hand_over(relay, program.message(claim, values)) == [250]
    came = arrived(target, recipient)
    form = Encoding.Raw, PublicFormat.Raw
    if kind == "rsa":
        form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    record = f"v=DKIM1; k={kind}; p={b64encode(private(kind).public_key().public_bytes(*form)).decode()}"
    found = {b"s1._domainkey.example.org.": record.encode()}
    assert dkimpy.DKIM(came).verify(dnsfunc=lambda name, timeout=5: found[name])
    if kind == "rsa":
        _opendkim(came, record, tmp_path)


def _opendkim(mail: bytes, record: str, folder: Path) -> None:
    program = shutil.which("opendkim", path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("opendkim is not installed (apt-get install opendkim opendkim-tools)")
    (folder / "mail").write_bytes(mail)
    (folder / "keys").write_text(f"s1._domainkey.example.org {record}\n")
    (folder / "conf").write_text(f"Mode v\nTestPublicKeys {folder / 'keys'}\n")
    run = [program, "-x", folder / "conf", "-t", folder / "mail", "-v", "-v"]
    done = subprocess.run(run, capture_output=True, timeout=20, check=False)
    said = (done.stdout + done.stderr).decode()
    assert "succeeded" in said, said


def test_a_wrong_password_is_said_to_be_one(relay: Relay) -> None:
    seen = probe(replace(relay, password="wrong"))
    assert isinstance(seen.error, RelayLoginError)
    assert (seen.address, seen.logged_in) == ("127.0.0.1", False)
    assert "PIPELINING" in seen.capabilities


def test_a_relay_shows_what_it_is(relay: Relay) -> None:
    seen = probe(relay)
    assert seen.error is None
    assert (seen.logged_in, seen.tls) == (True, "TLSv1.3")
    assert {"PIPELINING", "SIZE", "SMTPUTF8", "8BITMIME"} <= set(seen.capabilities)
    assert seen.expires is not None
