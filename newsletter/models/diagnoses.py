"""What `doctor` found, one thing at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: unknown: it can't be told from here, and why is said.
Health = Literal["ok", "warn", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at."""

    #: Stable name, e.g. "relay.main.tls", "dns.spf", "providers.unsubscribe".
    id: str
    health: Health
    #: What was found, in words.
    found: str
    #: What ought to be; "" where that is what was found.
    expected: str = ""
    #: What to do about it; "" where there is nothing to do.
    mend: str = ""
