"""What keeps the studio between the editor and their own machine.

A page on the web can make its own name resolve to 127.0.0.1 and then read what answers there (DNS rebinding); its
requests still carry its name in Host. So only requests that name this machine and this port are answered. There is no
CORS header, nothing is cached, and every answer says how it may be used; the mail's own answers say it more strictly.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

#: The studio's pages: own style sheet, own script, frames of its own, and nothing else.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def mail_policy(*, images: bool) -> str:
    """A mail: its inline styles and, unless they are off, its pictures. No script, form, frame, or navigation of the
    page around it; a link opens a tab of its own. `sandbox` gives it an origin of its own even when it is opened
    outside the studio's frame.
    """
    pictures = "https: http: data:" if images else "'none'"
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src {pictures}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )


class Guard:
    """ASGI middleware: answers requests that name this machine and port, and adds the headers above where they lack."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        app = self.app if _names_us(scope) else PlainTextResponse("The studio answers on this machine only.", 421)
        await app(scope, receive, send_guarded)


def _names_us(scope: Scope) -> bool:
    """Whether there is one Host header, and it is a loopback name with the port that was connected to."""
    hosts = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
    port = scope["server"][1]
    allowed = {f"{name}:{port}" for name in LOOPBACK} | (set(LOOPBACK) if port == 80 else set())
    return len(hosts) == 1 and hosts[0] in allowed
