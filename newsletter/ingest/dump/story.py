"""Where in a page's text the story stands: the run of lines with the largest sum of what `model` gives them.

The table `SCORES` finds a first run, from which the model measures distances; it alone decides on pages of very many
lines. Lines of sentences with function words earn points there, chrome and rows of short lines cost some.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from newsletter.ingest import names
from newsletter.ingest.dump import model
from newsletter.ingest.dump.lines import Line
from newsletter.ingest.dump.view import is_attribution

#: Chrome behind which no story goes on, once most of it is past.
ENDS = frozenset(
    {"sources_header", "author_header", "related_header", "comment", "invitation", "disclaimer", "copyright"}
)


#: Those of them that are believed against the model: what follows is a list of its own, with fields of its own.
_BOXES = frozenset({"sources_header"})
_LINKS = frozenset({"nav", "cta", "comment", "invitation", "copyright"})


#: Below this share of the page's floor a line in a story's midst is chrome.
_DOUBTED = 0.8
_DOUBTED_HEADING = 0.5
#: Above this chance a sentence before a byline is the story's: it has begun.
_TRUSTED = 0.4
#: Lines beyond which the table alone decides: no article is as long, and the model takes a kilobyte a line.
_MANY = 20_000
#: Words that a deck has at most.
_DECK_WORDS = 60
#: Words of a line that count for where the story begins and ends: one huge line is not all of it.
_MUCH = 400


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


@dataclass(frozen=True, slots=True)
class Story:
    """Where the story stands, and what the model thinks of each line of the page."""

    first: int
    end: int
    #: For each line of the page, 0 to 1; all 1 where everything is text.
    chances: Sequence[float]
    #: The chance from which on lines are kept; each page has its own.
    floor: float = 0.5

    def doubts(self, n: int, *, heads: bool = False) -> bool:
        """Whether line `n` is hardly the story's, though it stands in its midst.

        A line that `heads` what is surely the story's is doubted less: alone, a heading has little to show for itself.
        """
        is_above_text = heads and n + 1 < self.end and self.claims(n + 1)
        return self.chances[n] < (_DOUBTED_HEADING if is_above_text else _DOUBTED) * self.floor

    def claims(self, n: int) -> bool:
        """Whether line `n` is the story's by itself, wherever it stands."""
        return self.chances[n] >= self.floor


def find(lines: Sequence[Line]) -> Story:
    """The story: from `first` to before `end` (indices into `lines`); both 0 when nothing reads as text."""
    if not any(line.meaning for line in lines):  # a note, or a page whose chrome was left behind: all of it is text
        return Story(_cut_head(lines, 0, len(lines)), len(lines), [1.0] * len(lines))
    run = longest_run(lines)
    if len(lines) > _MANY:
        return Story(*run, [0.5] * len(lines), floor=0.6)  # nothing is doubted, nothing claimed
    chances = model.probabilities(lines, run)
    floor = float(chances[model.keep(lines, chances)].min())
    gains = [min(line.words + 1, _MUCH) * (chance - floor + 1e-6) for line, chance in zip(lines, chances, strict=True)]
    first, end = _best_run(gains)
    if first == end:
        first, end = run
    end = _cut_end(lines, first, end, _BOXES)
    if 0 < end < len(lines) and lines[end - 1].quoted and is_attribution(lines[end]):
        end += 1  # who said the quote that ends the story
    return Story(_cut_head(lines, first, end, chances.tolist()), end, chances.tolist(), floor)


def longest_run(lines: Sequence[Line]) -> tuple[int, int]:
    """The stretch that reads most like a story by the table alone, its edges as `find` trims them."""
    first, end = _best_run([score(line) for line in lines])
    if first == end:
        return _longest(lines)
    end = _cut_end(lines, first, end)
    return _trimmed(lines, _cut_head(lines, first, end), end)


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


def _cut_end(lines: Sequence[Line], first: int, end: int, ends: Collection[str] = ENDS) -> int:
    """The story ends before a header that opens what follows stories, when most of its words are past."""
    total = sum(line.words for line in lines[first:end])
    past = 0
    for n in range(first, end):
        if lines[n].meaning in ends and past >= 0.55 * total:
            return n
        past += lines[n].words
    return end


def _cut_head(lines: Sequence[Line], first: int, end: int, chances: Sequence[float] | None = None) -> int:
    """The story begins behind the byline and date lines that stand among its first lines (a deck stands above them).

    Where more than a deck stands above such a line, and `chances` are sure of it, the story has begun before.
    """
    total = sum(line.words for line in lines[first:end])
    past = sure = 0.0
    begin = first
    for n in range(first, min(end, first + 14)):
        past += lines[n].words
        sure += lines[n].words * chances[n] if chances and chances[n] > _TRUSTED and lines[n].prose else 0
        if past > 0.3 * total or sure > _DECK_WORDS:
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
