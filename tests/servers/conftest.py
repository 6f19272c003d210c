"""Real mail servers from Debian's packages; on a machine without them these tests are skipped, and say why."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from newsletter.deliver.relay import Relay, Timeouts
from tests.servers import exim, postfix


@dataclass
class Target:
    """Where relays hand mail on to: keeps every byte of it."""

    port: int = 0
    mails: list[tuple[str, str, bytes]] = field(default_factory=list)
    #: Told of every mail.
    changed: threading.Condition = field(default_factory=threading.Condition)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("refused"):
            return "550 5.1.1 no such user; status=sent (250 ok)"
        if address.startswith("later"):
            return "451 4.2.1 not now"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        data = envelope.original_content
        with self.changed:
            self.mails.extend((envelope.mail_from, recipient, data) for recipient in envelope.rcpt_tos)
            self.changed.notify_all()
        return "250 2.0.0 taken"

    def of(self, recipient: str) -> list[bytes]:
        return [data for _, to, data in self.mails if to == recipient]


class _Server(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=True, decode_data=False, data_size_limit=10_000_000)


@pytest.fixture(scope="session")
def target() -> Iterator[Target]:
    kept = Target(postfix.free_port())
    server = _Server(kept, hostname="127.0.0.1", port=kept.port)
    server.start()
    yield kept
    server.stop()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(file)
    return file


def _certificate(authority: trustme.CA) -> tuple[bytes, bytes]:
    made = authority.issue_cert("127.0.0.1")
    return b"".join(blob.bytes() for blob in made.cert_chain_pems), made.private_key_pem.bytes()


@pytest.fixture(scope="session")
def mailer(target: Target, authority: trustme.CA) -> Iterator[postfix.Postfix]:
    """A running Postfix."""
    if why := postfix.missing():
        pytest.skip(why)
    with postfix.running(target.port, *_certificate(authority)) as server:
        yield server


@pytest.fixture(scope="session")
def by_postfix(mailer: postfix.Postfix, ca_file: Path) -> Relay:
    return Relay(
        "postfix",
        "127.0.0.1",
        mailer.port,
        tls="starttls",
        ca_file=ca_file,
        username=postfix.USER,
        password=postfix.PASSWORD,
        timeouts=Timeouts.of(10),
    )


@pytest.fixture(scope="session")
def by_exim(target: Target, authority: trustme.CA, ca_file: Path) -> Iterator[Relay]:
    if why := exim.missing():
        pytest.skip(why)
    with exim.running(target.port, *_certificate(authority)) as port:
        yield Relay(
            "exim",
            "127.0.0.1",
            port,
            tls="implicit",
            ca_file=ca_file,
            username="letter",
            password="correct horse",
            timeouts=Timeouts.of(10),
        )


@pytest.fixture(params=["postfix", "exim"])
def relay(request: pytest.FixtureRequest) -> Relay:
    return request.getfixturevalue(f"by_{request.param}")
