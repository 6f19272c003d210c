"""A workspace with many articles, for the benchmarks of search and picking: filled in bulk, and kept where one says.

The rows are those that `Articles.add` writes, but for stories: articles, their signatures and bands, their place in the
search index. Articles have 400 words on average (80 to 720), of 30,000 as frequent as in real texts, and are from 300
sites in three languages; the first 2,000 are of this week, every 50th has "rust" in its title, and 1,200 are printed in
150 issues. NEWSLETTER_BENCH names a folder that keeps the workspace for later runs; `make bench` sets it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert
from synthetic import Texts

from newsletter.app import starter
from newsletter.models import Article, Block, Issue, Pick, Section, Summary
from newsletter.store import Store, codec, index
from newsletter.store.fields import fields_of
from newsletter.store.signatures import Signatures
from newsletter.store.tables import articles

WEEKLY, ISSUES, _PRINTED = 2_000, 150, 8
_BATCH = 10_000
_SEED = 3
_LANGUAGES = ("en", "en", "de", "fr")


@dataclass(frozen=True, slots=True)
class Library:
    """A filled workspace."""

    folder: Path
    #: When it was filled: the ages of its articles count from then.
    filled: datetime

    def since(self, days: int) -> str:
        """The window that holds what was that many days old when it was filled, as the command takes it."""
        return f"{24 * days + (datetime.now(UTC) - self.filled) // timedelta(hours=1)}h"


@contextmanager
def library(count: int) -> Iterator[Library]:
    """A workspace with so many articles, removed at the end unless it is kept."""
    kept = os.environ.get("NEWSLETTER_BENCH")
    parent = Path(kept) if kept else Path(tempfile.mkdtemp())
    folder, mark = parent / f"library-{count}", parent / f"library-{count}" / "filled"
    try:
        if not mark.exists():
            shutil.rmtree(folder, ignore_errors=True)
            begin, used = time.perf_counter(), time.process_time()
            mark_text = _fill(folder, count)
            mark.write_text(mark_text)
            spent = f"{time.perf_counter() - begin:.0f} s, of those computing {time.process_time() - used:.0f} s"
            print(f"filled a workspace with {count:,} articles in {spent}", file=sys.stderr)
        yield Library(folder, datetime.fromisoformat(mark.read_text()))
    finally:
        if not kept:
            shutil.rmtree(parent)


def vocabulary() -> list[str]:
    """The words of the articles, the most frequent first."""
    return Texts(_SEED).vocabulary


def load() -> str:
    """What else the machine does: processes that want to run, and processors."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def _fill(folder: Path, count: int) -> str:
    """Make the workspace; answers when, as text."""
    now, made = datetime.now(UTC), Texts(_SEED)
    with starter.create(folder) as workspace:
        for first in range(1, count + 1, _BATCH):
            fresh = [_article(made, number, now) for number in range(first, min(first + _BATCH, count + 1))]
            with workspace.store._database.write() as connection:
                _put(connection, fresh)
        _print_issues(workspace.store, count, now)
    return now.isoformat()


def _article(made: Texts, number: int, now: datetime) -> Article:
    drawn = made.words(made.random.randint(88, 728))
    at = f"https://site{number % 300}.example.org/{number}"
    age = made.random.uniform(0, 6.9) if number <= WEEKLY else made.random.uniform(7.1, 700)
    date = now - timedelta(days=age)
    return Article(
        id=number,
        title=" ".join(drawn[:8] + (["rust"] if number % 50 == 0 else [])),
        source=at,
        key=f"url:{at}",
        url=at,
        site=f"Site {number % 300}",
        authors=(" ".join(made.words(2)),),
        language=made.random.choice(_LANGUAGES),
        published=date,
        added=date,
        blocks=tuple(Block("paragraph", " ".join(drawn[at : at + 50]) + ".") for at in range(8, len(drawn), 50)),
    )


def _put(connection: Connection, fresh: list[Article]) -> None:
    connection.execute(insert(articles), [codec.article_values(each) | {"id": each.id} for each in fresh])
    Signatures(connection).put_all({each.id: each.body_text for each in fresh})
    index.put(connection, {each.id: fields_of(each) for each in fresh})


def _print_issues(store: Store, count: int, now: datetime) -> None:
    for issue in range(ISSUES):
        last = count - _PRINTED * issue
        printed = (Pick(number, "x", Summary("", "editor")) for number in range(max(1, last - _PRINTED + 1), last + 1))
        with store.begin() as work:
            made = work.issues.create(Issue(0, "t", "s", sections=(Section("", tuple(printed)),), created=now))
            work.issues.save(replace(made, created=now - timedelta(weeks=ISSUES - issue)))
            work.issues.mark_sent(made.number)
