"""The plain-text part: what its templates may call, and a last touch to what they make.

The part is `format=fixed`: RFC 3676's flowed lines end in a space, and programs that do not know them join nothing, but
those that do would join lines of a poem, a list, or an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from newsletter.bidi import FSI, PDI, Direction, isolated, steered
from newsletter.text import wrap as lines

#: Cells; RFC 3676 asks for lines of at most 78, and a quoted reply takes some.
WIDTH = 72

#: Blanks that end a line but for the end of an isolate.
_TRAILING = re.compile(rf"[ \t\u00a0]+(?={PDI}$)", re.MULTILINE)


def wrap(text: str, width: int = WIDTH, *, first: str = "", rest: str = "", to: Direction = "ltr") -> str:
    """Filter: the text in lines of at most `width` cells, each steered to run `to`; see `newsletter.text.wrap`."""
    if to == "ltr" and (filled := lines.filled(text, width, first, rest)):
        return filled  # nothing in it to steer or to isolate
    wrapped = lines.wrap(text, width, first=first, rest=rest)
    return steered(_isolates_by_line(wrapped, len(rest)), to)


def underline(text: str, mark: str, width: int = WIDTH, *, to: Direction = "ltr") -> str:
    """Filter: the text wrapped, with a rule of `mark` below, as wide as its longest line."""
    wrapped = lines.wrap(text, width)
    rule = mark * min(width, max(lines.cells(line) for line in wrapped.split("\n")))
    return steered(f"{wrapped}\n{rule}", to)


def dotted(items: Iterable[str], to: Direction = "ltr") -> str:
    """Filter: what is known of the items with dots between, each fit for a line that runs `to`."""
    known = [item for item in items if item]
    row = "\u00a0· ".join(known)
    if to == "ltr" and lines.NARROW.fullmatch(row):
        return row  # nothing in it to isolate
    return "\u00a0· ".join([isolated(item, to) for item in known])


def blank(text: str) -> str:
    """Filter: as many spaces as the text is wide."""
    return " " * lines.cells(text)


#: By the names templates use.
FILTERS: Mapping[str, Callable[..., str]] = {
    "wrap": wrap, "underline": underline, "isolate": isolated, "dotted": dotted, "blank": blank,
}  # fmt: skip


def tidy(text: str) -> str:
    """No trailing spaces, never more than one blank line, none at the start, one newline at the end.

    No-break spaces have done their work and become common ones, but for the narrow ones, which are letter spacing.
    """
    if PDI in text:
        text = _TRAILING.sub("", text)
    text = text.replace("\u00a0", " ")
    if " \n" in text or "\t" in text or text.endswith(" "):
        text = "\n".join([line.rstrip(" \t") for line in text.split("\n")])
    return "\n\n".join([kept for block in text.split("\n\n") if (kept := block.strip("\n"))]) + "\n"


def _isolates_by_line(text: str, indent: int) -> str:
    """An isolate that goes over a line's end, closed there and opened again behind the indent of the next.

    A line's end would close it anyway (UAX 9, X8).
    """
    if FSI not in text:
        return text
    open_, done = 0, []
    for line in text.split("\n"):
        begun = line[:indent] + FSI * open_ + line[indent:] if open_ else line
        open_ = begun.count(FSI) - begun.count(PDI)
        done.append(begun + PDI * open_)
    return "\n".join(done)
