"""Mutated inputs, one after the other, each read under a clock; now and then some go through all later stages.

What may come of an input: articles that are whole, or a SourceError whose reason is not that of the last net (where
faults of ours end). All else is a Fault. The same numbers give the same inputs.
"""

from __future__ import annotations

import contextlib
import random
import resource
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from newsletter import ingest
from newsletter.app import starter
from newsletter.app.workspace import Workspace
from newsletter.errors import SourceError
from newsletter.models import Article
from tests.fuzz import mutators
from tests.fuzz.seeds import Seed

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
#: Seconds of CPU time that no input may take.
LIMIT = 20.0
_NET = "could not be read ("
_SUFFIXES = (".txt", ".html", ".md", ".xml", ".json", ".eml", ".mhtml", ".gz", "")


class TooSlow(BaseException):
    """An input took more than LIMIT; no `except Exception` on the way takes it for something else."""


@dataclass(frozen=True)
class Input:
    """One mutated input, and how to make it again."""

    number: int
    kind: str
    source: str
    data: bytes
    content_type: str
    how: str


@dataclass
class Report:
    """What came of a run."""

    inputs: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    refused: int = 0
    faults: list[tuple[Input, str]] = field(default_factory=list)
    #: Seconds of CPU time and input, slowest first.
    slowest: list[tuple[float, Input]] = field(default_factory=list)
    #: Mebibytes by which an input raised the process's peak, and which, largest first.
    heaviest: list[tuple[float, Input]] = field(default_factory=list)
    stored: int = 0
    rendered: int = 0

    def note(self, made: Input, seconds: float, mebibytes: float) -> None:
        """Keep the three slowest and heaviest."""
        self.slowest = sorted([*self.slowest, (seconds, made)], key=lambda row: -row[0])[:3]
        self.heaviest = sorted([*self.heaviest, (mebibytes, made)], key=lambda row: -row[0])[:3]


def make(number: int, kinds: dict[str, list[Seed]]) -> Input:
    """The input of that number."""
    rng = random.Random(number)
    kind = rng.choices(list(kinds), weights=[4 if k in {"page", "feed", "dump"} else 2 for k in kinds])[0]
    seed = rng.choice(kinds[kind])
    other = rng.choice(kinds[rng.choice(list(kinds))])
    data, names = mutators.mutate(seed.data, rng, other.data)
    source = seed.name if rng.random() < 0.9 else f"{seed.name.split('.')[0]}{rng.choice(_SUFFIXES)}"
    said = ""
    if rng.random() < 0.15:
        said = f"text/html; charset={rng.choice(('utf-8', 'latin-1', 'utf-16', 'nosuch', 'base64', ''))}"
    return Input(number, kind, source, data, said, f"{seed.name}: {', '.join(names)}")


@contextlib.contextmanager
def timed() -> Iterator[None]:
    """Raises TooSlow inside once LIMIT seconds of CPU time have passed."""

    def ring(_: int, __: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def run(numbers: Iterable[int], kinds: dict[str, list[Seed]], folder: Path, every: int = 20) -> Report:
    """Read the inputs of these numbers; every so many go through store, summary and rendering (in `folder`, empty)."""
    report = Report()
    chosen: list[Input] = []
    for count, number in enumerate(numbers):
        made = make(number, kinds)
        report.inputs[made.kind] += 1
        heavy, start = _peak(), time.process_time()
        try:
            with timed():
                fault = _fault(made, report)
        except TooSlow:
            fault = f"took more than {LIMIT:.0f} s"
        report.note(made, time.process_time() - start, _peak() - heavy)
        if fault:
            report.faults.append((made, fault))
        elif count % every == 0:
            chosen.append(made)
    _through_all_stages(chosen, folder, report)
    return report


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _fault(made: Input, report: Report) -> str | None:
    """What is wrong with what came of the input; None where nothing is."""
    try:
        reading = ingest.read(made.data, made.source, now=NOW, content_type=made.content_type)
    except SourceError as refused:
        report.refused += 1
        return refused.reason if _NET in refused.reason or not refused.reason else None
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"
    report.articles += len(reading.articles)
    if not (reading.articles or reading.rejected or reading.feeds):
        return None if made.kind == "feed" else "neither an article nor a reason"
    caught = next((r.reason for r in reading.rejected if _NET in r.reason or not r.reason), None)
    return caught or next((wrong for article in reading.articles if (wrong := _wrong(article))), None)


def _wrong(article: Article) -> str | None:
    """What is wrong with an article that was read."""
    texts = [article.title, article.deck or "", article.site or "", *article.authors, *article.references]
    said = "\n".join(texts + [block.text for block in article.blocks])
    if not article.title or not article.key or article.reading_minutes < 1:
        return "no title, key or reading time"
    if any(moment is not None and moment.tzinfo is not UTC for moment in (article.published, article.modified)):
        return "a time that is not in UTC"
    if article.published and article.published > NOW.replace(day=23):
        return f"published in the future: {article.published}"
    if any(char < " " and char not in "\n\t" for char in said):
        return "control characters"
    try:
        said.encode("utf-8")
    except UnicodeError:
        return "text that UTF-8 cannot say"
    return None


def _through_all_stages(chosen: list[Input], folder: Path, report: Report) -> None:
    """The inputs as files: added to a store (which summarises), laid out ten an issue, rendered and checked."""
    if not chosen:
        return
    starter.create(folder / "workspace")
    by_number: dict[int, Input] = {}
    with Workspace(folder / "workspace", clock=lambda: NOW) as workspace:
        for made in chosen:
            path = folder / str(made.number) / (made.source or "file")
            path.parent.mkdir()
            path.write_bytes(made.data)
            try:
                with timed():
                    added = workspace.library.add([str(path)], stdin=bytes).added
            except (Exception, TooSlow) as fault:
                report.faults.append((made, f"in the store: {type(fault).__name__}: {fault}"))
                continue
            report.stored += len(added)
            by_number.update(dict.fromkeys(added, made))
        numbers = list(by_number)
        for start in range(0, len(numbers), 10):
            _lay_out(workspace, numbers[start : start + 10], by_number, folder, report)


def _lay_out(
    workspace: Workspace, numbers: list[int], by_number: dict[int, Input], folder: Path, report: Report
) -> None:
    """An issue of these articles; where it fails, each article alone, to find the one that does it."""
    try:
        with timed():
            issue = workspace.desk.new().issue.number
            workspace.desk.add(issue, numbers)
            workspace.desk.save_markdown(issue, workspace.desk.markdown(issue))
            workspace.press.render(issue, folder / "out")
            workspace.proofs.preview(issue)
        report.rendered += len(numbers)
    except (Exception, TooSlow) as fault:
        if len(numbers) > 1:
            for number in numbers:
                _lay_out(workspace, [number], by_number, folder, report)
        else:
            report.faults.append((by_number[numbers[0]], f"in an issue: {type(fault).__name__}: {fault}"))
