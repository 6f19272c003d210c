"""Moments as editors write them: "Tue 07:00", "tomorrow 7:30", "2026-11-24 07:00". Pure: they take `now`.

A moment is a time on a wall clock, in the newsletter's time zone or in each subscriber's own. A time that a zone's
clocks leap over does not exist and is refused; of a time that comes twice, the first is meant (PEP 495, fold 0).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FORM = re.compile(
    r"(?:(?P<date>\d{4}-\d{2}-\d{2})[ T]|(?P<day>[A-Za-z]{3,9})[ ,]+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})",
    re.IGNORECASE,
)
_EXPECTED = 'such as "Tue 07:00", "tomorrow 07:00", "18:30" or "2026-11-24 07:00"'
#: Nobody means to send a newsletter that far ahead; a year is easily mistyped.
_FARTHEST = timedelta(days=366)


def wall_time(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """What the clock on the wall of `zone` will show: the next such moment after `now`, without a time zone.

    Raises ValueError, whose text says what was found and what is expected: no such form, a time that does not exist in
    the zone, one that is past, or more than a year ahead.
    """
    found = _FORM.fullmatch(" ".join(text.split()))
    if not found:
        raise ValueError(f"found {text!r}, expected a moment {_EXPECTED}")
    try:
        clock = time(int(found["hour"]), int(found["minute"]))
        days = [date.fromisoformat(found["date"])] if found["date"] else list(_next_days(found["day"], zone, now))
    except ValueError:
        raise ValueError(
            f"found {text!r}, which names no day, date or time that there is; expected {_EXPECTED}"
        ) from None
    moments = [datetime.combine(day, clock) for day in days]
    ahead = [moment for moment in moments if in_utc(moment, zone) > now]
    if not ahead:
        raise ValueError(f"{moments[0]:%Y-%m-%d %H:%M} in {zone.key} is past; expected a moment that is to come")
    if in_utc(ahead[0], zone) - now > _FARTHEST:
        raise ValueError(f"{ahead[0]:%Y-%m-%d %H:%M} is more than a year ahead; expected an earlier moment")
    if not exists(ahead[0], zone):
        later = in_utc(ahead[0], zone).astimezone(zone)
        raise ValueError(
            f"{ahead[0]:%Y-%m-%d %H:%M} does not exist in {zone.key}, whose clocks go forward then; {later:%H:%M} does"
        )
    return ahead[0]


def _next_days(name: str | None, zone: ZoneInfo, now: datetime) -> Iterable[date]:
    """The days that are meant, soonest first. Raises ValueError for a name that is no day's."""
    today = now.astimezone(zone).date()
    wanted = (name or "").lower()
    if wanted in ("", "today"):
        return (today,) if wanted else (today, today + timedelta(days=1))
    if wanted == "tomorrow":
        return (today + timedelta(days=1),)
    matching = [number for number, day in enumerate(_DAYS) if day.startswith(wanted)]
    if len(matching) != 1:
        raise ValueError(wanted)
    first = today + timedelta(days=(matching[0] - today.weekday()) % 7)
    return first, first + timedelta(days=7)


def in_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which the clocks of the zone show it; where they never do, as if they had not leapt yet."""
    return moment.replace(tzinfo=zone, fold=0).astimezone(UTC)


def exists(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of the zone ever show it."""
    return in_utc(moment, zone).astimezone(zone).replace(tzinfo=None) == moment


def by_zone(moment: datetime, names: Iterable[str | None], own: ZoneInfo) -> dict[str | None, datetime]:
    """The instant of the moment in each time zone, by its name; None and names that are no zone's stand for `own`."""
    found: dict[str | None, datetime] = {None: in_utc(moment, own)}
    for name in names:
        try:
            found[name] = in_utc(moment, ZoneInfo(name)) if name else found[None]
        except (ZoneInfoNotFoundError, ValueError, OSError):
            found[name] = found[None]
    return found
