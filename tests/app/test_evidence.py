"""What preflight is told from outside: links really asked for, stories really told before."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsletter.app import evidence, starter
from newsletter.app.cache import ReplyCache
from newsletter.app.workspace import Workspace
from newsletter.models import Article, Block, Issue, Pick, Section, Summary
from newsletter.net import Policy
from tests.net.site import Site, answer

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
POLICY = Policy(allow=frozenset({"127.0.0.1"}), delay=0.0, per_host=8)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    starter.create(tmp_path)
    with Workspace(tmp_path, clock=lambda: NOW) as opened:
        yield opened


def test_links_are_asked_for_at_once_and_each_answer_is_told(site: Site, tmp_path: Path) -> None:
    site.routes = {
        "/here": answer(200, "<p>here</p>"),
        "/gone": answer(410),
        "/old": answer(301, Location="/here"),
        "/for-now": answer(302, Location="/here"),
    }
    wanted = [site.url(path) for path in ("/here", "/gone", "/missing", "/old", "/for-now")]
    here, gone, missing, old, for_now = wanted
    found = evidence.try_links(wanted, POLICY, ReplyCache(tmp_path), NOW)
    assert (found[here].status, found[here].fault, found[here].size) == (200, None, 11)
    assert found[gone].status == 410
    assert found[missing].status == 404
    assert found[old].moved == here
    assert (found[for_now].moved, found[for_now].fault) == (None, None)


def test_a_good_answer_is_believed_for_a_day_and_a_fault_for_ten_minutes(site: Site, tmp_path: Path) -> None:
    site.routes = {"/here": answer(200, "x")}
    cache, wanted = ReplyCache(tmp_path), [site.url("/here"), site.url("/gone")]
    for later in (timedelta(0), timedelta(minutes=9), timedelta(minutes=11), timedelta(hours=25)):
        evidence.try_links(wanted, POLICY, cache, NOW + later)
    assert len(site.asked("/here")) == 2
    assert len(site.asked("/gone")) == 3


def test_what_robots_txt_or_our_rules_forbid_is_left_out(site: Site, tmp_path: Path) -> None:
    site.routes = {"/robots.txt": answer(200, "User-agent: *\nDisallow: /private")}
    wanted = [site.url("/private"), "http://127.0.0.2:9/", "http://[::1"]
    assert evidence.try_links(wanted, POLICY, ReplyCache(tmp_path), NOW) == {}
    assert site.asked("/private") == []


def names(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The system's resolver knows no name but this machine's, and says so with that error."""
    known = socket.getaddrinfo

    def ask(host: str, *more: Any, **named: Any) -> list[Any]:
        if host == "127.0.0.1":
            return known(host, *more, **named)
        raise socket.gaierror(number, f"nothing known of {host}")

    monkeypatch.setattr(socket, "getaddrinfo", ask)


def test_a_host_that_the_dns_does_not_know_is_an_error(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, socket.EAI_NONAME)
    issue = draft(workspace, 1, put(workspace, 1)[0])
    with workspace.store.begin() as work:
        work.issues.save(replace(issue, intro="[a page](https://nowhere.press/page)"))
    (found,) = [one for one in workspace.press.examine(1, links=True).findings if one.id.startswith("reach.")]
    assert (found.id, found.severity) == ("reach.dead", "error")
    assert "nowhere.press/page can't be opened: can't be reached (the host's name is unknown" in found.message


def test_links_that_nobody_could_ask_for_are_told_once_and_not_remembered(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names(monkeypatch, socket.EAI_AGAIN)
    issue = draft(workspace, 1, put(workspace, 1)[0])
    with workspace.store.begin() as work:
        work.issues.save(
            replace(issue, intro="[a](https://one.press/a), [b](https://one.press/b), [c](https://two.press)")
        )
    (found,) = [one for one in workspace.press.examine(1, links=True).findings if one.id.startswith("reach.")]
    assert (found.id, found.severity) == ("reach.unasked", "warning")
    assert found.message == "3 links could not be asked: no name server says where to find one.press, two.press"
    cache = ReplyCache(tmp_path / "cache" / "preflight")
    assert cache.get(cache.key("link", "https://one.press/a")) is None


def test_a_server_that_takes_no_call_is_told_of(tmp_path: Path) -> None:
    """Its robots.txt can't be read either, and that forbids nothing."""
    with Site() as closed:
        address = closed.url("/here")
    tried = evidence.try_links([address], POLICY, ReplyCache(tmp_path), NOW)[address]
    assert (tried.status, tried.host) == (None, "found")
    assert tried.fault
    assert tried.fault.startswith("can't be reached (")


def test_a_large_file_is_there(site: Site, tmp_path: Path) -> None:
    site.routes = {"/large": answer(200, b"", length=50_000_000)}
    tried = evidence.try_links([site.url("/large")], POLICY, ReplyCache(tmp_path), NOW)[site.url("/large")]
    assert (tried.status, tried.fault) == (200, None)


def put(workspace: Workspace, *numbers: int) -> list[int]:
    """Articles, all of one story; their ids."""
    words = "The parser was rewritten in C and reads a million lines in a second. "
    with workspace.store.begin() as work:
        ids = []
        for number in numbers:
            block = Block("paragraph", f"{words} Paper {number} heard it from {number} people. " * number)
            made = Article(
                f"Parser, told by {number}", f"{number}.html", f"file:{number}", blocks=(block,), site=f"S{number}"
            )
            ids.append(work.articles.add(made, NOW)[1])
        work.stories.start(ids, NOW)
    return ids


def draft(workspace: Workspace, number: int, article: int) -> Issue:
    pick = Pick(article, f"Headline {number}", Summary("A summary.", "editor"))
    issue = Issue(number, "Title", "Subject", sections=(Section("", (pick,)),))
    with workspace.store.begin() as work:
        return work.issues.create(issue)


def test_a_story_that_an_earlier_issue_told_is_found(workspace: Workspace) -> None:
    first, second = put(workspace, 1, 2)
    draft(workspace, 1, first)
    with workspace.store.begin() as work:
        work.issues.mark_sent(1)
    issue = draft(workspace, 2, second)
    assert evidence.gather(workspace, issue, None, colours={}).told == {second: (1, "Parser, told by 1")}
    found = [finding for finding in workspace.press.check(2) if finding.id == "content.story_told"]
    assert [finding.where for finding in found] == [f"article {second}"]


def test_nothing_is_asked_for_unless_the_person_says_so(workspace: Workspace) -> None:
    issue = draft(workspace, 1, put(workspace, 1)[0])
    checkup = evidence.gather(workspace, issue, workspace.press.edition(issue), colours={})
    assert (checkup.tried, checkup.spam, checkup.dns) == (None, None, None)
    assert checkup.headers
    assert "list-unsubscribe" in checkup.headers
    assert checkup.envelope_domain == "example.org"


def test_links_in_the_mail_are_tried_when_asked_for(workspace: Workspace, site: Site, tmp_path: Path) -> None:
    path = tmp_path / "newsletter.toml"
    path.write_text(path.read_text() + '\n[net]\nallow = ["127.0.0.1"]\ndelay = 0\n')
    issue = draft(workspace, 1, put(workspace, 1)[0])
    with workspace.store.begin() as work:
        work.issues.save(replace(issue, intro=f"[a page]({site.url('/gone')})"))
    found = workspace.press.examine(1, links=True).findings
    told = {finding.message.partition(" ")[0]: finding.severity for finding in found if finding.id == "reach.dead"}
    assert told[site.url("/gone")] == "error"
    assert [finding for finding in workspace.press.check(1) if finding.id == "reach.dead"] == []


def pictured(workspace: Workspace, site: Site) -> None:
    """Issue 1, with an article from the site that shows a picture there."""
    made = Article("Parser", site.url("/feed"), "item:1", site.url("/page"), image=site.url("/a.png"))
    with workspace.store.begin() as work:
        article = work.articles.add(made, NOW)[1]
    draft(workspace, 1, article)


def test_what_robots_txt_closes_is_told_without_an_option_that_checking_lacks(
    workspace: Workspace, site: Site, tmp_path: Path
) -> None:
    site.routes = {"/robots.txt": answer(500), "/a.png": answer(200, b"")}
    path = tmp_path / "newsletter.toml"
    path.write_text(path.read_text() + '\n[net]\nallow = ["127.0.0.1"]\ndelay = 0\n')
    pictured(workspace, site)
    (broken,) = [one for one in workspace.press.examine(1, links=True).findings if one.id == "reach.picture"]
    assert "can't be read" in broken.message
    assert "--ignore-robots" not in broken.message
    (fate,) = workspace.library.add([site.url("/page")], stdin=bytes).rejected
    assert fate.reason.endswith("so nothing is allowed; --ignore-robots fetches it all the same")


def test_a_run_that_asks_does_not_advise_to_ask(workspace: Workspace, site: Site) -> None:
    pictured(workspace, site)
    assert "images.size_unknown" in {found.id for found in workspace.press.check(1)}
    assert "images.size_unknown" not in {found.id for found in workspace.press.examine(1, links=True).findings}
