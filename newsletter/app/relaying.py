"""Relays looked at: reachable, encrypted, certificate, login, size limit, capabilities."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter import config
from newsletter.app import relays
from newsletter.deliver.relay import Relay, Timeouts
from newsletter.deliver.smtp.probe import Probe, probe
from newsletter.errors import ConfigError, RelayLoginError, RelayTLSError
from newsletter.models import Diagnosis
from newsletter.preflight import hosts

if TYPE_CHECKING:
    from newsletter.config import Settings

#: Seconds for each step; the settings' timeout may be shorter.
_PATIENCE = 15.0
#: A certificate that ends sooner should have been renewed.
_SOON = timedelta(days=21)
#: Bytes of a large issue with its headers.
_LARGE = 2**20


def look(settings: Settings, root: Path, now: datetime) -> tuple[list[Diagnosis], list[str]]:
    """What there is to say of every [[relay]], and the addresses that answered."""
    if not settings.relay:
        mend = "add host, port and tls of the server that takes your mail"
        return [Diagnosis("relay", "fail", "no [[relay]]", "one at least", mend)], []
    found: list[Diagnosis] = []
    addresses: dict[str, None] = {}
    for table in settings.relay:
        try:
            relay = made(table, root)
        except ConfigError as error:
            mend = "set it where newsletter.toml says that it is"
            found.append(Diagnosis(f"relay.{table.name}", "fail", str(error), "its secrets", mend))
            continue
        seen = probe(relay)
        found += _judge(relay, seen, now)
        if seen.address:
            addresses[seen.address] = None
    return found, list(addresses)


def made(table: config.Relay, root: Path) -> Relay:
    """The relay of a table, its secrets read. Raises ConfigError."""
    values = relays.of(table, root)
    values["ca_file"] = Path(values["ca_file"]) if table.ca_file else None
    values["timeouts"] = Timeouts.of(min(_PATIENCE, table.timeout or _PATIENCE))
    return Relay(**{field.name: values[field.name] for field in dataclasses.fields(Relay) if field.name in values})


def _judge(relay: Relay, seen: Probe, now: datetime) -> Iterator[Diagnosis]:
    where, at = f"relay.{relay.name}", f"{relay.host}:{relay.port}"
    if isinstance(seen.error, RelayTLSError):
        yield Diagnosis(where, "ok", f"{at} answers")
        mend = "mend its certificate, or name the authority that signed it (ca_file)"
        yield Diagnosis(f"{where}.tls", "fail", seen.error.reason, "TLS with a certificate that verifies", mend)
        return
    if seen.address is None:
        said = seen.error.reason if seen.error else "nothing"
        mend = "is it running, and are host and port right? A firewall may close the way"
        yield Diagnosis(where, "fail", said, f"a relay at {at}", mend)
        return
    yield Diagnosis(where, "ok", f"{at} answers ({seen.address})")
    yield _tls(where, relay, seen, now)
    yield _login(where, seen)
    yield from _capabilities(where, seen)


def _tls(where: str, relay: Relay, seen: Probe, now: datetime) -> Diagnosis:
    where += ".tls"
    if seen.tls is None:
        if hosts.is_loopback(relay.host):
            return Diagnosis(where, "unknown", "not encrypted, on this machine", "TLS from there on", "look at its log")
        mend = 'set tls = "starttls" or "implicit"'
        return Diagnosis(where, "fail", "mail is handed over unencrypted", "TLS", mend)
    if seen.expires is None:
        return Diagnosis(where, "ok", seen.tls)
    left = seen.expires - now
    said = f"{seen.tls}, certificate until {seen.expires:%Y-%m-%d} ({left.days} days)"
    if left < _SOON:
        return Diagnosis(where, "warn", said, f"{_SOON.days} days at least", "renew it")
    return Diagnosis(where, "ok", said)


def _login(where: str, seen: Probe) -> Diagnosis:
    where += ".login"
    offered = seen.capabilities.get("AUTH", "").upper()
    if isinstance(seen.error, RelayLoginError):
        return Diagnosis(where, "fail", seen.error.reason, "a login that is taken", "check username, password and auth")
    if seen.logged_in:
        return Diagnosis(where, "ok", f"logged in ({offered} offered)")
    if offered:
        said = f"no username set, and {offered} offered"
        return Diagnosis(where, "warn", said, "a login", "it may refuse to relay; set username and password")
    return Diagnosis(where, "ok", "none asked for")


def _capabilities(where: str, seen: Probe) -> Iterator[Diagnosis]:
    have = seen.capabilities
    limit = have.get("SIZE", "")
    size = int(limit) if limit.isdigit() else 0
    if 0 < size < _LARGE:
        said = f"takes messages of {size} bytes at most"
        yield Diagnosis(
            f"{where}.size", "warn", said, f"{_LARGE} bytes", "raise its limit (Postfix: message_size_limit)"
        )
    else:
        yield Diagnosis(f"{where}.size", "ok", f"takes {size / 2**20:.0f} MB" if size else "names no limit")
    if "PIPELINING" in have:
        yield Diagnosis(f"{where}.pipelining", "ok", "PIPELINING")
    else:
        said = "no PIPELINING: each message costs four round trips instead of one"
        yield Diagnosis(f"{where}.pipelining", "warn", said, "PIPELINING", "turn it on, or look at what stands between")
    known = ("8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "CHUNKING", "DSN", "STARTTLS")
    if "SMTPUTF8" in have:
        yield Diagnosis(f"{where}.capabilities", "ok", ", ".join(name for name in known if name in have))
    else:
        said = ", ".join(name for name in known if name in have) or "nothing further"
        mend = "addresses with other letters than ASCII before the @ can't be mailed through it"
        yield Diagnosis(f"{where}.capabilities", "ok", said, "SMTPUTF8 too", mend)
