"""A stand-in for a language model's endpoint: a real HTTP server on loopback that answers what it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: What is answered to a request's JSON: a text, or (status, headers, body).
Answer = str | tuple[int, dict[str, str], bytes]


@dataclass
class StandIn:
    """The server: its address, what it was asked, and how many requests were at work at once."""

    base_url: str = ""
    answer: Callable[[dict[str, Any]], Answer] = lambda _: "Nothing."
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def serve() -> Iterator[StandIn]:
    """A stand-in for the time of the block."""
    state = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            data = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with state.lock:
                state.requests.append({"path": self.path, **data})
                state.headers.append({name.lower(): value for name, value in self.headers.items()})
                state.at_once += 1
                state.most_at_once = max(state.most_at_once, state.at_once)
            answer = state.answer(data)
            with state.lock:
                state.at_once -= 1
            status, headers, body = (200, {}, completion(answer)) if isinstance(answer, str) else answer
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # a client that read enough, or waited long enough
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    state.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def completion(text: str, **choice: object) -> bytes:
    """A chat completion as an endpoint sends it."""
    message = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop", **choice}
    usage = {"prompt_tokens": 100, "completion_tokens": 20}
    return json.dumps({"choices": [message], "usage": usage}).encode()
