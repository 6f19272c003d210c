"""Web addresses in one form, so that the same page has one address: `canonical` is what is fetched and linked to, `key`
is what articles are told apart by.

Only http and https; host in lower case and A-labels (RFC 5890), no default port, no credentials, no fragment, no
tracking parameters. The order of the other parameters is kept: it can matter to the server. The key forgets more: the
scheme, "www", phones' hosts, AMP in its several shapes, index pages and slashes at the end.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import idna

#: Longer addresses are refused, escapes counted: the longest that servers and mail clients handle everywhere is about
#: 2,000, and the longest that PostgreSQL's indexes hold about 2,700.
MAX_LENGTH = 2048

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

#: Labels of a host that lead to the same page in another dress.
_PHONE_LABELS = frozenset({"m", "mobile", "amp"})
#: AMP caches hold the page's own address in their path: cdn.ampproject.org/c/s/HOST/PATH, google.com/amp/s/HOST/PATH.
_AMP_CACHE = re.compile(
    r"(?:[a-z0-9-]+\.)?cdn\.ampproject\.org/[acivw]+/(?:s/)?(.+)|(?:www\.)?google\.[a-z.]+/amp/(?:s/)?(.+)"
)
_AMP_START = re.compile(r"^/amp(?=/.)", re.IGNORECASE)
_AMP_END = re.compile(r"/amp(?:\.html?)?$|\.amp(?=\.html?$)|\.amp$", re.IGNORECASE)
_AMP_PARAMETER = re.compile(r"(?:amp(?:=[^&]*)?|output(?:type)?=amp)$", re.IGNORECASE)
_INDEX_PAGE = re.compile(r"/(?:index\.(?:html?|php|aspx?|jsp)|default\.aspx?)$", re.IGNORECASE)
_ESCAPED = re.compile("%[0-9a-fA-F]{2}")


def canonical(url: str, base: str | None = None) -> str | None:
    """The address in its one form, resolved against `base`; None when it is no http(s) address."""
    text = _INNER_JUNK.sub("", url).strip(_EDGE_JUNK)
    if not text or len(text) > MAX_LENGTH:
        return None
    return _canonical(text, None if _SCHEME.match(text) else base)


@lru_cache(1024)  # an article's address is asked for at every step on its way into the store
def _canonical(text: str, base: str | None) -> str | None:
    try:
        text = urljoin(base, text) if base else text
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    name = _ascii_host(parts.hostname or "")
    if scheme not in _DEFAULT_PORTS or not name:
        return None
    netloc = name if port is None or port == _DEFAULT_PORTS[scheme] else f"{name}:{port}"
    clean = urlunsplit((scheme, netloc, _escape(parts.path) or "/", _escape(_without_tracking(parts.query)), ""))
    return clean if len(clean) <= MAX_LENGTH else None


def tracking(url: str) -> tuple[str, ...]:
    """The names of an address's tracking parameters, in order."""
    try:
        query = urlsplit(url).query
    except ValueError:
        return ()
    names = (pair.partition("=")[0] for pair in query.split("&"))
    return tuple(dict.fromkeys(name for name in names if _is_tracking(name.lower())))


def host(url: str) -> str | None:
    """The address's host in lower case and A-labels, without port; None when it is no http(s) address."""
    clean = canonical(url)
    return urlsplit(clean).hostname if clean else None


def key(url: str) -> str | None:
    """What the address has in common with every other of the same page; None when it is no http(s) address.

    No address itself, though "https://" before it makes one with the same key.
    """
    clean = canonical(url)
    return _key(clean) if clean else None


@lru_cache(1024)
def _key(clean: str) -> str:
    return _page(clean, for_phones=False)[0]


def is_for_phones(url: str) -> bool:
    """Whether the address is that of a page's AMP or mobile edition."""
    clean = canonical(url)
    return bool(clean) and _page(clean or "", for_phones=False)[1]


def _page(clean: str, *, for_phones: bool) -> tuple[str, bool]:
    """The key of a canonical address, and whether that left out something which is for phones."""
    whole = clean.partition("://")[2]
    if cached := _AMP_CACHE.match(whole):
        inner = canonical("https://" + (cached[1] or cached[2]))
        if inner:
            return _page(inner, for_phones=True)
    parts = urlsplit(clean)
    labels = parts.netloc.split(".")
    kept = _own_labels(labels)
    pairs = [pair for pair in parts.query.split("&") if pair]
    asked = [pair for pair in pairs if not _AMP_PARAMETER.match(pair)]
    path = _stripped(parts.path)
    bare = _stripped(_AMP_END.sub("", _AMP_START.sub("", path)))
    while bare != path:
        for_phones, path = True, bare
        bare = _stripped(_AMP_END.sub("", _AMP_START.sub("", path)))
    for_phones = for_phones or len(asked) < len(pairs) or not _PHONE_LABELS.isdisjoint(set(labels) - set(kept))
    address = ".".join(kept) + path + ("?" + "&".join(asked) if asked else "")
    return _ESCAPED.sub(lambda code: code[0].upper(), address), for_phones


def _own_labels(labels: list[str]) -> list[str]:
    """A host without "www" and phones' labels, as long as a name of two labels is left (en.m.example.org too)."""
    while len(labels) > 2 and (labels[0] == "www" or labels[0] in _PHONE_LABELS):
        labels = labels[1:]
    if len(labels) > 3 and labels[1] in _PHONE_LABELS:
        labels = [labels[0], *labels[2:]]
    return labels


def _stripped(path: str) -> str:
    before = None
    while before != path:
        before, path = path, _INDEX_PAGE.sub("", path.rstrip("/"))
    return path


def _without_tracking(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair and not _is_tracking(pair.partition("=")[0].lower()))


def _is_tracking(name: str) -> bool:
    return name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES)


def _escape(text: str) -> str:
    return quote(text.encode("utf-8", "ignore"), safe=_SAFE)


@lru_cache(maxsize=4096)
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
