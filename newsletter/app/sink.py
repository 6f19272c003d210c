"""The local mail sink, run by hand or by the demo."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from newsletter.deliver import outbox
from newsletter.deliver.outbox import OutboxMail
from newsletter.errors import RelayUnreachable


def run(maildir: Path, port: int, ready: Callable[[str], None]) -> None:
    """Take mail until Ctrl-C or SIGTERM. Raises RelayUnreachable when the port is taken."""
    stop = threading.Event()
    for which in (signal.SIGINT, signal.SIGTERM):
        signal.signal(which, lambda *_: stop.set())
    try:
        listening = outbox.Outbox(maildir, port=port)
    except OSError as error:
        reason = f"127.0.0.1:{port} can't be listened on ({error.strerror}); choose another --port, or 0 for a free one"
        raise RelayUnreachable("outbox", reason) from error
    with listening as sink:
        host, port = sink.address
        ready(f"{host}:{port}")
        stop.wait()


def messages(maildir: Path) -> Sequence[OutboxMail]:
    """What came, oldest first; nothing where there is no Maildir yet."""
    return outbox.messages(maildir)
