"""What a short line in the middle of a story is: a heading, a picture's caption, an item of a list, or text.

The table is what there is to tune. Points of all signals that apply are added up, and the label with the most wins.
"""

from __future__ import annotations

from newsletter.ingest.dump import patterns
from newsletter.ingest.dump.labels import Label
from newsletter.ingest.dump.lines import Line
from newsletter.ingest.dump.view import Signal, View


def _short(line: Line | None) -> bool:
    return line is not None and not line.ended and 2 <= line.words < 25


def _like_heading(line: Line | None) -> bool:
    return line is not None and not line.ended and line.words <= 10


def _text(line: Line | None) -> bool:
    return line is not None and line.prose


def _apart(v: View) -> bool:
    """Set off by a blank line on a page that has hardly any."""
    return v.dense and v.line.blank_before


def _pictured(v: View) -> bool:
    signs = (patterns.ENDS_IN_YEAR, patterns.PICTURE_NOUN, patterns.PARTICIPLE)
    return v.before is None or _apart(v) or any(sign.search(v.line.text) for sign in signs)


SHORT: dict[Label, tuple[Signal, ...]] = {
    "heading": (
        Signal(2.0, "as long as headings are", lambda v: v.line.words <= 9),
        Signal(1.0, "a little long for a heading", lambda v: 10 <= v.line.words <= 14),
        Signal(1.0, "text follows", lambda v: _text(v.following)),
        Signal(-1.0, "a short line follows", lambda v: not _text(v.following) and _like_heading(v.following)),
        Signal(0.8, "in title case", lambda v: v.line.capitals >= 0.6),
        Signal(0.8, "a question", lambda v: v.line.text.endswith("?")),
        Signal(-1.5, "a sentence that announces", lambda v: v.line.text.endswith(":") and v.line.words > 8),
    ),
    "image_caption": (
        Signal(1.5, "ends in a year", lambda v: bool(patterns.ENDS_IN_YEAR.search(v.line.text))),
        Signal(3.0, "names a kind of picture", lambda v: bool(patterns.PICTURE_NOUN.search(v.line.text))),
        Signal(3.0, "a noun phrase with a participle", lambda v: bool(patterns.PARTICIPLE.search(v.line.text))),
        Signal(0.3, "not in title case", lambda v: v.line.capitals < 0.5 and v.line.words >= 4),
        Signal(0.5, "a heading seems to follow", lambda v: _like_heading(v.following)),
        Signal(0.5, "long for a heading", lambda v: v.line.words >= 10),
        Signal(1.5, "apart, where nothing else is", lambda v: _apart(v) and v.line.words >= 4),
        Signal(1.0, "opens the story", lambda v: v.before is None and v.line.words >= 3),
        Signal(-4.0, "nothing says that it is one", lambda v: not _pictured(v)),
        Signal(-4.0, "goes on in the next line", lambda v: v.line.text.endswith((":", ",", ";", "：", "，"))),
        Signal(-2.0, "among short lines", lambda v: _short(v.previous) and _short(v.following)),
        Signal(-6.0, "longer than captions are", lambda v: v.line.words > 22),
        Signal(-2.0, "among items", lambda v: v.before == "list_item"),
        Signal(-3.0, "says something", lambda v: v.line.words <= 12 and bool(patterns.ASSERTS.search(v.line.text))),
    ),
    "list_item": (
        Signal(3.5, "a bullet", lambda v: v.line.bullet),
        Signal(2.5, "a quantity", lambda v: bool(patterns.QUANTITY.match(v.line.text))),
        Signal(1.3, "among short lines", lambda v: _short(v.previous) and _short(v.following)),
        Signal(1.6, "a colon announced it", lambda v: v.previous is not None and v.previous.text.endswith(":")),
        Signal(1.6, "after an item", lambda v: v.before == "list_item"),
        Signal(2.2, "after an item, no sentence follows", lambda v: v.before == "list_item" and _unended(v.following)),
    ),
    "body": (
        Signal(1.5, "announces a list", lambda v: v.line.text.endswith(":") and v.line.words > 4),
        Signal(1.2, "long for a heading", lambda v: v.line.words >= 12),
        Signal(1.5, "much text", lambda v: v.line.words >= 18),
        Signal(0.7, "many function words", lambda v: v.line.stops >= 0.35 and v.line.words >= 12),
    ),
}


def _unended(line: Line | None) -> bool:
    return line is not None and not line.ended
