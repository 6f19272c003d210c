"""docs/preflight.md says what the checks say."""

from __future__ import annotations

from docs import preflight_catalogue


def test_the_catalogue_is_in_step_with_the_checks():
    written = preflight_catalogue.TARGET.read_text(encoding="utf-8")
    assert written == preflight_catalogue.page(), "run `python docs/preflight_catalogue.py`"
