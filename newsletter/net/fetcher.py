"""One GET after another: each hop checked, waited for, bounded and read. The client is httpcore, for its backends."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Literal, Self

import httpcore2

from newsletter.errors import FetchError, FetchRefused, NoServer
from newsletter.net import robots
from newsletter.net.pinning import NoAddress, PinningBackend, Resolver, SystemResolver
from newsletter.net.places import Place, place, why_not_port
from newsletter.net.policy import Limits, Policy
from newsletter.net.turns import Resting, Turns
from newsletter.net.unpacking import ACCEPTED, Damaged, TooLarge, Unpacker

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_ACCEPT = (
    "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json, */*;q=0.5"
)
#: The longest Retry-After that is believed.
_LONGEST_REST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the caller has already (RFC 9110, 13.1): sent, and answered with 304 where nothing changed."""

    etag: str | None = None
    #: The server's own Last-Modified, as it came.
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back."""

    #: Where it was in the end.
    url: str
    #: 200, or 304 when nothing has changed (then there is no body).
    status: int
    body: bytes
    content_type: str
    etag: str | None
    modified: str | None
    #: Where it has moved for good: the end of the permanent redirects at the start of the way; None where it has not.
    moved: str | None
    #: How long the server calls it fresh (Cache-Control: max-age); None if it does not say.
    fresh: timedelta | None


class Fetcher:
    """Fetches within one event loop; an async context manager. Any number of `get` may be under way."""

    def __init__(
        self, policy: Policy, *, context: ssl.SSLContext | None = None, resolve: Resolver | None = None
    ) -> None:
        self._policy = policy
        self._resolver = SystemResolver()
        context = context or httpcore2.default_ssl_context()
        # Hosts allowed by name have connections of their own, so that no other request ever travels on them.
        self._public, self._allowed = (
            httpcore2.AsyncConnectionPool(
                ssl_context=context,
                max_connections=None,
                max_keepalive_connections=20,
                keepalive_expiry=5.0,
                network_backend=PinningBackend(resolve or self._resolver, anywhere=anywhere),
            )
            for anywhere in (False, True)
        )
        self._turns = Turns(
            at_once=policy.at_once, per_host=policy.per_host, delay=policy.delay, longest_wait=policy.longest_wait
        )
        self._robots = robots.Robots(policy.user_agent, self._robots_txt)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._public.aclose()
        await self._allowed.aclose()
        self._resolver.close()

    async def get(
        self,
        url: str,
        *,
        conditions: Conditions | None = None,
        check_robots: bool = False,
        named_by: str | None = None,
        limits: Limits | None = None,
    ) -> Fetched:
        """Fetch an address. A safe, idempotent request: a failed one may be tried again.

        `named_by` is the address of what led here (a feed, a page), None when a person did: what is allowed by name is
        allowed to people and to what is allowed itself, not to any page on the Web that points there.

        Raises FetchRefused when it must not be fetched, NoServer when there was none to ask, FetchError when it can't
        be fetched else (`status` says what the server answered, `retry_after` how long it asked to be left alone).
        """
        trusted = named_by is None or self._policy.allows(place(named_by).host)
        return await self._get(url, limits or self._policy.limits, conditions, trusted, check_robots)

    async def _get(
        self, url: str, limits: Limits, conditions: Conditions | None, trusted: bool, check_robots: bool
    ) -> Fetched:
        here = place(url)
        moved: str | None = None
        permanent = True
        left = limits.seconds
        loop = asyncio.get_running_loop()
        for _ in range(limits.redirects + 1):
            trusted = trusted and self._policy.allows(here.host)
            self._check(here, trusted)
            if check_robots and self._policy.robots:
                delay = await self._robots.check(here.origin, here.url, trusted=trusted)
                self._turns.slow_down(here.host, delay)
            async with self._turn(here):
                begin = loop.time()
                answer = await self._hop(here, trusted, conditions, limits, left)
                left -= loop.time() - begin
            if isinstance(answer, _Answer):
                return answer.fetched(here, moved)
            # What a host redirects to is trusted only if that host is.
            here = place(answer.target, here.url)
            permanent = permanent and answer.permanent
            moved = here.url if permanent else moved
        raise FetchError(url, f"more than {limits.redirects} redirects, the last to {here.url}")

    def _check(self, here: Place, trusted: bool) -> None:
        why = None if trusted else why_not_port(here.port)
        if why:
            raise FetchRefused(here.url, f"{why}; [net] allow = [{here.host!r}] would allow it")

    @asynccontextmanager
    async def _turn(self, here: Place) -> AsyncIterator[None]:
        try:
            async with self._turns.turn(here.host):
                yield
        except Resting as rest:
            raise FetchError(
                here.url,
                f"{here.host} asked to be left alone for {rest.seconds:,.0f} seconds more",
                status=503,
                retry_after=timedelta(seconds=rest.seconds),
            ) from None

    async def _hop(
        self, here: Place, trusted: bool, conditions: Conditions | None, limits: Limits, left: float
    ) -> _Answer | _Redirect:
        try:
            async with asyncio.timeout(max(left, 0.0)):
                return await self._exchange(self._allowed if trusted else self._public, here, conditions, limits)
        except TimeoutError:
            raise FetchError(here.url, f"not done within {limits.seconds:g} seconds") from None
        except httpcore2.TimeoutException as error:
            raise FetchError(here.url, f"no answer within {limits.patience:g} seconds") from error
        except FetchRefused as refused:
            raise FetchRefused(here.url, refused.reason) from None
        except Damaged as error:
            raise FetchError(here.url, f"the answer is damaged: {error}") from None
        except TooLarge:
            raise FetchError(here.url, f"more than {limits.size / 2**20:.3g} MiB, which is the limit") from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError, ssl.SSLError, OSError) as error:
            detail = " ".join(str(error).split())[:200] or type(error).__name__
            reason = f"can't be reached ({detail})"
            if isinstance(error, httpcore2.ConnectError):
                raise NoServer(here.url, reason, host=_known_of_host(error)) from error
            raise FetchError(here.url, reason) from error

    async def _exchange(
        self, pool: httpcore2.AsyncConnectionPool, here: Place, conditions: Conditions | None, limits: Limits
    ) -> _Answer | _Redirect:
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), limits.patience)
        async with pool.stream(
            "GET", here.url, headers=self._headers(here, conditions), extensions={"timeout": timeouts}
        ) as response:
            headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            status = response.status
            if status in _REDIRECTS and headers.get("location"):
                return _Redirect(_target(headers["location"]), status in _PERMANENT)
            if status == 304 and conditions:
                return _Answer(status, headers, b"")
            if status != 200:
                self._not_ok(here, status, headers)
            length = headers.get("content-length", "")  # twenty digits at most, or httpcore refuses it
            if length.isascii() and length.isdigit() and int(length) > limits.size:
                raise TooLarge
            unpacker = Unpacker(headers.get("content-encoding", ""), limits.size)
            parts = [unpacker.feed(part) async for part in response.aiter_stream()]
            unpacker.end()
            return _Answer(status, headers, b"".join(parts))

    def _not_ok(self, here: Place, status: int, headers: dict[str, str]) -> None:
        rest = _retry_after(headers.get("retry-after", "")) if status in (429, 503) else None
        if rest:
            self._turns.rest(here.host, rest.total_seconds())
        raise FetchError(here.url, _WORDS.get(status, f"the server answered {status}"), status=status, retry_after=rest)

    def _headers(self, here: Place, conditions: Conditions | None) -> dict[bytes | str, bytes | str]:
        headers: dict[bytes | str, bytes | str] = {
            "Host": here.origin.partition("//")[2],
            "User-Agent": self._policy.user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": ACCEPTED,
        }
        # As they came: a server's own octets, which need not be ASCII (RFC 9110, 5.5).
        if conditions and conditions.etag:
            headers["If-None-Match"] = conditions.etag.encode("latin-1", "ignore")
        if conditions and conditions.modified:
            headers["If-Modified-Since"] = conditions.modified.encode("latin-1", "ignore")
        return headers

    async def _robots_txt(self, url: str, trusted: bool) -> bytes:
        limits = Limits(robots.SIZE, self._policy.limits.seconds, self._policy.limits.patience)
        return (await self._get(url, limits, None, trusted, check_robots=False)).body


@dataclass(frozen=True, slots=True)
class _Redirect:
    target: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def fetched(self, here: Place, moved: str | None) -> Fetched:
        """This answer, got at `here`."""
        head = self.headers.get
        return Fetched(
            url=here.url,
            status=self.status,
            body=self.body,
            content_type=head("content-type", "").strip(),
            etag=head("etag", "").strip() or None,
            modified=head("last-modified", "").strip() or None,
            moved=moved,
            fresh=_max_age(head("cache-control", "")),
        )


def _known_of_host(error: httpcore2.ConnectError) -> Literal["found", "missing", "unknown"]:
    if isinstance(error, NoAddress):
        return "missing" if error.missing else "unknown"
    return "found"


_WORDS = {
    401: "the server wants a login (401)",
    403: "the server refuses it (403)",
    404: "there is nothing at this address (404)",
    410: "it is gone for good (410)",
    429: "the server says that it was asked too often (429)",
    500: "the server has a fault (500)",
    502: "the server's own server does not answer (502)",
    503: "the server is busy or closed (503)",
    504: "the server's own server does not answer (504)",
}


def _target(location: str) -> str:
    """Where a Location header leads: it should be ASCII (RFC 9110, 10.2.2), but many send UTF-8, or other octets."""
    octets = location.encode("latin-1")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(octet) if octet < 0x80 else f"%{octet:02X}" for octet in octets)


def _retry_after(value: str) -> timedelta | None:
    """Seconds or a date (RFC 9110, 10.2.3)."""
    seconds = _seconds(value)
    if seconds is not None:
        return min(seconds, _LONGEST_REST)
    try:
        until = parsedate_to_datetime(value)
        until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
        return min(max(until - datetime.now(UTC), timedelta(0)), _LONGEST_REST)
    except (ValueError, OverflowError):
        return None


def _max_age(value: str) -> timedelta | None:
    for part in value.lower().split(","):
        name, _, seconds = part.strip().partition("=")
        if name == "max-age":
            return _seconds(seconds)
    return None


def _seconds(value: str) -> timedelta | None:
    """A number of seconds, however many digits it has; None for what is none ("²" is a digit to Python)."""
    digits = value.strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    return timedelta(seconds=min(int(digits), 10**8) if len(digits) < 20 else 10**8)
