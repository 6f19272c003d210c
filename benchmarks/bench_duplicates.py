"""Near-duplicates among 100,000 articles, in the store itself, beside datasketch's MinHashLSH (in memory).

One article in ten is a copy of another: with typos, edited, in a box of other text, cut short, with its parts in
another order, rewritten. One in twenty only shares an outlet's boilerplate (a quarter of the text) with others, which
makes no duplicate. Precision and recall are over pairs; the clock starts with the texts and ends with the pairs.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from synthetic import Texts

from newsletter.store import Store
from newsletter.store.columns import DatabaseClock
from newsletter.store.tables import articles
from newsletter.text import nearness

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
ASKED = 300


def corpus() -> tuple[dict[int, str], set[tuple[int, int]], dict[str, set[tuple[int, int]]]]:
    """Texts by id, the pairs that are copies, and those by kind."""
    made = Texts(seed=7)
    boilerplate = [made.words(40) for _ in range(20)]
    texts: dict[int, list[str]] = {}
    truth: set[tuple[int, int]] = set()
    kinds: dict[str, set[tuple[int, int]]] = {}
    copied: set[int] = set()
    for number in range(1, COUNT + 1):
        chance = made.random.random()
        original = made.random.randint(1, number - 1) if number > 1 else 0
        if chance < 0.10 and original and original not in copied:
            kind, texts[number] = made.copy(texts[original])
            copied |= {original, number}  # pairs only, so that the truth is plain
            truth.add((original, number))
            kinds.setdefault(kind, set()).add((original, number))
        elif chance < 0.15:
            texts[number] = made.words(120) + made.random.choice(boilerplate)
        else:
            texts[number] = made.words(made.random.randint(80, 240))
    return {number: " ".join(words) for number, words in texts.items()}, truth, kinds


def ours(texts: dict[int, str], folder: Path) -> tuple[float, set[tuple[int, int]], list[float]]:
    """Seconds, the pairs found, and the seconds one new article takes among all of them."""
    with Store.open(f"sqlite:///{folder}/bench.db", create=True) as store:
        with store.begin() as work:
            blank = {"title": "", "source": "", "fingerprint": "", "added": DatabaseClock(), "tags": [], "content": {}}
            connection = work.signatures._connection
            rows = [{"id": number, "key": str(number)} for number in texts]
            connection.execute(articles.insert().values(dated=DatabaseClock(), **blank), rows)
        begin, spent = time.perf_counter(), time.process_time()
        with store.begin() as work:
            work.signatures.put_all(texts)
        with store.read() as work:
            pairs = {(one, other) for one, other, _ in work.signatures.pairs()}
        seconds = time.perf_counter() - begin
        print(f"(processor time of the store: {time.process_time() - spent:.1f} s)", file=sys.stderr)
        each = []
        made = Texts(seed=11)
        for number in made.random.sample(sorted(texts), ASKED):
            text = " ".join(made.copy(texts[number].split())[1])
            with store.begin() as work:
                start = time.perf_counter()
                work.signatures.near(text)
                work.signatures.put(number, text)
                each.append(time.perf_counter() - start)
    return seconds, pairs, each


def peer(texts: dict[int, str]) -> tuple[float, set[tuple[int, int]]] | None:
    """The same by datasketch, with the same runs, numbers and floor."""
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        return None
    begin = time.perf_counter()
    lsh = MinHashLSH(threshold=0.5, num_perm=96, params=(24, 4))
    pairs = set()
    for number, text in texts.items():
        sketch = MinHash(num_perm=96)
        sketch.update_batch([run.encode() for run in nearness._runs(text)])
        for other in lsh.query(sketch):
            pairs.add((other, number))
        lsh.insert(number, sketch)
    return time.perf_counter() - begin, pairs


def main() -> None:
    texts, truth, kinds = corpus()
    print(f"{COUNT:,} articles, {len(truth):,} pairs of copies\n")
    print("| | seconds | precision | recall | one new article, p50 / p95 |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        seconds, pairs, each = ours(texts, Path(folder))
    cuts = statistics.quantiles(each, n=20)
    print(
        row(
            "newsletter, in the store (SQLite)", seconds, pairs, truth, f"{cuts[9] * 1e3:.1f} / {cuts[18] * 1e3:.1f} ms"
        )
    )
    if "--no-peer" not in sys.argv:
        found = peer(texts)
        print(row("datasketch, in memory", *found, truth, "") if found else "| datasketch is not installed | | | | |")
    print("\nrecall by kind: " + ", ".join(f"{k} {len(t & pairs) / len(t):.3f}" for k, t in sorted(kinds.items())))
    print("goal: P ≥ .99, R ≥ .98, ≤ 15 s; one new article ≤ 5 ms")


def row(name: str, seconds: float, pairs: set[tuple[int, int]], truth: set[tuple[int, int]], each: str) -> str:
    right = len(pairs & truth)
    return f"| {name} | {seconds:.1f} | {right / max(1, len(pairs)):.4f} | {right / len(truth):.4f} | {each} |"


if __name__ == "__main__":
    main()
