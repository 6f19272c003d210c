"""Where in a page's text the story stands: the run of lines with the largest sum of scores, its edges trimmed.

Lines of sentences with function words earn points, chrome and rows of short lines cost some. The table `SCORES` is what
there is to tune; its points were fitted on 100 pages, and find .89 of the body's four-word shingles (F1) on 100 others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsletter.ingest import names
from newsletter.ingest.dump.lines import Line
from newsletter.ingest.dump.view import is_attribution

#: Chrome behind which no story goes on, once most of it is past.
ENDS = frozenset(
    {"sources_header", "author_header", "related_header", "comment", "invitation", "disclaimer", "copyright"}
)


_LINKS = frozenset({"nav", "cta", "comment", "invitation", "copyright"})


@dataclass(frozen=True, slots=True)
class Score:
    """Points for a line to which `test` applies; all that apply are added up."""

    why: str
    points: float
    test: Callable[[Line], bool]


SCORES: tuple[Score, ...] = (
    Score("a sentence or more", 2.0, lambda line: line.prose),
    Score("a paragraph", 2.5, lambda line: line.prose and line.words >= 20),
    Score("a long paragraph", 3.5, lambda line: line.prose and line.words >= 45),
    Score("an item of a list", 0.5, lambda line: line.bullet and line.words >= 4),
    Score("short, as headings are", 0.3, lambda line: not line.ended and line.words < 20),
    Score("few function words", -0.6, lambda line: not line.prose and line.stops < 0.15),
    Score("a link's or button's words", -5.0, lambda line: line.meaning in _LINKS),
    Score("a header of something else", -3.0, lambda line: line.meaning in {"related_header", "author_header"}),
    Score("sources, disclaimer", -2.5, lambda line: line.meaning in {"sources_header", "disclaimer"}),
    Score("said before or again", -0.5, lambda line: line.repeated and line.words < 40),
    Score("a date", -1.5, lambda line: line.date is not None and line.words <= 10),
)  # fmt: skip


def score(line: Line) -> float:
    """What the line adds to a story's sum."""
    return sum(entry.points for entry in SCORES if entry.test(line))


def find(lines: Sequence[Line]) -> tuple[int, int]:
    """First line of the story and the one behind its last (indices into `lines`); (0, 0) when nothing reads as text."""
    if not any(line.meaning for line in lines):  # a note, or a page whose chrome was left behind: all of it is text
        return _cut_head(lines, 0, len(lines)), len(lines)
    first, end = _best_run([score(line) for line in lines])
    if first == end:
        return _longest(lines)
    end = _cut_end(lines, first, end)
    first = _cut_head(lines, first, end)
    return _trimmed(lines, first, end)


def _best_run(scores: Sequence[float]) -> tuple[int, int]:
    """The contiguous run with the largest sum (Kadane)."""
    best = total = 0.0
    first = end = start = 0
    for n, points in enumerate(scores):
        if total <= 0:
            start, total = n, 0.0
        total += points
        if total > best:
            best, first, end = total, start, n + 1
    return first, end


def _longest(lines: Sequence[Line]) -> tuple[int, int]:
    """Without any sentence, the longest lines are all there is."""
    candidates = [n for n, line in enumerate(lines) if line.meaning is None and line.words >= 4]
    return (candidates[0], candidates[-1] + 1) if candidates else (0, 0)


def _cut_end(lines: Sequence[Line], first: int, end: int) -> int:
    """The story ends before a header that opens what follows stories, when most of its words are past."""
    total = sum(line.words for line in lines[first:end])
    past = 0
    for n in range(first, end):
        if lines[n].meaning in ENDS and past >= 0.55 * total:
            return n
        past += lines[n].words
    return end


def _cut_head(lines: Sequence[Line], first: int, end: int) -> int:
    """The story begins behind the byline and date lines that stand among its first lines (a deck stands above them)."""
    total = sum(line.words for line in lines[first:end])
    past = 0
    begin = first
    for n in range(first, min(end, first + 14)):
        past += lines[n].words
        if past > 0.3 * total:
            break
        if is_head(lines[n]):
            begin = n + 1
    return begin


def is_head(line: Line) -> bool:
    """Whether a line belongs above stories: a byline, a date with little around it, an author's role, share buttons."""
    if line.ended and line.words > 6 and line.date is None:
        return False
    short_date = line.date is not None and line.words - len(line.date.split()) <= 6
    return short_date or names.has_lead(line.text) or line.meaning == "cta"


def _trimmed(lines: Sequence[Line], first: int, end: int) -> tuple[int, int]:
    """Short lines at the end open nothing and go; who said a quote that ends the story stays."""
    while end > first + 1 and not lines[end - 1].ended and lines[end - 1].words < 8 and not lines[end - 1].bullet:
        if lines[end - 2].quoted and is_attribution(lines[end - 1]):
            break
        end -= 1
    if end < len(lines) and lines[end - 1].quoted and is_attribution(lines[end]):
        end += 1
    return first, end
