"""What the large mailbox providers ask of bulk senders, item by item, and what is known of each here.

Sources:

- Google, "Email sender guidelines" (support.google.com/a/answer/81126) and its FAQ (…/14229414). Since February 2024,
  of whoever sends close to 5,000 messages a day or more to personal Gmail accounts, all subdomains of one domain
  together; who did so once counts as a bulk sender for good. TLS since December 2023, one click since June 2024.
- Yahoo, "Sender Best Practices" (senders.yahooinc.com/best-practices). Since February 2024, of bulk senders; it names
  no number of messages.
- Microsoft, "Strengthening Email Ecosystem: Outlook's New Requirements for High-Volume Senders" (its Tech Community
  blog, April 2025). Since 5 May 2025, of domains that send more than 5,000 messages a day to outlook.com, hotmail.com
  and live.com: SPF, DKIM and DMARC are required (else "550 5.7.515"), the rest of its list is advice.

An item is as good as the worst of the diagnoses it rests on; what no look from here can tell is unknown, and where to
look is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsletter.models import Diagnosis, Health

_ALL = "Google, Yahoo, Microsoft"
_WORST: tuple[Health, ...] = ("ok", "unknown", "warn", "fail")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that providers ask for."""

    name: str
    who: str
    asks: str
    #: Diagnoses it rests on, by the beginning of their ids; none for what can't be seen from here.
    rests_on: tuple[str, ...] = ()
    #: Where to look, for what can't be seen from here.
    elsewhere: str = ""
    #: How the program sees to it, whatever the settings.
    by_us: str = ""


REQUIREMENTS = (
    Requirement("spf", _ALL, "SPF passes for the envelope sender's domain", ("dns.spf",)),
    Requirement("dkim", _ALL, "a valid DKIM signature, of 1024 bits at least (2048 advised)", ("dns.dkim", "dkim.")),
    Requirement("dmarc", _ALL, "a DMARC record, p=none at least", ("dns.dmarc",)),
    Requirement(
        "alignment",
        _ALL,
        "From is aligned with SPF or DKIM (Microsoft: with both, if possible), so it is no address at gmail.com and "
        "the like",
        ("dns.alignment",),
    ),
    Requirement(
        "unsubscribe",
        "Google, Yahoo",
        "one-click unsubscribing (RFC 8058) by an https link, signed; Microsoft advises a link that works",
        ("links.base", "dns.dkim"),
    ),
    Requirement(
        "link",
        _ALL,
        "a link to unsubscribe that is easily seen in the message",
        elsewhere="`newsletter check N` looks for it in an issue",
    ),
    Requirement(
        "withdrawal",
        "Google, Yahoo",
        "unsubscribing takes effect within two days",
        by_us="at once: consent is read again at every attempt",
    ),
    Requirement(
        "format",
        "Google, Yahoo",
        "messages by RFC 5322 (Yahoo: RFC 5321, too)",
        by_us="every message is made so, with one From and a Message-ID of its own",
    ),
    Requirement("tls", "Google", "mail is handed over encrypted", ("relay.",)),
    Requirement(
        "ptr",
        "Google, Yahoo",
        "the sending address has a name (PTR) that leads back to it",
        ("relay-ptr.",),
        "ask whoever runs the relay: mail may leave from other addresses than it is taken at",
    ),
    Requirement(
        "complaints",
        "Google, Yahoo",
        "complaints below 0.3 % of what reached an inbox (Google: better below 0.1 %)",
        (),
        "see Google's Postmaster Tools, Yahoo's complaint feedback loop, Microsoft's SNDS and JMRP",
    ),
    Requirement(
        "replies",
        "Microsoft",
        "From, or Reply-To, is an address that takes replies (advice)",
        (),
        "write to it, and see whether it arrives",
    ),
    Requirement(
        "list",
        _ALL,
        "mail only to who asked for it; bounced addresses are taken out (Microsoft: advice)",
        (),
        "what the lists' consent rests on is known to you alone (`newsletter subscribers show ADDRESS`)",
    ),
)


def requirements(found: Sequence[Diagnosis]) -> list[Diagnosis]:
    """Each requirement as a diagnosis; `found` is all that was looked at before."""
    return [_judge(one, found) for one in REQUIREMENTS]


def _judge(one: Requirement, found: Sequence[Diagnosis]) -> Diagnosis:
    asked = f"{one.who}: {one.asks}"
    based = [item for item in found if item.id.startswith(one.rests_on)] if one.rests_on else []
    if one.name == "tls":
        based = [item for item in based if item.id.endswith(".tls")]
    name = f"providers.{one.name}"
    if one.by_us:
        return Diagnosis(name, "ok", f"{asked}: {one.by_us}")
    if not based:
        return Diagnosis(name, "unknown", "can't be seen from here", asked, one.elsewhere)
    worst = max(based, key=lambda item: _WORST.index(item.health))
    if worst.health == "ok":
        return Diagnosis(name, "ok", f"{asked}")
    said: Mapping[Health, str] = {"fail": "not so", "warn": "in part", "unknown": "not known"}
    return Diagnosis(name, worst.health, f"{said[worst.health]}: see {worst.id}", asked, one.elsewhere)
