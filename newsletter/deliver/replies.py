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
