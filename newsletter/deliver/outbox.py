"""A real SMTP server on this machine that keeps what it gets: for the demo, for trying things out, and for tests.

In: SMTP from any client, PIPELINING, SIZE and SMTPUTF8 included. Out: a Maildir, one file a message, with the envelope
on top (Return-Path, Delivered-To). The file is in its final place before the relay's 250 leaves: whoever was told
"accepted" finds the message, also after a kill -9 of this server. With `durable` it is on the disk by then (fsync), and
so survives a power cut too.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import secrets
import socket
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

#: Larger messages are refused; advertised with SIZE.
MAX_BYTES = 50 * 2**20

#: RFC 5321, 4.5.3.1.6, without the line end.
_MAX_LINE = 998

_PLAIN = re.compile(r"<([\w.+=-]+@[\w.-]+)> *(.*)")


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """One message in the outbox. `subject` and `date` are as its headers say, empty or None where they don't.

    `came` is when it was kept (UTC).
    """

    mail_from: str
    rcpt_to: tuple[str, ...]
    subject: str
    date: datetime | None
    path: Path
    came: datetime


class Maildir:
    """Where messages are put (https://cr.yp.to/proto/maildir.html): written in tmp, then renamed into new."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._tmp, self._new, self._durable = folder / "tmp", folder / "new", durable
        for part in (self._tmp, self._new, folder / "cur"):
            part.mkdir(parents=True, exist_ok=True)
        self._run = f"{os.getpid()}_{secrets.token_hex(4)}"
        self._count = itertools.count(1)

    def put(self, content: bytes) -> Path:
        """Store one message; it is whole or not there at all. Raises OSError."""
        name = f"{time.time():.6f}.{self._run}_{next(self._count)}.outbox"
        draft, final = self._tmp / name, self._new / name
        with draft.open("xb") as file:
            file.write(content)
            if self._durable:
                file.flush()
                os.fsync(file.fileno())
        draft.rename(final)
        if self._durable:
            self._sync_folder()
        return final

    def _sync_folder(self) -> None:
        folder = os.open(self._new, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Outbox:
    """The server, in a thread of its own; a context manager. `port` 0 takes a free one; `address` tells which.

    Raises OSError when the port is taken or the folder can't be written to.
    """

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0, *, durable: bool = False) -> None:
        self.folder = folder
        self._maildir = Maildir(folder, durable=durable)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=100)
        # Accepted sockets inherit it. asyncio would set it only on sockets that name their protocol; without it each
        # reply waits 40 ms for the client's delayed acknowledgement.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]
        self._controller = _Controller(_Handler(self._maildir, in_thread=durable), self._socket)

    def start(self) -> Outbox:
        """Begin to answer."""
        self._controller.start()
        return self

    def stop(self) -> None:
        """Hang up on everybody and stop the thread."""
        self._controller.stop(no_assert=True)
        self._socket.close()

    def __enter__(self) -> Outbox:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()


def messages(folder: Path) -> list[OutboxMail]:
    """What came, oldest first. A file that vanishes meanwhile is left out."""
    return list(_read(folder))


def _read(folder: Path) -> Iterator[OutboxMail]:
    paths = [path for part in ("new", "cur") for path in (folder / part).glob("*") if not path.name.startswith(".")]
    for path in sorted(paths, key=lambda path: path.name):
        try:
            with path.open("rb") as file:
                mail = BytesParser(policy=policy.default).parse(file, headersonly=True)
                came = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
        except FileNotFoundError:
            continue
        yield OutboxMail(
            mail_from=str(mail.get("Return-Path", "")).strip("<>"),
            rcpt_to=tuple(str(value) for value in mail.get_all("Delivered-To", [])),
            subject=str(mail.get("Subject", "")),
            date=getattr(mail.get("Date"), "datetime", None),
            path=path,
            came=came,
        )


class _Handler:
    """aiosmtpd's hooks."""

    def __init__(self, maildir: Maildir, *, in_thread: bool) -> None:
        self._maildir, self._in_thread = maildir, in_thread

    async def handle_EHLO(  # noqa: N802 - aiosmtpd calls it by this name
        self,
        server: SMTP,  # noqa: ARG002 - part of the hook's signature
        session: Session,
        envelope: Envelope,  # noqa: ARG002 - part of the hook's signature
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it by this name
        self,
        server: SMTP,  # noqa: ARG002 - part of the hook's signature
        session: Session,  # noqa: ARG002 - part of the hook's signature
        envelope: Envelope,
    ) -> str:
        trace = [f"Return-Path: <{envelope.mail_from}>", *(f"Delivered-To: {to}" for to in envelope.rcpt_tos)]
        content = "".join(f"{line}\r\n" for line in trace).encode("utf-8", "surrogateescape")
        content += envelope.original_content or b""
        try:
            if self._in_thread:  # an fsync would hold up every connection
                path = await asyncio.get_running_loop().run_in_executor(None, self._maildir.put, content)
            else:
                path = self._maildir.put(content)
        except OSError as error:
            return f"452 4.3.1 the outbox can't store it: {error.strerror}"
        return f"250 2.0.0 kept as {path.name}"


class _Server(SMTP):
    """aiosmtpd's server with a message read whole instead of line by line, and plain addresses taken at a glance.

    Line by line, with the standard library's address parser, it takes a third of the messages a second.
    """

    #: Also the most that is buffered; a message is bounded by it, and a line of it by the check below.
    line_length_limit = MAX_BYTES + 1000

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd calls it by this name
        session, envelope, transport = self.session, self.envelope, self.transport
        if session is None or envelope is None or transport is None or await self.check_helo_needed():
            return
        if not envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            content = await self._content()
        except asyncio.LimitOverrunError:
            await self.push("421 5.3.4 more than this outbox takes")
            transport.close()
            return
        if max(map(len, content.split(b"\r\n"))) > _MAX_LINE:
            status = f"500 5.6.0 a line of more than {_MAX_LINE} bytes (RFC 5321, 4.5.3.1.6)"
        else:
            envelope.content = envelope.original_content = content
            status = await self.event_handler.handle_DATA(self, session, envelope)
        self.envelope = self._create_envelope()
        await self.push(status)

    async def _content(self) -> bytes:
        """What stands before the lone dot, unstuffed. A line end put in front lets an empty message end, too."""
        buffer: bytearray = vars(self._reader)["_buffer"]  # aiosmtpd reaches for it too, for STARTTLS
        buffer[:0] = b"\r\n"
        whole: bytes = await self._reader.readuntil(b"\r\n.\r\n")
        return whole[:-3].replace(b"\r\n..", b"\r\n.")[2:]

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        if plain := _PLAIN.fullmatch(arg.strip()):
            return plain[1], plain[2]
        found: tuple[str | None, str | None] = super()._getaddr(arg)
        return found


class _Controller(Controller):
    """aiosmtpd's thread, on a socket that is bound already: its own can't tell which free port it got."""

    def __init__(self, handler: _Handler, listening: socket.socket) -> None:
        host, port = listening.getsockname()[:2]
        super().__init__(handler, loop=_new_loop(), hostname=host, port=port, ready_timeout=10.0)
        self._listening = listening

    def factory(self) -> SMTP:
        return _Server(self.handler, hostname="outbox.localhost", enable_SMTPUTF8=True, data_size_limit=MAX_BYTES)

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening)


def _new_loop() -> asyncio.AbstractEventLoop:
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.new_event_loop()
    return new_event_loop()
