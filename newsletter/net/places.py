"""Where a request may go: addresses taken apart, and IP addresses told to be public or not. Pure.

What counts as public is IANA's registries as `ipaddress` knows them (is_global), minus multicast, and for IPv6 forms
that carry an IPv4 address (mapped, compatible, 6to4, NAT64) the one they carry: a packet ends up there. Teredo is
refused whole, and so is NAT64's prefix for local use, where only the network knows which of its bits are the address.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from newsletter import urls
from newsletter.errors import FetchRefused

IP = ipaddress.IPv4Address | ipaddress.IPv6Address

_PORTS = {"http": 80, "https": 443}
#: Ports below this one are other services' (mail, SSH, …), but for the Web's own.
_FREE_PORTS = 1024
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_NOT_PUBLIC = (
    ipaddress.IPv6Network("fec0::/10"),  # site-local, deprecated (RFC 3879); older Pythons call it global
    ipaddress.IPv6Network("2001::/32"),  # Teredo
    ipaddress.IPv6Network("64:ff9b:1::/48"),  # NAT64 of a network's own (RFC 8215)
    ipaddress.IPv6Network("3fff::/20"),  # documentation (RFC 9637)
    ipaddress.IPv4Network("192.0.0.0/24"),  # protocols' own (RFC 6890); older Pythons call most of it global
    ipaddress.IPv6Network("5f00::/16"),  # segment routing (RFC 9602)
    ipaddress.IPv4Network("192.88.99.0/24"),  # 6to4 relays, deprecated (RFC 7526)
)
#: A name and password, in whatever is no address otherwise.
_LOGIN = re.compile(r"//[^/?#]*@")
_SAFE = "/%:@!$&'()*+,;=~-._?"


@dataclass(frozen=True, slots=True)
class Place:
    """An address taken apart: what to connect to, and what to ask for there."""

    scheme: str
    #: In lower case and A-labels, an IPv6 address without brackets.
    host: str
    port: int
    #: Path and query, escaped.
    target: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, the port only where it is not the scheme's own."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{name}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")

    @property
    def url(self) -> str:
        return self.origin + self.target


def place(url: str, base: str | None = None) -> Place:
    """The place that an address names (relative to `base`). Raises FetchRefused for what is never fetched."""
    text = url.strip()
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        scheme, port = parts.scheme.lower(), parts.port
    except ValueError:
        shown = _LOGIN.sub("//", url)[:200]
        raise FetchRefused(shown, "not an address; expected one such as https://example.org/page") from None
    if parts.username is not None or parts.password is not None:
        shown = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        raise FetchRefused(shown, "the address carries a name or password; take them out of it")
    if scheme not in _PORTS:
        found = f"the scheme {scheme}:" if scheme else "no scheme"
        raise FetchRefused(url, f"{found}; only http and https are fetched")
    name = urls.host(f"{scheme}://{parts.netloc}/")
    if name is None or len(text) > urls.MAX_LENGTH:
        raise FetchRefused(url[:200], "not an address; expected one such as https://example.org/page")
    target = _escaped(parts.path or "/") + (f"?{_escaped(parts.query)}" if parts.query else "")
    named = Place(scheme, name.strip("[]"), port or _PORTS[scheme], target)
    if len(named.url) > urls.MAX_LENGTH:
        raise FetchRefused(url[:200], f"an address of more than {urls.MAX_LENGTH:,} characters")
    return named


def why_not_port(port: int) -> str | None:
    """Why a port of a host that is not allowed by name is not asked; None if it may be."""
    if port in _PORTS.values() or port >= _FREE_PORTS:
        return None
    return f"port {port} belongs to another service than the Web"


def why_not(address: str) -> str | None:
    """Why an IP address must not be connected to; None for a public one. Raises ValueError for what is none."""
    ip: IP = ipaddress.ip_address(address.partition("%")[0])
    carried = _carried(ip)
    if carried is not None and not _public(carried):
        return f"{ip} stands for {carried}, which is {_kind(carried)}"
    if carried is None and not _public(ip):
        return f"{ip} is {_kind(ip)}"
    return None


def _carried(ip: IP) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside an IPv6 one."""
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip in _SIX_TO_FOUR:
        return ip.sixtofour
    if ip in _NAT64 or (ip in _COMPATIBLE and int(ip) > 1):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def _public(ip: IP) -> bool:
    return (
        ip.is_global
        and not ip.is_multicast
        and not ip.is_reserved
        and not any(ip in network for network in _NOT_PUBLIC if network.version == ip.version)
    )


def _kind(ip: IP) -> str:
    for kind, name in (
        ("is_unspecified", "no host's address"),
        ("is_loopback", "this machine"),
        ("is_link_local", "link-local"),
        ("is_multicast", "multicast"),
        ("is_private", "on a private network"),
    ):
        if getattr(ip, kind):
            return name
    return "not public"


def _escaped(text: str) -> str:
    return quote(text.encode("utf-8", "ignore"), safe=_SAFE)
