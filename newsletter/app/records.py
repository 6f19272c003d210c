"""The sender's records in the DNS, looked up once for `doctor` and for preflight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter import addresses, config
from newsletter.app import signing
from newsletter.deliver import envelope
from newsletter.errors import ConfigError
from newsletter.models import Diagnosis
from newsletter.net.dns import Resolver
from newsletter.preflight import sender
from newsletter.preflight.checkup import Dns
from newsletter.preflight.published import organisation

if TYPE_CHECKING:
    from newsletter.config import Settings


def resolver(settings: Settings, root: Path, server: str | None = None) -> Resolver:
    """Asks `server`, else the settings' [net] dns, else the system's. Raises ConfigError for what is no address."""
    wanted = server or settings.net.dns
    try:
        return Resolver(wanted)
    except ValueError:
        where = "--dns" if server else str(root / config.FILE)
        raise ConfigError(where, "" if server else "net.dns", repr(wanted), "ADDRESS or ADDRESS:PORT") from None


def look(
    settings: Settings, root: Path, dns: Resolver | None = None, relays: Sequence[str] = ()
) -> tuple[list[Diagnosis], Dns | None]:
    """What SPF, DKIM and DMARC say of the newsletter's sender; `relays` are addresses that mail leaves from.

    Raises ConfigError (a DKIM key that can't be read, a DNS server that is no address).
    """
    found = asking(settings, root)
    dns = dns or resolver(settings, root)
    dns.ask_ahead(first_names(found))
    return sender.look(replace(found, relays=relays), dns)


def asking(settings: Settings, root: Path) -> sender.Sender:
    """Whose records are looked for. Raises ConfigError (a DKIM key that can't be read)."""
    return sender.Sender(
        domain=_domain(settings.newsletter.sender),
        envelope=_domain(settings.bounces.address or settings.newsletter.sender),
        keys={record.name: (record.domain, record.value) for record in signing.records(settings, root)},
    )


def first_names(whom: sender.Sender) -> list[str]:
    """The names that will be asked for their texts whatever others say."""
    policies = [f"_dmarc.{name}" for name in (whom.domain, organisation(whom.domain))]
    return list(dict.fromkeys((whom.envelope, *whom.keys, *policies)))


def _domain(address: str) -> str:
    return envelope.mailbox(addresses.mailbox(address)[1].wire).domain
