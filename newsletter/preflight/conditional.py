"""Conditional comments: what Outlook for Windows reads of a mail, which is not what everyone else reads.

`<!--[if mso]>…<![endif]-->` is a comment to all but Outlook, `<!--[if !mso]><!-->…<!--<![endif]-->` is left out by
Outlook alone. All classic Outlooks since 2016 call themselves version 16.
"""

from __future__ import annotations

import re

_VERSION = 16
_BLOCK = re.compile(
    r"<!--\[if ([^\]]{1,80})\]>(?:\s*<!-->|-->)?(.*?)(?:<!--)?\s*<!\[endif\]-->", re.DOTALL | re.IGNORECASE
)
_ATOM = re.compile(r"(!?)\s*\(?\s*(?:(gte|gt|lte|lt)\s+)?(mso|ie|vml)(?:\s+(\d+))?\s*\)?", re.IGNORECASE)


def for_outlook(html: str) -> str:
    """The HTML with each conditional comment opened where it holds for Outlook, and taken out where it does not."""
    return _BLOCK.sub(lambda block: block[2] if _holds(block[1]) else "", html)


def _holds(condition: str) -> bool:
    return any(all(_atom(part) for part in either.split("&")) for either in condition.split("|"))


def _atom(text: str) -> bool:
    match = _ATOM.fullmatch(text.strip())
    if match is None:
        return False
    negated, operator, name, version = match.groups()
    holds = name.lower() != "ie"
    if version and name.lower() == "mso":
        wanted = int(version)
        compared = {
            "gte": wanted <= _VERSION,
            "gt": wanted < _VERSION,
            "lte": wanted >= _VERSION,
            "lt": wanted > _VERSION,
        }
        holds = compared.get((operator or "").lower(), wanted == _VERSION)
    return holds != bool(negated)
