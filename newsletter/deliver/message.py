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
- DKIM-Signature, one for each key (`dkim`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from newsletter.deliver import dkim, headers, mime
from newsletter.deliver.envelope import Mailbox, mailbox
from newsletter.errors import AddressError
from newsletter.models.editions import Part, Slot, Values, Variant, fill
from newsletter.models.sends import Claim, SendKind

#: Longest URL that fits a header line of 998 with its brackets; a longer one is left out.
_MAX_URL = 900
_URL = re.compile(r"[!#-;=?-~]+")
#: An address that `envelope.mailbox` leaves as it is, if it has no more than 64 characters. Most are.
_PLAIN_ADDRESS = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z0-9]+(?:-+[a-z0-9]+)*(?:\.[a-z0-9]+(?:-+[a-z0-9]+)*)*",
    re.ASCII,
)
#: A link that mail programs may be told to send a POST to.
_ONE_CLICK = re.compile(r"https://[!#-;=?-~]*")
#: What stands where among a program's pieces.
_SIGNATURE, _HEAD, _PERSONAL, _TAIL, _BODY = range(5)


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

    def __init__(
        self,
        variant: Variant,
        letterhead: Letterhead,
        date: datetime,
        *,
        signers: Sequence[dkim.Signer] = (),
        bounce_tag: BounceTag = str,
    ) -> None:
        self._kind = letterhead.kind
        self._subject = variant.subject if any(isinstance(piece, Slot) for piece in variant.subject) else ()
        self._sender = headers.mailbox_of(letterhead.sender)
        self._sender_address = str(self._sender[1])
        self._bounces = mailbox(letterhead.bounce_address) if letterhead.bounce_address else None
        self._bounce_tag = bounce_tag
        body = mime.alternative(variant.text, variant.html, variant.pictures)
        head, tail = _fixed_headers(variant.subject, letterhead, self._sender, date, body.boundary)
        fixed = [b"" if isinstance(piece, Slot) else piece for piece in body.pieces]
        #: The whole message; empty at `_SIGNATURE`, at `_PERSONAL` and at the slots' places.
        self._pieces = [b"", head, b"", tail, *fixed]
        self._slots = _slots(body.pieces, offset=_BODY)
        self._plan = dkim.Plan(signers, head, tail, fixed, int(date.timestamp())) if signers else None

    @property
    def signs_slowly(self) -> bool:
        """Whether a message's signatures take longer than all the rest of it: one of them is RSA's."""
        return self._plan is not None and self._plan.is_slow

    def message(self, claim: Claim, values: Values, *, verp: bool = True) -> Message:
        """The message for one claim. Raises AddressError if its address can't be mailed to."""
        email = claim.email
        if len(email) <= 64 and _PLAIN_ADDRESS.fullmatch(email):
            recipient, utf8 = email, False
            to = headers.short_address("To", claim.name, email)
            to = to or headers.address("To", claim.name, Mailbox(*email.split("@")))
        else:
            box = mailbox(email)
            recipient, utf8 = str(box), box.smtputf8
            to = headers.address("To", claim.name, box)
            if len(recipient) > 254:
                raise AddressError(email, "longer than 254 characters (RFC 5321, 4.5.3.1.3)")
        pieces = self._pieces.copy()
        pieces[_PERSONAL] = self._personal(claim, to, values)
        for slots in self._slots:
            slots.fill(pieces, values.get(slots.field))
        if self._plan is not None:
            pieces[_SIGNATURE] = self._plan.sign(pieces[_PERSONAL], pieces[_BODY:])
        sender = self._envelope_sender(claim.delivery, verp)
        utf8 = utf8 or not sender.isascii() or self._sender[1].smtputf8
        return Message(sender, recipient, b"".join(pieces), utf8)

    def _personal(self, claim: Claim, to: bytes, values: Values) -> bytes:
        found = to + headers.token("Message-ID", f"<{claim.message_id}>")
        if self._subject:
            found += headers.text("Subject", fill(self._subject, values))
        url = values.get("unsubscribe_url")
        if self._kind is SendKind.ISSUE or url:
            found += _unsubscribe(url, values.get("unsubscribe_mailto"))
        return found

    def _envelope_sender(self, delivery: int, verp: bool) -> str:
        if self._bounces is None:
            return self._sender_address
        return self._bounces.tagged(self._bounce_tag(delivery)) if verp else str(self._bounces)


class _FieldSlots:
    """The slots of one field with one default, and where they stand."""

    def __init__(self, field: str, default: str, places: tuple[tuple[Slot, int], ...]) -> None:
        self.field = field
        self._default = default
        self._slots = places
        self._places = tuple(place for _, place in places)
        self._addresses = any(slot.context == "url" for slot, _ in places)
        #: What runs against the words around it is isolated from them, so short ways are not for it.
        self._rtl = field.startswith("subscriber.") and any(slot.rtl for slot, _ in places)

    def fill(self, pieces: list[bytes], value: str | None) -> None:
        """Puts the encoded value into its places."""
        text = value or self._default
        same = mime.encode_everywhere(text)
        if same is None or (self._addresses and text[:8] != "https://") or self._rtl:
            coded: dict[str, bytes] = {}
            for slot, place in self._slots:
                filled = slot.fill(value)
                if filled not in coded:
                    coded[filled] = mime.encode_value(filled)
                pieces[place] = coded[filled]
        else:
            for place in self._places:
                pieces[place] = same


def _slots(body: tuple[bytes | Slot, ...], offset: int) -> tuple[_FieldSlots, ...]:
    """The body's slots by field and default; a place is an index in the body and `offset`."""
    found: dict[tuple[str, str], list[tuple[Slot, int]]] = {}
    for place, piece in enumerate(body, offset):
        if isinstance(piece, Slot):
            found.setdefault((piece.field, piece.default), []).append((piece, place))
    return tuple(_FieldSlots(field, default, tuple(places)) for (field, default), places in found.items())


def compile(  # noqa: A001 - it is what happens, and it is always called with its module's name
    variant: Variant,
    letterhead: Letterhead,
    *,
    date: datetime,
    signers: Sequence[dkim.Signer] = (),
    bounce_tag: BounceTag = str,
) -> Program:
    """Encode all of the variant that is the same for everybody.

    `date`: of the send, with a time zone; every attempt carries it. `signers` sign every message. Raises AddressError
    for a letterhead whose sender, reply_to or bounce_address can't be mailed to.
    """
    return Program(variant, letterhead, date, signers=signers, bounce_tag=bounce_tag)


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
    if url and not mailto and len(url) <= _MAX_URL and _ONE_CLICK.fullmatch(url):
        return f"List-Unsubscribe: <{url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode()
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
