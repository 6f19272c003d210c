"""A fault in MJML or in the CSS to inline, at its place; the renderer turns it into a RenderError."""

from __future__ import annotations


class Fault(Exception):
    """What is wrong at a line and column, both from 1 (0 where unknown).

    `file` is the included file it is in, "" for the document itself; `others` counts the faults after it.
    """

    def __init__(self, reason: str, line: int, column: int, file: str = "", others: int = 0) -> None:
        self.line, self.column, self.file, self.others = line, column, file, others
        self.reason = f"{reason} (and {others} more)" if others else reason
        super().__init__(self.reason)
