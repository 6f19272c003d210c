"""An edition's variant → a message program → one message per subscriber, by a join of bytes.

`compile` does all that is the same for everybody once: both parts quoted-printable and cut at their slots, every fixed
header encoded. `Program.message` encodes what is personal (To, Message-ID, the unsubscribe header, a subject with
slots, the slots' values) and joins. Nothing is left for the sender to do but write it: the data is 7-bit, its lines end
with CRLF and are at most 76 long (a header holding one long URL may be longer, never over 998), and none starts with a
dot, so that dot-stuffing (RFC 5321, 4.5.2) has nothing to do.

Headers, and why:

- From, To, Reply-To, Subject, Date, Message-ID: RFC 5322. The date is the send's, so that every attempt is the same
  message; the Message-ID is the delivery's own.
- List-Id (RFC 2919), List-Unsubscribe (RFC 2369) and List-Unsubscribe-Post (RFC 8058, only beside an https link, as it
  demands), List-Archive (RFC 2369).
- Precedence: bulk for mail to a list: no standard, but what vacation responders look at besides List-Id (RFC 3834, 2).
  No Auto-Submitted there: an editor wrote it and sent it. Mail that a program writes (confirm, welcome, notice) carries
  `Auto-Submitted: auto-generated` (RFC 3834, 5) instead.
- Feedback-ID: by what Gmail groups complaints.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from newsletter.deliver import headers, mime
from newsletter.deliver.envelope import Mailbox, mailbox
from newsletter.errors import AddressError
from newsletter.models.editions import Part, Slot, Values, Variant, fill
from newsletter.models.sends import Claim, SendKind

#: Longest URL that fits a header line of 998 with its brackets; a longer one is left out.
_MAX_URL = 900
_URL = re.compile(r"[!#-;=?-~]+")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every message of a send says of its sender. Addresses may be "Name <a@b>" where it says so."""

    #: "Name <address>".
    sender: str
    newsletter_name: str
    #: "Name <address>" or None.
    reply_to: str | None = None
    #: Name of the list, or None for a test.
    list_name: str | None = None
    #: The newsletter's own site; names the list in List-Id. None: the sender's domain does.
    base_url: str | None = None
    #: Where bounces go; envelope senders are built on it. None: the sender's address gets them.
    bounce_address: str | None = None
    #: Where past issues are, or None.
    archive_url: str | None = None
    #: What complaints are grouped by, e.g. "issue-12".
    campaign: str = ""
    kind: SendKind = SendKind.ISSUE


class Message(NamedTuple):
    """One message and its envelope. `data` ends with CRLF and lacks only the final dot's line."""

    mail_from: str
    rcpt_to: str
    data: bytes
    #: The relay must know RFC 6531 for it.
    smtputf8: bool = False


#: Makes the envelope sender's tag from the delivery's id; a signature would be added here.
BounceTag = Callable[[int], str]


class Program:
    """A variant compiled for one send; made by `compile`, used for any number of claims, from any thread."""

    def __init__(self, variant: Variant, letterhead: Letterhead, date: datetime, bounce_tag: BounceTag = str) -> None:
        self._kind = letterhead.kind
        self._subject = variant.subject
        self._sender = headers.mailbox_of(letterhead.sender)
        self._bounces = mailbox(letterhead.bounce_address) if letterhead.bounce_address else None
        self._bounce_tag = bounce_tag
        body = mime.alternative(variant.text, variant.html)
        fixed = _fixed_headers(variant.subject, letterhead, self._sender, date, body.boundary)
        self._head, self._tail = fixed
        self._slots = tuple(dict.fromkeys(piece for piece in body.pieces if isinstance(piece, Slot)))
        self._pieces: list[bytes] = [b"" if isinstance(piece, Slot) else piece for piece in body.pieces]
        self._places = [
            (place, self._slots.index(piece)) for place, piece in enumerate(body.pieces) if isinstance(piece, Slot)
        ]

    def message(self, claim: Claim, values: Values, *, verp: bool = True) -> Message:
        """The message for one claim. Raises AddressError if its address can't be mailed to."""
        to = mailbox(claim.email)
        if len(str(to)) > 254:
            raise AddressError(claim.email, "longer than 254 characters (RFC 5321, 4.5.3.1.3)")
        pieces = self._pieces.copy()
        filled = [mime.encode_value(slot.fill(values.get(slot.field))) for slot in self._slots]
        for place, slot in self._places:
            pieces[place] = filled[slot]
        sender = self._envelope_sender(claim.delivery, verp)
        utf8 = to.smtputf8 or not sender.isascii() or self._sender[1].smtputf8
        data = b"".join([self._head, self._personal(claim, to, values), self._tail, *pieces])
        return Message(sender, str(to), data, utf8)

    def _personal(self, claim: Claim, to: Mailbox, values: Values) -> bytes:
        lines = [headers.address("To", claim.name, to), headers.token("Message-ID", f"<{claim.message_id}>")]
        if any(isinstance(piece, Slot) for piece in self._subject):
            lines.append(headers.text("Subject", fill(self._subject, values)))
        if self._kind is SendKind.ISSUE or values.get("unsubscribe_url"):
            lines.append(_unsubscribe(values.get("unsubscribe_url"), values.get("unsubscribe_mailto")))
        return b"".join(lines)

    def _envelope_sender(self, delivery: int, verp: bool) -> str:
        if self._bounces is None:
            return str(self._sender[1])
        return self._bounces.tagged(self._bounce_tag(delivery)) if verp else str(self._bounces)


def compile(  # noqa: A001 - it is what happens, and it is always called with its module's name
    variant: Variant, letterhead: Letterhead, *, date: datetime, bounce_tag: BounceTag = str
) -> Program:
    """Encode all of the variant that is the same for everybody.

    `date`: of the send, with a time zone; every attempt carries it. Raises AddressError for a letterhead whose sender,
    reply_to or bounce_address can't be mailed to.
    """
    return Program(variant, letterhead, date, bounce_tag)


def as_eml(
    variant: Variant, letterhead: Letterhead, *, date: datetime | None = None, values: Values | None = None
) -> bytes:
    """The message as a file (RFC 5322, CRLF): what a reader of whom nothing is known would get."""
    _, sender = headers.mailbox_of(letterhead.sender)
    claim = Claim(
        delivery=0,
        subscriber=None,
        email=f"reader@{sender.domain}",
        name=None,
        language=None,
        fields={},
        variant=variant.name,
        attempt=1,
        message_id=f"sample@{sender.domain}",
        list=None,
    )
    program = compile(variant, letterhead, date=date or datetime.fromtimestamp(0, UTC))
    return program.message(claim, values or {}).data


def _fixed_headers(
    subject: Part, letterhead: Letterhead, sender: tuple[str | None, Mailbox], date: datetime, boundary: str
) -> tuple[bytes, bytes]:
    """What stands before and after the personal headers."""
    head = [headers.address("From", *sender)]
    if letterhead.reply_to:
        head.append(headers.address("Reply-To", *headers.mailbox_of(letterhead.reply_to)))
    head.append(headers.date("Date", date))
    tail = [] if any(isinstance(piece, Slot) for piece in subject) else [headers.text("Subject", fill(subject, {}))]
    tail += _list_headers(letterhead, sender[1])
    tail.append(headers.token("MIME-Version", "1.0"))
    tail.append(headers.token("Content-Type", f'multipart/alternative; boundary="{boundary}"'))
    return b"".join(head), b"".join([*tail, b"\r\n"])


def _list_headers(letterhead: Letterhead, sender: Mailbox) -> list[bytes]:
    found = []
    if letterhead.list_name is not None:
        host = (urlsplit(letterhead.base_url).hostname if letterhead.base_url else None) or sender.domain
        host = host if host.isascii() and re.fullmatch(r"[A-Za-z0-9.-]+", host) else sender.domain
        name = headers.display_name(letterhead.newsletter_name) or "newsletter"
        found.append(headers.named("List-Id", name, f"{_slug(letterhead.list_name, 40)}.{host}"))
    if letterhead.archive_url and _URL.fullmatch(letterhead.archive_url) and len(letterhead.archive_url) <= _MAX_URL:
        found.append(headers.token("List-Archive", f"<{letterhead.archive_url}>"))
    if letterhead.kind is SendKind.ISSUE:
        ids = (letterhead.campaign, letterhead.list_name or "", letterhead.kind.value)
        parts = [_slug(part, 40) for part in ids]
        found.append(headers.token("Feedback-ID", ":".join([*parts, _slug(letterhead.newsletter_name, 15)])))
        found.append(headers.token("Precedence", "bulk"))
    elif letterhead.kind is not SendKind.TEST:
        found.append(headers.token("Auto-Submitted", "auto-generated"))
    return found


def _unsubscribe(url: str | None, mailto: str | None) -> bytes:
    """List-Unsubscribe and, beside an https link, List-Unsubscribe-Post."""
    links = [
        link
        for link, schemes in ((url, ("https://", "http://")), (mailto, ("mailto:",)))
        if link and link.startswith(schemes) and _URL.fullmatch(link) and len(link) <= _MAX_URL
    ]
    if not links:
        return b""
    field = headers.token("List-Unsubscribe", ", ".join(f"<{link}>" for link in links))
    if links[0].startswith("https://"):
        field += headers.token("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    return field


def _slug(name: str, longest: int) -> str:
    """The name as a label: lower-case ASCII letters, digits and single hyphens; "x" and hex where nothing is left."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if name and not plain:
        plain = "x" + name.encode("utf-8", "replace").hex()
    return plain[:longest].strip("-") or "none"
