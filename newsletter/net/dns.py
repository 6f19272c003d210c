"""Questions to the DNS: text, addresses, mail exchangers and the names of addresses.

"There is no such record" is an answer (an empty one); a server that fails, or none that answers in time, is an error
(LookupFailed), for then nothing is known. Answers are kept for the life of a resolver: a run asks each question once.

A run's patience is one for all: a server from which nothing ever came is asked nothing more, and what is waited for in
vain is at most SECONDS of the clock together, however many questions stay without an answer. Known questions go out at
once (`ask_ahead`), so that waiting for all of them is waiting for one.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
import dns.reversename

from newsletter.errors import LookupFailed

#: Seconds that are waited for nothing, all questions together, and for one of them, all servers and tries together.
SECONDS = 5.0
_ONE = 3.0

#: Questions that are out at once.
_AT_ONCE = 16


class Resolver:
    """Asks the system's DNS servers, or the one at `server` ("ADDRESS" or "ADDRESS:PORT", "[IPv6]:PORT").

    Raises ValueError for a server that is no address.
    """

    def __init__(self, server: str | None = None, *, seconds: float | None = None) -> None:
        self._server = _split(server) if server else None
        self._left = SECONDS if seconds is None else seconds
        self._one = min(_ONE, self._left)
        self._known: dict[tuple[str, str], tuple[Any, ...] | LookupFailed] = {}
        self._made: dns.resolver.Resolver | None = None
        self._lock = threading.Lock()
        #: Anything came from a server, a refusal included.
        self._heard = False
        self._gave_up = False
        #: Up to when waiting in vain has been counted.
        self._counted = 0.0

    @property
    def silence(self) -> str | None:
        """What is to be said where no server ever answered; None where one did, or nothing was asked."""
        if not self._gave_up or self._heard:
            return None
        port = "" if self._resolver.port == 53 else f":{self._resolver.port}"
        servers = [
            f"[{one}]{port}" if port and ":" in str(one) else f"{one}{port}" for one in self._resolver.nameservers
        ]
        return f"no answer from DNS server {', '.join(servers)} within {self._one:g} s"

    def ask_ahead(self, texts: Iterable[str], addresses: Iterable[str] = ()) -> None:
        """Ask all at once: TXT records of names, and the names of IP addresses. What comes of it is kept."""
        wanted = [(name, "TXT") for name in texts] + [(_reverse(address), "PTR") for address in addresses]
        if not wanted:
            return
        with ThreadPoolExecutor(min(len(wanted), _AT_ONCE)) as threads:
            for one in [threads.submit(self._look_up, *question) for question in wanted]:
                one.result()

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
        return tuple(record.target.to_text(omit_final_dot=True) for record in self._ask(_reverse(address), "PTR"))

    def _ask(self, name: str, kind: str) -> tuple[Any, ...]:
        found = self._look_up(name, kind)
        if isinstance(found, LookupFailed):
            raise found
        return found

    def _look_up(self, name: str, kind: str) -> tuple[Any, ...] | LookupFailed:
        key = name.lower().rstrip("."), kind
        if key not in self._known:
            self._known[key] = self._answer(*key)
        return self._known[key]

    def _answer(self, name: str, kind: str) -> tuple[Any, ...] | LookupFailed:
        if self._left <= 0 or (self._gave_up and not self._heard):
            return LookupFailed(name, kind, "no answer")
        seconds, began = min(self._one, self._left), time.monotonic()
        try:
            asked = dns.name.from_text(name)
            found = tuple(self._resolver.resolve(asked, kind, lifetime=seconds, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            found = ()
        except dns.exception.Timeout:
            self._in_vain(began)
            return LookupFailed(name, kind, "no answer")
        except dns.resolver.NoNameservers:
            self._heard = True
            return LookupFailed(name, kind, "no server gave an answer")
        except dns.exception.DNSException as error:
            return LookupFailed(name, kind, str(error) or type(error).__name__)
        except OSError as error:
            return LookupFailed(name, kind, error.strerror or str(error))
        self._heard = True
        return found

    def _in_vain(self, began: float) -> None:
        """Nothing came since `began`; what questions waited side by side counts once."""
        with self._lock:
            now = time.monotonic()
            self._left -= now - max(began, self._counted)
            self._counted, self._gave_up = now, True

    @property
    def _resolver(self) -> dns.resolver.Resolver:
        with self._lock:
            if self._made is None:
                self._made = dns.resolver.Resolver(configure=self._server is None)
                if self._server:
                    self._made.nameservers, self._made.port = [self._server[0]], self._server[1]
            return self._made


def _reverse(address: str) -> str:
    return dns.reversename.from_address(str(ipaddress.ip_address(address))).to_text()


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
