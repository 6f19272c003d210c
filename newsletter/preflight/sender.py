"""What the DNS says of the sender → diagnoses: SPF, DKIM, DMARC, and whether From is aligned with them.

Pure but for the questions, which a `spf.Lookup` answers. Sources: RFC 7208 (SPF), 6376 and 8301 (DKIM), 7489 (DMARC).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsletter.errors import LookupFailed
from newsletter.models import Diagnosis, Health
from newsletter.preflight import published, spf
from newsletter.preflight.checkup import Dns


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, as the settings have it. Domains in A-labels."""

    #: Of the From address.
    domain: str
    #: Of the envelope sender, which SPF is about.
    envelope: str
    #: "selector._domainkey.domain" → (domain, the record it needs).
    keys: Mapping[str, tuple[str, str]]
    #: IP addresses of the relays.
    relays: Sequence[str] = ()


def look(sender: Sender, dns: spf.Lookup) -> tuple[list[Diagnosis], Dns | None]:
    """All about the sender's records, and the same for preflight (None where the DNS did not answer all)."""
    found: list[Diagnosis] = []
    spf_text, policy, keys = None, None, {}
    try:
        spf_text = _spf(sender, dns, found)
    except LookupFailed as error:
        found.append(_unasked("dns.spf", error))
    for name, (_, record) in sender.keys.items():
        try:
            keys[name] = published.key(name, record, dns.txt(name))
            found.append(_key(keys[name], record))
        except LookupFailed as error:
            found.append(_unasked(f"dns.dkim.{name}", error))
    if not sender.keys:
        mend = "`newsletter dkim new DOMAIN --selector S`; nothing, if the relay signs"
        found.append(Diagnosis("dns.dkim", "warn", "nothing is signed here", "a [[dkim]] table", mend))
    try:
        policy = published.dmarc(sender.domain, dns)
        found.append(_dmarc(sender, policy))
        found.append(_alignment(sender, policy, spf_text, keys))
    except LookupFailed as error:
        found.append(_unasked("dns.dmarc", error))
    if policy is None or spf_text is None or len(keys) < len(sender.keys):
        return found, None
    there = {name: key.there for name, key in keys.items()}
    return found, Dns(spf_text or None, policy.text, policy.domain, there)


def _unasked(name: str, error: LookupFailed) -> Diagnosis:
    return Diagnosis(name, "unknown", str(error), "an answer", "is there a way to a DNS server? [net] dns names one")


def _spf(sender: Sender, dns: spf.Lookup, found: list[Diagnosis]) -> str:
    """The record's text, "" for none; what there is to say of it goes into `found`."""
    seen = spf.read(sender.envelope, dns)
    text = seen.record.text
    if text is None and not seen.faults:
        say = f"{sender.envelope} has no SPF record"
        found.append(Diagnosis("dns.spf", "fail", say, "v=spf1 …", "publish one that names your relay, ending in ~all"))
        return ""
    cost = f"{text} ({seen.lookups} of {spf.LOOKUPS} lookups)"
    if seen.faults:
        say = f"{cost}: {'; '.join(seen.faults)}"
        found.append(Diagnosis("dns.spf", "fail", say, "a record that receivers can evaluate", "mend it in the DNS"))
    elif seen.last == "+":
        say = f"{cost}: it lets anybody send"
        found.append(Diagnosis("dns.spf", "fail", say, "~all or -all at its end", "end it with ~all"))
    elif seen.unasked:
        found.append(Diagnosis("dns.spf", "unknown", f"{cost}; {seen.unasked[0]}", "answers", "try again"))
    elif seen.last in (None, "?"):
        say = f"{cost}: it says nothing of other senders"
        found.append(Diagnosis("dns.spf", "warn", say, "~all or -all at its end", "end it with ~all"))
    else:
        found.append(Diagnosis("dns.spf", "ok", cost))
    found.append(_allowed(sender, seen))
    return text or ""


def _allowed(sender: Sender, seen: spf.Spf) -> Diagnosis:
    """Whether the relay's address may send. Mail may leave from another one than the relay takes it at."""
    name, public = "dns.spf.relay", [one for one in sender.relays if ipaddress.ip_address(one).is_global]
    if not public:
        why = "the relay's public address is not known from here"
        return Diagnosis(name, "unknown", why, "the address that mail leaves from is allowed", "ask whoever runs it")
    if seen.faults or seen.record.text is None:
        return Diagnosis(name, "unknown", "no record that can be evaluated", "pass", "mend SPF first")
    results = {address: seen.result(address) for address in public}
    said = ", ".join(f"{address}: {result}" for address, result in results.items())
    if all(result == "pass" for result in results.values()):
        return Diagnosis(name, "ok", said)
    health: Health = "unknown" if "unknown" in results.values() else "warn"
    mend = "add what the relay's operator says to the record; mail may leave from other addresses than this"
    return Diagnosis(name, health, said, "pass", mend)


def _key(key: published.PublishedKey, record: str) -> Diagnosis:
    name = f"dns.dkim.{key.name}"
    if not key.there:
        return Diagnosis(name, "fail", "no key is published", record, "publish it (`newsletter dkim show`)")
    if key.faults:
        return Diagnosis(name, "fail", "; ".join(key.faults), record, "publish that (`newsletter dkim show`)")
    if key.testing:
        return Diagnosis(name, "warn", "published, and marked as a test (t=y)", record, "take t=y out")
    return Diagnosis(name, "ok", "published, and the private key's other half")


def _dmarc(sender: Sender, policy: published.Dmarc) -> Diagnosis:
    name, at = "dns.dmarc", f"_dmarc.{policy.domain}"
    if policy.text is None:
        say, want = f"{sender.domain} has no DMARC record", "v=DMARC1; p=none; rua=mailto:…"
        return Diagnosis(name, "fail", say, want, f"publish it at {at}")
    if policy.faults:
        say = f"{policy.text}: {'; '.join(policy.faults)}"
        return Diagnosis(name, "fail", say, "one record: v=DMARC1; p=…", f"mend it at {at}")
    say = f"{policy.text} (at {at})"
    if not policy.reports:
        return Diagnosis(name, "warn", f"{say}: no reports are asked for", "rua=mailto:…", "add rua, and read them")
    if policy.policy == "none":
        then = "later p=quarantine, once the reports show that all your mail passes"
        return Diagnosis(name, "ok", f"{say}: receivers are asked to do nothing", mend=then)
    return Diagnosis(name, "ok", say if policy.percent == 100 else f"{say}: for {policy.percent}% of what fails")


def _alignment(
    sender: Sender, policy: published.Dmarc, spf_text: str | None, keys: Mapping[str, published.PublishedKey]
) -> Diagnosis:
    """DMARC passes when DKIM or SPF passes for the From domain; DKIM outlives forwarding, SPF does not."""
    name = "dns.alignment"
    good = {key for key, seen in keys.items() if seen.there and not seen.faults}
    signing = [domain for key, (domain, _) in sender.keys.items() if key in good]
    by_dkim = [d for d in signing if published.aligned(sender.domain, d, strict=policy.strict_dkim)]
    by_spf = bool(spf_text) and published.aligned(sender.domain, sender.envelope, strict=policy.strict_spf)
    if by_dkim:
        also = ", and by SPF" if by_spf else ""
        return Diagnosis(name, "ok", f"From {sender.domain} is aligned by DKIM ({by_dkim[0]}){also}")
    want = f"a signature by {sender.domain}"
    if by_spf:
        say = f"From {sender.domain} is aligned by SPF only ({sender.envelope}), which forwarding breaks"
        waits = any(published.aligned(sender.domain, domain, strict=False) for domain, _ in sender.keys.values())
        mend = "publish its key" if waits else f"`newsletter dkim new {sender.domain} --selector S`"
        return Diagnosis(name, "warn", say, want, mend)
    domains = ", ".join(dict.fromkeys([*signing, sender.envelope]))
    say = f"From is {sender.domain}, and what speaks for the mail is {domains}"
    health: Health = "unknown" if len(keys) < len(sender.keys) or spf_text is None else "fail"
    return Diagnosis(name, health, say, want, f"sign with a key of {sender.domain}, or send bounces to it")
