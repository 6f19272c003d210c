"""Prompts to an OpenAI-compatible endpoint (POST …/chat/completions), several at once, tried again where it helps.

In: an Endpoint and Prompts. Out: one Reply a prompt, in their order; a reply that failed carries the reason instead of
a text, and nothing raises, so that one article's failure never stops the others. Tried again: 408, 429, 500, 502, 503,
504, lost connections and timeouts, after Retry-After (seconds or a date, at most a minute) or else 1, 2, 4 … seconds
with jitter. Never followed: a redirect (it could carry the key elsewhere). No reason repeats the key. At most 1 MB is
read of one reply, packed or not.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newsletter.net.unpacking import Damaged, TooLarge, Unpacker

if TYPE_CHECKING:
    import httpx2

#: The settings that such an answer is about.
_LOOK_AT = {400: "model", 401: "api_key", 403: "api_key", 404: "base_url and model", 405: "base_url"}
#: What reasoning models say to themselves first.
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_MAX_BYTES = 1_000_000
#: Seconds; a server that asks for more patience than that is not waited for longer.
_LONGEST_WAIT = 60.0

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where prompts go and how gently."""

    #: Without /chat/completions.
    base_url: str
    model: str
    api_key: str | None = None
    #: Seconds for one attempt.
    timeout: float = 60.0
    #: Attempts for one prompt, and prompts at once.
    attempts: int = 4
    concurrency: int = 4


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is told (`system`) and given (`user`), and how many tokens it may answer with."""

    system: str
    user: str
    max_tokens: int = 400


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a text, or None and the reason; tokens as the endpoint counted them, None where it did not."""

    text: str | None
    reason: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    #: 0 for an answer that was kept from before.
    attempts: int = 1


async def ask(
    endpoint: Endpoint,
    prompts: Sequence[Prompt],
    *,
    sleep: Sleep = asyncio.sleep,
    jitter: Callable[[], float] = random.random,
    done: Callable[[], None] = lambda: None,
) -> list[Reply]:
    """A reply to each prompt, in order; `done` is called after each. Raises nothing but cancellation."""
    import httpx2  # a tenth of a second, for those who ask a model only

    gate = asyncio.Semaphore(endpoint.concurrency)
    headers = {"Authorization": f"Bearer {endpoint.api_key}"} if endpoint.api_key else {}
    local = urlsplit(endpoint.base_url).hostname in ("localhost", "127.0.0.1", "::1")
    async with httpx2.AsyncClient(timeout=endpoint.timeout, headers=headers, trust_env=not local) as client:

        async def one(prompt: Prompt) -> Reply:
            async with gate:
                reply = await _persist(client, endpoint, prompt, sleep, jitter)
            done()
            return replace(reply, reason=_without_secrets(reply.reason, endpoint)) if reply.reason else reply

        return list(await asyncio.gather(*map(one, prompts)))


async def _persist(
    client: httpx2.AsyncClient, endpoint: Endpoint, prompt: Prompt, sleep: Sleep, jitter: Callable[[], float]
) -> Reply:
    """One prompt, tried until it is answered, refused for good, or the attempts are used up."""
    import httpx2

    for attempt in range(1, endpoint.attempts + 1):
        wait = min(_LONGEST_WAIT, 2.0 ** (attempt - 1)) * (0.5 + jitter() / 2)
        try:
            async with asyncio.timeout(endpoint.timeout):
                status, asked, body = await _post(client, endpoint, prompt)
        except (httpx2.TimeoutException, TimeoutError):
            reason = f"no answer from {endpoint.base_url} within {endpoint.timeout:g} s (its timeout)"
        except Damaged as error:
            reason = f"{endpoint.base_url} sends a damaged answer ({error})"
        except httpx2.ConnectError as error:
            reason = f"nothing answers at {endpoint.base_url} ({error}); is it running?"
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            reason = f"{endpoint.base_url} can't be reached ({type(error).__name__}: {error})"
        else:
            if status not in _TRY_AGAIN:
                return _reply(status, body, attempt)
            reason = f"{endpoint.base_url} answers {status}{_said(body)}"
            wait = asked if asked is not None else wait
        if attempt < endpoint.attempts:
            await sleep(wait)
    return Reply(None, f"{reason}, {endpoint.attempts} times", attempts=endpoint.attempts)


async def _post(
    client: httpx2.AsyncClient, endpoint: Endpoint, prompt: Prompt
) -> tuple[int, float | None, bytes | None]:
    """Status, seconds to wait that the server asks for, and the body (None when it is too long)."""
    data = {
        "model": endpoint.model,
        "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
        "max_tokens": prompt.max_tokens,
        "temperature": 0,
    }
    url = endpoint.base_url.rstrip("/") + "/chat/completions"
    async with client.stream("POST", url, json=data, headers={"Accept-Encoding": "identity"}) as response:
        # Some pack it all the same: it is unpacked here, where no piece of it can grow past the limit.
        unpacker = Unpacker(response.headers.get("content-encoding", ""), _MAX_BYTES)
        try:
            body = b"".join([unpacker.feed(piece) async for piece in response.aiter_raw()])
            unpacker.end()
        except TooLarge:
            return response.status_code, None, None
        return response.status_code, _retry_after(response.headers.get("retry-after")), body


def _retry_after(value: str | None) -> float | None:
    """Seconds from now, at most _LONGEST_WAIT (RFC 9110, section 10.2.3); None where nothing usable is said."""
    if not value:
        return None
    try:
        seconds = float(value) if value.strip().isdigit() else _until(parsedate_to_datetime(value))
    except (ValueError, TypeError, OverflowError):
        return None
    return min(_LONGEST_WAIT, max(0.0, seconds))


def _until(when: datetime) -> float:
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return (when - datetime.now(UTC)).total_seconds()


def _reply(status: int, body: bytes | None, attempts: int) -> Reply:
    if body is None:
        return Reply(None, f"an answer of more than {_MAX_BYTES // 1_000_000} MB", attempts=attempts)
    if status != 200:
        hint = f"; look at {_LOOK_AT[status]}" if status in _LOOK_AT else ""
        return Reply(None, f"the endpoint answers {status}{_said(body)}{hint}", attempts=attempts)
    try:
        data = json.loads(body)
        choice = data["choices"][0]
        text = choice["message"]["content"]
        usage = data.get("usage") or {}
        read, written = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Reply(None, "an answer that is no chat completion; look at base_url", attempts=attempts)
    if isinstance(text, str):
        text = _THOUGHT.sub("", text)
    if not isinstance(text, str) or not text.strip():
        return Reply(None, "an empty answer", read, written, attempts)
    if choice.get("finish_reason") == "length":
        return Reply(None, "an answer cut off at the token limit", read, written, attempts)
    return Reply(text, "", read, written, attempts)


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 10**9 else None


def _without_secrets(reason: str, endpoint: Endpoint) -> str:
    """Reasons are printed and kept; some endpoints repeat the key they refuse, and an address may carry a login."""
    login = urlsplit(endpoint.base_url).netloc.rpartition("@")[0]
    for secret in filter(None, (endpoint.api_key, login)):
        reason = reason.replace(secret, "…")
    return reason


def _said(body: bytes | None) -> str:
    """The endpoint's own words for an error, as one short line."""
    try:
        error = json.loads(body or b"")["error"]
        message = error["message"] if isinstance(error, dict) else error
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    shown = "".join(c for c in " ".join(str(message).split()) if c.isprintable())[:200]
    return f": {shown}" if shown else ""
