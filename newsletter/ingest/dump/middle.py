"""Labels for the story's own lines: body, headings, captions, takeaways, pull quotes, and the chrome between them."""

from __future__ import annotations

from collections.abc import Collection

from newsletter.ingest import names
from newsletter.ingest.dump import patterns
from newsletter.ingest.dump.head import BY_MEANING
from newsletter.ingest.dump.labels import Label
from newsletter.ingest.dump.lines import Line
from newsletter.ingest.dump.signals import SHORT
from newsletter.ingest.dump.view import Page, View, decide, is_attribution, is_date_line, view

#: Chrome that is chrome inside a story, too; "Bottom Line" or "Overview" there are headings.
_CHROME = frozenset(
    {"nav", "cta", "comment", "invitation", "copyright", "related_title", "credit", "disclaimer", "author_header"}
)
#: Signs that a line that ends in one is said to its end.
_STOPS = tuple('.!…”"»)')
#: Words that a numbered heading has at most.
_HEADING_WORDS = 14


def label(page: Page, decks: Collection[str], title: str) -> dict[int, Label]:
    """Labels of the story's lines; `decks` and `title` are lines that stand above and are not said again."""
    labels: dict[int, Label] = {}
    before: Label | None = None
    for n in range(page.first, page.end):
        seen = view(page, n, before)
        before = labels[n] = _said_above(seen.line, decks, title) or _boxed(seen) or _text(seen)
    return labels


def _said_above(line: Line, decks: Collection[str], title: str) -> Label | None:
    if line.text in decks:
        return "deck_duplicate"
    return "nav" if line.text == title else None


def _boxed(seen: View) -> Label | None:
    """What is set off from the text by its words, or by the box that it stands in."""
    line, before, meaning = seen.line, seen.before, seen.line.meaning
    if patterns.TAKEAWAY.match(line.text):
        return "key_takeaway"
    if meaning == "takeaways_header" and not line.repeated:
        return "takeaways_header"
    if meaning in _CHROME and not (line.prose and line.words > 25):
        return BY_MEANING[meaning]
    if meaning == "related_header" and not (seen.following is not None and seen.following.prose):
        return "related_header"
    if before == "related_header" and not line.ended:
        return "related_title"
    if before in {"related_title", "related_date"} and not line.ended and not line.blank_before:
        return before
    return None


def _text(seen: View) -> Label:
    line, before = seen.line, seen.before
    if before == "pull_quote" and is_attribution(line):
        return "quote_attribution"
    if before == "takeaways_header" or (before == "key_takeaway" and _is_next_takeaway(seen)):
        return "key_takeaway"
    if _is_pull_quote(seen):
        return "pull_quote"
    if _is_numbered_heading(seen):
        return "heading"
    if line.bullet and line.words < 60:
        return "list_item"
    if line.prose or (line.ended and line.words >= 2 and line.text.endswith(_STOPS)):
        return "body"
    if patterns.is_nav_bar(line.text):
        return "nav"
    return "date_readtime" if is_date_line(line) and line.words <= 6 else decide(seen, SHORT)


def _is_numbered_heading(seen: View) -> bool:
    """ "1. Adjust your chair" above a paragraph, where an item of a list would have another item below it."""
    line, following = seen.line, seen.following
    is_short = line.words <= _HEADING_WORDS and not line.text.endswith((",", ";"))
    above_text = following is not None and following.prose and not following.bullet
    is_item = seen.before == "list_item"  # the last of a list stands above a paragraph, too
    return is_short and above_text and not is_item and bool(patterns.NUMBERED.match(line.text))


def _is_next_takeaway(seen: View) -> bool:
    """A list of takeaways goes on without a blank line, or bullet by bullet."""
    if seen.previous is not None and patterns.TAKEAWAY.match(seen.previous.text):
        return seen.line.bullet
    if seen.before == "key_takeaway" and seen.previous is not None and seen.previous.bullet:
        return seen.line.bullet
    return seen.line.bullet or not seen.line.blank_before


def _is_pull_quote(seen: View) -> bool:
    """A quote that stands out: who said it follows; it is in quotation marks, or speaks in the first person."""
    line, following = seen.line, seen.following
    if following is None or not 4 <= line.words <= 90 or not is_attribution(following):
        return False
    if line.quoted:
        return True
    speaker = following.text.lstrip("—–- ")
    first_person = bool(patterns.FIRST_PERSON.search(line.text)) and not following.blank_before
    return line.ended and (speaker != following.text or (first_person and _is_speaker(speaker)))


def _is_speaker(text: str) -> bool:
    return names.is_name(text.partition(",")[0]) or names.is_role(text)
