"""Uncertain deliveries settled by what a relay's log says of them, found by Message-ID."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.deliver import envelope, maillog
from newsletter.errors import AddressError, Conflict, SourceError
from newsletter.models import Delivery, DeliveryState, Outcome

if TYPE_CHECKING:
    from newsletter.app.dispatch import Verdict
    from newsletter.app.workspace import Workspace

#: What a log's word means for the ledger. A deferred message is with the relay, which tries on: for us it is accepted,
#: and would be a second copy if it were sent again. One that was rejected the relay never had; it has failed, and its
#: words say whether a resend makes sense.
_MEANS: dict[maillog.Status, Verdict] = {
    "sent": "accepted",
    "queued": "accepted",
    "deferred": "accepted",
    "bounced": "failed",
    "rejected": "failed",
}


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a log settled."""

    send: int
    #: Uncertain deliveries there were.
    uncertain: int
    #: (delivery, what it was settled as, the log's word, the words behind it).
    settled: tuple[tuple[Delivery, Verdict, maillog.Status, str], ...]
    #: Lines of the log that were Postfix's, and all others.
    lines: int
    other_lines: int


def from_logs(workspace: Workspace, number: int, paths: Sequence[Path]) -> Resolved:
    """Settle what the logs tell of, and keep their words with it; what they don't tell of stays uncertain.

    Files may be gzipped, and are read oldest first.

    Raises NotFound, SourceError for a file that can't be read (nothing is settled then).
    """
    rows = [row for row in workspace.dispatch.uncertain(number) if row.email and row.resolution != "leave"]
    log = maillog.MailLog({row.message_id: _wire(row.email or "") for row in rows})
    for path in sorted(paths, key=_age):
        log.feed(_lines(path))
    settled = []
    with workspace.store.begin() as work:
        for row in rows:
            if (fate := log.fates.get(row.message_id)) is None:
                continue
            how = _MEANS[fate.status]
            told = Outcome(row.id, DeliveryState(how), fate.reply_code, fate.enhanced_code, fate.line)
            with contextlib.suppress(Conflict):  # settled meanwhile, by a person or by the reply that came late
                work.sends.settle(row.id, how, told)
                settled.append((row, how, fate.status, fate.words))
    return Resolved(number, len(rows), tuple(settled), log.read, log.other)


def _wire(email: str) -> str:
    try:
        return str(envelope.mailbox(email))
    except AddressError:
        return email


def _age(path: Path) -> float:
    """When a log was last written to; rotation keeps that."""
    try:
        return path.stat().st_mtime
    except OSError as error:
        raise SourceError(str(path), error.strerror or "can't be read") from error


def _lines(path: Path) -> Iterator[str]:
    """The lines of a log, none longer than is looked at; gzip is known by its first bytes."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            with gzip.open(raw) if packed else raw as file:
                while line := file.readline(maillog.LONGEST):
                    yield line.decode("utf-8", "replace")
    except (OSError, EOFError) as error:
        raise SourceError(str(path), f"can't be read ({error})") from error
