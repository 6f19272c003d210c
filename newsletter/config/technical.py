"""Tables about machines: [database], [[relay]], [[dkim]], [net], [bounces]."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from newsletter.config.values import EmailAddress, HostName, Line, Span, Table


class Database(Table):
    url: str = "sqlite:///newsletter.db"


class Relay(Table):
    """One [[relay]]; `password` and `username` may be references, resolved by `Settings.secret`."""

    name: Line = "relay"
    host: Annotated[Line, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    ca_file: str | None = None
    username: str | None = None
    password: SecretStr | None = None
    auth: Literal["plain", "login", "cram-md5", "xoauth2"] | None = None
    #: Allow a login that others on the wire can read (loopback is allowed anyway).
    insecure_login: bool = False
    #: Its share of the mail beside other relays.
    weight: Annotated[int, Field(ge=1, le=1000)] = 1
    connections: Annotated[int, Field(ge=1, le=100)] = 4
    #: Messages over one connection.
    per_connection: Annotated[int, Field(ge=1)] | None = None
    #: Messages in a second, an hour and a day.
    per_second: Annotated[float, Field(gt=0)] | None = None
    per_hour: Annotated[int, Field(ge=1)] | None = None
    per_day: Annotated[int, Field(ge=1)] | None = None
    #: Messages a second to each recipient domain, and to those named: [relay.domains] with "gmail.com" = 20.
    per_domain: Annotated[float, Field(gt=0)] | None = None
    domains: dict[HostName, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    #: Seconds to wait for the connection and for each reply; None takes RFC 5321's (section 4.5.3.2).
    timeout: Annotated[float, Field(gt=0, le=3600)] | None = None
    verp: bool = True
    #: The name given in EHLO; None for the address of this end.
    helo: Line | None = None


class Dkim(Table):
    """One [[dkim]]: a key that signs every message (RFC 6376)."""

    #: The From address's domain, or one above it.
    domain: HostName
    #: Where the public key is published: SELECTOR._domainkey.DOMAIN.
    selector: Annotated[str, Field(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$", max_length=63)]
    #: Of a private key in PEM, relative to the workspace; only its owner may read it.
    key_file: Line
    #: How long after the last attempt that may be made a signature may be trusted (x=); None for no end. The relay
    #: tries on for days after that, so less than a week is short.
    expire: Span | None = None


class Net(Table):
    """How pages and feeds are fetched."""

    #: Hosts that may be on this machine or a private network; "*.example.org" names all below it.
    allow: tuple[HostName, ...] = ()
    #: Fetches under way at once, in all and from one host.
    at_once: Annotated[int, Field(ge=1, le=200)] = 50
    per_host: Annotated[int, Field(ge=1, le=50)] = 2
    #: Seconds between two fetches from one host.
    delay: Annotated[float, Field(ge=0, le=60)] = 0.5
    #: The DNS server that `doctor` and `check --dns` ask, "ADDRESS" or "ADDRESS:PORT"; None for the system's.
    dns: Line | None = None


class Bounces(Table):
    address: EmailAddress | None = None
