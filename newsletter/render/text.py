"""The plain-text part's last touch: what a template can't be bothered with."""

from __future__ import annotations

import re

#: Cells; RFC 3676 asks for lines of at most 78, and a quoted reply takes some.
WIDTH = 72

_BLANK_LINES = re.compile(r"\n{3,}")


def tidy(text: str) -> str:
    """No trailing spaces, never more than one blank line, none at the start, one newline at the end."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip("\n") + "\n"
