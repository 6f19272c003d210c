"""A relay: where it is, how to reach it safely, and how much it may be given."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from newsletter.errors import RelayTLSError

Security = Literal["starttls", "implicit", "none"]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for the relay; the defaults are RFC 5321, 4.5.3.2's (connect, tls and quit are our own)."""

    connect: float = 30.0
    tls: float = 60.0
    #: Greeting, EHLO, MAIL, RCPT, RSET and each step of a login.
    command: float = 300.0
    #: From DATA to its 354.
    data: float = 120.0
    #: Until the whole message is with the kernel.
    block: float = 180.0
    #: From the final dot to its reply.
    done: float = 600.0
    quit: float = 5.0

    @classmethod
    def of(cls, seconds: float) -> Timeouts:
        """The same patience for every step."""
        return cls(seconds, seconds, seconds, seconds, seconds, seconds, seconds)


@dataclass(frozen=True, slots=True)
class Relay:
    """An SMTP server that mail is handed to."""

    name: str
    host: str
    port: int
    tls: Security = "starttls"
    #: PEM file of certificates to trust instead of the system's.
    ca_file: Path | None = None
    #: Kept out of sight like the password: with some providers it is the same token.
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    #: A mechanism by name ("plain", "login", "cram-md5", "xoauth2"), or None for the best one offered.
    auth: str | None = None
    #: Allow a login that others on the wire can read; without it only over TLS or loopback.
    insecure_login: bool = False
    #: Its share of the mail beside other relays', while all of them keep up.
    weight: int = 1
    #: At most this many connections at once, and messages over one of them (None: until the relay closes it).
    connections: int = 4
    per_connection: int | None = None
    #: At most this many messages in a second, an hour, a day, over all connections; None for no limit.
    per_second: float | None = None
    per_hour: int | None = None
    per_day: int | None = None
    #: At most this many messages a second to each recipient domain, and to those named (in small letters, A-labels).
    per_domain: float | None = None
    domains: Mapping[str, float] = field(default_factory=dict)
    #: Whether envelope senders name the delivery (bounces+17@…).
    verp: bool = True
    timeouts: Timeouts = Timeouts()
    #: The name given in EHLO; None for the address literal of the connection's own end (RFC 5321, 4.1.4).
    helo: str | None = None

    def tls_context(self) -> ssl.SSLContext:
        """A client context that verifies certificate and host name, TLS 1.2 or newer.

        Raises RelayTLSError if `ca_file` can't be read. Costs milliseconds: make one and keep it.
        """
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise RelayTLSError(self.name, f"ca_file {self.ca_file} is not readable as PEM ({error})") from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context
