"""A table is readable in every terminal: no word or time is broken, and nothing is left out."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from newsletter.cli import output, tables

STATUS = ["send", "kind", "issue", "list", "state", "started", "audience", "accepted", "failed", "skipped", "open"]
SENDS = [
    ("12", "issue", "4", "weekly", "scheduled: Tue 24 Nov 2026 07:00 (Europe/Berlin)", "", "about 5 now", *"0000"),
    ("11", "issue", "4", "weekly", "interrupted: resume it", "2026-11-21 15:39 CET", "120000", "70000", "1", "9", "8"),
    ("10", "issue", "3", "weekly", "held: missed by 3 hours", "", "about 5 now", *"0000"),
    ("9", "test", "3", "", "failed: 550 5.1.1 nobody of that name here", "2026-11-21 15:39 CET", "1", *"0100"),
    ("8", "issue", "2", "weekly", "finished", "2026-11-21 15:36 CET", "5", "5", "0", "0", "0"),
]
ARTICLES = (
    ["id", "date", "title", "site", "words"],
    [
        ("5", "2026-11-18", "A Rust linter reads a million lines of Python in a second", "Lower Half Weekly", "381"),
        ("6", "2026-11-18 (added)", "言語の境界をまたぐ呼び出しの費用を三つの方法で測る", "境界通信", "289"),
        ("7", "2026-11-17", "Überquerung ❤️ مرحبا", "", "1"),
    ],
)
LEDGER = (
    ["id", "address", "state", "tries", "code", "reply", "message id"],
    [
        (
            "1",
            f"{'a' * 60}@example.org",
            "deferred",
            "3",
            "451",
            "4.7.1 try again",
            f"<{'f' * 40}@x.example>",
        )
    ],
)
#: What must stand on one line.
TIMES = re.compile(r"\w{3} \d\d \w{3} \d{4} \d\d:\d\d \([\w/]+\)|\d{4}-\d\d-\d\d(?: \d\d:\d\d CET)?")


@pytest.mark.parametrize("width", [20, 40, 60, 72, 80, 100, 132, 200])
@pytest.mark.parametrize(("columns", "rows"), [(STATUS, SENDS), ARTICLES, LEDGER], ids=["status", "articles", "ledger"])
def test_no_word_is_broken_and_none_is_lost(columns: list[str], rows: list[tuple[str, ...]], width: int) -> None:
    drawn = list(tables.lines(columns, rows, width))
    shown = [word for line in drawn for word in re.findall(r"[\u2e80-\u9fff]|[^\s\u2e80-\u9fff]+", line)]
    for cell in (cell for row in rows for cell in row):
        for word in re.findall(r"[\u2e80-\u9fff]|[^\s\u2e80-\u9fff]+", cell):
            assert word in shown
    assert set(columns) <= {word for line in drawn for word in re.split(r"\s{2,}|(?<=\w)\s|· ", line)} | {"message id"}
    longest = max(cell_len(time) for row in rows for cell in row for time in TIMES.findall(cell) or [""])
    if longest <= width - 8:
        times = [time for row in rows for cell in row for time in TIMES.findall(cell)]
        assert sorted(times) == sorted(time for line in drawn for time in TIMES.findall(line))


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for columns, rows in ((STATUS, SENDS), ARTICLES):
        assert max(map(cell_len, tables.lines(columns, rows, width))) <= width


def test_where_all_has_room_a_row_is_a_line() -> None:
    assert list(tables.lines(["id", "title"], [("1", "One"), ("12", "Another")], 80)) == [
        "id  title",
        "──  ───────",
        " 1  One",
        "12  Another",
    ]


def test_what_has_no_room_goes_below_with_its_columns_name() -> None:
    drawn = list(tables.lines(STATUS, SENDS[:1], 80))
    assert drawn == [
        "send  kind   issue  list    state                                        started",
        "────  ─────  ─────  ──────  ───────────────────────────────────────────  ───────",
        "  12  issue      4  weekly  scheduled:",
        "                            Tue 24 Nov 2026 07:00 (Europe/Berlin)",
        "      audience about 5 now · accepted 0 · failed 0 · skipped 0 · open 0",
    ]


def test_a_long_text_has_the_width_to_itself_rather_than_a_tower() -> None:
    found = " ".join(["found"] * 40)
    drawn = list(tables.lines(["id", "date", "title", "found in"], [("1", "2026-11-18", "A title " * 8, found)], 80))
    assert drawn[0].split() == ["id", "date", "title"]
    assert len(drawn) == 3 + 4


def test_a_terminal_gets_its_own_width(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(output, "is_terminal", lambda: True)
    for width in (60, 80, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        output.table(STATUS, SENDS, empty="none")
        assert capsys.readouterr().out.splitlines() == list(tables.lines(STATUS, SENDS, width))
