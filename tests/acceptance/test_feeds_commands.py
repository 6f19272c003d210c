"""Feeds and pages from the command line, against a server on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import SAMPLES, Program
from tests.net.site import Site, answer, conditional


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        feed = (SAMPLES / "native-layer-feed.xml").read_text()
        page = (SAMPLES / "kestrelint-nativelayer.txt").read_bytes()
        home = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head><body></body></html>'
        running.routes |= {"/feed": conditional(feed), "/": answer(200, home), "/text": answer(200, page)}
        running.routes |= {
            "/bad": answer(500),
            "/post": answer(200, (SAMPLES / "plugins-in-a-sandbox.html").read_bytes()),
        }
        yield running


def test_an_address_on_this_machine_is_refused_until_it_is_allowed_by_name(workspace: Program, site: Site) -> None:
    refused = workspace("add", site.url("/post"), code=1)
    assert "not a public address: 127.0.0.1 is this machine" in refused.err
    assert site.requests == []
    _allow(workspace)
    added = workspace("add", site.url("/post"), site.url("/"), "--json", code=3).json
    assert isinstance(added, dict)
    assert len(added["added"]) == 1
    assert "newsletter feeds add" in added["rejected"][0]["reason"]
    assert site.requests[-1].headers["user-agent"].startswith("The-Weekly-Digest/")


def test_feeds_are_followed_asked_listed_exported_and_removed(workspace: Program, site: Site) -> None:
    _allow(workspace)
    assert "2 added" in workspace("feeds", "add", site.url("/")).out
    outlines = f'<outline text="Bad" xmlUrl="{site.url("/bad")}"/><outline xmlUrl="{site.url("/feed")}"/>'
    (workspace.folder / "list.opml").write_text(f"<opml><body>{outlines}</body></opml>")
    assert "1 feeds followed" in workspace("add", "list.opml").out
    asked = workspace("feeds", "fetch", "--all", code=3)
    assert "2 asked · 1 unchanged · 1 failed" in asked.out
    assert "the server has a fault (500)" in asked.err
    assert "no feed is due; the next is due" in workspace("feeds", "fetch").out
    (failing,) = workspace("feeds", "list", "--failing", "--json").json  # type: ignore[misc]  # one row
    assert (failing["state"], failing["url"]) == ("failing", site.url("/bad"))
    assert failing["failing_since"].endswith("Z")
    workspace("feeds", "export", "-o", "out.opml")
    assert workspace("feeds", "import", "out.opml", "--json").json == {"followed": []}
    workspace("feeds", "remove", site.url("/bad"), 1)
    assert workspace("feeds", "list", "--json").json == []
    assert "no feed 1" in workspace("feeds", "remove", "1", code=1).err


def _allow(workspace: Program) -> None:
    workspace.set("[bounces]", '[net]\nallow = ["127.0.0.1"]\ndelay = 0.0\n\n[bounces]')
