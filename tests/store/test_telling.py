"""Who has which telling word: many articles in a row, as if each had one of its own."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Unfinished
from contextlib import suppress

import pytest

from newsletter.store import telling

DAY = 20_000


def _read(work, terms, first=DAY - 10, last=DAY + 10):
    found = telling.read(work._connection, terms, first, last)
    return {term: [divmod(code, 1 << telling.SHIFT) for code in codes] for term, codes in found}


def test_what_comes_and_goes_in_any_order_is_read_in_order(store):
    draw = random.Random(3)
    said = {number: (DAY + draw.randrange(3), draw.sample("abcdefgh", 4)) for number in draw.sample(range(5_000), 300)}
    coming, gone = list(said), draw.sample(sorted(said), 120)
    with store.begin() as work:
        for start in range(0, len(coming), 37):
            telling.write(work._connection, ((number, *said[number]) for number in coming[start : start + 37]))
        for number in gone:
            telling.remove(work._connection, number, *said[number])
        left = {number: each for number, each in said.items() if number not in gone}
        expected = {
            term: sorted((day, number) for number, (day, terms) in left.items() if term in terms) for term in "abcdefgh"
        }
        assert _read(work, "abcdefgh") == expected
        assert _read(work, "a", DAY + 1, DAY + 1) == {"a": [each for each in expected["a"] if each[0] == DAY + 1]}


def test_words_that_nobody_has_are_not_there(store):
    with store.begin() as work:
        telling.write(work._connection, [(7, DAY, ["one", "two"]), (8, DAY, ["one"])])
        telling.remove(work._connection, 7, DAY, ["one", "two", "three"])
        assert _read(work, ["one", "two", "three"]) == {"one": [(DAY, 8)]}
        assert _read(work, []) == {}
        left = work._connection.exec_driver_sql("SELECT count(*) FROM story_terms").scalar()
        assert left == 1  # rows without articles are gone


def test_many_that_come_together_are_few_rows(store):
    with store.begin() as work:
        telling.write(work._connection, [(number, DAY, ["one"]) for number in range(1, 2_049)])
        assert work._connection.exec_driver_sql("SELECT count(*) FROM story_terms").scalar() == 3
        assert _read(work, ["one"]) == {"one": [(DAY, number) for number in range(1, 2_049)]}


def test_what_comes_while_another_is_taken_out_stays(store):
    """An editor's change is not behind the lock that imports take."""
    with store.begin() as work:
        if work._connection.dialect.name == "sqlite":
            pytest.skip("a writer is alone")
        telling.write(work._connection, [(7, DAY, ["one", "two"]), (8, DAY, ["two"])])

    def take_out():
        with store.begin() as work:
            work._connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            telling.remove(work._connection, 7, DAY, ["two", "one"])

    with ThreadPoolExecutor(1) as pool:
        with store.begin() as work:
            telling.write(work._connection, [(9, DAY, ["one", "two"])])
            removal = pool.submit(take_out)
            with suppress(Unfinished):
                removal.result(0.3)  # it waits, with or without having read what changes now
        removal.result(10)
    with store.begin() as work:
        assert _read(work, ["one", "two"]) == {"one": [(DAY, 9)], "two": [(DAY, 8), (DAY, 9)]}
