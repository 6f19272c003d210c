"""Text and addresses as they may be printed: literal, clean, and fit for XML.

`text.clean` takes out what must not be printed; a no-break space, which it would fold, is meant in print and stays.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

import idna

from newsletter.text.clean import one_line, plain

_URL_SAFE = "!#$%&'()*+,/:;=?@[]~-._"


@lru_cache(maxsize=4096)
def line(text: str) -> str:
    """The text on one line, clean; a no-break space stays one."""
    return "\u00a0".join(one_line(piece) for piece in text.split("\u00a0")).strip("\u00a0")


def paragraphs(text: str) -> list[str]:
    """Clean paragraphs, each on one line."""
    return [
        line(paragraph)
        for paragraph in plain(text.replace("\u00a0", "\ue000")).replace("\ue000", "\u00a0").split("\n\n")
    ]


@lru_cache(maxsize=1024)
def web_url(url: str | None) -> str | None:
    """An http or https URL in ASCII, fit for an attribute; None for anything else (javascript:, data:, a path)."""
    text = re.sub(r"[\x00-\x20]+", "", url or "")
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
