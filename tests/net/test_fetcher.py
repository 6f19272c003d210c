"""Fetching from a real server: what is bounded, what is refused, what is said about it."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import ssl
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import trustme

from newsletter.errors import FetchError, FetchRefused
from newsletter.net import Conditions, Fetcher, Limits, Policy
from tests.net.conftest import POLICY, loopback
from tests.net.site import Site, answer, conditional, dripping, endless, rubbish, silent


def test_a_page_comes_with_what_the_server_says_of_it(site, get):
    site.routes["/a?b=c"] = answer(
        200, "words", Content_Type="text/html; charset=utf-8", ETag='"x"', Cache_Control="public, max-age=600"
    )
    found = get(site.url("/a?b=c#part"))
    assert (found.body, found.status, found.etag, found.moved) == (b"words", 200, '"x"', None)
    assert found.content_type == "text/html; charset=utf-8"
    assert found.fresh == timedelta(minutes=10)
    assert site.requests[0].headers["user-agent"] == "The-Digest/1 (+https://digest.example)"


def test_what_has_not_changed_is_not_sent_again(site, get):
    site.routes["/"] = conditional("words")
    first = get(site.url())
    again = get(site.url(), options={"conditions": Conditions(first.etag, first.modified)})
    assert (first.body, again.status, again.body) == (b"words", 304, b"")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "/etc/passwd",
        "javascript:alert(1)",
        "gopher://x/",
        "http://",
        "http://[::1",
    ],
)
def test_what_is_no_web_address_is_refused(url, get):
    with pytest.raises(FetchRefused):
        get(url)


def test_credentials_in_an_address_are_refused_and_not_repeated(get):
    with pytest.raises(FetchRefused, match="name or password") as caught:
        get("https://anna:geheim@example.org/feed")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("url", ["ftp://anna:geheim@example.org/", "http://anna:geheim@example.org:99999/"])
def test_nor_are_they_repeated_when_the_address_is_refused_for_something_else(url, get):
    with pytest.raises(FetchRefused) as caught:
        get(url)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "192.168.0.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%lo",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1:a9fe:a9:fe00:808:808",  # 169.254.169.254 where the network's prefix has 48 bits
        "192.0.0.192",
        "3fff::1",
        "2002:7f00:1::",
        "::127.0.0.1",
        "2001:0:1::1",
        "fec0::1",
    ],
)
def test_a_name_that_stands_for_no_public_address_is_refused(address, site, get):
    async def resolve(host: str, port: int) -> list[str]:
        return [address]

    with pytest.raises(FetchRefused, match=r"not a public address: .*allow = \['inside.example'\] would allow it"):
        get(site.url("/", host="inside.example"), resolve=resolve)
    assert site.requests == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127.0.0.1.",
    ],
)
def test_every_way_to_write_this_machine_is_refused(host, site, get):
    site.routes["/"] = answer(200, "secret")
    with pytest.raises(FetchError):
        get(site.url("/", host=host), allow=frozenset(), resolve=None)
    assert site.requests == []


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://inside.example/", "http://[::1]/", "file:///etc/passwd", "http://a:b@127.0.0.1/"],
)
def test_a_redirect_is_checked_like_an_address(target, site, get):
    async def resolve(host: str, port: int) -> list[str]:
        return {"inside.example": ["192.168.1.1"], "10.0.0.1": ["10.0.0.1"], "::1": ["::1"]}.get(host, ["127.0.0.1"])

    site.routes["/"] = answer(302, Location=target)
    with pytest.raises(FetchRefused):
        get(site.url(), resolve=resolve)


def test_a_host_allowed_by_name_is_allowed_to_people_and_not_to_pages_elsewhere(site, get):
    site.routes["/"] = answer(200, "inside")
    assert get(site.url("/", host="wiki.test")).body == b"inside"
    assert get(site.url("/", host="wiki.test"), options={"named_by": "http://other.test/"}).body == b"inside"
    with pytest.raises(FetchRefused):
        get(site.url("/", host="wiki.test"), options={"named_by": "https://example.org/feed"})


def test_other_services_ports_are_refused(get):
    with pytest.raises(FetchRefused, match="port 25 belongs to another service"):
        get("http://example.org:25/")


def test_a_move_for_good_is_told_from_one_for_now(site, get):
    site.routes |= {
        "/old": answer(301, Location="/older"),
        "/older": answer(308, Location="/new"),
        "/new": answer(302, Location="/today"),
    }
    site.routes |= {"/today": answer(200, "words"), "/now": answer(307, Location="/old")}
    moved = get(site.url("/old"))
    assert (moved.body, moved.moved, moved.url) == (b"words", site.url("/new"), site.url("/today"))
    assert get(site.url("/now")).moved is None


@pytest.mark.parametrize(("raw", "path"), [("/größe", "/gr%C3%B6%C3%9Fe"), (b"/gr\xf6\xdfe", "/gr%F6%DFe")])
def test_a_redirect_to_an_address_that_is_not_ascii_is_followed(raw, path, site, get):
    """In UTF-8, as most send it, or in whatever octets the server knows the page by."""
    octets = raw if isinstance(raw, bytes) else raw.encode()
    site.routes["/"] = answer(302, Location=octets.decode("latin-1"))
    site.routes[path] = answer(200, "words")
    assert get(site.url()).body == b"words"


def test_a_circle_of_redirects_ends(site, get):
    site.routes["/"] = answer(302, Location="/")
    with pytest.raises(FetchError, match="more than 5 redirects"):
        get(site.url())
    assert len(site.requests) == 6


@pytest.mark.parametrize(
    ("handler", "reason"),
    [(silent, "no answer within|not done within"), (dripping, "not done within 0.3"), (rubbish, "can't be reached")],
)
def test_a_server_that_does_not_answer_is_left(handler, reason, site, get):
    site.routes["/"] = handler
    with pytest.raises(FetchError, match=reason):
        get(site.url(), limits=Limits(seconds=0.3))


@pytest.mark.parametrize("handler", [endless, answer(200, b"x" * 200_000), answer(200, b"x", length=10**12)])
def test_a_body_beyond_the_limit_is_left(handler, site, get):
    site.routes["/"] = handler
    with pytest.raises(FetchError, match="which is the limit"):
        get(site.url())


def _bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()


def test_a_bomb_goes_off_at_the_limit_and_not_later(site, get):
    import tracemalloc

    site.routes["/"] = answer(200, _bomb(), Content_Encoding="gzip")
    tracemalloc.start()
    with pytest.raises(FetchError, match="which is the limit"):
        get(site.url())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 2**20


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"words", mtime=0)),
        ("gzip", gzip.compress(b"wo", mtime=0) + gzip.compress(b"rds", mtime=0)),
        ("deflate", zlib.compress(b"words")),
        ("deflate", zlib.compress(b"words")[2:-4]),
        ("identity", b"words"),
    ],
)
def test_packed_bodies_are_unpacked(coding, body, site, get):
    site.routes["/"] = answer(200, body, Content_Encoding=coding)
    assert get(site.url()).body == b"words"


@pytest.mark.parametrize(
    ("coding", "body"),
    [("gzip", b"no gzip"), ("gzip", gzip.compress(b"words" * 99, mtime=0)[:-9]), ("br", b"x"), ("gzip, gzip", b"x")],
)
def test_damaged_bodies_are_told(coding, body, site, get):
    site.routes["/"] = answer(200, body, Content_Encoding=coding)
    with pytest.raises(FetchError, match="the answer is damaged"):
        get(site.url())


def test_a_body_that_breaks_off_is_no_body(site, get):
    site.routes["/"] = answer(200, b"half", length=100)
    with pytest.raises(FetchError):
        get(site.url())


def test_a_refusal_carries_status_and_how_long_to_wait(site, get):
    site.routes["/"] = answer(429, Retry_After="120")
    until = datetime.now(UTC) + timedelta(hours=1)
    site.routes["/date"] = answer(503, Retry_After=format_datetime(until, usegmt=True))
    with pytest.raises(FetchError, match="asked too often") as caught:
        get(site.url())
    assert (caught.value.status, caught.value.retry_after) == (429, timedelta(seconds=120))
    with pytest.raises(FetchError) as caught:
        get(site.url("/date"))
    assert caught.value.retry_after is not None
    assert timedelta(minutes=59) < caught.value.retry_after <= timedelta(hours=1)


def test_a_host_that_asked_to_be_left_alone_is(site):
    site.routes |= {"/busy": answer(503, Retry_After="3600"), "/": answer(200, "words")}

    async def run() -> None:
        async with Fetcher(POLICY, resolve=loopback) as fetcher:
            with pytest.raises(FetchError, match="busy or closed"):
                await fetcher.get(site.url("/busy"))
            with pytest.raises(FetchError, match="asked to be left alone"):
                await fetcher.get(site.url("/"))
            await fetcher.get(site.url("/", host="other.test"))

    asyncio.run(run())
    assert [request.path for request in site.requests] == ["/busy", "/"]


def _fetch_many(urls: list[str], policy: Policy) -> None:
    async def run() -> None:
        async with Fetcher(policy, resolve=loopback) as fetcher:
            await asyncio.gather(*(fetcher.get(url) for url in urls))

    asyncio.run(run())


def _held(body: str):
    async def handle(request):
        await asyncio.sleep(0.02)
        async for piece in answer(200, body)(request):
            yield piece

    return handle


def test_one_host_is_asked_by_few_at_once_and_many_hosts_by_no_more_than_the_limit(site):
    from dataclasses import replace

    site.fallback = _held("words")
    _fetch_many([site.url(f"/{n}") for n in range(12)], replace(POLICY, per_host=2))
    assert site.busiest == 2
    site.busiest = 0
    _fetch_many([site.url("/", host=f"h{n}.test") for n in range(60)], replace(POLICY, at_once=10))
    assert 5 < site.busiest <= 10


def test_fetches_from_one_host_keep_their_distance(site):
    from dataclasses import replace

    site.fallback = answer(200, "words")
    _fetch_many([site.url(f"/{n}") for n in range(4)], replace(POLICY, delay=0.05))
    times = sorted(request.at for request in site.requests)
    assert all(later - sooner > 0.03 for sooner, later in itertools.pairwise(times))


def test_tls_is_verified_for_the_name_although_the_address_is_pinned():
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("digest.test").configure_cert(server)
    names: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: names.append(name)
    client = ssl.create_default_context()
    authority.configure_trust(client)

    async def run(url: str) -> bytes:
        async with Fetcher(POLICY, context=client, resolve=loopback) as fetcher:
            return (await fetcher.get(url)).body

    with Site(tls=server, fallback=answer(200, "words")) as site:
        assert asyncio.run(run(site.url("/", host="digest.test"))) == b"words"
        assert names == ["digest.test"]
        assert site.requests[0].host == f"digest.test:{site.port}"
        with pytest.raises(FetchError, match="CERTIFICATE_VERIFY_FAILED"):
            asyncio.run(run(site.url("/", host="other.test")))


def test_an_unknown_name_and_a_closed_port_are_told(site, get):
    with pytest.raises(FetchError, match="name is unknown"):
        get("https://nowhere.invalid/")
    port = site.port
    with pytest.raises(FetchError, match="can't be reached"):
        get(f"http://127.0.0.1:{port if port < 2 else 1}/")
