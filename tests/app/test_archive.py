"""The web version of an edition: the same for everybody, with nothing personal in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.app import starter
from newsletter.app.workspace import Workspace
from newsletter.errors import LinkError
from newsletter.models import Edition, Slot, Variant


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return starter.create(tmp_path)


def test_it_shows_defaults_and_makes_no_link_of_what_is_one_readers(workspace: Workspace) -> None:
    html = (
        "<p>Hello ", Slot("subscriber.name", "html", "reader"), '!</p><a style="x" href="', Slot("view_url", "url"),
        '">View</a> <a href="', Slot("unsubscribe_url", "url"), '" class="u">Leave</a>',
    )  # fmt: skip
    with workspace.store.begin() as work:
        edition = work.editions.freeze(
            Edition(1, (Variant("default", ("s",), ("",), html, ("t",)),)), workspace.clock()
        )
    token = workspace.links.sign("view", edition.id)
    shown = workspace.archive.view(token)
    assert "Hello reader!" in shown
    assert f'href="http://127.0.0.1:8025/v/{token}"' in shown
    assert "<span>Leave</span>" in shown
    assert 'href=""' not in shown


def test_a_forged_link_shows_nothing(workspace: Workspace) -> None:
    with pytest.raises(LinkError):
        workspace.archive.view(workspace.links.sign("unsubscribe", 1, 1))
    with pytest.raises(LinkError, match="gone"):
        workspace.archive.view(workspace.links.sign("view", 77))
