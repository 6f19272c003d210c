"""Saved pages into the store, end to end: read, told from what is there, summarised, signed, indexed, put into stories.

Pages a second beside `trafilatura.extract` alone on the same pages in the same run, for one process and with processes
that read; then what share of the one process's time each step has. Give a folder with `html/*.html.gz` as argument,
else `../shared/corpora/pages` beside the checkout is used. Both read a page and a note first, so that what a program
loads once (the language model alone takes 0.4 s) is in neither figure; processes that read load it for themselves.
trafilatura is timed first: some of its paths are asked faster once a page was read (`ingest.html.extraction`).
"""

from __future__ import annotations

import contextlib
import gzip
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DEFAULT = Path(__file__).resolve().parent.parent.parent / "shared" / "corpora" / "pages"


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def into_store(folder: Path, processes: bool) -> None:
    """What `newsletter add FOLDER` does, into a new store."""
    from newsletter.app import ahead
    from newsletter.app.library import Library
    from newsletter.curate.summarize import summarize
    from newsletter.net import Policy
    from newsletter.store import Store

    ahead.WORTH_PROCESSES = 2 if processes else 10**9
    with tempfile.TemporaryDirectory() as base, Store.open(f"sqlite:///{base}/bench.db", create=True) as store:
        report = Library(store, lambda: NOW, summarize, Policy, lambda _: []).add([str(folder)], stdin=bytes)
    print(f"{len(report.added)} added, {len(report.rejected)} rejected", file=sys.stderr)


def shares(folder: Path) -> None:
    """CPU milliseconds a page of each step, in one process, kept twenty at a time."""
    from newsletter import ingest
    from newsletter.app import prepared
    from newsletter.curate.summarize import summarize
    from newsletter.errors import SourceError
    from newsletter.store import Store

    spent = dict.fromkeys(("read", "summary", "prepare", "add", "story", "commit"), 0.0)
    files = sorted(folder.iterdir())

    def step(name: str, work: Callable[[], Any]) -> Any:
        begin = time.process_time()
        try:
            return work()
        finally:
            spent[name] += time.process_time() - begin

    ready = []
    for path in files:
        with contextlib.suppress(SourceError):
            article = step("read", partial(ingest.read, path.read_bytes(), str(path), now=NOW)).articles[0]
            article = replace(article, summary=step("summary", partial(summarize, article)))
            ready.append(step("prepare", partial(prepared.prepare, article)))
    with tempfile.TemporaryDirectory() as base, Store.open(f"sqlite:///{base}/bench.db", create=True) as store:
        for start in range(0, len(ready), 20):
            group = ready[start : start + 20]
            with store.begin() as work:
                fates = step("add", partial(work.articles.take, [each.arrival for each in group], NOW))
                step("story", partial(prepared.place, work, group, fates, NOW))
                begin = time.process_time()
            spent["commit"] += time.process_time() - begin
    for name, seconds in spent.items():
        print(f"| {name} | {1000 * seconds / len(files):.2f} |")


def main() -> None:
    """Print both tables."""
    base = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    names = sorted((base / "html").glob("*.html.gz"))
    if not names:
        print(f"no pages in {base}: skipped")
        return
    try:
        from trafilatura import extract
    except ImportError:
        print("trafilatura is not installed: skipped")
        return
    logging.disable(logging.CRITICAL)
    pages = [gzip.decompress(name.read_bytes()) for name in names]
    with tempfile.TemporaryDirectory() as base_folder:
        (folder := Path(base_folder) / "pages").mkdir()
        for name, page in zip(names, pages, strict=True):
            (folder / name.stem).write_bytes(page)
        (warm := Path(base_folder) / "warm").mkdir()
        (warm / "note.txt").write_text("Both have their programs and models loaded before the clock starts. " * 5)
        (warm / names[0].stem).write_bytes(pages[0])
        extract(pages[0])
        theirs = timed(lambda: [extract(page) for page in pages])
        into_store(warm, False)
        one = timed(partial(into_store, folder, False))
        several = timed(partial(into_store, folder, True))
        print("| what | pages/s | ratio |\n| --- | --- | --- |")
        print(f"| trafilatura.extract alone | {len(pages) / theirs:.1f} | 1 |")
        print(f"| into the store, one process | {len(pages) / one:.1f} | {theirs / one:.2f} × trafilatura |")
        print(f"| … and {os.cpu_count()} that read | {len(pages) / several:.1f} | {one / several:.2f} × one |")
        print("\ngoal: ≥ 0.8 × trafilatura in one process, two 1.7 × one\n")
        print("| step | CPU ms a page |\n| --- | --- |")
        shares(folder)


if __name__ == "__main__":
    main()
