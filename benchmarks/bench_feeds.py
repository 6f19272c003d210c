"""Feeds into the store: a round over many local feeds, served by a process beside it.

Words are as frequent as in real texts, and some stories are in several feeds. Prints items a second from the first
request to the last commit, and the peak memory of the process that fetches, for 100 to 1,000 feeds of 20 items, read in
that one process or in processes beside it. Every feed has a host of its own (names that resolve to this
machine). Then what reading alone does, beside feedparser alone and fastfeedparser, where that is installed, on the same
bytes. The last round is mixed: of fifty feeds one each is slow, silent, cut off, huge, moved, redirecting, and busy at
first.
"""

from __future__ import annotations

import asyncio
import io
import json
import multiprocessing
import random
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path

from synthetic import Texts

ITEMS = 20
TEXTS = Texts()
#: What is wrong with one feed in fifty each of a mixed round, and what of it brings nothing.
TROUBLE = {3: "slow", 9: "silent", 15: "broken", 21: "huge", 27: "moved", 33: "redirected", 39: "busy"}
FATAL = {"silent", "broken", "huge"}
#: What several feeds report, in words of their own.
NEWS = [TEXTS.words(60) for _ in range(50)]


def feed(number: int, words: int) -> bytes:
    """RSS with `ITEMS` items of so many words, as HTML in five paragraphs (a teaser has one).

    Words are as frequent as in real texts; every tenth item or so is about what other feeds report too.
    """
    draw = TEXTS.random = random.Random(f"{number}/{words}")

    def prose(count: int) -> str:
        found = TEXTS.words(count)
        if is_news:
            found = [draw.choice(news) if draw.random() < 0.6 else word for word in found]
        return " ".join(found).capitalize() + "."

    is_news, news = False, NEWS[0]

    def item(place: int) -> str:
        nonlocal is_news, news
        is_news, news = draw.random() < 0.1, draw.choice(NEWS)
        body = "".join(f'<p>{prose(words // 5)} <a href="/x{place}">More</a></p>' for _ in range(5))
        content = f"<content:encoded><![CDATA[{body}]]></content:encoded>" if words else ""
        return (
            f"<item><title>{prose(8)}</title><link>https://h{number}.test/p/{place}</link><guid>{number}-{place}</guid>"
            f"<pubDate>Fri, 13 Nov 2026 09:{place:02d}:00 GMT</pubDate><dc:creator>Anna Berg</dc:creator>"
            f"<category>data</category><category>rust</category><description>{prose(30)}</description>{content}</item>"
        )

    items = "".join(item(place) for place in range(ITEMS))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Feed {number}</title><link>https://h{number}.test/</link><description>About</description>"
        f"<language>en</language>{items}</channel></rss>"
    ).encode()


def serve(count: int, words: int, is_mixed: bool, ready: multiprocessing.connection.Connection) -> None:
    """Answer /N with feed N, until killed. The feeds are made before the first one is asked for."""
    feeds = [feed(number, words) for number in range(count)]
    asked: dict[int, int] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1]
        number = int(path.strip(b"/n"))
        body = feeds[number]
        asked[number] = asked.get(number, 0) + 1
        trouble = TROUBLE.get(number % 50) if is_mixed and not path.startswith(b"/n") else None
        if trouble == "slow":
            await asyncio.sleep(4)
        elif trouble == "silent":
            await asyncio.sleep(60)
        elif trouble == "broken":
            body = body[:200]  # before the first item
        elif trouble == "huge":
            body *= 2_000_000 // len(body) + 5
        if trouble in {"moved", "redirected"} or (trouble == "busy" and asked[number] == 1):
            status = {"moved": 301, "redirected": 302, "busy": 503}[trouble]
            writer.write(
                b"HTTP/1.1 %d Go\r\nConnection: close\r\nRetry-After: 2\r\nLocation: /n%d\r\n" % (status, number)
            )
            writer.write(b"Content-Length: 0\r\n\r\n")
            await writer.drain()
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def one_round(count: int, words: int, processes: bool, is_mixed: bool) -> dict[str, float]:
    """One round in this process: seconds, items, peak memory (MB) of it and of its readers."""
    from newsletter.app import readers
    from newsletter.app.feeds import Feeds
    from newsletter.models import FeedLink
    from newsletter.net import Fetcher, Limits, Policy
    from newsletter.store import Store

    async def loopback(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    if not processes:
        readers._WORTH = float("inf")
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(
        target=serve, args=(count, words, is_mixed, theirs), daemon=True
    )
    server.start()
    port = ours.recv()
    policy = Policy(allow=frozenset({"*.test"}), limits=Limits(size=2_000_000, seconds=8.0, patience=5.0))
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(f"sqlite:///{folder}/bench.db", create=True, hash_key=b"x" * 32) as store,
    ):
        service = Feeds(
            store, lambda: datetime.now(UTC), lambda: policy, lambda rules: Fetcher(rules, resolve=loopback)
        )
        service.follow([FeedLink(f"http://h{number}.test:{port}/{number}") for number in range(count)])
        begin = time.perf_counter()
        report = service.fetch()
        seconds = time.perf_counter() - begin
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        cpu = sum(usage.ru_utime + usage.ru_stime for usage in usages)
        again = time.perf_counter()
        second = service.fetch(everything=True)
        again = time.perf_counter() - again
    server.kill()
    lost = sum(TROUBLE.get(number % 50) in FATAL for number in range(count)) if is_mixed else 0
    assert len(report.added) == (count - lost) * ITEMS, (len(report.added), report.failed[:3])
    assert len(report.failed) == lost, {each.reason for each in report.failed}
    assert not second.added
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "items": len(report.added), "again": again, "cpu": cpu, "peak": peak}


def reading(words: int) -> None:
    """Reading alone, no network and no store."""
    import feedparser

    from newsletter import ingest

    now = datetime(2026, 11, 20, tzinfo=UTC)
    data = [feed(number, words) for number in range(25)]

    def ours(body: bytes) -> None:
        ingest.read_feed(body, "https://h.test/feed", now=now)

    def theirs(body: bytes) -> None:
        feedparser.parse(io.BytesIO(body))

    peers = {"newsletter (articles)": ours, "feedparser, sanitising (entries)": theirs}
    try:
        import fastfeedparser
    except ImportError:
        print("fastfeedparser is not installed: skipped")
    else:
        peers["fastfeedparser, not sanitising (entries)"] = lambda body: fastfeedparser.parse(body.decode())
    for name, read in peers.items():
        read(data[0])
        begin = time.perf_counter()
        for body in data:
            read(body)
        print(f"| {name} | {words or 30} | {len(data) * ITEMS / (time.perf_counter() - begin):,.0f} |")


def main() -> None:
    """Print both tables."""
    if len(sys.argv) == 5:
        flags = [text == "True" for text in sys.argv[3:]]
        print(json.dumps(one_round(int(sys.argv[1]), int(sys.argv[2]), *flags)))
        return
    print(
        "| feeds × items | words an item | processes that read | items/s into the store | … a CPU second "
        "| asked again, items/s | peak MB |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for count, words, processes, is_mixed in (
        (100, 0, True, False),
        (400, 0, False, False),
        (1000, 0, True, False),
        (400, 200, True, False),
        (1000, 0, True, True),
    ):
        command = [sys.executable, __file__, str(count), str(words), str(processes), str(is_mixed)]
        env = {"PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout)
        print(
            f"| {count} × {ITEMS}{', mixed' if is_mixed else ''} | {words or 30} "
            f"| {'of their own' if processes else 'none'} | {found['items'] / found['seconds']:,.0f} "
            f"| {found['items'] / found['cpu']:,.0f} | {found['items'] / found['again']:,.0f} | {found['peak']:.0f} |",
            flush=True,
        )
    print("\ngoal: ≥ 1,500 items/s into the store; peak memory flat from 100 to 1,000 feeds\n")
    print("| reading alone | words an item | items/s |\n| --- | --- | --- |")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for words in (0, 200):
            reading(words)


if __name__ == "__main__":
    main()
