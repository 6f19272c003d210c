"""How long it takes to pick 10 of 100,000 stored articles: a cold process, and again in the same one.

    python benchmarks/bench_pick_speed.py [ARTICLES]

Picks from this week's 2,000 articles (of 400 words; 1,200 were printed in 150 issues), and then from a window that
holds everything. "Computing" is processor time, which other work on the machine does not lengthen much; peak memory is
the cold process's.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import filling

from newsletter import durations
from newsletter.app.workspace import Workspace

COLD, WARM = 9, 21
_COMMAND = """
import sys
from newsletter.cli import main
sys.argv = ["newsletter", "-C", {folder!r}, "issue", "new", "--pick", "--max", "10", "--since", {since!r}]
main()
"""


def cold(folder: Path, since: str) -> list[tuple[float, float]]:
    """Seconds that new processes take, from start to end, and those of them that they compute."""
    spent = []
    for _ in range(COLD):
        began, used = time.perf_counter(), _used()
        code = _COMMAND.format(folder=str(folder), since=since)
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        spent.append((time.perf_counter() - began, _used() - used))
    return spent


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def warm(folder: Path, since: timedelta) -> list[tuple[float, float]]:
    """The same of picks after the first, in this process."""
    spent = []
    with Workspace(folder) as workspace:
        for _ in range(WARM + 1):
            began, used = time.perf_counter(), time.process_time()
            workspace.desk.new(pick=True, maximum=10, since=since)
            spent.append((time.perf_counter() - began, time.process_time() - used))
    return spent[1:]


def discard_drafts(folder: Path) -> None:
    """Leave the workspace as it was."""
    with Workspace(folder) as workspace:
        for issue in workspace.desk.issues():
            if issue.status == "draft":
                workspace.desk.discard(issue.number)


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with filling.library(count) as library:
        print(f"pick 10 of {count:,} articles, {filling.load()}\n")
        print("| process | in the window | p50 | p95 | computing p50 | p95 |\n| --- | --- | --- | --- | --- | --- |")
        for name, days in ((f"{filling.WEEKLY:,}", 7), (f"{count:,}", 900)):
            since = library.since(days)
            show("cold", name, cold(library.folder, since), 2)
            show("warm", name, warm(library.folder, durations.parse(since)), 3)
            discard_drafts(library.folder)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"\ngoals: cold 1.5 s, warm 150 ms; peak memory of a cold process {peak:.0f} MB")


def show(process: str, name: str, spent: list[tuple[float, float]], places: int) -> None:
    """A row of the table."""
    cells = [
        f"{statistics.quantiles(times, n=20, method='inclusive')[at]:.{places}f} s"
        for times in zip(*spent, strict=True)
        for at in (9, 18)
    ]
    print(f"| {process} | {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
