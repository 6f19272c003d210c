"""Text and addresses as they may be printed: literal, clean, and fit for XML.

`text.clean` takes out what must not be printed; no-break spaces, which it would fold, are meant in print and stay: the
common one, the narrow one (French, before ; ! ? and inside « »), and the one as wide as a digit.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import idna

from newsletter.text.clean import one_line, plain

_URL_SAFE = "!#$%&'()*+,/:;=?@[]~-._"


#: No-break spaces, and what stands for them where the others are folded.
_NO_BREAK = "\u00a0\u202f\u2007"
_KEPT = str.maketrans(_NO_BREAK, "\U000fda00\U000fda01\U000fda02")
_GIVEN_BACK = str.maketrans("\U000fda00\U000fda01\U000fda02", _NO_BREAK)
#: Without any of these, nothing has to be kept or given back.
_TRANSLATED = re.compile(f"[{_NO_BREAK}\U000fda00-\U000fda02]")
_AROUND = re.compile(f" *([{_NO_BREAK}]) *")
_BLANKS = re.compile(r"[\x00-\x20]+")
#: What `web_url` gives back as it is: most addresses.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]*)?(?:[/?#][A-Za-z0-9!#$%&'()*+,/:;=?@\[\]~._-]*)?")


def line(text: str) -> str:
    """The text on one line, clean; no-break spaces stay."""
    if text.isascii() or not _TRANSLATED.search(text):
        return one_line(text)
    kept = one_line(text.translate(_KEPT)).translate(_GIVEN_BACK)
    return _AROUND.sub(r"\1", kept).strip(_NO_BREAK)


def paragraphs(text: str) -> list[str]:
    """Clean paragraphs, each on one line."""
    if text.isprintable():  # one, without any other blanks
        return [one_line(text)]
    if _TRANSLATED.search(text):
        return [line(part) for part in plain(text.translate(_KEPT)).translate(_GIVEN_BACK).split("\n\n")]
    return [line(part) for part in plain(text).split("\n\n")]


def web_url(url: str | None) -> str | None:
    """An http or https URL in ASCII, fit for an attribute; None for anything else (javascript:, data:, a path)."""
    if not url:
        return None
    if _PLAIN_URL.fullmatch(url):
        return url
    text = _BLANKS.sub("", url)
    if text[:4].lower() != "http":
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    try:
        if not host.isascii():
            text = text.replace(host, idna.encode(host, uts46=True).decode(), 1)
        return quote(text, safe=_URL_SAFE)
    except (UnicodeError, idna.IDNAError):  # a lone surrogate, or a host that can't be one
        return None
