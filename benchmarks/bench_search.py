"""Search among 100,000 synthetic articles: words joined by AND and by OR, phrases, prefixes, filters, suggestions.

Words are drawn as a person would: some frequent, some rare, two or three at a time, each occurring in the corpus. The
times are those of `Search.search`, whole articles and snippets included, ten hits asked for.
    python benchmarks/bench_search.py [COUNT] [DATABASE-URL]     default: SQLite in a temporary folder
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from synthetic import Texts

from newsletter.models import Article, Block
from newsletter.store import Store

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
NOW = datetime(2026, 11, 20, tzinfo=UTC)
QUERIES = 150


def article(made: Texts, number: int) -> Article:
    words = made.words(made.random.randint(80, 240))
    return Article(
        title=" ".join(made.words(8)),
        source=f"https://site{number % 50}.example.org/{number}",
        key=f"url:https://site{number % 50}.example.org/{number}",
        url=f"https://site{number % 50}.example.org/{number}",
        site=f"Site {number % 50}",
        authors=(" ".join(made.words(2)),),
        language=made.random.choice(("en", "de", "fr")),
        published=NOW - timedelta(hours=number % 9000),
        blocks=(Block("paragraph", " ".join(words)),),
    )


def fill(store: Store) -> float:
    """Seconds an article takes into the store, everything included but its story."""
    made = Texts(seed=3)
    spent, batch = 0.0, 1_000
    for first in range(0, COUNT, batch):
        articles = [article(made, number) for number in range(first, first + batch)]
        begin = time.perf_counter()
        with store.begin() as work:
            for each in articles:
                work.articles.add(each, NOW)
        spent += time.perf_counter() - begin
    return spent / COUNT


def queries() -> dict[str, Callable[[random.Random, list[str]], str]]:
    def word(chance: random.Random, words: list[str]) -> str:
        return words[min(len(words) - 1, int(chance.expovariate(1 / 600)) + 3)]

    return {
        "AND, 2–3 words": lambda c, w: " ".join(word(c, w) for _ in range(c.choice((2, 3)))),
        "OR, 2–3 words": lambda c, w: " OR ".join(word(c, w) for _ in range(c.choice((2, 3)))),
        "one word": word,
        "phrase": lambda c, w: f'"{word(c, w)} {word(c, w)}"',
        "prefix": lambda c, w: word(c, w)[:4] + "*",
        "word and filters": lambda c, w: f"{word(c, w)} source:site{c.randint(0, 49)} lang:en after:2026-06 used:no",
        "word, not another": lambda c, w: f"{word(c, w)} -{word(c, w)}",
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/bench.db"
        with Store.open(url, create=True) as store:
            each = fill(store)
            print(
                f"{COUNT:,} articles, {each * 1e3:.2f} ms each into the store ({store._database.writer.dialect.name})"
            )
            print("\n| query | p50 | p95 | hits on average |\n| --- | --- | --- | --- |")
            words = Texts(seed=3).vocabulary
            for name, make in queries().items():
                chance, times, hits = random.Random(5), [], 0
                for _ in range(QUERIES):
                    asked = make(chance, words)
                    with store.read() as work:
                        begin = time.perf_counter()
                        hits += len(work.search.search(asked, limit=10))
                        times.append(time.perf_counter() - begin)
                show(name, times, hits / QUERIES)
            suggestions(store, words)
    print("\ngoal: p95 ≤ 50 ms for AND, ≤ 100 ms for OR")


def suggestions(store: Store, words: list[str]) -> None:
    chance, times, right = random.Random(6), [], 0
    asked = [word for word in words[:3000] if len(word) > 5][:QUERIES]
    for word in asked:
        at = chance.randrange(1, len(word) - 1)
        typo = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        with store.read() as work:
            begin = time.perf_counter()
            right += work.search.suggest(typo) == word
            times.append(time.perf_counter() - begin)
    show("did you mean (hits: share mended)", times, right / len(asked))


def show(name: str, times: list[float], hits: float) -> None:
    cuts = statistics.quantiles(times, n=20)
    print(f"| {name} | {cuts[9] * 1e3:.1f} ms | {cuts[18] * 1e3:.1f} ms | {hits:.2f} |")


if __name__ == "__main__":
    main()
