"""Faults in MJML or in the CSS to inline, at their places; the renderer turns them into a RenderError."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from newsletter.errors import RenderError


class Fault(Exception):
    """What is wrong at a line and column, both from 1 (0 where unknown).

    `file` is the included file it is in, "" for the document itself; `others` are the faults after it, `all_found`
    says whether the document was read to its end.
    """

    def __init__(
        self,
        reason: str,
        line: int,
        column: int,
        file: str = "",
        others: Sequence[Fault] = (),
        *,
        all_found: bool = True,
    ) -> None:
        self.reason, self.line, self.column, self.file = reason, line, column, file
        self.others, self.all_found = tuple(others), all_found
        super().__init__(reason)


#: Template, line and column that wrote what stands at a line and column of the document.
Locate = Callable[[int, int], tuple[str, int, int]]


def told(fault: Fault, template: str, locate: Locate) -> RenderError:
    """The first fault, where it is to be mended: a line of a template that writes several cards is at fault once.

    `template` is what the document was made of. Where else its line shows is counted, as are the other faults.
    """
    places = []
    for one in (fault, *fault.others):
        in_template = one.line and not one.file
        places.append(locate(one.line, one.column) if in_template else (one.file or template, one.line, one.column))
    lines = Counter((place[:2], one.reason) for place, one in zip(places, (fault, *fault.others), strict=True))
    (name, line, column), shown, more = places[0], lines[places[0][:2], fault.reason], len(lines) - 1
    least = "" if fault.all_found else "at least "
    words = f"{fault.reason} (in {least}{shown} places of this issue)" if shown > 1 else fault.reason
    return RenderError(name, f"{words} (and {least}{more} more)" if more else words, line, column)
