"""Family "authentication": will receivers believe that the sender sent it? (RFC 6376, 7208, 7489, 8058)

Read off the settings and, where somebody looked them up, the sender's records in DNS; what is not known is no fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter import addresses
from newsletter.errors import AddressError
from newsletter.preflight import hosts
from newsletter.preflight.checkup import Checkup, Dns
from newsletter.preflight.registry import Fault, error, on_issue, warning

_TOML = "newsletter.toml"
_TAG = re.compile(r"\s*([a-z]+)\s*=\s*([^;]*?)\s*(?:;|$)", re.IGNORECASE)


@on_issue("authentication.unsubscribe_header")
def unsubscribe_header(checkup: Checkup) -> Iterator[Fault]:
    """A message to a list must carry List-Unsubscribe, and List-Unsubscribe-Post beside it.

    Gmail and Yahoo ask bulk senders for both (RFC 8058, one click): who has no button beside the sender's name presses
    "spam". The program writes both where `base_url` is an https address. Mend by setting it.
    """
    if checkup.headers is None:
        return
    links = checkup.headers.get("list-unsubscribe", "")
    if not links:
        yield error("message", "there is no List-Unsubscribe header", "set base_url, which the link is built on")
    elif "https://" in links and "one-click" not in checkup.headers.get("list-unsubscribe-post", "").lower():
        yield warning("message", "List-Unsubscribe-Post is missing beside it", "one-click needs both (RFC 8058)")


@on_issue("authentication.signed")
def signed(checkup: Checkup) -> Iterator[Fault]:
    """Mail to a list should be signed (DKIM), the unsubscribe headers with it.

    Gmail and Yahoo ask bulk senders for a signature, and look at one-click unsubscribing only where a signature covers
    it. Found only where the settings say that nothing signs; a relay on this machine is a trial. Mend with a `[[dkim]]`
    table, or let the relay sign and say so there.
    """
    away = any(not hosts.is_loopback(relay) for relay in checkup.relay_hosts)
    if checkup.dkim == () and away:
        yield warning(_TOML, "mail is not signed, so one-click unsubscribing is not trusted", "set up [[dkim]]")


@on_issue("authentication.aligned")
def aligned(checkup: Checkup) -> Iterator[Fault]:
    """DKIM or SPF must speak for the domain in From (DMARC's alignment).

    A signature of another domain proves nothing about the sender: where the domain's policy is quarantine or reject,
    mail goes to spam or is refused, which is an error; else a warning. Domains of one organisation are aligned unless
    the record asks for the very same (`adkim=s`, `aspf=s`). Mend by signing with the sender's own domain.
    """
    sender = _domain(checkup.sender)
    if sender is None or not checkup.dkim:
        return
    tags = dmarc_tags(checkup.dns.dmarc) if checkup.dns and checkup.dns.dmarc else {}
    if any(_align(sender, domain, checkup.dns, tags.get("adkim", "r")) for domain, _ in checkup.dkim):
        return
    envelope = checkup.envelope_domain
    if checkup.dns and checkup.dns.spf and envelope and _align(sender, envelope, checkup.dns, tags.get("aspf", "r")):
        return
    names = ", ".join(dict.fromkeys(domain for domain, _ in checkup.dkim))
    severity = error if tags.get("p") in ("quarantine", "reject") else warning
    yield severity(_TOML, f"mail is signed by {names}, and sent from {sender}", f"sign with a key of {sender}")


@on_issue("authentication.records")
def records(checkup: Checkup) -> Iterator[Fault]:
    """The sender's domain should publish SPF, DMARC and the keys that mail is signed with.

    Gmail and Yahoo ask bulk senders for all three. A signature whose key is not published is worse than none: an error.
    Looked at only where DNS was asked. Mend at whoever hosts the domain's DNS.
    """
    dns, sender = checkup.dns, _domain(checkup.sender)
    if dns is None or sender is None:
        return
    for name, published in dns.dkim_keys.items():
        if not published:
            yield error("DNS", f"there is no key at {name}, so signatures fail", "publish the key as a TXT record")
    if dns.dmarc is None:
        yield warning("DNS", f"{sender} has no DMARC record", f'publish "v=DMARC1; p=none" at _dmarc.{sender}')
    if dns.spf is None:
        name = checkup.envelope_domain or sender
        yield warning("DNS", f"{name} has no SPF record", "publish one that names your relay")


def dmarc_tags(record: str) -> dict[str, str]:
    """The tags of a DMARC record (RFC 7489, 6.4), names and values in lower case."""
    return {match[1].lower(): match[2].lower() for match in _TAG.finditer(record)}


def _align(sender: str, other: str, dns: Dns | None, mode: str) -> bool:
    """Whether a domain speaks for the sender's: itself in strict mode, else any of the same organisation's."""
    if mode == "s":
        return sender == other
    organisation = dns.dmarc_domain if dns else None
    if organisation and hosts.related(sender, organisation):
        return other == organisation or other.endswith(f".{organisation}")
    return hosts.related(sender, other)


def _domain(sender: str) -> str | None:
    try:
        return addresses.mailbox(sender)[1].domain
    except AddressError:
        return None
