"""Encryption and logins against a real TLS server: what is trusted, what is refused, what never travels in clear."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsletter.deliver.relay import Relay
from newsletter.deliver.smtp import RelayBusy
from newsletter.errors import RelayLoginError, RelayTLSError, RelayUnreachable

Fixture = Callable[..., Any]


def starttls(wire: Any) -> None:
    wire.hello("STARTTLS", "AUTH PLAIN", "X-BEFORE")
    wire.expect("STARTTLS")
    wire.send("220 go")
    wire.tls()
    wire.capabilities("PIPELINING", "AUTH PLAIN LOGIN")


def test_starttls_encrypts_and_asks_for_the_capabilities_again(
    server: Fixture, send: Fixture, mail: Fixture, ca_file: Path, tls_context: Fixture
) -> None:
    def script(wire: Any) -> None:
        starttls(wire)
        assert isinstance(wire.sock, ssl.SSLSocket)
        wire.accept()
        wire.expect("QUIT")
        wire.send("221 bye")

    one = server(script, tls=tls_context())
    result, usable = send(one, mail(size=200_000), tls="starttls", ca_file=ca_file)
    assert (result.reply.code, usable) == (250, True)
    assert [line.split()[0] for line in one.lines if line.startswith(("EHLO", "STARTTLS"))] == [
        "EHLO",
        "STARTTLS",
        "EHLO",
    ]
    assert one.messages == [mail(size=200_000).data]


def test_implicit_tls_encrypts_before_the_greeting(
    server: Fixture, send: Fixture, mail: Fixture, ca_file: Path, tls_context: Fixture
) -> None:
    def script(wire: Any) -> None:
        wire.tls()
        wire.hello("PIPELINING")
        wire.accept()

    result, _ = send(server(script, tls=tls_context()), mail(), tls="implicit", ca_file=ca_file)
    assert result.reply.code == 250


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        ({"expired": True}, "certificate has expired"),
        ({"names": ("other.example",)}, "IP address mismatch"),
        ({"unknown": True}, "unable to get local issuer"),
    ],
)
def test_a_certificate_that_does_not_verify_is_refused_in_clear_words(
    server: Fixture,
    send: Fixture,
    ca_file: Path,
    tls_context: Fixture,
    tls: str,
    certificate: dict[str, Any],
    words: str,
) -> None:
    def script(wire: Any) -> None:
        if tls == "starttls":
            wire.hello("STARTTLS")
            wire.expect("STARTTLS")
            wire.send("220 go")
        wire.tls()

    context = tls_context(*certificate.get("names", ()), expired=certificate.get("expired", False))
    trusted = None if certificate.get("unknown") else ca_file
    with pytest.raises(RelayTLSError, match=f"the certificate is not valid: .*{words}"):
        send(server(script, tls=context), tls=tls, ca_file=trusted)


def test_a_relay_without_starttls_gets_nothing(server: Fixture, send: Fixture, ca_file: Path) -> None:
    def script(wire: Any) -> None:
        wire.hello("AUTH PLAIN")
        wire.gone()

    with pytest.raises(RelayTLSError, match="offers no STARTTLS"):
        send(server(script), tls="starttls", ca_file=ca_file, username="u", password="secret")


def test_a_relay_that_refuses_starttls_gets_nothing(server: Fixture, send: Fixture, ca_file: Path) -> None:
    def script(wire: Any) -> None:
        wire.hello("STARTTLS")
        wire.expect("STARTTLS")
        wire.send("454 4.7.0 not available")
        wire.gone()

    with pytest.raises(RelayTLSError, match=r"refuses STARTTLS: 454 4\.7\.0 not available"):
        send(server(script), tls="starttls", ca_file=ca_file)


def test_plaintext_slipped_in_before_the_handshake_is_never_believed(
    server: Fixture, send: Fixture, ca_file: Path, tls_context: Fixture
) -> None:
    """RFC 3207, 6: a forger's reply behind the 220 would otherwise be read as if it came encrypted."""

    def script(wire: Any) -> None:
        wire.hello("STARTTLS")
        wire.expect("STARTTLS")
        wire.raw(b"220 go\r\n250-forged\r\n250 AUTH PLAIN\r\n")
        assert wire.sock.recv(1000) == b""

    with pytest.raises(RelayUnreachable, match="unencrypted data after the relay agreed"):
        send(server(script, tls=tls_context()), tls="starttls", ca_file=ca_file, username="u", password="secret")


def test_speaking_tls_to_a_plain_port_is_told(server: Fixture, send: Fixture, ca_file: Path) -> None:
    with pytest.raises(RelayTLSError, match="TLS handshake failed"):
        send(server(lambda wire: wire.send("220 plain")), tls="implicit", ca_file=ca_file)


def test_a_missing_ca_file_is_named(tmp_path: Path) -> None:
    relay = Relay("r", "localhost", 25, ca_file=tmp_path / "none.pem")
    with pytest.raises(RelayTLSError, match=r"none\.pem is not readable"):
        relay.tls_context()


def test_plain_login_in_one_step(server: Fixture, send: Fixture, mail: Fixture) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING", "AUTH LOGIN PLAIN CRAM-MD5")
        initial = base64.b64encode("\0ü@example.org\0pä ss".encode()).decode()
        assert wire.line() == f"AUTH PLAIN {initial}"
        wire.send("235 2.7.0 welcome")
        wire.accept()

    result, _ = send(server(script), mail(), username="ü@example.org", password="pä ss")
    assert result.reply.code == 250


@pytest.mark.parametrize("offer", ["AUTH LOGIN", "AUTH=LOGIN"])
def test_login_in_two_steps_where_that_is_all_there_is(
    server: Fixture, send: Fixture, mail: Fixture, offer: str
) -> None:
    def script(wire: Any) -> None:
        wire.hello("PIPELINING", offer)
        assert wire.line() == "AUTH LOGIN"
        wire.send("334 VXNlcm5hbWU6")
        assert wire.line() == base64.b64encode(b"user").decode()
        wire.send("334 UGFzc3dvcmQ6")
        assert wire.line() == base64.b64encode(b"secret").decode()
        wire.send("235 welcome")
        wire.accept()

    assert send(server(script), mail(), username="user", password="secret")[0].reply.code == 250


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        ("535 5.7.8 bad credentials", RelayLoginError, "refuses the login: 535 5.7.8 bad credentials"),
        ("454 4.7.0 try later", RelayBusy, "can't check the login at present: 454 4.7.0"),
        ("334 more?", RelayLoginError, "501 cancelled"),
    ],
)
def test_a_refused_login_is_told_without_the_password(
    server: Fixture, send: Fixture, reply: str, error: type[Exception], words: str
) -> None:
    def script(wire: Any) -> None:
        wire.hello("AUTH PLAIN")
        wire.expect("AUTH PLAIN ")
        wire.send(reply)
        if wire.line() == "*":
            wire.send("501 cancelled")

    with pytest.raises(error, match=words) as caught:
        send(server(script), username="user", password="secret")
    assert "secret" not in str(caught.value)


def test_a_relay_with_no_usable_mechanism_is_told(server: Fixture, send: Fixture) -> None:
    def script(wire: Any) -> None:
        wire.hello("AUTH GSSAPI")
        wire.gone()

    with pytest.raises(RelayLoginError, match="offers GSSAPI; this program can use PLAIN, LOGIN"):
        send(server(script), username="user", password="secret")


def test_the_password_stays_home_on_an_unencrypted_link() -> None:
    from newsletter.deliver.smtp import auth

    relay = Relay("r", "relay.example", 25, tls="none", username="user", password="secret")
    with pytest.raises(RelayLoginError, match="would travel unencrypted"):
        auth.choose(relay, frozenset({"PLAIN"}), private=False)
    allowed = Relay("r", "relay.example", 25, tls="none", username="user", password="secret", insecure_login=True)
    assert auth.choose(allowed, frozenset({"PLAIN"}), private=False)[0] == "PLAIN"


def test_a_relay_shown_to_a_person_hides_its_password() -> None:
    assert "secret" not in repr(Relay("r", "relay.example", 25, username="user", password="secret"))
