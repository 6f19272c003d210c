"""An endpoint is asked gently, again where it helps, and never believed to be well-behaved."""

from __future__ import annotations

import asyncio
import gzip
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from newsletter.net import llm
from tests.standin import StandIn, completion, serve


@pytest.fixture
def server() -> Iterator[StandIn]:
    with serve() as found:
        yield found


def ask(server: StandIn, count: int = 1, **fields: object) -> tuple[list[llm.Reply], list[float]]:
    """Replies to prompts "0", "1" …, and the waits between attempts (in seconds, not waited for)."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    endpoint = llm.Endpoint(**{"base_url": server.base_url, "model": "m", **fields})  # type: ignore[arg-type]
    prompts = [llm.Prompt("be brief", str(number)) for number in range(count)]
    return asyncio.run(llm.ask(endpoint, prompts, sleep=sleep, jitter=lambda: 1.0)), waits


def test_replies_come_in_the_order_of_the_prompts_with_the_tokens_counted(server: StandIn) -> None:
    server.answer = lambda data: f"reply to {data['messages'][1]['content']}"
    replies, _ = ask(server, 5, api_key="k3y")
    assert [reply.text for reply in replies] == [f"reply to {n}" for n in range(5)]
    assert (replies[0].tokens_in, replies[0].tokens_out) == (100, 20)
    assert server.requests[0]["path"] == "/v1/chat/completions"
    assert server.requests[0]["messages"][0] == {"role": "system", "content": "be brief"}
    assert {found["authorization"] for found in server.headers} == {"Bearer k3y"}


def test_no_more_than_concurrency_are_asked_at_once(server: StandIn) -> None:
    meeting = threading.Barrier(3)

    def answer(_: object) -> str:
        meeting.wait(10)
        return "done"

    server.answer = answer
    replies, _ = ask(server, 9, concurrency=3)
    assert all(reply.text == "done" for reply in replies)
    assert server.most_at_once == 3


def test_a_packed_answer_is_unpacked_and_a_bomb_is_not(server: StandIn) -> None:
    """A gigabyte of nothing packs into a megabyte: it is given up at the limit, before there is memory for the rest."""
    server.answer = lambda _: (200, {"Content-Encoding": "gzip"}, gzip.compress(completion("packed")))
    (reply,), _ = ask(server)
    assert reply.text == "packed"
    assert server.headers[0]["accept-encoding"] == "identity"
    bomb = gzip.compress(bytes(300_000_000), 1)
    server.answer = lambda _: (200, {"Content-Encoding": "gzip"}, bomb)
    tracemalloc.start()
    (reply,), _ = ask(server)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reply.reason == "an answer of more than 1 MB"
    assert peak < 20_000_000
    server.answer = lambda _: (200, {"Content-Encoding": "gzip"}, b"no gzip")
    (reply,), _ = ask(server, attempts=1)
    assert "damaged" in reply.reason


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_fault_is_tried_again(server: StandIn, status: int) -> None:
    server.answer = lambda _: (status, {}, b"busy") if len(server.requests) < 3 else "at last"
    (reply,), waits = ask(server)
    assert (reply.text, reply.attempts) == ("at last", 3)
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(
    ("said", "waited"),
    [("7", 7.0), ("0", 0.0), ("99999", 60.0), ("soon", 1.0), ("-5", 1.0)],
)
def test_retry_after_is_honoured_within_reason(server: StandIn, said: str, waited: float) -> None:
    server.answer = lambda _: (429, {"Retry-After": said}, b"{}") if len(server.requests) < 2 else "at last"
    (reply,), waits = ask(server)
    assert reply.text == "at last"
    assert waits == [waited]


def test_retry_after_may_be_a_date(server: StandIn) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server.answer = lambda _: (503, {"Retry-After": date}, b"") if len(server.requests) < 2 else "at last"
    _, (wait,) = ask(server)
    assert 20 <= wait <= 30


def test_after_the_last_attempt_the_reason_is_kept(server: StandIn) -> None:
    server.answer = lambda _: (429, {}, b'{"error": {"message": "slow\\n down"}}')
    (reply,), waits = ask(server, attempts=3)
    assert reply.text is None
    assert "answers 429: slow down, 3 times" in reply.reason
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((401, {}, b'{"error": {"message": "wrong key"}}'), "401: wrong key; look at api_key"),
        ((404, {}, b"404 page not found"), "404; look at base_url and model"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "302"),
        ((200, {}, b"<html>"), "no chat completion; look at base_url"),
        ((200, {}, b"[" * 100_000), "no chat completion"),
        ((200, {}, b'{"choices": []}'), "no chat completion"),
        ((200, {}, b'{"choices": [{"message": {"content": null}}]}'), "empty"),
        ((200, {}, completion("  ")), "empty"),
        ((200, {}, completion("The loop was", finish_reason="length")), "cut off"),
        ((200, {}, b"x" * 1_100_000), "1 MB"),
    ],
)
def test_what_would_not_get_better_is_not_tried_again(
    server: StandIn, answer: tuple[int, dict[str, str], bytes], reason: str
) -> None:
    server.answer = lambda _: answer
    (reply,), waits = ask(server)
    assert reply.text is None
    assert reason in reply.reason
    assert waits == []
    assert len(server.requests) == 1


def test_one_failure_does_not_stop_the_others(server: StandIn) -> None:
    server.answer = lambda data: (400, {}, b"") if data["messages"][1]["content"] == "1" else "fine"
    replies, _ = ask(server, 3)
    assert [reply.text for reply in replies] == ["fine", None, "fine"]


def test_an_endpoint_that_is_not_there_is_a_reason_not_an_exception() -> None:
    with serve() as gone:
        pass
    (reply,), waits = ask(gone, attempts=2)
    assert "nothing answers at " in reply.reason
    assert "is it running?" in reply.reason
    assert len(waits) == 1


def test_what_a_model_thinks_first_is_no_part_of_its_answer(server: StandIn) -> None:
    server.answer = lambda _: "<think>\nThey want a summary. <b>\n</think>\n\nThe loop moved."
    (reply,), _ = ask(server)
    assert reply.text is not None
    assert reply.text.strip() == "The loop moved."
    server.answer = lambda _: "<think>and never an answer</think>"
    (reply,), _ = ask(server)
    assert "empty" in reply.reason


def test_a_silent_endpoint_times_out(server: StandIn) -> None:
    release = threading.Event()
    server.answer = lambda _: str(release.wait(10))
    try:
        (reply,), _ = ask(server, timeout=0.05, attempts=1)
    finally:
        release.set()
    assert "within 0.05 s" in reply.reason


def test_no_reason_repeats_the_key_or_the_login(server: StandIn) -> None:
    server.answer = lambda _: (401, {}, b'{"error": "no such key: sk-5ecret"}')
    (reply,), _ = ask(server, api_key="sk-5ecret")
    assert reply.reason.endswith("401: no such key: …; look at api_key")
    base = server.base_url.replace("://", "://me:pa55@")
    server.answer = lambda _: (503, {}, b"")
    (reply,), _ = ask(server, base_url=base)
    assert "503" in reply.reason
    assert "pa55" not in reply.reason
