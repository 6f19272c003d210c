"""Labels for what stands behind the story: sources, disclaimer, author box, related articles, comments, footer."""

from __future__ import annotations

from newsletter.ingest import names
from newsletter.ingest.dump import patterns
from newsletter.ingest.dump.head import BY_MEANING
from newsletter.ingest.dump.labels import Label
from newsletter.ingest.dump.lines import Line
from newsletter.ingest.dump.view import Page, is_date_line

#: Boxes that a line without signs of its own belongs to, and the label it gets there.
_BOXES: dict[Label, Label] = {
    "sources_header": "source", "source": "source",
    "related_header": "related_title", "related_title": "related_title", "related_date": "related_title",
    "author_role": "author_bio", "author_name": "author_bio", "author_bio": "author_bio", "author_header": "author_bio",
    "comment": "comment",
}  # fmt: skip
_MAX_SOURCE_WORDS = 40


def label(page: Page) -> dict[int, Label]:
    """Labels of the lines behind the story."""
    labels: dict[int, Label] = {}
    before: Label | None = None
    opened: set[Label] = set()
    for n in range(page.end, len(page.lines)):
        before = labels[n] = _one(page, n, before, opened)
        opened.add(before)
    return labels


def _one(page: Page, n: int, before: Label | None, opened: set[Label]) -> Label:
    line = page.lines[n]
    following = page.lines[n + 1] if n + 1 < len(page.lines) else None
    if line.meaning and line.meaning != "takeaways_header":
        return "sources_header" if line.meaning == "sources_header" else BY_MEANING[line.meaning]
    if _is_source(line, page.lines[n - 1] if n else None, before):
        return "source"
    return _author(line, following, before) or _dated(line, opened) or _in_box(line, before)


def _author(line: Line, following: Line | None, before: Label | None) -> Label | None:
    """A line of the box about the author."""
    if patterns.INITIALS.fullmatch(line.text) and following is not None and names.byline(following.text).names:
        return "author_initials"
    if _is_author(line, following, before):
        return "author_name"
    if before in {"author_name", "author_initials"} and line.words <= 14:
        return "author_role" if names.is_role(line.text) or not line.ended else None
    return None


def _dated(line: Line, opened: set[Label]) -> Label | None:
    """A date behind a story is a related article's or a comment's, where such a box has been opened."""
    if is_date_line(line):
        return "related_date" if opened & {"related_header", "comment"} else "date_readtime"
    return "nav" if patterns.is_nav_bar(line.text) else None


def _is_source(line: Line, previous: Line | None, before: Label | None) -> bool:
    """An item of the list of sources: behind its header, or behind another item without a gap (or with bullets).

    A gap says nothing where the item before stands behind one, too.
    """
    if line.words > _MAX_SOURCE_WORDS:
        return False
    spaced = previous is not None and previous.blank_before
    goes_on = not line.blank_before or (spaced and not line.prose) or line.bullet or "://" in line.text
    return before == "sources_header" or (before == "source" and goes_on)


def _is_author(line: Line, following: Line | None, before: Label | None) -> bool:
    if before in {"author_header", "author_initials"}:
        return bool(names.byline(line.text).names) and line.words <= 8
    return names.is_name(line.text) and following is not None and names.is_role(following.text)


def _in_box(line: Line, before: Label | None) -> Label:
    box = _BOXES.get(before) if before else None
    if box == "source" and line.blank_before:
        box = None
    if box == "author_bio" and not (line.prose or line.words >= 12):
        box = None
    if box == "related_title" and line.prose and line.words > 40:
        box = None
    return box or ("disclaimer" if line.prose and line.words > 20 and before == "disclaimer" else "nav")
