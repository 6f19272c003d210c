"""The moments at which a sending process can be ended, put into it from outside: production code knows none of them.

In the child, before it begins: `arm(plan)` wraps the ledger's transactions, the bytes of the dialogue and the replies.
At the chosen moment the process kills itself (or stops itself) with nothing in between: no handler, no buffer flushed.
The ledger's moments are in the process that keeps it, which is forked with all of this in it.

    begin ▸ the claims' commit ▸ MAIL ▸ RCPT ▸ DATA ▸ half the content ▸ all but the dot ▸ the dot ▸ reply ▸ record ▸
    its commit ▸ finish
"""

from __future__ import annotations

import contextlib
import mmap
import os
import resource
import signal
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from tests.faults.dialogue import Reader

#: Ends of a piece of the dialogue: everything up to there is with the kernel, and not one byte more.
WIRE = ("MAIL", "RCPT", "DATA", "half the content", "all but the dot", "the dot")
REPLY = ("reply arrived", "reply read")
LEDGER = ("exchange begins", "recorded", "claimed", "before the commit", "after the commit")
CONNECTION = ("before connecting", "connected")
RENEWAL = ("renewal begins", "renewed, before the commit", "renewed, after the commit")
END = ("before finishing", "finished, before the commit", "finished, after the commit")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen to one sending process. All of it is set before its first statement."""

    #: Where it ends; None for nowhere.
    point: str | None = None
    #: … but not before so many messages were handed over by it.
    after: int = 0
    #: SIGKILL, or SIGSTOP to be continued by whoever started it.
    signal: int = signal.SIGKILL
    #: Who gets it at one of the ledger's moments: both processes, or the one alone that keeps the ledger. In the
    #: dialogue it is the sending process alone, unless both are to go at once, as when the power fails.
    keeper_alone: bool = False
    at_once: bool = False
    #: Seconds a claim is held without renewal, and between renewals; None for the program's own.
    lease: float | None = None
    renew_every: float | None = None
    #: Seconds by which the database's clock is wrong (SQLite).
    clock: int = 0
    #: Pages the database may grow by (SQLite); None for no limit.
    pages: int | None = None
    #: Bytes a file may have (setrlimit, RLIMIT_FSIZE); None for no limit.
    file_size: int | None = None
    #: Retries and reconnections without a pause, and without end.
    tireless: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def arm(plan: Plan) -> None:
    """Make the plan come true in this process."""
    trap = _Trap(plan)
    _watch_wire(trap)
    _watch_replies(trap)
    _watch_ledger(trap)
    if plan.tireless:
        _never_tire()
    _set_times(plan)
    _set_limits(plan)


class _Trap:
    """Falls once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._sender = os.getpid()
        #: Messages handed over; the keeper has to know, too.
        self._dots = mmap.mmap(-1, 8)
        self._fallen = False

    def count(self) -> None:
        """One more message was handed over."""
        struct.pack_into("=q", self._dots, 0, self.dots + 1)

    @property
    def dots(self) -> int:
        found: int = struct.unpack_from("=q", self._dots)[0]
        return found

    def passes(self, point: str) -> bool:
        """Whether life goes on here."""
        return self._fallen or point != self._plan.point or self.dots < self._plan.after

    def reach(self, point: str) -> None:
        if not self.passes(point):
            self._fallen = True
            others = self._others()
            for process in (*others, os.getpid()):
                os.kill(process, self._plan.signal)

    def _others(self) -> list[int]:
        here = os.getpid()
        if here != self._sender:
            return [] if self._plan.keeper_alone else [self._sender]
        return children(here) if self._plan.at_once else []


def children(process: int) -> list[int]:
    """Those of its main thread (proc(5))."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _watch_wire(trap: _Trap) -> None:
    """Every byte leaves through `Link.write`; a write that holds the point ends there, and so does the process."""
    from newsletter.deliver.smtp.link import Link

    write = Link.write
    readers: dict[int, Reader] = {}

    def until(link: Link, *parts: bytes) -> None:
        data = b"".join(parts)
        reader = readers.setdefault(id(link), Reader())
        start, gone = reader.position, 0
        for point, end in _ends(reader, data):
            if not trap.passes(point):
                write(link, data[gone : end - start])
                gone = end - start
                trap.reach(point)
            if point == "the dot":
                trap.count()
        write(link, *_without(parts, gone))  # whoever was only stopped goes on where it was

    Link.write = until  # type: ignore[method-assign]


def _ends(reader: Reader, data: bytes) -> Iterator[tuple[str, int]]:
    """The points in what is to be written, and how many bytes of the stream each ends at."""
    begin = reader.position
    for name, _, end in reader.feed(data):
        if name == "the dot":
            yield "half the content", (begin + end) // 2
            yield "all but the dot", end - 3
        yield name, end
        begin = end


def _without(parts: Sequence[bytes], gone: int) -> Iterator[bytes]:
    """The parts without the bytes that are gone already."""
    for part in parts:
        yield part[gone:]
        gone = max(0, gone - len(part))


def _watch_replies(trap: _Trap) -> None:
    from newsletter.deliver.smtp import session
    from newsletter.deliver.smtp.link import Link

    received, send, introduce = Link.data_received, session.Session.send, session._introduce

    def data_received(link: Link, data: bytes) -> None:
        if trap.dots:
            trap.reach("reply arrived")
        received(link, data)

    @wraps(send)
    async def sent(*args: Any, **more: Any) -> Any:
        result = await send(*args, **more)
        trap.reach("reply read")
        return result

    @wraps(introduce)
    async def introduced(*args: Any, **more: Any) -> Any:
        trap.reach("before connecting")
        await introduce(*args, **more)
        trap.reach("connected")

    Link.data_received = data_received  # type: ignore[method-assign]
    session.Session.send = sent  # type: ignore[method-assign]
    session._introduce = introduced


def _watch_ledger(trap: _Trap) -> None:
    """The methods of the ledger, the steps of an exchange, and the commit at the end of each transaction."""
    from newsletter.store import ledger
    from newsletter.store.claims import Claims
    from newsletter.store.database import Database
    from newsletter.store.exchange import Exchange

    write = Database.write
    #: Names of a commit's two sides; an exchange may be the one that finishes the send, too.
    exchange, renewal, end = (LEDGER[3:],), (RENEWAL[1:],), (LEDGER[3:], END[1:])
    sides: Sequence[Sequence[str]] = exchange

    @contextlib.contextmanager
    def written(database: Database) -> Iterator[Any]:
        with write(database) as connection:
            yield connection
            for before, _ in sides:
                trap.reach(before)
        for _, after in sides:
            trap.reach(after)

    def beginning(point: str, names: Sequence[Sequence[str]], function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def wrapped(*args: Any, **more: Any) -> Any:
            nonlocal sides
            sides = names
            trap.reach(point)
            return function(*args, **more)

        return wrapped

    def ended(point: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def wrapped(*args: Any, **more: Any) -> Any:
            result = function(*args, **more)
            trap.reach(point)
            return result

        return wrapped

    def finish(connection: Any, send: int) -> bool:
        nonlocal sides
        trap.reach("before finishing")
        if done := finished(connection, send):
            sides = end
        return done

    finished = ledger.finish
    ledger.finish = finish
    Database.write = written  # type: ignore[method-assign]
    Claims.exchange = beginning("exchange begins", exchange, Claims.exchange)  # type: ignore[method-assign]
    Claims.renew = beginning("renewal begins", renewal, Claims.renew)  # type: ignore[method-assign]
    Exchange.record = ended("recorded", Exchange.record)  # type: ignore[method-assign]
    Exchange.claim = ended("claimed", Exchange.claim)  # type: ignore[method-assign]


def _never_tire() -> None:
    from newsletter.deliver import engine
    from newsletter.deliver.backoff import Backoff, Patience

    at_once = Backoff(first=0.0, most=0.0)
    (engine.drain.__kwdefaults__ or {})["patience"] = Patience(at_once, at_once, failures=10**9)


def _set_times(plan: Plan) -> None:
    from sqlalchemy.ext.compiler import compiles

    from newsletter.deliver import engine
    from newsletter.store import exchange
    from newsletter.store.columns import DatabaseClock

    if plan.lease is not None:
        exchange.LEASE = plan.lease
    if plan.renew_every is not None:
        engine.LEASE = plan.renew_every * 3
    if plan.clock:
        sql = f"strftime('%Y-%m-%d %H:%M:%f', 'now', '{plan.clock:+} seconds')"
        compiles(DatabaseClock, "sqlite")(lambda *_, **__: sql)


def _set_limits(plan: Plan) -> None:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    if plan.file_size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (plan.file_size, plan.file_size))
    if plan.pages is not None:

        def limit(connection: Any, _: Any) -> None:
            (used,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {used + (plan.pages or 0)}")

        event.listen(Engine, "connect", limit)
