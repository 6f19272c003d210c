"""Processes that read beside the one that keeps."""

from __future__ import annotations

import asyncio
import gc
import time
from datetime import UTC, datetime

import pytest

from newsletter.app import readers
from newsletter.app.rounds import Round


def test_processes_read_where_what_is_left_takes_longer_than_starting_them(monkeypatch):
    def slowly(*_: object) -> tuple[object, list[object]]:
        begin = time.thread_time()
        while time.thread_time() - begin < 0.002:
            pass
        return None, []

    monkeypatch.setattr(readers, "read", slowly)
    monkeypatch.setattr(readers, "_WORTH", 0.1)

    def is_worth_it(expected: int, new: int, old: int) -> bool:
        worth = readers.Worth(expected)
        for number in range(new + old):
            worth.answered(is_new=number < new)
        for _ in range(8):
            assert not worth.is_worth_it()
            worth.timed(b"", "", "", datetime(2026, 11, 20, tzinfo=UTC))
        return worth.is_worth_it()

    assert is_worth_it(expected=1_000, new=10, old=0)
    assert not is_worth_it(expected=30, new=10, old=0)
    assert not is_worth_it(expected=1_000, new=10, old=900)
    assert is_worth_it(expected=200, new=200, old=0)


def test_garbage_is_collected_as_before_when_a_round_has_ended():
    before = gc.get_threshold(), gc.get_freeze_count()
    with readers.collecting_less():
        assert gc.get_threshold()[0] > before[0][0]
        assert gc.get_freeze_count() > before[1]
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_rounds_at_once_leave_collecting_as_it_was_whichever_ends_first():
    before = gc.get_threshold(), gc.get_freeze_count()
    for last in (0, 1):
        rounds = [readers.collecting_less(), readers.collecting_less()]
        for each in rounds:
            each.__enter__()
        rounds[1 - last].__exit__(None, None, None)
        assert gc.get_threshold()[0] > before[0][0]
        assert gc.get_freeze_count() > before[1]
        rounds[last].__exit__(None, None, None)
        assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_a_round_that_cannot_end_well_leaves_collecting_as_it_was(monkeypatch):
    before = gc.get_threshold()
    this = Round(None, None, None)  # nothing is asked of them

    async def go() -> None:
        async with this:
            monkeypatch.setattr(this._keeper, "close", lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(go())
    assert gc.get_threshold() == before
