"""Labels for the story's own lines: body, headings, captions, takeaways, pull quotes, and the chrome between them."""

from __future__ import annotations

from collections.abc import Collection

from newsletter.ingest import names
from newsletter.ingest.dump import patterns
from newsletter.ingest.dump.head import BY_MEANING
from newsletter.ingest.dump.labels import Label
from newsletter.ingest.dump.lines import Line
from newsletter.ingest.dump.view import Page, Signal, View, decide, is_attribution, is_date_line, view

#: Chrome that is chrome inside a story, too; "Bottom Line" or "Overview" there are headings.
_CHROME = frozenset(
    {"nav", "cta", "comment", "invitation", "copyright", "related_title", "credit", "disclaimer", "author_header"}
)


def _short(line: Line | None) -> bool:
    return line is not None and not line.ended and 2 <= line.words < 25


def _pictured(v: View) -> bool:
    text = v.line.text
    signs = (patterns.ENDS_IN_YEAR, patterns.PICTURE_NOUN, patterns.PARTICIPLE)
    return v.before is None or (v.dense and v.line.blank_before) or any(sign.search(text) for sign in signs)


#: What a short line without a full stop is.
SHORT: tuple[Signal, ...] = (
    Signal("heading", 2.0, "as long as headings are", lambda v: v.line.words <= 9),
    Signal("heading", 1.0, "a little long for a heading", lambda v: 10 <= v.line.words <= 14),
    Signal("heading", 1.0, "text follows", lambda v: v.following is not None and v.following.prose),
    Signal("heading", -1.0, "another short line follows", lambda v: v.following is not None and not v.following.prose and v.following.words < 12),
    Signal("heading", 0.8, "in title case", lambda v: v.line.capitals >= 0.6),
    Signal("heading", 0.8, "a question", lambda v: v.line.text.endswith("?")),
    Signal("heading", -1.5, "ends in a colon after a sentence", lambda v: v.line.text.endswith(":") and v.line.words > 8),
    Signal("image_caption", 1.5, "ends in a year", lambda v: bool(patterns.ENDS_IN_YEAR.search(v.line.text))),
    Signal("image_caption", 3.0, "names a kind of picture", lambda v: bool(patterns.PICTURE_NOUN.search(v.line.text))),
    Signal("image_caption", 3.0, "a noun phrase with a participle", lambda v: bool(patterns.PARTICIPLE.search(v.line.text))),
    Signal("image_caption", 0.3, "not in title case", lambda v: v.line.capitals < 0.5 and v.line.words >= 4),
    Signal("image_caption", 0.5, "a heading seems to follow", lambda v: v.following is not None and not v.following.ended and v.following.words <= 10),
    Signal("image_caption", 0.5, "long for a heading", lambda v: v.line.words >= 10),
    Signal("image_caption", 1.5, "apart, where nothing else is", lambda v: v.dense and v.line.blank_before and v.line.words >= 4),
    Signal("image_caption", 1.0, "opens the story", lambda v: v.before is None and v.line.words >= 3),
    Signal("image_caption", -1.5, "nothing says that it is one", lambda v: not _pictured(v)),
    Signal("list_item", 1.3, "among short lines", lambda v: _short(v.previous) and _short(v.following)),
    Signal("list_item", 3.5, "a bullet", lambda v: v.line.bullet),
    Signal("list_item", 1.6, "what a colon announced", lambda v: v.previous is not None and v.previous.text.endswith(":")),
    Signal("list_item", 2.2, "after an item, before a short line", lambda v: v.before == "list_item" and v.following is not None and not v.following.ended),
    Signal("list_item", 1.6, "after an item", lambda v: v.before == "list_item"),
    Signal("body", 1.5, "announces a list", lambda v: v.line.text.endswith(":") and v.line.words > 4),
    Signal("body", 1.2, "long for a heading", lambda v: v.line.words >= 12),
    Signal("body", 1.5, "much text", lambda v: v.line.words >= 18),
    Signal("body", 0.7, "many function words", lambda v: v.line.stops >= 0.35 and v.line.words >= 12),
)  # fmt: skip


def label(page: Page, decks: Collection[str], title: str) -> dict[int, Label]:
    """Labels of the story's lines; `decks` and `title` are lines that stand above and are not said again."""
    labels: dict[int, Label] = {}
    before: Label | None = None
    for n in range(page.first, page.end):
        before = labels[n] = _one(page, n, before, decks, title)
    return labels


def _one(page: Page, n: int, before: Label | None, decks: Collection[str], title: str) -> Label:
    seen = view(page, n, before)
    line = seen.line
    if line.text in decks:
        return "deck_duplicate"
    if line.text == title:
        return "nav"
    if patterns.TAKEAWAY.match(line.text):
        return "key_takeaway"
    if line.meaning == "takeaways_header" and not line.repeated:
        return "takeaways_header"
    if line.meaning in _CHROME and not (line.prose and line.words > 25):
        return BY_MEANING[line.meaning or "nav"]
    if line.meaning == "related_header" and not (seen.following is not None and seen.following.prose):
        return "related_header"
    if _goes_on(seen):
        return seen.before or "body"
    if before == "related_header" and not line.ended:
        return "related_title"
    if before == "pull_quote" and is_attribution(line):
        return "quote_attribution"
    return _text(seen)


def _goes_on(seen: View) -> bool:
    """Whether a box (takeaways, related articles) goes on in this line: until a blank line or a sentence ends it."""
    line, before = seen.line, seen.before
    if before in {"related_title", "related_date"}:
        return not line.ended and not line.blank_before
    return False


def _text(seen: View) -> Label:
    line = seen.line
    if seen.before == "takeaways_header" or (seen.before == "key_takeaway" and _is_next_takeaway(seen)):
        return "key_takeaway"
    if _is_pull_quote(seen):
        return "pull_quote"
    if line.bullet and line.words < 60:
        return "list_item"
    if line.prose or (line.ended and line.words >= 4 and line.text[-1] in '.!…”"»)'):
        return "body"
    if is_date_line(line) and line.words <= 6:
        return "date_readtime"
    if patterns.is_nav_bar(line.text):
        return "nav"
    return decide(seen, SHORT)


def _is_next_takeaway(seen: View) -> bool:
    """A list of takeaways goes on without a blank line, or bullet by bullet."""
    if seen.previous is not None and patterns.TAKEAWAY.match(seen.previous.text):
        return seen.line.bullet
    return seen.line.bullet or not seen.line.blank_before


def _is_pull_quote(seen: View) -> bool:
    """A quote that stands out: who said it follows; it is in quotation marks, or speaks in the first person."""
    line, following = seen.line, seen.following
    if following is None or line.words > 90 or line.words < 4 or not is_attribution(following):
        return False
    dashed = following.text[0] in "—–"
    named = bool(names.byline(following.text.lstrip("—–- ")).names)
    first_person = bool(patterns.FIRST_PERSON.search(line.text))
    return line.quoted or (
        line.ended and (dashed or (first_person and not following.blank_before and (named or not line.blank_after)))
    )


def is_story_text(line: Line) -> bool:
    """Whether a line reads as running text that a story could end with."""
    return line.prose and line.meaning is None
