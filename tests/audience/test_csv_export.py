"""An export can't harm who opens it, and comes back in as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience import read_csv, write_csv
from newsletter.audience.csv_export import guarded, unguarded
from newsletter.models import Subscriber
from newsletter.text.clean import one_line

CELLS = st.text(max_size=20).map(one_line) | st.sampled_from(
    ["=1+1", "+49 30", "-x", "@me", "'=1", "''", "a,b", 'a"b', "a;b"]
)


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_text(cell: str) -> None:
    text = write_csv([Subscriber("ada@example.org", name=cell, fields={"city": cell})])
    header, row = csv.reader(io.StringIO(text, newline=""))
    assert [row[header.index("name")][0], row[header.index("city")][0]] == ["'", "'"]


@given(st.text(max_size=10) | CELLS)
def test_the_guard_comes_off_again(cell: str) -> None:
    if not cell.startswith("'"):
        assert unguarded(guarded(cell)) == cell
    assert unguarded(guarded(guarded(cell))) == guarded(cell)


@given(
    st.lists(
        st.builds(
            Subscriber,
            st.from_regex(r"[+=a-z-][a-z0-9]{0,8}@(example|test)\.org", fullmatch=True),
            name=CELLS.map(lambda cell: cell or None),
            language=st.sampled_from([None, "en", "pt-BR"]),
            timezone=st.sampled_from([None, "Europe/Paris"]),
            fields=st.dictionaries(st.sampled_from(["city", "plan"]), CELLS.filter(bool)),
            tags=st.sampled_from([(), ("founder",), ("a b", "c")]),
        ),
        unique_by=lambda person: person.email,
        max_size=8,
    )
)
def test_what_goes_out_comes_back_in(people: list[Subscriber]) -> None:
    reading = read_csv(write_csv(people).encode(), "export.csv")
    assert not reading.rejected
    assert reading.subscribers == tuple(people)


def test_nobody_gives_a_header_alone() -> None:
    assert write_csv([]) == "email,name,language,timezone,tags\r\n"
