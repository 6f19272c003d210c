"""How long it takes to pick 10 of 100,000 stored articles: a cold process, and again in the same one.

    python benchmarks/bench_pick_speed.py [FOLDER] [ARTICLES]

Makes a workspace (in FOLDER, where it stays and is used again; else a temporary one), which takes some minutes: 100,000
articles of 400 words, 2,000 of them of this week, 1,200 printed in 150 issues. Picks from the week, and then from a
window that holds everything. Peak memory is the cold process's.
"""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from newsletter.app import starter
from newsletter.app.workspace import Workspace
from newsletter.models import Article, Block, Issue, Pick, Section, Summary

WEEKLY, ISSUES, RUNS = 2_000, 150, 5
_COLD = """
import sys
from newsletter.cli import main
sys.argv = ["newsletter", "-C", {folder!r}, "issue", "new", "--pick", "--max", "10", "--since", {since!r}]
main()
"""


def build(folder: Path, count: int) -> None:
    """The workspace, if it is not there yet."""
    if (folder / "newsletter.toml").exists():
        return
    random = Random(1)
    words = [f"{'aeiou'[n % 5]}{n:x}" for n in range(30_000)]
    odds = [1 / (n + 10) for n in range(30_000)]
    now = datetime.now(UTC)
    numbers: list[int] = []
    workspace = starter.create(folder)
    for start in range(0, count, 1_000):
        with workspace.store.begin() as work:
            for at in range(start, start + 1_000):
                age = timedelta(days=random.uniform(0, 6.9) if at < WEEKLY else random.uniform(7.1, 700))
                drawn = random.choices(words, odds, k=409)
                article = Article(
                    title=" ".join(drawn[:8] + (["rust"] if at % 50 == 0 else [])),
                    source=f"file {at}",
                    key=f"key {at}",
                    url=f"https://site{at % 300}.example/{at}",
                    site=f"Site {at % 300}",
                    language="en",
                    published=now - age,
                    blocks=tuple(Block("paragraph", " ".join(drawn[n : n + 50]) + ".") for n in range(8, 409, 50)),
                )
                numbers.append(work.articles.add(article, now - age)[1])
    for issue in range(ISSUES):
        picks = tuple(Pick(n, "x", Summary("", "editor")) for n in numbers[-8 * issue - 8 : len(numbers) - 8 * issue])
        with workspace.store.begin() as work:
            made = work.issues.create(Issue(0, "t", "s", sections=(Section("", picks),), created=now))
            work.issues.save(replace(made, created=now - timedelta(weeks=ISSUES - issue)))
            work.issues.mark_sent(made.number)
    workspace.close()


def cold(folder: Path, since: str) -> tuple[float, float]:
    """Seconds that a new process takes, from its start to its end, and those of them that it computes."""
    began, used = time.perf_counter(), _used()
    code = _COLD.format(folder=str(folder), since=since)
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - began, _used() - used


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def warm(folder: Path, days: int) -> list[float]:
    """Seconds of picks after the first, in this process."""
    spent = []
    with Workspace(folder) as workspace:
        for _ in range(RUNS + 1):
            began = time.perf_counter()
            workspace.desk.new(pick=True, maximum=10, since=timedelta(days=days))
            spent.append(time.perf_counter() - began)
    return spent[1:]


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp()) / "workspace"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    build(folder, count)
    print(f"pick 10 of {count:,} articles, median (slowest) of {RUNS}\n")
    print("| in the window | cold process | of that, computing | warm |\n| --- | --- | --- | --- |")
    for name, days in ((f"{WEEKLY:,}", 7), (f"{count:,}", 900)):
        first = [cold(folder, f"{days}d") for _ in range(RUNS)]
        again = warm(folder, days)
        taken, computed = zip(*first, strict=True)
        cells = f"{statistics.median(taken):.2f} s ({max(taken):.2f}) | {statistics.median(computed):.2f} s"
        print(f"| {name} | {cells} | {1000 * statistics.median(again):.0f} ms ({1000 * max(again):.0f}) |")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\ngoals: cold 1.5 s, warm 150 ms; peak memory of a cold process {peak:.0f} MB")
    if len(sys.argv) < 2:
        shutil.rmtree(folder.parent)


if __name__ == "__main__":
    main()
