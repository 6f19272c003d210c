"""Signed messages verify with two programs that are not ours: dkimpy, and opendkim where it is installed."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.deliver import dkim, message
from newsletter.deliver.message import Letterhead
from newsletter.errors import ConfigError
from newsletter.models import Claim, SendKind, Slot, Values, Variant

OPENDKIM = shutil.which("opendkim", path="/usr/sbin:/usr/bin:/usr/local/sbin") or ""
DATE = datetime(2026, 3, 1, 7, tzinfo=UTC)
LETTERHEAD = Letterhead(
    sender="Weekly Native <news@example.org>",
    newsletter_name="Weekly Native",
    list_name="weekly",
    base_url="https://news.example.org",
    bounce_address="bounces@example.org",
    campaign="issue-12",
)
NAME, LINK = Slot("subscriber.name", "html", "reader"), Slot("unsubscribe_url", "url")
BODY = (
    "<p>Dear ",
    NAME,
    ",</p>\n    <p>Two  spaces, a tab\there,  and one at the end \n.dot\n\n\n<a href='",
    LINK,
    "'>leave</a> \n\n",
)
VALUES = {"unsubscribe_url": "https://news.example.org/u/" + "x" * 80, "unsubscribe_mailto": None}


def variant(**parts: Any) -> Variant:
    given = {"name": "default", "subject": ("An order of magnitude",), "preheader": (), "html": BODY, "text": ("Hi\n",)}
    return Variant(**(given | parts))


def claim(**fields: Any) -> Claim:
    given = {"name": "Ada", "language": None, "fields": {}, "variant": "default", "attempt": 1, "list": 1}
    return Claim(
        **({"delivery": 7, "subscriber": 7, "email": "ada@example.net", "message_id": "7@e.org"} | given | fields)
    )


#: 512 bits, and never used for anything.
_SHORT = """\
-----BEGIN PRIVATE KEY-----
MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEA7YGkXkyafcmBjPyF
tC4vdzfpXiKbvhsLx5zUjN76hYpAl9zlhrhFVM681y+39g/oN8AYQWt39N1OMqm2
XrgEowIDAQABAkEAh5eW5jsnjB6JdpsIHhisAo0KDzME5SB9tiUj95SpQ6jTi5jY
EmEzCW/OEyrv7qfqst2f33YeY92vWwprcSQZSQIhAP6rvA2fD7CrtgH6pRVucmnU
0zG+lhyYpuJXYsikBDv1AiEA7r75X4WrfFwPxuBkw0P3uBMFL2LxLZ0P7PvlL1JH
tzcCIH2EzTn1dLlB2IIfNDBc8F1C/Riec8QCZPZX1aNIW6HlAiEAlGQC34pXof4e
mEAUoQF30OORj3hx6yX6JhQSySzdAlUCIHUHPnjS0Uu9wTXatVe71I9qv51cT1B7
LsxGNrUcuxdR
-----END PRIVATE KEY-----
"""


@cache
def private(kind: str) -> Any:
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048)


def pem(key: Any) -> str:
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def signer(kind: str, **fields: Any) -> dkim.Signer:
    return dkim.Signer(dkim.Key("example.org", kind, pem(private(kind)), **fields))


def record(kind: str) -> bytes:
    public = private(kind).public_key()
    if kind == "ed25519":
        return b"v=DKIM1; k=ed25519; p=" + base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw))
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )


def dns(name: bytes, timeout: int = 5) -> bytes:
    return record(name.split(b".")[0].decode())


def verifies(data: bytes, index: int = 0) -> bool:
    try:
        return bool(dkimpy.DKIM(data).verify(idx=index, dnsfunc=dns))
    except dkimpy.ValidationError:
        return False


def signed(kinds: str = "rsa", letterhead: Letterhead = LETTERHEAD, values: Values = VALUES, **parts: Any) -> bytes:
    program = message.compile(variant(**parts), letterhead, date=DATE, signers=[signer(k) for k in kinds.split()])
    return program.message(claim(), values).data


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_message_verifies(kind: str) -> None:
    data = signed(kind)
    assert data.startswith(b"DKIM-Signature: v=1; ")
    assert verifies(data)
    assert not verifies(data.replace(b"magnitude", b"magnificence", 1))
    assert not verifies(data.replace(b"Two", b"Too", 1))
    assert not verifies(data.replace(b"xxx", b"yyy", 1)), "the unsubscribe link"


def test_two_keys_sign_side_by_side() -> None:
    data = signed("rsa ed25519")
    assert data.count(b"DKIM-Signature: ") == 2
    assert verifies(data, 0)
    assert verifies(data, 1)


@pytest.mark.parametrize(
    "name", ["From", "To", "Subject", "Date", "Reply-To", "Cc", "List-Unsubscribe", "Content-Type"]
)
def test_nobody_can_add_another_header_of_a_kind_that_readers_see(name: str) -> None:
    data = signed()
    line = f"{name}: evil@example.com\r\n".encode()
    assert not verifies(line + data)
    assert not verifies(data.replace(b"\r\nFrom:", b"\r\n" + line + b"From:", 1))


def test_a_relay_may_fold_and_space_anew() -> None:
    data = signed().replace(b"Subject: An order of", b"subject:  An\r\n\torder   of")
    assert verifies(data.replace(b"Two  spaces", b"Two    spaces"))


def test_both_unsubscribe_headers_are_signed() -> None:
    names = signed().split(b"h=")[1].split(b";")[0]
    found = b"".join(names.split()).split(b":")
    assert found.count(b"list-unsubscribe") == found.count(b"list-unsubscribe-post") == found.count(b"from") == 2


def test_an_attempt_that_is_repeated_is_the_same_message() -> None:
    program = message.compile(variant(), LETTERHEAD, date=DATE, signers=[signer("rsa"), signer("ed25519")])
    first, second = (program.message(claim(attempt=n), VALUES) for n in (1, 2))
    again = message.compile(variant(), LETTERHEAD, date=DATE, signers=[signer("rsa"), signer("ed25519")])
    assert first == second == again.message(claim(), VALUES)


def test_the_times_are_the_sends() -> None:
    tags = signed().split(b"bh=")[0]
    assert b"t=1772348400;" in tags
    assert b"x=" not in tags
    program = message.compile(variant(), LETTERHEAD, date=DATE, signers=[signer("rsa", expire=86400)])
    assert b"x=1772434800;" in program.message(claim(), VALUES).data
    assert b" l=" not in tags


HOSTILE = (
    "a" * 500,
    "Zoë Ünïcödé " * 20,
    "two  spaces \t and\u200b \u200b gaps ",
    ".leading dot",
    "From here",
    "=?utf-8?q?no?=",
    "\r\nBcc: evil@example.com\r\n\r\n",
    " ",
    "مرحبا",
    "x " * 200,
)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_verify(value: str) -> None:
    values = VALUES | {"subscriber.name": value}
    subject = ("For ", Slot("subscriber.name", "header"), " – " + value)
    program = message.compile(variant(subject=subject), LETTERHEAD, date=DATE, signers=[signer("ed25519")])
    assert verifies(program.message(claim(name=value), values).data)


@settings(max_examples=60)
@given(fixed=st.text(max_size=400), value=st.text(max_size=200), name=st.text(max_size=80))
def test_whatever_stands_in_text_and_slots_verifies(fixed: str, value: str, name: str) -> None:
    text = (fixed, Slot("subscriber.city", "text", fixed), fixed, Slot("subscriber.city", "text"))
    program = message.compile(
        variant(text=text, subject=(fixed, Slot("subscriber.city", "header"))),
        LETTERHEAD,
        date=DATE,
        signers=[signer("ed25519")],
    )
    assert verifies(program.message(claim(name=name), {"subscriber.city": value}).data)


@pytest.mark.parametrize(
    "parts", [{"html": ()}, {"text": ()}, {"html": (NAME,), "text": (NAME, NAME)}, {"html": (LINK, LINK)}]
)
def test_empty_parts_and_parts_of_slots_alone_verify(parts: Mapping[str, Any]) -> None:
    assert verifies(signed("ed25519", **parts))


@pytest.mark.parametrize("kind", list(SendKind))
def test_every_kind_of_mail_verifies(kind: SendKind) -> None:
    letterhead = Letterhead("Zoë <zoe@bücher.example>", "Bücher " * 12, list_name="weekly", kind=kind)
    assert verifies(signed("ed25519", letterhead, values={}))


def test_an_address_beyond_ascii_verifies() -> None:
    program = message.compile(variant(), LETTERHEAD, date=DATE, signers=[signer("rsa")])
    sent = program.message(claim(email="zoë@example.net", name="Zoë"), VALUES)
    assert sent.smtputf8
    assert verifies(sent.data)


@pytest.mark.skipif(not OPENDKIM, reason="opendkim is not installed (apt-get install opendkim)")
@pytest.mark.parametrize("kinds", ["rsa", "ed25519", "rsa ed25519"])
def test_opendkim_agrees(kinds: str, tmp_path: Path) -> None:
    program = message.compile(variant(), LETTERHEAD, date=DATE, signers=[signer(k) for k in kinds.split()])
    mails = [program.message(claim(name=one), VALUES | {"subscriber.name": one}).data for one in ("Ada", *HOSTILE)]
    assert _opendkim(mails, tmp_path) == len(mails)
    assert _opendkim([mails[0].replace(b"Two", b"Too", 1)], tmp_path) == 0


def _opendkim(mails: list[bytes], folder: Path) -> int:
    """How many of the messages verify; the keys come from a file in place of the DNS."""
    keys = "".join(f"{kind}._domainkey.example.org {record(kind).decode()}\n" for kind in ("rsa", "ed25519"))
    (folder / "keys").write_text(keys)
    (folder / "conf").write_text(f"Mode v\nTestPublicKeys {folder / 'keys'}\n")
    paths = [folder / f"{number}.eml" for number in range(len(mails))]
    for path, data in zip(paths, mails, strict=True):
        path.write_bytes(data)
    command = [OPENDKIM, "-x", str(folder / "conf"), "-t", ",".join(map(str, paths))]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return (run.stdout + run.stderr).count("succeeded")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "no private key"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no private key"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "another kind"),
    ],
)
def test_what_is_no_key_is_refused_without_showing_it(text: str, found: str) -> None:
    with pytest.raises(ConfigError, match=found) as error:
        dkim.Signer(dkim.Key("example.org", "s", text))
    assert "AAAA" not in str(error.value)


def test_a_short_rsa_key_is_refused() -> None:
    with pytest.raises(ConfigError, match="512 bits"):
        dkim.Signer(dkim.Key("example.org", "s", _SHORT))


@pytest.mark.parametrize("name", ["", "a b", "a;b", "-a", "a\r\nb", "ä.example"])
def test_what_is_no_name_in_the_dns_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="a name in the DNS"):
        dkim.Signer(dkim.Key(name, "s", pem(private("rsa"))))
