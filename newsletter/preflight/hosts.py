"""What an address shows of itself: scheme, host, and whether a reader can reach it at all."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

#: RFC 2606 and 6761: names for documentation and tests, which no reader can reach.
_RESERVED = re.compile(r"(^|\.)(example\.(com|net|org)|example|test|invalid)$")
_LOOPBACK = re.compile(r"(^|\.)localhost$")
_LOCAL = re.compile(r"(^|\.)(localdomain|local|internal|lan)$")
#: Shorteners anyone may use: their domains stand on block lists because spam hides behind them.
SHORTENERS = frozenset(
    {"bit.ly", "t.co", "tinyurl.com", "goo.gl", "ow.ly", "buff.ly", "is.gd", "lnkd.in", "cutt.ly", "rb.gy", "t.ly"}
)


def split(address: str) -> SplitResult | None:
    """The parts of an address; None where it is malformed (an open IPv6 bracket, say)."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 (raises for a port that is no number)
    except ValueError:
        return None
    return parts


def scheme(address: str) -> str:
    """Lower-case scheme, "" where there is none."""
    parts = split(address)
    return parts.scheme if parts else ""


def host(address: str) -> str | None:
    """Lower-case host name, None where there is none."""
    parts = split(address)
    return parts.hostname if parts else None


def port(address: str) -> int | None:
    """The port, the scheme's own where none is stated; None where there is none."""
    parts = split(address)
    return (parts.port or {"http": 80, "https": 443}.get(parts.scheme)) if parts else None


def is_loopback(name: str) -> bool:
    """Whether a host means whatever machine asks: a reader's own, for a link in a mail."""
    address = _address(name)
    return address.is_loopback or address.is_unspecified if address else bool(_LOOPBACK.search(name))


def is_private(name: str) -> bool:
    """Whether a host can be reached from one network only; this machine counts."""
    address = _address(name)
    return not address.is_global if address else is_loopback(name) or bool(_LOCAL.search(name))


def is_reserved(name: str) -> bool:
    """Whether a host is one of the names kept for documentation and tests."""
    return bool(_RESERVED.search(name))


def related(one: str, other: str) -> bool:
    """Whether two hosts are the same, or one is a subdomain of the other."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
