"""Dates are read where they are whole and unambiguous, and never guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.ingest import dates

_NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *["2026-11-09", "2026/11/9", "November 9, 2026", "Nov. 9, 2026", "9 November 2026", "9th of November 2026"],
        *["9. November 2026", "9.11.2026", "9 de noviembre de 2026", "9 novembre 2026", "09 listopada 2026"],
        *["Updated: Nov 9 2026, 4 min read", "2026-11-09T22:30:00", "2026年11月9日", "Monday, 9 Nov 2026"],
        *[
            "November 9,2026",
            "November 9 , 2026",
            "9-Nov-2026",
            "Mon Nov 09 2026 19:33:40 GMT+0000 (UTC)",
            "2026.11.09",
        ],
    ],
)
def test_a_day_is_read_in_many_forms(text: str) -> None:
    assert dates.parse(text, _NOW) == dates.Moment(datetime(2026, 11, 9, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    "text",
    [
        *[
            "9 ноября 2026",
            "9 листопада 2026 р.",
            "9 ноември 2026",
            "9 Νοεμβρίου 2026",
            "9 Kasım 2026",
            "9. novembra 2026",
        ],
        *["2026. november 9.", "2026 m. lapkričio 9 d.", "9 noiembrie 2026", "9. november 2026", "9 November 2026"],
        *[
            "9 tháng 11, 2026",
            "2026년 11월 9일",
            "2026. 11. 9.",
            "٩ نوفمبر ٢٠٢٦",
            "9 בנובמבר 2026",
            "9 नवंबर 2026",
            "9 নভেম্বর, 2026",
        ],
    ],
)
def test_months_are_known_in_the_languages_of_other_scripts(text: str) -> None:
    assert dates.parse(text, _NOW) == dates.Moment(datetime(2026, 11, 9, tzinfo=UTC), "day")
    assert dates.find(f"| {text}") is not None


@pytest.mark.parametrize(
    "text", ["9.11.26", "9.11.2026", "20261109", "20261109T083000Z", "1794182400", "1794182400000"]
)
def test_compact_forms_are_dates_where_the_page_says_so(text: str) -> None:
    found = dates.declared(text, _NOW)
    assert found is not None
    assert found.at.date() == datetime(2026, 11, 9, tzinfo=UTC).date()


@pytest.mark.parametrize("text", ["9.11.26", "20261109", "1794182400"])
def test_compact_forms_are_no_dates_elsewhere(text: str) -> None:
    assert dates.parse(text, _NOW) is None
    assert dates.find(text) is None


@pytest.mark.parametrize("text", ["09/11/26", "", None, "12345678", "99999999999", "2026", "310", "²/³/26"])
def test_a_compact_form_that_is_no_certain_day_is_none(text: str | None) -> None:
    assert dates.declared(text, _NOW) is None


@pytest.mark.parametrize(
    "text",
    ["2026-11-09T09:30:00+01:00", "2026-11-09T08:30:00Z", "Mon, 09 Nov 2026 08:30:00 GMT", "2026-11-09 08:30 UTC"],
)
def test_a_time_with_its_zone_becomes_utc(text: str) -> None:
    assert dates.parse(text, _NOW) == dates.Moment(datetime(2026, 11, 9, 8, 30, tzinfo=UTC), "time")


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2026-11-09T09:30:00+01:00", 60),
        ("2026-11-09T14:00:00+05:30", 330),
        ("Mon, 09 Nov 2026 03:30:00 -0500", -300),
        ("2026-11-09T08:30:00Z", 0),
        ("2026-11-09T08:30:00", None),
        ("9 November 2026", None),
    ],
)
def test_the_zone_that_was_stated_is_kept(text: str, offset: int | None) -> None:
    moment = dates.parse(text, _NOW)
    assert moment is not None
    assert moment.offset == offset


@pytest.mark.parametrize(
    "text",
    [
        *["", None, "2026", "© 2026", "November 2026", "09/11/2026", "11-09", "2026-13-45", "February 30, 2026"],
        *[
            "Release 2026.3.1",
            "in 2019 may 5 people",
            "9 ara 2026",
            "1.2.2020.4",
            "3 days ago",
            "2031-01-01",
            "1066-10-14",
            "12026-11-09",
            "1.2.3.2026.4",
        ],
    ],
)
def test_what_is_no_certain_past_day_is_none(text: str | None) -> None:
    assert dates.parse(text, _NOW) is None


def test_slashes_count_when_only_one_reading_is_possible() -> None:
    assert dates.parse("11/23/2025", _NOW) == dates.parse("23/11/2025", _NOW)
    assert dates.parse("07/07/2026", _NOW) is not None
    assert dates.parse("07/08/2026", _NOW) is None
    assert dates.parse("07-08-2026", _NOW) is None
    assert dates.parse("07-08-2026", _NOW, day_first=True) == dates.parse("7 August 2026", _NOW)


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_none(text: str) -> None:
    moment = dates.parse(text, _NOW)
    assert moment is None or moment.at.tzinfo is UTC
    dates.find(text)
    dates.declared(text, _NOW)
