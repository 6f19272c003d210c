"""A folder is read by processes, and comes to the same as file by file."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.app import ahead, readers
from newsletter.app.library import Library
from newsletter.curate.summarize import summarize
from newsletter.errors import SourceError
from newsletter.net import Policy
from newsletter.store import Store

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(5):
        text = f"Report {number} says that mill {number} turned {number * 7} times and that nobody had counted before."
        (pages / f"{number}.md").write_text(f"# Mill {number}\n\n{text}\n")
    (pages / "3.md").write_bytes(bytes(range(256)) * 9)
    return pages


def _into(steps: list[tuple[object, ...]]):
    return lambda *step: steps.append(step)


def test_a_folder_read_by_processes_is_what_it_is_file_by_file(folder, sqlite_databases, monkeypatch):
    seen = []
    for worth in (2, 100):
        monkeypatch.setattr(ahead, "WORTH_PROCESSES", worth)
        steps: list[tuple[object, ...]] = []
        with Store.open(sqlite_databases.ready()) as store:
            library = Library(store, lambda: NOW, summarize, Policy, lambda feeds: [])
            report = library.add([str(folder)], stdin=bytes, progress=_into(steps))
            again = library.add([str(folder)], stdin=bytes)
            seen.append((report, again, steps, library.export()))
    assert seen[0] == seen[1]
    report, again, steps, _ = seen[0]
    assert (len(report.added), len(report.rejected), len(again.duplicate)) == (4, 1, 4)
    assert [step[0] for step in steps] == list(range(1, 6))


def _read_or_die(source: str, path: Path, now: datetime, extract: ahead.Extract) -> object:
    if path.name == "1.md":
        os.kill(os.getpid(), signal.SIGKILL)
    return ahead.finished(ahead.ingest.read(path.read_bytes(), source, now=now), source, extract)


def test_a_file_that_ends_its_process_is_rejected_and_the_others_are_read(folder, monkeypatch):
    monkeypatch.setattr(ahead, "read_file", _read_or_die)
    files = [(path.name, path) for path in sorted(folder.iterdir()) if path.name != "3.md"]
    fates = []
    for outcome in ahead.read_all(files, NOW, summarize):
        try:
            fates.append(outcome().articles[0].article.title)
        except SourceError as error:
            fates.append(error.reason)
    assert fates[0] == "Mill 0"
    assert "ended the process" in fates[1]
    assert fates[2:] == ["Mill 2", "Mill 4"]


def test_no_more_than_a_few_files_are_under_way(folder, monkeypatch):
    asked = []

    def files():
        for number in range(1000):
            asked.append(number)
            yield "0.md", folder / "0.md"

    pool = readers.pool(1)
    monkeypatch.setattr(readers, "pool", lambda *_: pool)
    outcomes = ahead.read_all(files(), NOW, summarize)
    next(outcomes)()
    assert len(asked) <= ahead._UNDER_WAY
    outcomes.close()
    with pytest.raises(RuntimeError):
        pool.submit(int)
