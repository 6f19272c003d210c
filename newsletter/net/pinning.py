"""Connections to addresses that were checked: a name is resolved once, and what was checked is what is connected to.

httpcore asks its network backend for a connection to a host's name; this one resolves the name, drops the addresses
that are not public, and connects to what is left, in turn. No second resolution can answer otherwise (DNS rebinding);
TLS still verifies the name, and the Host header still says it, for httpcore keeps both apart from the connection.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore2

from newsletter.errors import FetchRefused
from newsletter.net import places

#: A host's name and a port → the IP addresses to try, in order. Raises OSError when the name is unknown.
Resolver = Callable[[str, int], Awaitable[list[str]]]
#: Names looked up at once: the system's resolver blocks a thread for each.
_LOOKUPS = 20
#: What the system says where the DNS has answered that there is no such name; anything else is no answer.
_MISSING = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
#: Addresses of one host that are tried.
_TRIED = 4


class NoAddress(httpcore2.ConnectError):
    """A name that stands for no address: it is `missing`, or (not `missing`) nobody could say."""

    def __init__(self, reason: str, *, missing: bool) -> None:
        self.missing = missing
        super().__init__(reason)


class SystemResolver:
    """The system's own (`getaddrinfo`), in threads of its own, so that slow names don't hold up anything else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="lookup")

    async def __call__(self, host: str, port: int) -> list[str]:
        def ask() -> list[str]:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            return list(dict.fromkeys(str(entry[4][0]) for entry in found))

        return await asyncio.get_running_loop().run_in_executor(self._threads, ask)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class PinningBackend(httpcore2.AsyncNetworkBackend):
    """Connects to public addresses only, or with `anywhere` to whatever the name stands for."""

    def __init__(self, resolve: Resolver, *, anywhere: bool) -> None:
        self._resolve = resolve
        self._anywhere = anywhere
        self._sockets = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Raises FetchRefused when the name stands for no public address, NoAddress when it stands for none at all.

        Raises httpcore's errors when none answers.
        """
        fault: Exception = httpcore2.ConnectError("no address")
        for address in (await self._checked(host, port, timeout))[:_TRIED]:
            try:
                return await self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                fault = error
        raise fault

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _checked(self, host: str, port: int, seconds: float | None) -> list[str]:
        try:
            async with asyncio.timeout(seconds):
                found = await self._resolve(host, port)
        except TimeoutError:
            raise NoAddress("the host's name could not be looked up in time", missing=False) from None
        except (OSError, UnicodeError) as error:
            missing = not isinstance(error, OSError) or error.errno in _MISSING
            raise NoAddress(f"the host's name is unknown ({error})", missing=missing) from error
        if self._anywhere:
            return found
        public = [address for address in found if places.why_not(address) is None]
        if not public:
            reason = next((why for address in found if (why := places.why_not(address))), "it has no address")
            raise FetchRefused(host, f"not a public address: {reason}; [net] allow = [{host!r}] would allow it")
        return public
