"""What preflight has to say about an issue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend (error: blocks a send to a list), to look at (warning), or to know (note)."""

    #: Stable name of the check, e.g. "size.clipped".
    id: str
    severity: Severity
    #: Where: "subject", "html", "article 12", "section Tools", …
    where: str
    message: str
    #: What to do about it.
    mend: str
