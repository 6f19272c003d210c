"""Whatever is done to pages, mails, feeds, Markdown and dumps: an article that is whole, or a reason in plain words.

A small number by default; NEWSLETTER_FUZZ=20000 says how many, `make fuzz` runs them outside of pytest with a report.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsletter import ingest
from newsletter.errors import SourceError
from tests.fuzz import harness, seeds

_COUNT = int(os.environ.get("NEWSLETTER_FUZZ", "120"))


@pytest.mark.timeout(max(120, _COUNT))
def test_mutated_sources_raise_nothing_but_typed_errors_and_pass_all_stages(tmp_path: Path) -> None:
    report = harness.run(range(_COUNT), seeds.by_kind(), tmp_path, every=12)
    assert [(made.number, made.source, made.how, fault) for made, fault in report.faults] == []
    assert report.articles > _COUNT // 4
    assert report.rendered == report.stored > 0


def test_an_input_can_be_made_again_by_its_number() -> None:
    kinds = seeds.by_kind()
    assert [harness.make(n, kinds) for n in range(40)] == [harness.make(n, kinds) for n in range(40)]


def test_a_fault_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The harness would say so if a reader raised something else, or its last net caught it."""

    def broken(*_: object, **__: object) -> ingest.Reading:
        raise KeyError("x")

    monkeypatch.setattr(ingest, "read", broken)
    assert len(harness.run(range(3), seeds.by_kind(), tmp_path).faults) == 3

    def caught(*_: object, **__: object) -> ingest.Reading:
        raise SourceError("a.txt", "could not be read (KeyError: x)")

    monkeypatch.setattr(ingest, "read", caught)
    assert len(harness.run(range(3), seeds.by_kind(), tmp_path).faults) == 3


def test_an_input_that_takes_too_long_is_stopped_and_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def endless(*_: object, **__: object) -> ingest.Reading:
        while True:
            pass

    monkeypatch.setattr(ingest, "read", endless)
    monkeypatch.setattr(harness, "LIMIT", 0.05)
    (_, fault), *_ = harness.run(range(1), seeds.by_kind(), tmp_path).faults
    assert "took more than" in fault
