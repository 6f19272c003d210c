"""Web addresses in one form, so that the same page has one address: `canonical` is what articles are told apart by.

Only http and https; host in lower case and A-labels (RFC 5890), no default port, no credentials, no fragment, no
tracking parameters. The order of the other parameters is kept: it can matter to the server.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import idna

#: Longer addresses are refused; the longest that servers and mail clients handle everywhere is about 2,000.
MAX_LENGTH = 4096

_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "vero_", "oly_")
_TRACKING_NAMES = frozenset(
    """
    gclid gclsrc dclid gbraid wbraid fbclid msclkid yclid twclid ttclid li_fat_id igshid igsh mc_cid mc_eid mkt_tok
    _hsenc _hsmi __hssc __hstc _ga _gl s_cid cmpid ck_subscriber_id sc_cid wickedid ref_src ref_url spm
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)
#: What the WHATWG URL standard removes before it parses: tab and newlines anywhere, controls and spaces at the ends.
_INNER_JUNK = re.compile("[\t\n\r]")
_EDGE_JUNK = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Characters left alone in a path or query (RFC 3986 sub-delims, and % for what is escaped already).
_SAFE = "/%:@!$&'()*+,;=~-._?"


def canonical(url: str, base: str | None = None) -> str | None:
    """The address in its one form, resolved against `base`; None when it is no http(s) address."""
    text = _INNER_JUNK.sub("", url).strip(_EDGE_JUNK)
    if not text or len(text) > MAX_LENGTH:
        return None
    try:
        if base and not _SCHEME.match(text):
            text = urljoin(base, text)
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    name = _ascii_host(parts.hostname or "")
    if scheme not in _DEFAULT_PORTS or not name:
        return None
    netloc = name if port is None or port == _DEFAULT_PORTS[scheme] else f"{name}:{port}"
    return urlunsplit((scheme, netloc, _escape(parts.path) or "/", _escape(_without_tracking(parts.query)), ""))


def host(url: str) -> str | None:
    """The address's host in lower case and A-labels, without port; None when it is no http(s) address."""
    clean = canonical(url)
    return urlsplit(clean).hostname if clean else None


def _without_tracking(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair and not _is_tracking(pair.partition("=")[0].lower()))


def _is_tracking(name: str) -> bool:
    return name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES)


def _escape(text: str) -> str:
    return quote(text.encode("utf-8", "ignore"), safe=_SAFE)


def _ascii_host(name: str) -> str | None:
    name = name.lower().rstrip(".")
    if name.isascii():
        return name if re.fullmatch(r"[a-z0-9._\-]+|[0-9a-f:.]*:[0-9a-f:.]*", name) and ":" not in name else _ipv6(name)
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return None


def _ipv6(name: str) -> str | None:
    return f"[{name}]" if re.fullmatch(r"[0-9a-f:.]*:[0-9a-f:.]*", name) else None
