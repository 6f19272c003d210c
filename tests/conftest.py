"""Fixtures that every part of the test suite may use."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

#: An example may take as long as a loaded machine makes it: no test is timed.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parent.parent
pytest_plugins = ["tests.databases", "tests.faults.summary"]
CORPORA = ROOT.parent / "shared" / "corpora"


@pytest.fixture
def corpora() -> Path:
    """The folder of real data with truth; tests that need it are skipped, and say so, where it is absent."""
    if not CORPORA.is_dir():
        pytest.skip(f"no corpora at {CORPORA.parent.name}/corpora beside the checkout")
    return CORPORA
