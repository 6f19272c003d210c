"""Questions to the DNS: text, addresses, mail exchangers and the names of addresses.

"There is no such record" is an answer (an empty one); a server that fails, or none that answers in time, is an error
(LookupFailed), for then nothing is known. Answers are kept for the life of a resolver: a run asks each question once.
"""

from __future__ import annotations

import ipaddress
from typing import Any

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
import dns.reversename

from newsletter.errors import LookupFailed

#: Seconds for one question, all of a resolver's servers and tries together.
SECONDS = 6.0


class Resolver:
    """Asks the system's DNS servers, or the one at `server` ("ADDRESS" or "ADDRESS:PORT", "[IPv6]:PORT").

    Raises ValueError for a server that is no address.
    """

    def __init__(self, server: str | None = None, *, seconds: float = SECONDS) -> None:
        self._server = _split(server) if server else None
        self._seconds = seconds
        self._known: dict[tuple[str, str], tuple[Any, ...] | LookupFailed] = {}
        self._made: dns.resolver.Resolver | None = None

    def txt(self, name: str) -> tuple[str, ...]:
        """The TXT records there, each with its strings joined (RFC 7208, 3.3). Raises LookupFailed."""
        found = self._ask(name, "TXT")
        return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in found)

    def addresses(self, name: str) -> tuple[str, ...]:
        """IPv4 and IPv6 addresses of a host. Raises LookupFailed."""
        return tuple(str(record.address) for kind in ("A", "AAAA") for record in self._ask(name, kind))

    def exchangers(self, name: str) -> tuple[str, ...]:
        """The hosts that take a domain's mail, the most wanted first. Raises LookupFailed."""
        found = sorted(self._ask(name, "MX"), key=lambda record: record.preference)
        return tuple(record.exchange.to_text(omit_final_dot=True) for record in found)

    def names(self, address: str) -> tuple[str, ...]:
        """The names of an IP address (PTR). Raises LookupFailed, ValueError for what is no address."""
        reverse = dns.reversename.from_address(str(ipaddress.ip_address(address))).to_text()
        return tuple(record.target.to_text(omit_final_dot=True) for record in self._ask(reverse, "PTR"))

    def _ask(self, name: str, kind: str) -> tuple[Any, ...]:
        key = name.lower().rstrip("."), kind
        if key not in self._known:
            self._known[key] = self._answer(*key)
        found = self._known[key]
        if isinstance(found, LookupFailed):
            raise found
        return found

    def _answer(self, name: str, kind: str) -> tuple[Any, ...] | LookupFailed:
        try:
            asked = dns.name.from_text(name)
            return tuple(self._resolver.resolve(asked, kind, lifetime=self._seconds, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.Timeout, dns.resolver.NoNameservers):
            return LookupFailed(name, kind, "no server gave an answer")
        except dns.exception.DNSException as error:
            return LookupFailed(name, kind, str(error) or type(error).__name__)
        except OSError as error:
            return LookupFailed(name, kind, error.strerror or str(error))

    @property
    def _resolver(self) -> dns.resolver.Resolver:
        if self._made is None:
            self._made = dns.resolver.Resolver(configure=self._server is None)
            if self._server:
                self._made.nameservers, self._made.port = [self._server[0]], self._server[1]
        return self._made


def _split(server: str) -> tuple[str, int]:
    """Address and port of "192.0.2.1", "192.0.2.1:5353", "2001:db8::1" or "[2001:db8::1]:53"."""
    host, port = server, "53"
    if server.startswith("["):
        host, _, rest = server[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif server.count(":") == 1:
        host, _, port = server.partition(":")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"found {server!r}, expected ADDRESS or ADDRESS:PORT")
    return str(ipaddress.ip_address(host)), int(port)
