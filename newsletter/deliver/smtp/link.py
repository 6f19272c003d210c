"""One connection: bytes out, replies in, and certainty about what has left.

TLS runs inside the protocol (ssl.MemoryBIO) instead of in the event loop, for three reasons: the same code serves
implicit TLS and STARTTLS on asyncio and uvloop; certificate errors come as they are; and `flushed` is exact. With a
write buffer limit of 0 the transport reports every byte it could not give to the kernel at once (pause_writing) and the
moment the last one left (resume_writing). A loop's own TLS transport has a second buffer beneath that it does not show.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections import deque
from collections.abc import Mapping, Sequence
from typing import cast

from newsletter.deliver.replies import Reply
from newsletter.deliver.smtp.wire import NotSMTP, ReplyParser

#: More replies than this with nothing asked: the other side is no SMTP server, or a hostile one.
MAX_UNREAD = 100


#: Linux has it (tcp(7)); it holds for a moment only.
_QUICK: int | None = getattr(socket, "TCP_QUICKACK", None)


class LinkLost(Exception):
    """The connection is gone, timed out or unreadable; the text says which."""


class Link(asyncio.Protocol):
    """Made by `connect`. One task at a time may wait on it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parser = ReplyParser()
        self._replies: deque[Reply] = deque()
        self._lost: str | None = None
        self._paused = False
        self._socket: socket.socket | None = None
        #: Bytes at the end of what was written last that are the next message's, and bytes that never left.
        self._after = self._unsent = 0
        self._gone = self._loop.create_future()
        self._waiter: asyncio.Future[None] | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._tls: ssl.SSLObject | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._shaking = False

    @property
    def quiet(self) -> bool:
        """Alive, and nothing has been said that nobody asked for."""
        return self._lost is None and not self._replies and self._parser.clean

    @property
    def alive(self) -> bool:
        """The connection stands, as far as is known."""
        return self._lost is None

    @property
    def encrypted(self) -> bool:
        return self._tls is not None

    @property
    def tls_version(self) -> str | None:
        """ "TLSv1.3"; None without encryption."""
        return self._tls.version() if self._tls else None

    @property
    def certificate(self) -> Mapping[str, object] | None:
        """The relay's certificate as `ssl` tells it; None without encryption."""
        return self._tls.getpeercert() if self._tls else None

    @property
    def peer(self) -> str | None:
        """The other end's IP address."""
        peer = self._transport.get_extra_info("peername") if self._transport else None
        return str(peer[0]).split("%")[0] if peer else None

    @property
    def loopback(self) -> bool:
        """Whether the peer is this machine; nobody listens on that wire."""
        return self.peer is not None and ipaddress.ip_address(self.peer).is_loopback

    @property
    def own_literal(self) -> str:
        """This end's address as RFC 5321, 4.1.3 writes it, for a host without a public name."""
        own = self._transport.get_extra_info("sockname") if self._transport else None
        address = own[0].split("%")[0] if own else "127.0.0.1"
        return f"[IPv6:{address}]" if ":" in address else f"[{address}]"

    @property
    def flushed(self) -> bool:
        """Every byte written so far was taken by the kernel."""
        return not self._paused

    @property
    def handed_over(self) -> bool:
        """Whether all that was written last, but for its `after`, may be with the kernel.

        Exact while the connection lives and when this side drops it. A transport that breaks by itself has forgotten
        how much was left; then it may be.
        """
        if not self._paused:
            return True
        if self._after == 0 or self._transport is None:
            return False
        return (self._unsent if self._lost is not None else self._transport.get_write_buffer_size()) <= self._after

    def write(self, data: bytes, after: bytes = b"") -> None:
        """Send, or leave in the transport's buffer (`flushed` tells); `after` goes with it, in one packet if it can.

        Raises LinkLost when nothing can have left.
        """
        if self._lost is not None or self._transport is None:
            raise LinkLost(self._lost or "not connected")
        if self._tls is not None:
            if data:
                self._tls.write(data)
                data = self._outgoing.read()
            if after:
                self._tls.write(after)
                after = self._outgoing.read()
        self._after = len(after)
        self._transport.write(data + after if after else data)
        if self._transport.is_closing():  # the kernel refused it: both loops close at once, and only then
            self._lose("the connection was lost while writing")
            raise LinkLost(self._lost)

    async def flush(self, seconds: float) -> None:
        """Wait until the kernel has everything. Raises LinkLost; `flushed` is then still False."""
        while self._paused:
            if self._lost is not None:
                raise LinkLost(self._lost)
            await self._event(seconds, "to send on")

    async def reply(self, seconds: float, what: str) -> Reply:
        """The next reply. `what` names the awaited thing for the message of a timeout. Raises LinkLost."""
        while not self._replies:
            if self._lost is not None:
                raise LinkLost(self._lost)
            await self._event(seconds, what)
        return self._replies.popleft()

    @property
    def at_hand(self) -> Sequence[Reply]:
        """Replies that have come and were not asked for yet."""
        return self._replies

    def drop(self, count: int) -> None:
        """The next `count` of those at hand were looked at."""
        for _ in range(count):
            self._replies.popleft()

    def acknowledge(self) -> None:
        """Tell the other end's kernel now what has come, without waiting for something to send with it."""
        if self._socket is not None and _QUICK is not None and self._lost is None:
            with contextlib.suppress(OSError):  # a wish, and the connection may have just gone
                self._socket.setsockopt(socket.IPPROTO_TCP, _QUICK, 1)

    def early_reply(self) -> Reply | None:
        """A reply that came although the connection was lost before all was sent, if there is one."""
        return self._replies.popleft() if self._replies else None

    async def start_tls(self, context: ssl.SSLContext, host: str, seconds: float) -> None:
        """Encrypt from here on.

        Raises NotSMTP if plaintext came that a forger may have put before the handshake (RFC 3207, 6; CVE-2011-0411),
        ssl.SSLError for a handshake or certificate fault, LinkLost when the connection goes.
        """
        if self._replies or not self._parser.clean:
            raise NotSMTP("unencrypted data after the relay agreed to STARTTLS")
        tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._shaking = True
        while True:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                self._push_tls()
                if self._lost is not None:
                    raise LinkLost(self._lost) from None
                await self._event(seconds, "TLS")
            except ssl.SSLError:
                self._push_tls()  # the alert that tells the relay why
                raise
            else:
                break
        self._push_tls()
        self._tls, self._shaking = tls, False
        self._decrypt()

    def _push_tls(self) -> None:
        if self._transport is not None and not self._transport.is_closing() and self._outgoing.pending:
            self._transport.write(self._outgoing.read())

    async def close(self) -> None:
        """Close and wait until it is closed; what was not flushed is dropped."""
        self._lose("closed by this side")
        if self._transport is not None:
            await asyncio.shield(self._gone)

    def abort(self, why: str) -> None:
        """Drop the connection now; whoever waits on it gets LinkLost(why)."""
        self._lose(why)

    async def _event(self, seconds: float, what: str) -> None:
        """Wait until anything happens. One timer serves many waits: it is moved only when it would ring too late."""
        now = self._loop.time()
        self._deadline = now + seconds
        if self._timer is None or self._timer_at > self._deadline:
            self._set_timer(self._deadline)
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
        if self._lost is None and self._loop.time() >= self._deadline:
            self._lose(f"waited {seconds:g} s for {what}")

    def _set_timer(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at, self._timer = at, self._loop.call_at(at, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._waiter is None:
            return
        if self._loop.time() >= self._deadline:
            self._wake()
        else:
            self._set_timer(self._deadline)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _lose(self, why: str) -> None:
        """The connection is over. Dropped at once: a mere close would go on sending what is buffered, after this side
        has called it not handed over."""
        if self._lost is None:
            self._lost = why
            if self._transport is not None:
                self._unsent = self._transport.get_write_buffer_size()
                self._transport.abort()
        self._wake()

    def _decrypt(self) -> None:
        if self._tls is None:
            return
        try:
            while data := self._tls.read(65536):
                self._take(data)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self._lose("the relay closed the connection")
        except ssl.SSLError as error:
            self._lose(f"TLS failed: {error.reason or error}")
        self._push_tls()

    def _take(self, data: bytes) -> None:
        try:
            self._replies.extend(self._parser.feed(data))
        except NotSMTP as error:
            self._lose(str(error))
        if len(self._replies) > MAX_UNREAD:
            self._lose("a flood of replies to nothing")
        self._wake()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=0, low=0)
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            self._socket = sock

    def data_received(self, data: bytes) -> None:
        if self._lost is not None:
            return
        if self._tls is None and not self._shaking:
            self._take(data)
            return
        self._incoming.write(data)
        if self._tls is None:
            self._wake()
        else:
            self._decrypt()

    def eof_received(self) -> bool:
        self._lose("the relay closed the connection")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose(f"the connection was lost ({exc})" if exc else "the relay closed the connection")
        if self._timer is not None:
            self._timer.cancel()
        if not self._gone.done():
            self._gone.set_result(None)

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        if self._lost is None:  # what was stuck when the connection went never left
            self._paused = False
        self._wake()


async def connect(host: str, port: int, seconds: float) -> Link:
    """A fresh connection. Raises OSError (TimeoutError among them)."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(seconds):
        _, link = await loop.create_connection(Link, host, port)
    return link
