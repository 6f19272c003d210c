"""What was checked is what is connected to."""

from __future__ import annotations

import asyncio
from typing import Any

import httpcore2
import pytest

from newsletter.errors import FetchRefused
from newsletter.net.pinning import PinningBackend

PUBLIC, OTHER = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"


class Sockets(httpcore2.AsyncNetworkBackend):
    """Writes down where it was asked to connect; the first `broken` attempts fail."""

    def __init__(self, broken: int = 0) -> None:
        self.tried: list[str] = []
        self._broken = broken

    async def connect_tcp(self, host: str, *_: Any) -> httpcore2.AsyncNetworkStream:
        self.tried.append(host)
        if len(self.tried) <= self._broken:
            raise httpcore2.ConnectError("refused")
        return httpcore2.AsyncNetworkStream()


def _connect(answers: list[list[str]], sockets: Sockets, *, anywhere: bool = False) -> list[list[str]]:
    """Connects to one name; what is left of the resolver's answers."""
    left = list(answers)

    async def resolve(host: str, port: int) -> list[str]:
        return left.pop(0)

    backend = PinningBackend(resolve, anywhere=anywhere)
    backend._sockets = sockets
    asyncio.run(backend.connect_tcp("name.example", 443))
    return left


def test_a_name_is_resolved_once_and_never_again_to_another_address():
    """DNS rebinding: the second answer would be this machine."""
    sockets = Sockets()
    assert _connect([[PUBLIC], ["127.0.0.1"]], sockets) == [["127.0.0.1"]]
    assert sockets.tried == [PUBLIC]


def test_addresses_that_are_not_public_are_left_out():
    sockets = Sockets()
    _connect([["127.0.0.1", "::ffff:10.0.0.1", OTHER]], sockets)
    assert sockets.tried == [OTHER]
    with pytest.raises(FetchRefused):
        _connect([["127.0.0.1", "10.0.0.1"]], Sockets())


def test_the_next_address_is_tried_where_one_does_not_answer():
    sockets = Sockets(broken=1)
    _connect([[OTHER, PUBLIC]], sockets)
    assert sockets.tried == [OTHER, PUBLIC]


def test_a_host_allowed_by_name_may_be_anywhere():
    sockets = Sockets()
    _connect([["127.0.0.1"]], sockets, anywhere=True)
    assert sockets.tried == ["127.0.0.1"]
