"""The connection broken after each byte of a message's dialogue, in both directions: nobody lost, nobody twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.databases import Databases
from tests.faults.children import Zygote
from tests.faults.counting import Counting
from tests.faults.post import Post
from tests.faults.proxy import Proxy, Way

Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def proxy(counting: Counting) -> Iterator[Proxy]:
    with Proxy(counting.port) as running:
        yield running


@pytest.fixture
def wired(
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_databases: Databases,
    zygote: Zygote,
    counting: Counting,
    proxy: Proxy,
) -> Iterator[Post]:
    """One connection at a time, through the proxy; nobody is on the list yet."""
    folder = tmp_path_factory.mktemp("wired")
    made = Post.make(folder, sqlite_databases.ready(), zygote, counting, port=proxy.port, relay="connections = 1")
    with made.workspace:
        yield made


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("way", ["to the server", "to the client"])
def test_broken_after_each_byte(
    wired: Post, proxy: Proxy, way: Way, *, pipelining: bool, record_property: Record
) -> None:
    positions = range(_length(wired, proxy, way, pipelining=pipelining) + 1)
    audience = len(positions) + 50  # each break costs one of them at most
    wired.enrol(audience)
    send = wired.send()
    wired.server.pipelining = pipelining
    # The first connection is whole for a message: a relay that never answered would end the send.
    proxy.begin([(way, positions[-1]), *((way, position) for position in positions)])
    ended = wired.run(send)
    assert ended.code == 0, ended
    assert not proxy.cuts, "everybody was served before all positions had their turn"
    record_property("positions", len(positions))
    wired.hold(send, audience)
    uncertain = [row.email or "" for row in wired.rows(send) if row.state == "uncertain"]
    last = {who: wire for wire in proxy.wires for who in wire.announced}
    assert uncertain
    too_soon = [who for who in uncertain if who not in last[who].may_be_uncertain]
    assert not too_soon, "uncertain, though the content can't have left"
    wired.finish(send, audience)


def _length(post: Post, proxy: Proxy, way: Way, *, pipelining: bool) -> int:
    """How many bytes one message's whole dialogue has, that way."""
    post.enrol(1)
    send = post.send()
    post.server.pipelining = pipelining
    proxy.begin([])
    assert post.run(send).code == 0
    post.hold(send, 1)
    return proxy.wires[0].passed[way]
