"""DKIM and DMARC records as published, read (RFC 6376, 3.6.1; RFC 7489, 6.3), and whose organisation a domain is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import tld

from newsletter.preflight.spf import Lookup

_POLICIES = ("none", "quarantine", "reject")


def organisation(domain: str) -> str:
    """The domain as its owner registered it (RFC 7489, 3.2): one label below a public suffix.

    By the Public Suffix List that the `tld` library carries; private suffixes count (whoever has a name below
    github.io is an organisation). A suffix, and a name in no list, stand for themselves or their last two labels.
    """
    domain = domain.lower().rstrip(".")
    found = tld.get_fld(f"https://{domain}", fail_silently=True, search_private=True)
    if found:
        return str(found)
    known = tld.is_tld(domain, search_private=True)
    return domain if known else ".".join(domain.split(".")[-2:])


def aligned(sender: str, other: str, *, strict: bool) -> bool:
    """Whether `other` speaks for the From domain (RFC 7489, 3.1)."""
    return sender == other if strict else organisation(sender) == organisation(other)


def tags(record: str) -> list[tuple[str, str]]:
    """The "name=value" pairs of a tag list (RFC 6376, 3.2), in order; what is no pair has the name ""."""
    pairs = []
    for part in record.split(";"):
        name, sign, value = part.partition("=")
        if part.strip():
            pairs.append((name.strip() if sign else "", value.strip() if sign else part.strip()))
    return pairs


@dataclass(frozen=True, slots=True)
class Dmarc:
    """The DMARC record that holds for a domain."""

    #: As published; None where there is none.
    text: str | None
    #: Where it was found, without "_dmarc.".
    domain: str
    #: none, quarantine or reject: what receivers do with mail that fails; a subdomain's own where the record says so.
    policy: str = "none"
    percent: int = 100
    strict_dkim: bool = False
    strict_spf: bool = False
    #: Where reports go.
    reports: str = ""
    #: Why receivers ignore it, or a part of it.
    faults: tuple[str, ...] = ()


def dmarc(domain: str, dns: Lookup) -> Dmarc:
    """The record at the domain, or at its organisation's (RFC 7489, 6.6.3). Raises LookupFailed."""
    own = organisation(domain)
    for place in dict.fromkeys((domain, own)):
        texts = [text for text in dns.txt(f"_dmarc.{place}") if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text)]
        if len(texts) > 1:
            return Dmarc(texts[0], place, faults=(f"{len(texts)} DMARC records, which counts as none",))
        if texts:
            return _read_dmarc(texts[0], place, below=place != domain)
    return Dmarc(None, own)


def _read_dmarc(text: str, place: str, *, below: bool) -> Dmarc:
    found, faults = {}, []
    for name, value in tags(text):
        if not name:
            faults.append(f"“{value}” is no name=value")
        elif name.lower() in found:
            faults.append(f"{name} stands twice")
        else:
            found[name.lower()] = value
    policy = found.get("p", "").lower()
    if policy not in _POLICIES:
        said = f"p={found['p']}" if "p" in found else "no p="
        faults.append(f"{said}, expected p=none, p=quarantine or p=reject")
        policy = "none"
    if below and found.get("sp", "").lower() in _POLICIES:
        policy = found["sp"].lower()
    percent = found.get("pct", "100")
    if not percent.isdigit() or int(percent) > 100:
        faults.append(f"pct={percent}, expected 0 to 100")
        percent = "100"
    return Dmarc(
        text,
        place,
        policy,
        int(percent),
        found.get("adkim", "r").lower() == "s",
        found.get("aspf", "r").lower() == "s",
        found.get("rua", ""),
        tuple(faults),
    )


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """What verifiers find at SELECTOR._domainkey.DOMAIN, held against the private key."""

    name: str
    #: A key is there, whoever's.
    there: bool
    #: It is the private key's other half.
    matches: bool = False
    #: The domain says that it is only testing (t=y).
    testing: bool = False
    faults: tuple[str, ...] = field(default=())


def key(name: str, expected: str, texts: Sequence[str]) -> PublishedKey:
    """Read the TXT records at `name`; `expected` is the record as it should be."""
    if not texts:
        return PublishedKey(name, there=False)
    if len(texts) > 1:
        return PublishedKey(name, there=True, faults=(f"{len(texts)} records, of which verifiers may take any",))
    pairs, ours = tags(texts[0]), dict(tags(expected))
    found, faults = dict(pairs), []
    if "v" in found and pairs[0] != ("v", "DKIM1"):
        faults.append("v=DKIM1 is not its first tag")
    if found.get("k", "rsa") != ours["k"]:
        faults.append(f"it is of kind {found.get('k', 'rsa')}, and the private key {ours['k']}")
    published = re.sub(r"\s+", "", found.get("p", ""))
    if "p" not in found:
        faults.append("no key in it (p=)")
    elif not published:
        faults.append("the key was revoked (p= is empty)")
    elif published != ours["p"]:
        faults.append("another key than the private one's")
    if "h" in found and "sha256" not in _list(found["h"]):
        faults.append(f"h={found['h']} leaves out sha256")
    if "s" in found and not {"*", "email"} & set(_list(found["s"])):
        faults.append(f"s={found['s']} is not for mail")
    return PublishedKey(name, True, published == ours["p"], "y" in _list(found.get("t", "")), tuple(faults))


def _list(value: str) -> list[str]:
    return [part.strip() for part in value.split(":")]
