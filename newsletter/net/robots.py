"""robots.txt (RFC 9309), read once a site and run: by Protego, which knows wildcards and the longest match."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from protego import Protego

from newsletter.errors import FetchError, FetchRefused, NoServer, RobotsRefused

#: At least this much must be read (RFC 9309, 2.5).
SIZE = 512 * 1024
#: The longest Crawl-delay that is kept, in seconds; a site that wants more is asked once in that time all the same.
_LONGEST_DELAY = 10.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site's robots.txt says; without `parser`, everything is allowed, or with `closed` nothing."""

    parser: Protego | None = None
    #: Why everything counts as disallowed.
    closed: str | None = None
    #: There was no server to ask; nor is there one for its pages.
    silent: NoServer | None = None


class Robots:
    """The rules of the sites of one run.

    `get` fetches an address's bytes, raising FetchError; it is told whether what asks is trusted (`Fetcher`).
    """

    def __init__(self, user_agent: str, get: Callable[[str, bool], Awaitable[bytes]]) -> None:
        self._agent = user_agent.partition("/")[0]
        self._get = get
        self._rules: dict[tuple[str, bool], asyncio.Task[Rules]] = {}

    async def check(self, origin: str, url: str, *, trusted: bool) -> float:
        """Answers the site's Crawl-delay (seconds, else 0).

        Raises RobotsRefused when the page must not be fetched, NoServer when the site has no server to ask.
        """
        key = origin, trusted
        if key not in self._rules:
            self._rules[key] = asyncio.ensure_future(self._read(*key))
        rules = await asyncio.shield(self._rules[key])
        if rules.silent:
            raise NoServer(url, rules.silent.reason, host=rules.silent.host)
        if rules.closed:
            raise RobotsRefused(url, rules.closed)
        if rules.parser is None:
            return 0.0
        if not rules.parser.can_fetch(url, self._agent):
            raise RobotsRefused(url, f"{origin}/robots.txt asks programs not to fetch it")
        return min(float(rules.parser.crawl_delay(self._agent) or 0.0), _LONGEST_DELAY)

    async def _read(self, origin: str, trusted: bool) -> Rules:
        try:
            data = await self._get(f"{origin}/robots.txt", trusted)
        except FetchRefused:
            return Rules()  # where the page may not be fetched either, its own fetch says so
        except FetchError as error:
            if isinstance(error, NoServer) and error.url.startswith(f"{origin}/"):
                return Rules(silent=error)
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return Rules()  # there is none (2.3.1.3)
            return Rules(closed=f"{origin}/robots.txt can't be read ({error.reason}), so nothing is allowed")
        try:
            return Rules(Protego.parse(data.decode("utf-8", "replace")))
        except Exception:  # a parser's bug: as if there were none
            return Rules()
