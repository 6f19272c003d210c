"""Serving a Starlette app, for the studio and the public pages alike: uvicorn on one listening socket.

The socket is bound here, so that port 0 gives a free port and a port in use gives one clear line. No access log is
kept: addresses of public pages carry signed tokens. A server that faces the open internet belongs behind a reverse
proxy, which does TLS and drops slow clients.
"""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol, runtime_checkable

import uvicorn
from starlette.types import ASGIApp

from newsletter.errors import NewsletterError

#: Seconds that open requests get to end once the server is asked to stop.
GRACE = 3


@runtime_checkable
class Endless(Protocol):
    """An app with answers that go on until somebody ends them."""

    def end(self) -> None:
        """End them; called on the event loop's thread when the server is asked to stop."""


def serve(app: ASGIApp, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM, then return. `on_ready` gets the base URL once requests are answered.

    Raises NewsletterError when `host` and `port` can't be listened on.
    """
    with _listen(host, port) as listening:
        _Server(app, lambda: on_ready(_url(host, listening))).run(sockets=[listening])


@contextmanager
def running(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve from a thread while the `with` block runs; gives the base URL. Raises NewsletterError as `serve` does."""
    ready = threading.Event()
    with _listen(host, port) as listening:
        server = _Server(app, ready.set)

        def run() -> None:
            try:
                server.run(sockets=[listening])
            finally:
                ready.set()

        thread = threading.Thread(target=run, name="web", daemon=True)
        thread.start()
        ready.wait()
        if not server.started:
            thread.join()
            raise NewsletterError("the web server did not start; see the log")
        try:
            yield _url(host, listening)
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it is ready, and takes a signal as a wish to stop rather than a fault."""

    def __init__(self, app: ASGIApp, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                access_log=False,
                log_config=None,
                log_level="warning",
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._app: object = app
        self._on_ready = on_ready

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if isinstance(self._app, Endless):
            self._app.end()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signature is uvicorn's
        # uvicorn would raise the signal again after its clean stop, and so end the command that called it.
        self.force_exit = self.should_exit
        self.should_exit = True


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family, backlog=256)
    except (OSError, OverflowError, UnicodeError) as error:
        raise NewsletterError(f"can't serve on {host}:{port}: {_why(error)}") from error


def _why(error: Exception) -> str:
    if isinstance(error, socket.gaierror | UnicodeError):
        return "no such host on this machine; use 127.0.0.1, or 0.0.0.0 for all its addresses"
    if isinstance(error, OverflowError):
        return "a port is a number from 0 to 65535"
    code = error.errno if isinstance(error, OSError) else None
    return {
        errno.EADDRINUSE: "the port is in use; choose another, or 0 for a free one",
        errno.EACCES: "ports below 1024 need special rights; choose a higher one and put a reverse proxy in front",
        errno.EADDRNOTAVAIL: "this machine does not have that address; use 127.0.0.1, or 0.0.0.0 for all it has",
    }.get(code or 0, str(error))


def _url(host: str, listening: socket.socket) -> str:
    port = listening.getsockname()[1]
    everywhere = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - named, not listened on
    name = everywhere.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"
