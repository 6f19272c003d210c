"""A relay's log → what became of messages, by Message-ID. Postfix's format (postfix 2.3 to 3.x, syslog or postlogd).

Three lines of one queue id tell of a message:

    postfix/cleanup[71]: 4XqZ1c0hWbz9: message-id=<17.ab12@example.org>
    postfix/qmgr[70]: 4XqZ1c0hWbz9: from=<bounces+17@example.org>, size=5120, nrcpt=1 (queue active)
    postfix/smtp[72]: 4XqZ1c0hWbz9: to=<ada@example.net>, relay=…, delay=1, delays=…, dsn=2.0.0, status=sent (250 ok)

cleanup writes the first while it still reads the message, qmgr the second once the relay has it: only from then on is
it the relay's. A `reject` by cleanup (a header or body check, a milter) means that it was never taken.

Much in a log is other people's words: addresses, host names, remote servers' replies. So a line counts only as a whole,
in the order of fields in which Postfix writes them; what comes in parentheses at its end is never looked into; and a
message counts only when it went to the very address its Message-ID was made for, for whoever got one mail knows its
Message-ID and can put it into another. A queue id is used again once its file is gone (the short ones within seconds),
and by every instance on a host: it is taken together with host and instance, and ends at "removed".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

#: sent: the relay handed it on. deferred: the relay has it, and goes on trying. bounced: it gave up. rejected: it never
#: took it. queued: it has it, and the log says no more.
Status = Literal["sent", "deferred", "bounced", "rejected", "queued"]

#: Characters of a line that are looked at; syslog's own limit is lower.
LONGEST = 16_384

_HEAD = re.compile(
    r"(?P<at>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,32}) (?P<host>\S+) "
    r"(?P<instance>[\w.-]{1,64}(?:/[\w.-]{1,32})?)/(?P<part>[a-z]+)\[\d+\]: (?P<queue>[0-9A-Za-z]{4,32}): (?P<rest>.*)",
)
_MESSAGE_ID = re.compile(r"message-id=<?([^<>\s]{1,998})>?")
_QUEUED = re.compile(r"from=<.*>, size=\d+, nrcpt=\d+ \(queue active\)")
_EXPIRED = re.compile(r"from=<.*>, status=(?:expired|force-expired), returned to sender")
_ADDRESS = r'<((?:"(?:[^"\\]|\\.)*"|[^"<>\s,])*)>'
_STATUS = re.compile(
    rf"to={_ADDRESS}(?:, orig_to={_ADDRESS})?, relay=([^\s,]+)(?:, conn_use=\d+)?, delay=[\d.]+, delays=[\d./]+, "
    r"dsn=(\d\.\d{1,3}\.\d{1,3}), status=(sent|deferred|bounced|undeliverable|deliverable)(?: \((.*)\))?"
)
_REJECT = re.compile(
    r"(?:milter-)?reject: (?:END-OF-MESSAGE|header|body|content)\b.*?: ([45]\.\d{1,3}\.\d{1,3})[ :](.*)"
)
_CODE = re.compile(r"(?:.{1,512}? said: )?([2-5]\d\d)[ -].*")
_STATUSES: dict[str, Status] = {"sent": "sent", "deferred": "deferred", "bounced": "bounced"}
#: What counts for more, where aliases made several recipients of one: nobody is mailed twice.
_WEIGHT: dict[Status, int] = {"rejected": 0, "queued": 1, "bounced": 2, "deferred": 3, "sent": 4}


@dataclass(frozen=True, slots=True)
class Fate:
    """What the log says of one message."""

    status: Status
    #: The words at the line's end: the next server's reply, or the relay's own.
    words: str = ""
    #: RFC 3463's code (the log's dsn=), where the line has one.
    enhanced_code: str | None = None
    #: The next server, as the log names it ("mx.example.net[192.0.2.1]:25"); "none" where none was reached.
    relay: str | None = None
    #: When, in the log's own words and zone; the common kind of syslog names no year.
    at: str = ""

    @property
    def reply_code(self) -> int | None:
        """The next server's reply code, where the words are its reply."""
        found = _CODE.fullmatch(self.words)
        return int(found[1]) if found else None

    @property
    def line(self) -> str:
        """All of it in one line for the ledger: "log of Nov 21 04:40:17: bounced by mx.example.net[…]:25: 550 …"."""
        by = f" by {self.relay}" if self.relay and self.relay != "none" else ""
        return f"log of {self.at}: {self.status}{by}" + (f": {self.words}" if self.words else "")


@dataclass(frozen=True, slots=True)
class _Queued:
    """A file in a relay's queue, as far as the log has told of it."""

    message_id: str


class MailLog:
    """Takes lines in their order, of several files if need be. `wanted`: Message-ID (without brackets) → address."""

    def __init__(self, wanted: Mapping[str, str]) -> None:
        self._wanted = {name: _key(address) for name, address in wanted.items()}
        self._open: dict[tuple[str, str, str], _Queued] = {}
        #: Message-ID → its fate, for those the log tells of.
        self.fates: dict[str, Fate] = {}
        #: Lines that were Postfix's, and all others.
        self.read = self.other = 0

    def feed(self, lines: Iterable[str]) -> None:
        """Take lines, with or without their line ends."""
        for line in lines:
            found = _HEAD.fullmatch(line[:LONGEST].rstrip("\r\n"))
            if found is None:
                self.other += 1
                continue
            self.read += 1
            key = found["host"], found["instance"], found["queue"]
            self._take(key, found["part"], found["rest"], found["at"])

    def _take(self, key: tuple[str, str, str], part: str, rest: str, at: str) -> None:
        if part == "cleanup" and (found := _MESSAGE_ID.fullmatch(rest)):
            self._open.pop(key, None)  # the queue id is another message's from here on
            if found[1] in self._wanted:
                self._open[key] = _Queued(found[1])
            return
        queued = self._open.get(key)
        if queued is None:
            return
        if rest == "removed":
            del self._open[key]
        elif part == "cleanup" and (found := _REJECT.fullmatch(rest)):
            self._tell(queued, Fate("rejected", f"{found[1]} {found[2]}", found[1], at=at))
        elif part == "qmgr" and _QUEUED.fullmatch(rest):
            self._tell(queued, Fate("queued", at=at))
        elif part == "qmgr" and _EXPIRED.fullmatch(rest):
            self._tell(queued, Fate("bounced", "expired, returned to sender", at=at), final=True)
        elif found := _STATUS.fullmatch(rest):
            self._status(queued, found, at)

    def _status(self, queued: _Queued, found: re.Match[str], at: str) -> None:
        to, before, relay, dsn, status, words = found.groups()
        if self._wanted[queued.message_id] not in (_key(to), _key(before or "")):
            return
        if known := _STATUSES.get(status):  # the others are address probes
            self._tell(queued, Fate(known, words or "", dsn, relay, at))

    def _tell(self, queued: _Queued, fate: Fate, *, final: bool = False) -> None:
        known = self.fates.get(queued.message_id)
        later = known is not None and known.status == "deferred" and (final or fate.status == "bounced")
        if known is None or later or _WEIGHT[fate.status] >= _WEIGHT[known.status]:
            self.fates[queued.message_id] = fate


def _key(address: str) -> str:
    """An address as logs and ledger can be compared by: in any case, without quotes."""
    local, _, domain = address.rpartition("@")
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    return f"{local}@{domain}".casefold()
