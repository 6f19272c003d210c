"""Pictures asked for on the Web, by the safe fetcher: public addresses only, in parallel, politely, within limits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from newsletter.app.picture_cache import PictureCache
from newsletter.errors import FetchError, FetchRefused, NoServer
from newsletter.net import Fetcher, Limits, Policy
from newsletter.preflight import Tried

#: How long an answer is believed: a good one, and a fault.
_GOOD, _BAD = timedelta(days=1), timedelta(minutes=10)


def fetch(
    wanted: Mapping[str, str | None], policy: Policy, cache: PictureCache, *, size: int, now: datetime
) -> dict[str, Tried]:
    """What became of each address; bytes of what came are in the cache then. Raises nothing for what can't be had.

    `wanted` gives for each address that of the page which names it: a page on the Web can't name a picture on a private
    network. None stands for the workspace's own settings. `size` is what one picture may have, in bytes.
    """
    found: dict[str, Tried] = {}
    for address in wanted:
        known = cache.asked(address)
        if known and timedelta(0) <= now - known[0] < (_BAD if known[1].fault else _GOOD):
            found[address] = known[1]
    missing = {address: by for address, by in wanted.items() if address not in found}
    if missing:
        for address, (tried, body) in asyncio.run(_ask(missing, policy, size)).items():
            found[address] = tried
            if tried.host != "unknown":  # else it was not asked, and may be in a minute
                cache.keep(address, tried, body, now)
    return found


async def _ask(wanted: Mapping[str, str | None], policy: Policy, size: int) -> dict[str, tuple[Tried, bytes | None]]:
    limits = Limits(size=size, seconds=30, patience=8, redirects=5)
    async with Fetcher(policy) as fetcher:
        answers = await asyncio.gather(*(_ask_one(fetcher, address, by, limits) for address, by in wanted.items()))
    return dict(zip(wanted, answers, strict=True))


async def _ask_one(fetcher: Fetcher, address: str, by: str | None, limits: Limits) -> tuple[Tried, bytes | None]:
    try:
        got = await fetcher.get(address, check_robots=True, named_by=by, limits=limits)
    except FetchRefused as error:
        return Tried(None, None, fault=f"it is not asked for: {error.reason}"), None
    except NoServer as error:
        return Tried(None, None, fault=error.reason, host=error.host), None
    except FetchError as error:
        if "MiB" in error.reason:  # it is there, and too large
            return Tried(address, 200, size=limits.size), None
        return Tried(None, error.status, fault=error.reason), None
    moved = got.moved if got.moved != address else None
    return Tried(got.url, got.status, size=len(got.body), moved=moved), got.body
