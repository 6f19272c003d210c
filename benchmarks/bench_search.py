"""Search among 100,000 synthetic articles: words joined by AND and by OR, phrases, prefixes, filters, suggestions.

Words are drawn as a person would: some frequent, some rare, two or three at a time, each occurring in the corpus. The
times are those of `Search.search`, whole articles and snippets included, ten hits asked for; "computing" is processor
time, which other work on the machine does not lengthen much.

    python benchmarks/bench_search.py [COUNT]
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import filling

from newsletter.models import Article, Block
from newsletter.store import Store
from newsletter.store.fields import fields_of
from newsletter.store.search import Search

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
QUERIES = 150
Make = Callable[[random.Random, list[str]], str]


def queries() -> dict[str, Make]:
    def word(chance: random.Random, words: list[str]) -> str:
        return words[min(len(words) - 1, int(chance.expovariate(1 / 600)) + 3)]

    def beginning(letters: int) -> Make:
        return lambda c, w: next(found for _ in w if len(found := word(c, w)) >= letters)[:letters] + "*"

    return {
        "AND, 2–3 words": lambda c, w: " ".join(word(c, w) for _ in range(c.choice((2, 3)))),
        "OR, 2–3 words": lambda c, w: " OR ".join(word(c, w) for _ in range(c.choice((2, 3)))),
        "one word": word,
        "one of the 20 most frequent words": lambda c, w: w[c.randrange(20)],
        "phrase": lambda c, w: f'"{word(c, w)} {word(c, w)}"',
        "beginning, 4 letters": beginning(4),
        "beginning, 3 letters": beginning(3),
        "beginning, 2 letters": beginning(2),
        "a word and a beginning": lambda c, w: f"{word(c, w)} {word(c, w)[:3]}*",
        "word and source:": lambda c, w: f"{word(c, w)} source:site{c.randint(0, 299)}",
        "word and lang: after: used:no": lambda c, w: f"{word(c, w)} lang:de after:{_recent()} used:no",
        "author: alone": lambda c, w: f"author:{word(c, w)}",
        "after: alone": lambda c, _: f"after:{_recent()} lang:{c.choice(('de', 'fr'))}",
        "word, not another": lambda c, w: f"{word(c, w)} -{word(c, w)}",
    }


def _recent() -> str:
    return f"{datetime.now(UTC).year - 1}-11"


def main() -> None:
    with filling.library(COUNT) as library, Store.open(f"sqlite:///{library.folder / 'newsletter.db'}") as store:
        print(f"search in {COUNT:,} articles of 400 words, {filling.load()}: {_sizes(store)}\n")
        print("| query | p50 | p95 | computing p50 | p95 | hits on average |\n| --- | --- | --- | --- | --- | --- |")
        words = filling.vocabulary()
        for name, make in queries().items():
            chance = random.Random(5)
            asked = [make(chance, words) for _ in range(QUERIES)]
            timed(name, store, asked, lambda work, query: len(work.search.search(query, limit=10)))
        chance = random.Random(6)
        typos = {_typo(chance, word): word for word in words[:3000] if len(word) > 5}
        timed(
            "did you mean (hits: share mended)",
            store,
            list(typos)[:QUERIES],
            lambda work, query: work.search.suggest(query) == typos[query],
        )
        print(f"\nan article more in the index: {_one_more(store) * 1e3:.2f} ms")
    print("goals: p95 ≤ 50 ms for AND, ≤ 100 ms for OR")


def timed(name: str, store: Store, asked: list[str], ask: Callable) -> None:
    """A row of the table; every query is asked in a transaction of its own."""
    walls, computed, hits = [], [], 0
    for query in asked:
        with store.read() as work:
            begin, used = time.perf_counter(), time.process_time()
            hits += ask(work, query)
            walls.append(time.perf_counter() - begin)
            computed.append(time.process_time() - used)
    cells = " | ".join(
        f"{statistics.quantiles(times, n=20)[at] * 1e3:.1f} ms" for times in (walls, computed) for at in (9, 18)
    )
    print(f"| {name} | {cells} | {hits / len(asked):.2f} |", flush=True)


def _typo(chance: random.Random, word: str) -> str:
    """Two letters in the wrong order."""
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _sizes(store: Store) -> str:
    sql = "SELECT CASE WHEN name LIKE 'article_index%' THEN name END AS part, sum(pgsize) FROM dbstat GROUP BY part"
    with store._database.read() as connection:
        parts = {part or "all else": size for part, size in connection.exec_driver_sql(sql)}
    whole = sum(parts.values())
    index = parts["article_index_data"] + parts["article_index_idx"] + parts["article_index_docsize"]
    return f"the database has {whole / 2**20:,.0f} MB, of those the index {index / 2**20:,.0f}"


def _one_more(store: Store) -> float:
    """Seconds of processor time that indexing takes for each of 500 new articles; nothing of it is kept."""
    chance, words = random.Random(7), filling.vocabulary()
    fresh = [
        Article(
            f"new {at}", "x", "x", id=10**9 + at, blocks=(Block("paragraph", " ".join(chance.choices(words, k=400))),)
        )
        for at in range(500)
    ]

    with store._database.writer.connect() as connection, connection.begin() as undone:
        begin = time.process_time()
        for article in fresh:
            Search(connection).put_new({article.id: fields_of(article)})
        spent = time.process_time() - begin
        undone.rollback()
    return spent / len(fresh)


if __name__ == "__main__":
    main()
