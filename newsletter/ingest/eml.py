"""Mails and web archives: a newsletter saved as `.eml`, a page saved as `.mhtml` (RFC 2557). Both are MIME (RFC 5322).

The HTML part that the message leads with is the page, its text part where it has none. The headers state what a mail's
page does not: Subject, From, Date; of an archive, Snapshot-Content-Location is the address, and its Date is when it was
saved, which is no date of the article. Nothing inside is fetched.
"""

from __future__ import annotations

import email
import re
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.ingest import dates, names
from newsletter.ingest.decode import to_text
from newsletter.ingest.draft import Draft

#: Parts that are looked at; a page saved with its pictures has a few hundred.
_MAX_PARTS = 2_000
_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9\-]{0,60}:[ \t]?[^\r\n]*\r?\n(?:[ \t]+[^\r\n]*\r?\n)*")
_KNOWN = re.compile(
    rb"^(?:mime-version|content-type|from|subject|received|return-path|snapshot-content-location):",
    re.IGNORECASE | re.MULTILINE,
)
#: Characters of a header field that are read: the standard parser's time grows with their square.
_MAX_FIELD = 2_000
_FORWARD = re.compile(r"^(?:(?:fwd?|re|aw|wg|tr|rv)\s*:\s*)+", re.IGNORECASE)


if TYPE_CHECKING:
    _Standard = policy.EmailPolicy[EmailMessage]
else:
    _Standard = policy.EmailPolicy


class _Policy(_Standard):
    """The standard one, for fields of a sane length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MAX_FIELD]


_POLICY = _Policy()


def is_message(data: bytes) -> bool:
    """Whether the bytes begin with a mail's header fields, at least two of them well known."""
    end = at = 1 if data[:1] == b"\n" else 0
    if data.startswith(b"From "):  # an mbox file's line
        at = end = data.find(b"\n") + 1
    while end - at < 65_536 and (found := _FIELD.match(data, end)):
        end = found.end()
    head = data[at:end]
    return len({name.lower() for name in _KNOWN.findall(head)}) >= 2


def read(data: bytes, source: str, now: datetime) -> Draft:
    """The article in a message. Raises SourceError when no part of it is text."""
    start = data.find(b"\n") + 1 if data.startswith(b"From ") else 0
    message = email.message_from_bytes(data[start:].lstrip(b"\r\n"), policy=_POLICY)
    html = _part(message, "text/html")
    place = str(message.get("Snapshot-Content-Location") or "").strip()
    if html is not None:
        draft = _page(html, source, now)
    elif (plain := _part(message, "text/plain")) is not None:
        draft = _text(plain, source, now)
    else:
        raise SourceError(source, "a message without a text or HTML part; expected a newsletter or a saved page")
    if place or (message.get_content_type() == "multipart/related" and not message.get("From")):
        draft.url = draft.url or place or str((html or message).get("Content-Location") or "")
        draft.base = draft.base or draft.url
    else:
        _fill_from_headers(draft, message, now)
    return draft


def _part(message: EmailMessage, kind: str) -> EmailMessage | None:
    for part, _ in zip(message.walk(), range(_MAX_PARTS), strict=False):
        if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
            return part
    return None


def _page(part: EmailMessage, source: str, now: datetime) -> Draft:
    from newsletter.ingest import html

    draft = html.read(_decoded(part, source), source, now)
    if not draft.base:
        draft.base = str(part.get("Content-Location") or "")
    return draft


def _text(part: EmailMessage, source: str, now: datetime) -> Draft:
    from newsletter.ingest import dump

    return dump.read(_decoded(part, source), source, now)


def _decoded(part: EmailMessage, source: str) -> str:
    """A part's text in the character set it states, else as any file's bytes are read."""
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    stated = part.get_content_charset("")
    if stated and stated not in {"us-ascii", "iso-8859-1", "binary"}:
        try:
            return data.decode(stated).replace("\r\n", "\n").replace("\x00", "")
        except (LookupError, UnicodeError):
            pass
    return to_text(data, source)


def _fill_from_headers(draft: Draft, message: EmailMessage, now: datetime) -> None:
    """A mail's own title, sender and date, which its page seldom states."""
    draft.title = _FORWARD.sub("", _header(message, "Subject")) or draft.title
    sender = parseaddr(_header(message, "From"))[0].strip("\"' ")
    if names.is_name(sender) and not draft.authors:
        draft.authors = [sender]
    elif sender and not draft.site:
        draft.site = sender
    draft.published = draft.published or dates.parse(_header(message, "Date"), now)


def _header(message: EmailMessage, name: str) -> str:
    """A header field on one line, encoded words decoded; "" when it is absent or broken beyond reading."""
    try:
        return " ".join(str(message.get(name) or "").split())[:1000]
    except (ValueError, IndexError, AttributeError, TypeError):  # faults of the standard parser on broken fields
        return ""
