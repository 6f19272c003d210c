"""A scriptable SMTP server that can misbehave at every point, and the small parts the tests are made of."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from newsletter.deliver import engine, message
from newsletter.deliver.backoff import Backoff, Patience
from newsletter.deliver.memory import MemoryDeliveries
from newsletter.deliver.relay import Relay, Timeouts
from newsletter.deliver.smtp import Lost, Result, open_session
from newsletter.models import Claim, Slot, Variant

#: Long enough for a loaded machine, short enough for a suite.
SECONDS = 10.0


class Wire:
    """The server's end of one connection. A script calls its methods; a line it does not expect is a fault."""

    def __init__(self, server: WireServer, sock: socket.socket) -> None:
        self.server, self.sock = server, sock
        self._buffer = b""

    def send(self, *lines: str) -> None:
        self.raw("".join(f"{line}\r\n" for line in lines).encode())

    def raw(self, data: bytes) -> None:
        self.sock.sendall(data)

    def bytewise(self, *lines: str) -> None:
        """Each byte in a packet of its own."""
        for byte in "".join(f"{line}\r\n" for line in lines).encode():
            self.sock.sendall(bytes([byte]))

    def line(self) -> str | None:
        """The client's next line, None when it hung up."""
        while b"\n" not in self._buffer:
            try:
                data = self.sock.recv(65536)
            except ConnectionError:
                data = b""
            if not data:
                return None
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        assert line.endswith(b"\r"), f"a bare LF: {line!r}"
        text = line[:-1].decode()
        self.server.lines.append(text)
        return text

    def expect(self, *starts: str) -> str:
        """The next lines begin so."""
        line: str | None = ""
        for start in starts:
            line = self.line()
            assert line is not None, f"expected {start!r}, and the client hung up"
            assert line.startswith(start), f"expected {start!r}, got {line!r}"
        return line or ""

    def silent(self) -> bool:
        """Nothing more has come from the client so far."""
        return not self._buffer

    def content(self) -> bytes:
        """A message up to its dot, dots unstuffed."""
        lines = []
        while (line := self.line()) != ".":
            assert line is not None, "the client hung up inside a message"
            lines.append(line.removeprefix("."))
        data = "".join(f"{line}\r\n" for line in lines).encode()
        self.server.messages.append(data)
        return data

    def take(self, count: int) -> bytes:
        """Exactly so many bytes of what comes."""
        while len(self._buffer) < count:
            data = self.sock.recv(65536)
            assert data, "the client hung up"
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def gone(self) -> None:
        """The client hangs up now."""
        assert self.line() is None

    def tls(self) -> None:
        assert self.server.tls is not None
        self.sock = self.server.tls.wrap_socket(self.sock, server_side=True)

    def hello(self, *capabilities: str) -> None:
        """Greeting, EHLO and its reply."""
        self.send("220 relay ready")
        self.capabilities(*capabilities)

    def greet(self, *capabilities: str) -> bool:
        """The same, unless the drain ended while this connection was made; answers whether the client is there."""
        self.send("220 relay ready")
        if self.line() is None:
            return False
        self.send(*(f"250-{name}" for name in ("relay", *capabilities)), "250 HELP")
        return True

    def capabilities(self, *capabilities: str) -> None:
        self.expect("EHLO ")
        self.send(*(f"250-{name}" for name in ("relay", *capabilities)), "250 HELP")

    def envelope(self) -> None:
        """A message accepted up to its content."""
        self.expect("MAIL FROM:", "RCPT TO:", "DATA")
        self.send("250 ok", "250 ok", "354 go on")

    def accept(self) -> bytes:
        """One whole message, pipelined."""
        self.envelope()
        data = self.content()
        self.send("250 2.0.0 queued")
        return data

    def reset(self) -> None:
        """Hang up with a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def serve(self, replies: Mapping[str, str] | None = None, *capabilities: str) -> None:
        """An ordinary server until the client leaves; `replies` by command, or by recipient ("RCPT a@b")."""
        if not self.greet(*(capabilities or ("PIPELINING",))):
            return
        said, known = dict(replies or {}), {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "RSET": "250 ok"}
        accepted = False
        while (line := self.line()) is not None:
            verb, rest = line[:4].upper(), line[5:]
            if verb == "QUIT":
                self.send("221 bye")
                return
            address = rest[rest.find("<") + 1 : rest.find(">")] if "<" in rest else ""
            reply = said.get(f"{verb} {address}") or said.get(verb) or known[verb]
            if verb == "DATA" and not accepted:
                reply = said.get("DATA", "554 no valid recipients")
            self.send(reply)
            accepted = reply.startswith("2") if verb == "RCPT" else accepted and verb != "RSET"
            if reply.startswith("354"):
                self.content()
                self.send(said.get("DOT", "250 2.0.0 queued"))
                accepted = False


Script = Callable[[Wire], None]


class WireServer:
    """Runs a script for each connection, the last one again for all that follow."""

    def __init__(self, scripts: tuple[Script, ...], tls: ssl.SSLContext | None) -> None:
        self._scripts, self.tls = scripts, tls
        self.lines: list[str] = []
        self.messages: list[bytes] = []
        self.faults: list[BaseException] = []
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.address: tuple[str, int] = self._listening.getsockname()
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._main = threading.Thread(target=self._listen, daemon=True)
        self._main.start()

    def _listen(self) -> None:
        while True:
            try:
                sock, _ = self._listening.accept()
            except OSError:
                return
            sock.settimeout(SECONDS)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            script = self._scripts[min(self.connections, len(self._scripts) - 1)]
            self.connections += 1
            self._sockets.append(sock)
            thread = threading.Thread(target=self._run, args=(script, sock), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self, script: Script, sock: socket.socket) -> None:
        wire = Wire(self, sock)
        try:
            script(wire)
        except (ConnectionError, ssl.SSLError):
            pass  # the client left; what it should have said is asserted by the script
        except BaseException as fault:  # reported by stop()
            self.faults.append(fault)
        finally:
            wire.sock.close()

    def stop(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._main.join(SECONDS)
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(SECONDS)
        if self.faults:
            raise self.faults[0]


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture(scope="session")
def tls_context(authority: trustme.CA) -> Callable[..., ssl.SSLContext]:
    """A server's context: for localhost and 127.0.0.1 unless told, `expired` on demand."""

    def make(*names: str, expired: bool = False) -> ssl.SSLContext:
        end = datetime.now(UTC) - timedelta(days=1) if expired else None
        certificate = authority.issue_cert(*(names or ("localhost", "127.0.0.1")), not_after=end)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context

    return make


@pytest.fixture
def server() -> Iterator[Callable[..., WireServer]]:
    """server(script, …, tls=None): a script is called with the Wire of each connection."""
    started: list[WireServer] = []

    def start(*scripts: Script, tls: ssl.SSLContext | None = None) -> WireServer:
        started.append(WireServer(scripts, tls))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def relay_at() -> Callable[..., Relay]:
    """relay_at(address, **fields): a relay that is patient enough for a loaded machine, and no more."""

    def make(address: tuple[str, int], **fields: object) -> Relay:
        options: dict[str, object] = {"tls": "none", "connections": 1, "timeouts": Timeouts.of(SECONDS)}
        return Relay("test", *address, **(options | fields))  # type: ignore[arg-type]  # whatever the test sets

    return make


@pytest.fixture
def claims() -> Callable[[int], list[Claim]]:
    """claims(n): for reader1@example.net, reader2@…"""

    def make(count: int) -> list[Claim]:
        return [
            Claim(n, n, f"reader{n}@example.net", f"Reader {n}", None, {}, "default", 0, f"{n}@example.org", 1)
            for n in range(1, count + 1)
        ]

    return make


@pytest.fixture
def variant() -> Variant:
    link = Slot("unsubscribe_url", "url")
    name = Slot("subscriber.name", "html", "reader")
    return Variant(
        name="default",
        subject=("An order of magnitude gained",),
        preheader=(),
        html=("<p>Dear ", name, ",</p>\n<p>Python at the top.</p>\n.dot\n<a href='", link, "'>leave</a>\n"),
        text=("Native code below.\n.dot\n<", Slot("unsubscribe_url", "text"), ">\n"),
    )


@pytest.fixture
def letterhead() -> message.Letterhead:
    return message.Letterhead(
        sender="Weekly Native <news@example.org>",
        newsletter_name="Weekly Native",
        list_name="weekly",
        base_url="https://news.example.org",
        bounce_address="bounces@example.org",
        campaign="issue-12",
    )


@pytest.fixture
def program(variant: Variant, letterhead: message.Letterhead) -> message.Program:
    return message.compile(variant, letterhead, date=datetime(2026, 3, 1, 7, tzinfo=UTC))


#: Everything at once: no test waits for a delay that only makes sense in real life.
HASTE = Patience(
    recipient=Backoff(first=0.01, most=0.02),
    connection=Backoff(first=0.01, most=0.02),
    aside=Backoff(first=0.05, most=0.1),
    recovery=1.0,
    failures=3,
    grace=SECONDS,
    idle=5.0,
)


@pytest.fixture
def haste() -> Patience:
    return HASTE


@pytest.fixture
def drain(program: message.Program) -> Callable[..., None]:
    """drain(deliveries, relay, **options): engine.drain with a program, values, haste and a stop that never comes."""

    def run(deliveries: MemoryDeliveries, relay: Relay, **options: object) -> None:
        defaults: dict[str, object] = {
            "values": lambda claim: {"unsubscribe_url": f"https://news.example.org/u/{claim.delivery}"},
            "stop": threading.Event(),
            "patience": HASTE,
        }
        engine.drain(deliveries.ledger(), {"default": program}, relay, **(defaults | options))  # type: ignore[arg-type]  # whatever the test sets

    return run


@pytest.fixture(params=["uvloop", "asyncio"])
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine on either event loop; the client promises the same on both."""
    factory = pytest.importorskip("uvloop").new_event_loop if request.param == "uvloop" else None

    def go(main: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=factory) as runner:
            return runner.run(main)

    return go


@pytest.fixture
def send(run: Callable[..., Any], relay_at: Callable[..., Relay]) -> Callable[..., Any]:
    """send(server, *messages, **relay fields): one session sends them; a list of Results and Lost."""

    async def session(relay: Relay, messages: tuple[message.Message, ...]) -> list[Result | Lost]:
        found: list[Result | Lost] = []
        opened = await open_session(relay)
        for one in messages:
            try:
                found.append(await opened.send(one))
            except Lost as lost:
                found.append(lost)
        found_usable = opened.usable
        await opened.close()
        return [*found, found_usable]  # type: ignore[list-item]  # the last says whether it was still usable

    def go(server: WireServer, *messages: message.Message, **fields: object) -> list[Any]:
        result: list[Any] = run(session(relay_at(server.address, **fields), messages))
        return result

    return go


@pytest.fixture
def mail() -> Callable[..., message.Message]:
    """mail(n, size=…): a small message for reader n."""

    def make(number: int = 1, size: int = 0, **fields: Any) -> message.Message:
        filler = ("x" * 74 + "\r\n") * (size // 76)
        data = f"Subject: {number}\r\n\r\nNative code below.\r\n{filler}".encode()
        return message.Message(f"bounces+{number}@example.org", f"reader{number}@example.net", data)._replace(**fields)

    return make
