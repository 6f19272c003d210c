"""Moments as editors write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newsletter.app import timetable

BERLIN = ZoneInfo("Europe/Berlin")
#: A Thursday, 08:00 in Berlin.
NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("Tue 07:00", 24, "07:00"),
        ("tuesday 7:00", 24, "07:00"),
        ("Thu 09:30", 19, "09:30"),
        ("Thu 07:30", 26, "07:30"),
        ("today 18:00", 19, "18:00"),
        ("tomorrow 00:00", 20, "00:00"),
        ("18:30", 19, "18:30"),
        ("07:30", 20, "07:30"),
        ("2026-11-24 07:00", 24, "07:00"),
        ("2026-11-24T07:00", 24, "07:00"),
        ("  Tue,  07:00 ", 24, "07:00"),
    ],
)
def test_a_moment_is_the_next_that_the_words_fit(text: str, day: int, clock: str) -> None:
    assert timetable.wall_time(text, BERLIN, NOW) == datetime.fromisoformat(f"2026-11-{day}T{clock}")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("soon", "expected a moment such as"),
        ("T 07:00", "expected a moment such as"),
        ("Tag 07:00", "names no day, date or time"),
        ("25:00", "names no day, date or time"),
        ("2026-02-30 07:00", "names no day, date or time"),
        ("today 07:00", "is past"),
        ("2026-11-19 08:00", "is past"),
        ("2028-11-19 08:00", "more than a year ahead"),
        ("2027-03-28 02:30", "does not exist in Europe/Berlin, whose clocks go forward then; 03:30 does"),
    ],
)
def test_what_is_no_moment_to_come_says_why(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        timetable.wall_time(text, BERLIN, NOW)


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    moment = timetable.wall_time("2027-10-31 02:30", BERLIN, datetime(2027, 10, 1, tzinfo=UTC))
    assert timetable.in_utc(moment, BERLIN) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_each_zone_has_its_own_instant_and_what_is_no_zone_has_the_newsletters() -> None:
    moment = datetime(2026, 11, 24, 7, 0)  # noqa: DTZ001 - what the clocks show
    found = timetable.by_zone(moment, ["Asia/Tokyo", "America/New_York", "Middle/Earth", "../etc/passwd"], BERLIN)
    assert {name: at.isoformat()[:16] for name, at in found.items()} == {
        None: "2026-11-24T06:00",
        "Asia/Tokyo": "2026-11-23T22:00",
        "America/New_York": "2026-11-24T12:00",
        "Middle/Earth": "2026-11-24T06:00",
        "../etc/passwd": "2026-11-24T06:00",
    }
