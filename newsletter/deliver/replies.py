"""What a relay's reply means: accepted, tried again, final, or unknown.

RFC 5321, 4.2: the first digit decides. RFC 3463 / RFC 2034: an enhanced status code may lead the text; it informs a
person, it does not overrule the reply code (relays are seen to send "550 4.2.2"; the reply code is what the protocol
binds them to).

One question is not about the recipient at all: whether the relay refuses *us*. Then nobody on the list has failed, and
the send must stop instead of burning through it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    #: Try the same again later.
    DEFERRED = "deferred"
    #: Final for this address.
    FAILED = "failed"
    #: No reply that a server may give here; shown to a person.
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """The command a reply answers."""

    CONNECT = "connect"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    #: The dot that ends a message.
    DOT = "end of message"
    RSET = "RSET"
    QUIT = "QUIT"


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, its lines joined by a space; control characters are gone from `text`."""

    code: int
    #: "5.1.1", or None where the relay sent none that fits the reply code.
    enhanced: str | None
    #: The relay's words without the codes.
    text: str
    #: The lines as sent, without codes; EHLO's are its capabilities.
    lines: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return 200 <= self.code < 300

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.code, self.enhanced, self.text) if part)


_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?!\S)\s*")

_VERDICTS = {2: Verdict.ACCEPTED, 4: Verdict.DEFERRED, 5: Verdict.FAILED}

#: Refusals after MAIL that tell of the sender's account, address or network: Postfix holds them back until RCPT
#: (smtpd_delay_reject), Exchange and Amazon SES until the end of the message. Their own words, and Exim's and
#: Sendmail's; 530 is RFC 4954's "authentication required".
_NOT_YOU = re.compile(
    r"relay(ing)? (access )?(is )?(denied|not (permitted|allowed))|(not permitted|unable|not allowed) to relay"
    r"|(authentication|authorization) (is )?required|must (first )?(authenticate|issue a starttls)|not authenticated"
    r"|(sender address|client host|helo command) (rejected|blocked)|not owned by user|send ?as ?denied"
    r"|permissions? to send as|email address is not verified|sending (limit|quota) (was |is )?exceeded",
    re.IGNORECASE,
)


@lru_cache(maxsize=128)
def make(code: int, lines: tuple[str, ...]) -> Reply:
    """A Reply from the text of its lines (codes cut off already); the enhanced code is taken out of each line.

    Cached, for most of what a relay says it says again.
    """
    clean = [_printable(line) for line in lines]
    enhanced = None
    words = []
    for line in clean:
        found = _ENHANCED.match(line)
        if found and int(found[1]) == code // 100:
            enhanced = enhanced or found[0].strip()
            line = line[found.end() :]  # noqa: PLW2901 - the rest of the same line
        if line:
            words.append(line)
    return Reply(code, enhanced, " ".join(words), tuple(clean))


def _printable(text: str) -> str:
    """The text with everything unprintable as a space: a reply ends up on terminals and in logs."""
    return (text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)).strip()


def classify(reply: Reply) -> Verdict:
    """What a final reply to RCPT, DATA or a message's end means for the recipient.

    3xx (no final reply), 1xx and anything above 599 are unknown.
    """
    return _VERDICTS.get(reply.code // 100, Verdict.UNKNOWN)


def blames_us(reply: Reply, stage: Stage) -> bool:
    """Whether a permanent refusal is about the sender and not the recipient.

    At MAIL no recipient has been named yet (sender not allowed, message too large, quota used up). Later only what
    says so is, such as "log in first", "relaying denied", "sender address rejected"; whoever asks should trust it only
    while nothing was accepted, for a relay may take mail for some domains and not for others.
    """
    if classify(reply) is not Verdict.FAILED:
        return False
    if stage is Stage.MAIL:
        return True
    return stage in (Stage.RCPT, Stage.DATA, Stage.DOT) and (reply.code == 530 or bool(_NOT_YOU.search(reply.text)))


#: Words of a temporary refusal that tell of our rate, whatever the enhanced code: Gmail, Yahoo, Exchange, Amazon
#: SES and Exim have them so.
_TOO_FAST = re.compile(
    r"\brate\b|throttl|too (many|fast|quickly)|exceeded the|slow down|unusual(ly high)? (rate|volume|amount)"
    r"|temporarily deferred due to|(message|connection|recipient|sending) (limit|quota)",
    re.IGNORECASE,
)
_GREYLISTED = re.compile(r"gr[ae]y[- ]?list", re.IGNORECASE)


class Complaint(StrEnum):
    """Whose rate a relay complains of."""

    RELAY = "relay"
    DOMAIN = "domain"


def complains(reply: Reply, stage: Stage) -> Complaint | None:
    """Whether a temporary refusal says that we send too fast, and to whom.

    421 and 4.7.x (RFC 3463, 3.8: security or policy) do, and words about rates; greylisting does not, though some say
    it with 4.7.1, nor a mailbox that is full. What answers a recipient is about that recipient's domain.
    """
    if classify(reply) is not Verdict.DEFERRED or _GREYLISTED.search(reply.text):
        return None
    policy = reply.enhanced is not None and reply.enhanced.startswith("4.7.")
    if not (reply.code == 421 or policy or _TOO_FAST.search(reply.text)):
        return None
    return Complaint.DOMAIN if stage is Stage.RCPT and reply.code != 421 else Complaint.RELAY


#: RFC 3463, 3.2 and 3.3, RFC 7505: no such mailbox (5.1.1), no such system (5.1.2), moved without forwarding (5.1.6),
#: null MX (5.1.10), mailbox disabled (5.2.1). Not 5.1.3 (syntax: a relay's taste), 5.1.8 (the sender's), 5.2.2 (full).
_NO_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.6", "5.1.10", "5.2.1"})
#: The same where a relay sends no enhanced code (or the empty 5.0.0), in the words of Postfix, Exim, Sendmail, qmail,
#: Exchange, Yahoo and GMX.
_NOBODY = re.compile(
    r"(user|mailbox|recipient|address|account) (is )?(unknown|not found|does ?n.t exist|does not exist|not known)"
    r"|(unknown|no such|invalid) (local )?(user|mailbox|recipient|account)|no mailbox (here )?by that name"
    r"|does(n.t| not) have an? .{0,20}account|unrouteable address",
    re.IGNORECASE,
)
#: A refusal of what we sent, or of us, though it comes with a code that names the mailbox.
_POLICY = re.compile(
    r"spam|block(ed|list)|black ?list|\bpolicy\b|reputation|\bdnsbl\b|\brbl\b|full|quota|over ?limit|"
    r"unsolicited|\bdmarc\b|\bspf\b|\bdkim\b|content|rate|access denied|relay",
    re.IGNORECASE,
)


def no_mailbox(reply: Reply, stage: Stage) -> bool:
    """Whether a permanent refusal says that the mailbox does not exist: the one kind that ends a subscription.

    Only at RCPT, where nothing but the address has been judged. A full mailbox, a spam filter or a policy may take the
    next issue; taking those for dead addresses loses readers for good.
    """
    if stage is not Stage.RCPT or classify(reply) is not Verdict.FAILED or blames_us(reply, stage):
        return False
    if _POLICY.search(reply.text):
        return False
    if reply.enhanced in (None, "5.0.0"):
        return bool(_NOBODY.search(reply.text))
    return reply.enhanced in _NO_MAILBOX
