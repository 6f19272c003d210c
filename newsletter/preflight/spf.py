"""SPF records read and evaluated (RFC 7208): the tree of a domain's record, and what it says of an address.

The whole tree is read, not only up to the first match, so that its lookups are counted as the worst address costs them
(4.6.4: ten at most, and two that find nothing). Macros depend on the message (7): what holds one is taken as "can't be
told", never as a match.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from newsletter.errors import LookupFailed

Result = Literal["pass", "fail", "softfail", "neutral", "none", "unknown"]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: RFC 7208, 4.6.4.
LOOKUPS, VOID, EXCHANGERS = 10, 2, 10
#: Where reading a record that goes over the limit ends.
_ENOUGH = 30
_RESULT: dict[str, Result] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_TERM = re.compile(
    r"([+?~-]?)([A-Za-z][A-Za-z0-9_.-]*)(?:([:=])([^\s/]*(?:/(?!/|\d+(?://\d+)?$)[^\s/]*)*))?((?:/\d+)?(?://\d+)?)"
)
_MECHANISMS = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")


class Lookup(Protocol):
    """The DNS. Each answers with nothing where there is no such record, and raises LookupFailed where none is known."""

    def txt(self, name: str) -> tuple[str, ...]: ...
    def addresses(self, name: str) -> tuple[str, ...]: ...
    def exchangers(self, name: str) -> tuple[str, ...]: ...


@dataclass(slots=True)
class Term:
    """A mechanism, with all that its evaluation looks up."""

    qualifier: str
    name: str
    networks: tuple[Network, ...] = ()
    #: Of an include.
    inner: Record | None = None
    #: It can't be told whether it matches.
    unclear: bool = False


@dataclass(slots=True)
class Record:
    """A domain's record and those it includes."""

    domain: str
    #: As published; None where there is none.
    text: str | None = None
    terms: list[Term] = field(default_factory=list)
    redirect: Record | None = None
    #: It redirects to where is not known from here.
    unclear: bool = False


@dataclass(slots=True)
class Spf:
    """What reading a domain's SPF came to."""

    record: Record
    #: Lookups that the worst address costs, and those that found nothing.
    lookups: int = 0
    void: int = 0
    #: What makes receivers see an error (permerror, 2.6.7) instead of a result.
    faults: list[str] = field(default_factory=list)
    #: What could not be asked.
    unasked: list[str] = field(default_factory=list)

    @property
    def last(self) -> str | None:
        """The qualifier of its `all`, through redirects; None where it has none."""
        record: Record | None = self.record
        while record is not None:
            for term in record.terms:
                if term.name == "all":
                    return term.qualifier
            record = record.redirect
        return None

    def result(self, address: str) -> Result:
        """What receivers make of mail from an address."""
        if self.record.text is None:
            return "none"
        return _result(self.record, ipaddress.ip_address(address))


def read(domain: str, dns: Lookup) -> Spf:
    """Read the record of a domain. Raises LookupFailed where it is not known whether there is one."""
    found = Spf(Record(domain))
    reader = _Reader(found, dns)
    reader.read(found.record, dns.txt(domain), ())
    if found.lookups > LOOKUPS:
        found.faults.append(f"needs {found.lookups} lookups, and receivers stop after {LOOKUPS}")
    if found.void > VOID:
        found.faults.append(f"{found.void} of its lookups find nothing, and receivers bear {VOID}")
    return found


class _Reader:
    def __init__(self, found: Spf, dns: Lookup) -> None:
        self._found, self._dns = found, dns

    def read(self, record: Record, texts: Iterable[str], above: tuple[str, ...]) -> None:
        """Fill a record from the TXT records of its domain; `above` are the domains that led here."""
        own = [text for text in texts if re.match(r"v=spf1(?: |$)", text, re.IGNORECASE)]
        if len(own) > 1:
            self._fault(f"{record.domain} has {len(own)} SPF records, and only one may be there")
        if not own:
            if above:
                self._fault(f"{record.domain}, which it includes, has no SPF record")
            return
        record.text = own[0]
        redirect = None
        for word in own[0].split()[1:]:
            match = _TERM.fullmatch(word)
            if match is None:
                self._fault(f"“{word}” can't be read")
            elif match[3] == "=":
                if match[2].lower() == "redirect":
                    redirect = match[4]
            elif (name := match[2].lower()) not in _MECHANISMS:
                self._fault(f"“{word}” is no mechanism")
            else:
                term = Term(match[1] or "+", name)
                self._term(term, match[4] or "", match[5] or "", record.domain, (*above, record.domain))
                record.terms.append(term)
                if name == "all":
                    return  # what follows is never looked at (5.1), a redirect neither (6.1)
        if redirect is not None:
            record.redirect, record.unclear = self._follow(redirect, (*above, record.domain))

    def _term(self, term: Term, value: str, length: str, domain: str, above: tuple[str, ...]) -> None:
        if term.name in ("ip4", "ip6"):
            try:
                network = ipaddress.ip_network(value + length, strict=False)
            except ValueError:
                self._fault(f"“{term.name}:{value}{length}” is no address")
            else:
                if network.version == int(term.name[2]):
                    term.networks = (network,)
                else:
                    self._fault(f"“{term.name}:{value}{length}” is an address of the other kind")
        elif term.name == "include":
            if not value:
                self._fault("an include names nothing")
            else:
                term.inner, term.unclear = self._follow(value, above)
        elif term.name != "all":
            self._hosts(term, value or domain, length)

    def _follow(self, domain: str, above: tuple[str, ...]) -> tuple[Record | None, bool]:
        """The record that an include or a redirect names; or None, and whether that leaves the result open."""
        self._found.lookups += 1
        if "%" in domain:
            return None, True
        if domain.lower() in (name.lower() for name in above):
            self._fault(f"{domain} includes itself")
            return None, False
        if self._found.lookups > _ENOUGH:
            return None, True
        record = Record(domain)
        try:
            texts = self._dns.txt(domain)
        except LookupFailed as error:
            self._found.unasked.append(str(error))
            return None, True
        self._found.void += not texts
        self.read(record, texts, above)
        return record, False

    def _hosts(self, term: Term, domain: str, length: str) -> None:
        """The addresses that a, mx, ptr and exists stand for."""
        self._found.lookups += 1
        if term.name in ("ptr", "exists") or "%" in domain or self._found.lookups > _ENOUGH:
            term.unclear = True
            return
        try:
            hosts: tuple[str, ...] = (domain,)
            if term.name == "mx":
                hosts = self._dns.exchangers(domain)
                if len(hosts) > EXCHANGERS:
                    self._fault(f"{domain} has {len(hosts)} mail exchangers, and {EXCHANGERS} are the most")
            found = [address for host in hosts[:EXCHANGERS] for address in self._dns.addresses(host)]
        except LookupFailed as error:
            self._found.unasked.append(str(error))
            term.unclear = True
            return
        self._found.void += not found
        v4, _, v6 = length.partition("//")
        lengths = {4: v4.removeprefix("/") or "32", 6: v6 or "128"}
        try:
            term.networks = tuple(
                ipaddress.ip_network(f"{address}/{lengths[ipaddress.ip_address(address).version]}", strict=False)
                for address in found
            )
        except ValueError:
            self._fault(f"“{term.name}{length}” has an impossible length")

    def _fault(self, words: str) -> None:
        if words not in self._found.faults:
            self._found.faults.append(words)


def _result(record: Record, address: Address) -> Result:
    for term in record.terms:
        if term.unclear:
            return "unknown"
        if term.inner is not None:
            inner = _result(term.inner, address)
            if inner == "unknown":
                return inner
            matched = inner == "pass"
        else:
            matched = term.name == "all" or any(address in network for network in term.networks)
        if matched:
            return _RESULT[term.qualifier]
    if record.unclear:
        return "unknown"
    return _result(record.redirect, address) if record.redirect else "neutral"
