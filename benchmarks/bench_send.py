"""Personal mail as fast as the wire: our sending process beside other senders, into one smtp-sink, in one run.

Ours runs as `newsletter send` runs it: a process that sends and one that keeps claims and outcomes on disk (SQLite,
synchronous=FULL), subscribers read from the database. smtp-source sends one fixed message and keeps no record; the
others build a message for each subscriber and keep no record either. Rounds take turns, and medians are compared, for
other programs on the machine are felt by all. `--quick` sends fewer; `NEWSLETTER_PEERS` names the folder nodemailer is
installed in.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from benchmarks import sending
from newsletter.deliver.dkim import Key

PEERS = Path(__file__).parent / "peers"
NODE = Path(os.environ.get("NEWSLETTER_PEERS", PEERS))
QUICK = "--quick" in sys.argv
ROUNDS = 1 if QUICK else 3
SMALL, LARGE = 5_000, 60_000
#: Theirs a second, ours, and microseconds of processor for a message in our two processes.
Compared = tuple[float, float, Sequence[float]]
#: Messages of one round, by size.
COUNT = {SMALL: 4_000 if QUICK else 20_000, LARGE: 1_500 if QUICK else 6_000}
AUDIENCES = (2_000, 20_000) if QUICK else (10_000, 1_000_000)
MOST_MIB, APART = 64, 0.05


def main() -> None:
    """Print the table."""
    try:
        sending.tool("smtp-sink"), sending.tool("smtp-source")
    except FileNotFoundError as missing:
        print(f"skipped: {missing} is not installed; it comes with Postfix (apt-get install postfix)")
        return
    load = os.getloadavg()[0]
    with folder() as place:
        print(
            f"fsync of 4 KiB on this disk: {fsync(place):.2f} ms (median); load {load:.1f} on {os.cpu_count()} cores,"
        )
        print(f"on which two busy processes get {parallel():.2f} × as much done as one")
        print("\n| sender | message | messages/s | ours/s | our processor time, sending + keeping | ours is | goal |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        key = private_key()
        source(place, SMALL, None, 1.2)
        source(place, LARGE, None, 1.0)
        source(place, LARGE, key, 0.75)
        peers(place, key)
        print()
        memory(place)


@contextmanager
def folder() -> Iterator[Path]:
    """On the disk, not in memory as /tmp may be."""
    place = Path(tempfile.mkdtemp(dir=os.environ.get("NEWSLETTER_BENCH_DIR", "/var/tmp")))
    try:
        yield place
    finally:
        shutil.rmtree(place)


def fsync(place: Path) -> float:
    """Milliseconds, the median of 100."""
    times = []
    handle = os.open(place / "fsync", os.O_CREAT | os.O_WRONLY)
    for at in range(100):
        os.pwrite(handle, b"x" * 4096, at * 4096)
        begin = time.perf_counter()
        os.fsync(handle)
        times.append(time.perf_counter() - begin)
    os.close(handle)
    return statistics.median(times) * 1e3


def private_key() -> Key:
    """RSA-2048, as a job holds it."""
    pem = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Key("example.org", "bench", pem.decode())


def parallel() -> float:
    """What two processes get done at once, beside one: sender and receiver share the machine."""
    work = [sys.executable, "-c", "for number in range(10_000_000): number * number"]

    def seconds(count: int) -> float:
        begin = time.monotonic()
        for process in [subprocess.Popen(work) for _ in range(count)]:
            process.wait()
        return time.monotonic() - begin

    return statistics.median(2 * seconds(1) / seconds(2) for _ in range(3))


def ours(place: Path, size: int, count: int, key: Key | None) -> sending.Run:
    """What our sending process did."""
    ready = sending.prepare(place / "send", count, size)
    try:
        with sending.sink() as port:
            return sending.run(ready, count, port, [key] if key else None)
    finally:
        shutil.rmtree(place / "send")


def compare(place: Path, size: int, key: Key | None, other: Callable[[int, int], float], share: int) -> Any:
    """The medians of the other one, which sends one `share`th, of ours, in turns, and of our two processes' time."""
    theirs, mine = [], []
    for _ in range(ROUNDS):
        mine.append(ours(place, size, COUNT[size], key))
        with sending.sink() as port:
            theirs.append(other(port, COUNT[size] // share))
    costs = [statistics.median(each) for each in zip(*((run.processor, run.keeping) for run in mine), strict=True)]
    return statistics.median(theirs), statistics.median(run.rate for run in mine), costs


def row(name: str, size: int, signed: bool, rates: Compared, goal: float) -> None:
    """One line, and whether the goal is met."""
    theirs, mine, (sending_cost, keeping_cost) = rates
    what = f"{size // 1000} KB{', ours with RSA-2048 DKIM' if signed else ''}"
    met = "met" if mine / theirs >= goal else "NOT met"
    cost = f"{sending_cost:.0f} + {keeping_cost:.0f} µs"
    ratio = f"{mine / theirs:.2f} × | {goal:g} × {met}"
    print(f"| {name} | {what} | {theirs:,.0f} | {mine:,.0f} | {cost} | {ratio} |", flush=True)


def source(place: Path, size: int, key: Key | None, goal: float) -> None:
    """Beside Postfix's smtp-source -d."""

    def run(port: int, count: int) -> float:
        begin = time.monotonic()
        options = ["-d", "-s", str(sending.CONNECTIONS), "-l", str(size), "-m", str(count)]
        subprocess.run([sending.tool("smtp-source"), *options, f"127.0.0.1:{port}"], check=True)
        return count / (time.monotonic() - begin)

    row("smtp-source -d", size, bool(key), compare(place, size, key, run, 1), goal)


def peers(place: Path, key: Key) -> None:
    """Beside what others send newsletters with."""
    if shutil.which("node") and (NODE / "node_modules/nodemailer").is_dir():
        command = ["node", str(PEERS / "nodemailer.cjs"), str(NODE)]
        for signed in (None, key):
            row(
                "nodemailer, pooled" + (", DKIM" if signed else ""),
                SMALL,
                bool(signed),
                _peer(place, command, signed),
                5,
            )
    else:
        print(f"skipped: nodemailer is not installed; `npm install --prefix {NODE}` does it (Node.js needed)")
    try:
        import aiosmtplib  # noqa: F401
        import dkim  # noqa: F401
        import premailer  # noqa: F401
    except ImportError as missing:
        print(f"skipped: {missing.name} is not installed; `pip install aiosmtplib dkimpy premailer` does it")
        return
    python = [sys.executable, "-m"]
    row(
        "aiosmtplib + EmailMessage", SMALL, False, _peer(place, [*python, "benchmarks.peers.aiosmtplib_peer"], None), 12
    )
    naive = _peer(place, [*python, "benchmarks.peers.naive_peer"], key, share=100)
    row("Jinja, MJML, premailer, dkimpy, smtplib for each", SMALL, True, naive, 75)


def _peer(place: Path, command: list[str], key: Key | None, share: int = 10) -> Compared:
    variant = sending.variant(SMALL)

    def part(pieces: tuple[Any, ...]) -> str:
        marks = {"subscriber.name": "{{name}}", "unsubscribe_url": "{{link}}"}
        return "".join(piece if isinstance(piece, str) else marks[piece.field] for piece in pieces)

    def run(port: int, count: int) -> float:
        data = {
            "port": port,
            "count": count,
            "connections": sending.CONNECTIONS,
            "dkim": key and dataclasses.asdict(key),
        }
        data |= {"html": part(variant.html), "text": part(variant.text), "paragraphs": sending.paragraphs(SMALL)}
        done = subprocess.run(command, input=json.dumps(data), capture_output=True, text=True, check=True)
        return float(json.loads(done.stdout.splitlines()[-1])["rate"])

    found: Compared = compare(place, SMALL, key, run, share)
    return found


def memory(place: Path) -> None:
    """Peak memory of the sending process, a small audience and a large one."""
    print("| recipients | peak memory: sending process, keeper of the ledger | messages/s |\n| --- | --- | --- |")
    peaks = []
    for people in AUDIENCES:
        ready = sending.prepare(place / "send", people, SMALL)
        with sending.sink() as port:
            run = sending.run(ready, people, port, [private_key()] if QUICK else None)
        shutil.rmtree(place / "send")
        peaks.append(run.peak / 1024)
        print(
            f"| {people:,} | {run.peak / 1024:.1f} MiB, {run.keepers_peak / 1024:.1f} MiB | {run.rate:,.0f} |",
            flush=True,
        )
    apart = max(peaks) / min(peaks) - 1
    met = "met" if max(peaks) <= MOST_MIB and apart <= APART else "NOT met"
    print(f"\nat most {MOST_MIB} MiB and {APART:.0%} apart: {max(peaks):.1f} MiB, {apart:.1%} apart: {met}")


if __name__ == "__main__":
    main()
