"""Lengths of time as people write them: 36h, 7d, 2w."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FORM = re.compile(r"\s*(\d{1,5})\s*([mhdw])\s*", re.IGNORECASE)


def parse(text: str) -> timedelta:
    """The length of time, e.g. "7d" → 7 days. Raises ValueError, whose text says what is expected."""
    match = _FORM.fullmatch(text)
    if not match or not int(match[1]):
        raise ValueError(f"found {text!r}, expected a number and m, h, d or w, such as 36h, 7d or 2w")
    return timedelta(**{_UNITS[match[2].lower()]: int(match[1])})


def show(span: timedelta) -> str:
    """The span in its largest whole unit: 7 days, 36 hours, 1 minute."""
    minutes = max(1, round(span.total_seconds() / 60))
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0:
            count = minutes // size
            return f"{count} {unit}" + ("s" if count != 1 else "")
    raise AssertionError("every whole number of minutes divides by one")
