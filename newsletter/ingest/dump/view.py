"""What a rule sees of a line: the line, its neighbours that are not blank, the label before it, and the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from newsletter.ingest import names
from newsletter.ingest.dump import patterns
from newsletter.ingest.dump.labels import Label
from newsletter.ingest.dump.lines import Line


@dataclass(frozen=True, slots=True)
class Page:
    """All lines of a page, and what the rules need to know of the whole."""

    lines: Sequence[Line]
    #: The story: first line, and the one behind its last.
    first: int
    end: int

    @property
    def dense(self) -> bool:
        """Whether paragraphs follow each other without blank lines, so that a blank line means something."""
        story = self.lines[self.first : self.end]
        return len(story) > 3 and sum(line.blank_before for line in story) < 0.4 * len(story)


@dataclass(frozen=True, slots=True)
class View:
    """One line in its place."""

    line: Line
    previous: Line | None
    following: Line | None
    #: The label that the line before was given.
    before: Label | None
    dense: bool


@dataclass(frozen=True, slots=True)
class Signal:
    """Points for a label when `test` applies to a line in its place."""

    points: float
    why: str
    test: Callable[[View], bool]


def decide(seen: View, table: Mapping[Label, Sequence[Signal]]) -> Label:
    """The label with the most points; of equals, the one that comes first in the table."""
    points = {label: sum(s.points for s in signals if s.test(seen)) for label, signals in table.items()}
    return max(points, key=lambda label: points[label])


def view(page: Page, n: int, before: Label | None) -> View:
    """Line `n` in its place."""
    lines = page.lines
    return View(lines[n], lines[n - 1] if n else None, lines[n + 1] if n + 1 < len(lines) else None, before, page.dense)


def is_attribution(line: Line) -> bool:
    """Whether a line can say who spoke the one above: a dash, a name (with a role), or a role at some place."""
    text = line.text.lstrip("—–- ")
    if line.words > 14 or (line.ended and not text.endswith(".")) or line.meaning or re.search(r"[.!?]\s", text):
        return False
    if line.text[0] in "—–" or names.is_name(text.split(",")[0]):
        return True
    return names.is_role(text) and line.capitals < 0.8 and line.words >= 2


def is_date_line(line: Line) -> bool:
    """Whether a line says when, or how long it takes to read, and little else."""
    if line.date is not None and line.words <= 16 and patterns.reading_minutes(line.text):
        return True
    if line.date is not None:
        others = line.words - len(line.date.split()) + (2 if line.ended and line.words > 8 else 0)
        return others <= 6
    return line.words <= 9 and patterns.reading_minutes(line.text) > 0
