"""What bench_send.py sets up: a receiver, a send on disk, and the process that sends it, watched while it does."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from newsletter.app import drain
from newsletter.deliver.dkim import Key
from newsletter.deliver.message import Letterhead
from newsletter.models import Consent, Edition, SendKind, Slot, Subscriber, Variant
from newsletter.store import Store

_T = TypeVar("_T")

CONNECTIONS = 8
SENDER = "Weekly Native <news@example.org>"
LETTERHEAD = Letterhead(
    sender=SENDER,
    newsletter_name="Weekly Native",
    list_name="weekly",
    base_url="https://news.example.org",
    bounce_address="bounces@example.org",
    campaign="issue-12",
)
_NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
_PARAGRAPH = (
    '<p style="margin:0 0 12px">An order of magnitude is gained where the hot work is done in native code and what'
    " is left above it is arranged so that it is done once an issue, not once a subscriber.</p>\n"
)


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """Postfix's smtp-sink on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = tool("smtp-sink")
    # smtp-sink gives up the superuser's rights only for somebody else's, and refuses to keep them.
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([program, *user, f"127.0.0.1:{port}", "1000"], stderr=subprocess.DEVNULL)
    try:
        _await(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def tool(name: str) -> str:
    """A program of Postfix's. Raises FileNotFoundError."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/libexec/postfix")
    if found is None:
        raise FileNotFoundError(name)
    return found


def _await(port: int) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > end:
                raise
        else:
            return


def variant(size: int) -> Variant:
    """A personal variant whose message has about `size` bytes: a name twice, a link that leaves in both parts."""
    name, link = Slot("subscriber.name", "html", "reader"), Slot("unsubscribe_url", "url")
    html = (
        "<!doctype html><html><body><h1>Weekly Native</h1><p>Dear ",
        name,
        ",</p>\n" + "".join(paragraphs(size)) + '<p>Written for you. <a href="',
        link,
        '">Leave the list</a>.</p></body></html>\n',
    )
    text = (
        "Dear ",
        Slot("subscriber.name", "text", "reader"),
        ",\n\nWhat is new this week is above.\n\nLeave: <",
        Slot("unsubscribe_url", "text"),
        ">\n",
    )
    return Variant("default", ("An order of magnitude gained",), (), html, text)


def paragraphs(size: int) -> list[str]:
    """As many as make a message of about `size` bytes."""
    return [_PARAGRAPH] * max(1, (size - 2300) // (len(_PARAGRAPH) + 20))


@dataclass(frozen=True)
class Ready:
    """A send that waits to be drained."""

    url: str
    send: Any
    edition: Edition


def prepare(folder: Path, people: int, size: int) -> Ready:
    """A database in `folder` with a list of so many people and a send to them."""
    folder.mkdir(parents=True)
    url = f"sqlite:///{folder / 'newsletter.db'}"
    with Store.open(url, create=True, hash_key=b"a key for the benchmark, of 32 bytes") as store:
        with store.begin() as work:
            target = work.audience.create_list("weekly").id
        for first in range(1, people + 1, 20_000):
            rows = [
                Subscriber(f"reader{n}@example.net", name=f"Reader {n}")
                for n in range(first, min(first + 20_000, people + 1))
            ]
            with store.begin() as work:
                work.audience.upsert(target, rows, Consent("import", _NOW, "weekly.csv"), _NOW)
        with store.begin() as work:
            edition = work.editions.freeze(Edition(12, (variant(size),)), _NOW)
            now = datetime.now(UTC)
            send = work.sends.start(
                edition,
                SendKind.ISSUE,
                list_id=target,
                now=now,
                deadline=now + timedelta(days=4),
                message_id_domain="example.org",
            )
    return Ready(url, send, edition)


@dataclass(frozen=True)
class Run:
    """A process that sent and the one that kept its ledger, between the first report and the last: messages a second,
    microseconds of processor for each message; and the peak memory of each in KiB."""

    rate: float
    processor: float
    keeping: float
    peak: int
    keepers_peak: int


def job(ready: Ready, port: int, dkim: list[Key]) -> str:
    """The job of the process that sends, as `dispatch` gives it."""
    relay = {
        "name": "sink",
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "connections": CONNECTIONS,
        "timeout": 30,
        "ca_file": None,
    }
    return drain.job(
        database_url=ready.url,
        send=ready.send,
        edition=ready.edition,
        relays=[relay],
        accepted={},
        letterhead=dataclasses.asdict(LETTERHEAD),
        link_keys=[b"a key for links, of 32 bytes...."],
        wait=0,
        dkim=dkim,
    )


def run(ready: Ready, people: int, port: int, dkim: list[Key] | None = None) -> Run:
    """Drain the send, and count what it reports. Raises RuntimeError unless everybody's mail was accepted."""
    process = subprocess.Popen(
        [sys.executable, "-m", "newsletter.app.drain"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(job(ready, port, dkim or []) + "\n")
    process.stdin.flush()
    accepted, first, begin, end, measured = 0, 0, 0.0, 0.0, 0
    pids, used, cost, peaks = [process.pid, 0], (0.0, 0.0), (0.0, 0.0), (0, 0)
    for line in process.stdout:
        event = json.loads(line)
        end = time.monotonic()
        if "outcomes" not in event:
            if "done" not in event and "relays" not in event:
                raise RuntimeError(line)
            continue
        accepted += event["outcomes"].get("accepted", 0)
        last = end
        if not first:
            pids[1] = _child(process.pid)
            first, begin, used = accepted, end, _each(processor, pids)
        if accepted % 50 < 25 and accepted > people * 9 // 10:
            peaks = _each(_peak, pids)
            measured, cost = accepted - first, _each(processor, pids)
    process.stdin.close()
    process.wait()
    if accepted != people or process.returncode:
        raise RuntimeError(f"{accepted} of {people} messages were accepted")
    mine, keepers = ((now - before) / max(1, measured) * 1e6 for now, before in zip(cost, used, strict=True))
    return Run((accepted - first) / (last - begin), mine, keepers, *peaks)


def _child(pid: int) -> int:
    """The one child of the process (proc(5))."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text())


def _each(what: Callable[[int], _T], pids: Sequence[int]) -> tuple[_T, _T]:
    return what(pids[0]), what(pids[1])


def processor(pid: int) -> float:
    """The seconds of processor the process has had (proc(5): utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> int:
    """The process's peak resident memory in KiB (proc(5)); 0 once it is gone. Not wait4's figure, which a process
    inherits from the one that started it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
