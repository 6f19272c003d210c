"""Dates in a line, and what the words before them say."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.ingest import labels


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Published 3 March 2026 | Updated 5 March 2026", ["published", "changed"]),
        ("Updated: 5 March 2026 · First published 3 March 2026", ["changed", "published"]),
        ("By Ada Brook – Updated Mar 5, 2026 at 4:28 PM EST | Fact-checked by Tom Weld", ["changed"]),
        ("Veröffentlicht am 3. März 2026, zuletzt aktualisiert am 5. März 2026", ["published", "changed"]),
        ("Publicado el 3 de marzo de 2026. Actualizado el 5 de marzo de 2026", ["published", "changed"]),
        ("公開日：2026年3月3日 更新日：2026年3月5日", ["published", "changed"]),
        ("Опубликовано 3 марта 2026 г., обновлено 5 марта 2026 г.", ["published", "changed"]),
        ("Mar 3, 2026 (updated)", ["changed"]),
        ("Ada Brook, March 3, 2026", [""]),
        ("Last reviewed: March 1, 2026", ["other"]),
        ("Deadline: March 3, 2026", ["other"]),
        ("© March 3, 2026", ["other"]),
        ("Next door they count", []),
    ],
)
def test_a_date_is_said_to_be_what_the_last_label_before_it_says(line: str, said: list[str]) -> None:
    assert [found.said for found in labels.dated(line)] == said


@given(st.text(max_size=400))
def test_any_line_has_dates_or_none(line: str) -> None:
    list(labels.dated(line))
    labels.of(line)


def test_a_word_without_end_is_not_read_to_its_end() -> None:
    begin = time.process_time()
    assert labels.of("updated " + "x" * 10_000_000 + " posted on") == "published"
    assert time.process_time() - begin < 0.5
