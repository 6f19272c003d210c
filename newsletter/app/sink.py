"""The local mail sink, run by hand or by the demo."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsletter import config
from newsletter.app import relays
from newsletter.deliver import outbox
from newsletter.deliver.outbox import OutboxMail
from newsletter.errors import RelayUnreachable

#: Where the sink listens unless a workspace's relay, or the person, says otherwise.
HOST, PORT = "127.0.0.1", 2525


@dataclass(frozen=True, slots=True)
class Place:
    """Where the sink listens, and why there: a line for the person, "" where there is nothing to say."""

    host: str
    port: int
    why: str = ""


def place(root: Path | None, port: int | None) -> Place:
    """The port asked for; else that of the first relay on this machine that the workspace at `root` has; else PORT.

    A relay's port is listened on at its address. Raises ConfigError.
    """
    found = relays.local(config.load(root)) if root is not None and port != 0 else []
    if port is not None:
        return Place(next((_address(relay) for relay in found if relay.port == port), HOST), port)
    if root is None:
        return Place(HOST, PORT)
    if not found:
        return Place(HOST, PORT, f"no [[relay]] of {config.FILE} is on this machine: sends don't come here")
    first, *others = found
    host = _address(first)
    why = f"relay {first.name} of {config.FILE} hands mail to {host}:{first.port}"
    for other in others:
        why += f"; for relay {other.name} it is --port {other.port}"
    return Place(host, first.port, why)


def _address(relay: config.Relay) -> str:
    return HOST if relay.host.casefold().startswith("localhost") else relay.host


def run(maildir: Path, where: Place, ready: Callable[[str], None]) -> None:
    """Take mail until Ctrl-C or SIGTERM. Raises RelayUnreachable when the port is taken, or the folder not writable."""
    stop = threading.Event()
    for which in (signal.SIGINT, signal.SIGTERM):
        signal.signal(which, lambda *_: stop.set())
    try:
        listening = outbox.Outbox(maildir, where.host, where.port)
    except OSError as error:
        if error.filename is not None:
            reason = f"{error.filename} can't be written to ({error.strerror}); choose another --maildir"
            raise RelayUnreachable("outbox", reason) from error
        reason = (
            f"{where.host}:{where.port} can't be listened on ({error.strerror}); does an outbox run there already? "
            "Choose another --port, or 0 for a free one"
        )
        raise RelayUnreachable("outbox", reason) from error
    with listening as sink:
        host, port = sink.address
        ready(f"{host}:{port}")
        stop.wait()


def messages(maildir: Path) -> Sequence[OutboxMail]:
    """What came, oldest first; nothing where there is no Maildir yet."""
    return outbox.messages(maildir)
