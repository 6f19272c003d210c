"""The web server listens where it is told, says why it can't, and stops when it is asked to."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from newsletter.errors import NewsletterError
from newsletter.web.server import running, serve

APP = Starlette(routes=[Route("/", lambda request: PlainTextResponse("hello"))])

SCRIPT = """
from starlette.applications import Starlette
from newsletter.web.server import serve
serve(Starlette(), "127.0.0.1", 0, lambda url: print(url, flush=True))
print("stopped", flush=True)
"""


def test_port_0_is_a_free_port_and_requests_are_answered() -> None:
    with running(APP) as url:
        answer = httpx2.get(url)
    assert answer.text == "hello"
    assert "server" not in answer.headers


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NewsletterError, match=f"127.0.0.1:{port}: the port is in use"):
            serve(APP, "127.0.0.1", port, print)


@pytest.mark.parametrize(("host", "port"), [("no such host", 0), ("127.0.0.1", 70_000), ("192.0.2.1", 0)])
def test_a_host_or_port_that_can_not_be_is_refused(host: str, port: int) -> None:
    with pytest.raises(NewsletterError, match="can't serve on"):
        serve(APP, host, port, print)


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(asked: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(asked)
        assert process.wait(timeout=20) == 0
        assert process.stdout.read() == "stopped\n"
        assert process.stderr.read() == ""
