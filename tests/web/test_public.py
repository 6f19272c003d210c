"""The public pages show on GET, act on POST, and give nothing away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote_from_bytes

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from newsletter.errors import LinkError, NotFound, StoreBusy
from newsletter.links import Links
from newsletter.models import MembershipState, Printed, UnsubscribePage, WebVersion
from newsletter.web.public import create_app
from newsletter.web.public.app import MAX_BODY
from newsletter.web.public.pages import mask
from newsletter.web.server import running

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
LINKS = Links([b"a key for these tests"])
TOKEN = LINKS.sign("unsubscribe", 7, 1)
TEST_COPY = LINKS.sign("unsubscribe", 0, 1)
ISSUE = WebVersion("<!doctype html><title>Issue 3</title><body>", "<p>Python at the top, native code below.</p>")


class Members:
    """One member of one list, kept in memory; fulfils `Audience`."""

    def __init__(self) -> None:
        self.state = MembershipState.ACTIVE
        self.title = "Python <Weekly>"
        self.email: str | None = "ada@example.org"
        self.ended: list[str] = []
        self.error: Exception | None = None

    def leaving(self, token: str) -> UnsubscribePage:
        if self.error:
            raise self.error
        subscriber, _ = LINKS.verify(token, "unsubscribe")
        if subscriber == 0:
            return UnsubscribePage("", None, None)
        return UnsubscribePage(self.title, self.email, self.state)

    def leave(self, token: str, origin: str) -> bool:
        subscriber, _ = LINKS.verify(token, "unsubscribe")
        if subscriber == 0 or self.state is MembershipState.UNSUBSCRIBED:
            return False
        self.state = MembershipState.UNSUBSCRIBED
        self.ended.append(origin)
        return True


class Shelf:
    """One edition; fulfils `Archive`."""

    is_indexed = False

    def view(self, token: str) -> WebVersion:
        if LINKS.verify(token, "view") != (3,):
            raise LinkError("the issue behind this link is gone")
        return ISSUE

    def issues(self) -> list[Printed]:
        return [
            Printed(3, "Ten <times> faster", "and “wheels”", "November 20, 2026", "2026-11-20"),
            Printed(2, "", "", "November 13, 2026", "2026-11-13"),
        ]

    def issue(self, number: int) -> WebVersion:
        if number != 3:
            raise NotFound("issue", number)
        return replace(ISSUE, earlier=2, public=True)


class Indexed(Shelf):
    """One edition that search engines may list."""

    is_indexed = True


class Closed(Shelf):
    """No archive."""

    def issues(self) -> list[Printed]:
        raise NotFound("page", "archive")


@pytest.fixture
def members() -> Members:
    return Members()


@pytest.fixture
def web(members: Members) -> Iterator[TestClient]:
    app = create_app(members, Shelf(), newsletter="Order of Magnitude")
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def test_get_shows_a_button_and_changes_nothing(web: TestClient, members: Members) -> None:
    for method in ("GET", "HEAD", "GET"):
        answer = web.request(method, f"/u/{TOKEN}")
        assert answer.status_code == 200
    assert '<form method="post">' in answer.text
    assert "Leave Python &lt;Weekly&gt;?" in answer.text
    assert members.ended == []


def test_the_address_is_masked(web: TestClient) -> None:
    for answer in (web.get(f"/u/{TOKEN}"), web.post(f"/u/{TOKEN}"), web.get(f"/u/{TOKEN}")):
        assert "a•••@example.org" in answer.text
        assert "ada" not in answer.text


def test_the_button_ends_the_membership_once(web: TestClient, members: Members) -> None:
    first, second = (web.post(f"/u/{TOKEN}", data={"from": "page"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert "You’re out." in first.text
    assert "had already left" in second.text
    assert "had already left" in web.get(f"/u/{TOKEN}").text
    assert members.ended == ["page"]


@pytest.mark.parametrize(
    "body",
    [
        {"data": ONE_CLICK},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"content": b"List-Unsubscribe=One-Click"},
        {"content": b"List-Unsubscribe=One-Click", "headers": {"Content-Type": "multipart/form-data"}},
    ],
    ids=["urlencoded", "multipart", "no type", "wrong type"],
)
def test_one_click_acts_without_cookie_or_redirect_and_may_be_repeated(
    web: TestClient, members: Members, body: dict[str, object]
) -> None:
    for _ in range(2):
        answer = web.post(f"/u/{TOKEN}", **body)
        assert answer.status_code == 200
        assert not {"location", "set-cookie"} & set(answer.headers)
        assert answer.text == "You are unsubscribed.\n"
    assert members.ended == ["one-click"]


def test_a_post_with_an_empty_body_lets_the_reader_out_as_well(web: TestClient, members: Members) -> None:
    assert web.post(f"/u/{TOKEN}").status_code == 200
    assert members.ended == ["page"]


def test_a_body_over_the_limit_is_refused_and_acts_on_nothing(web: TestClient, members: Members) -> None:
    answer = web.post(f"/u/{TOKEN}", content=b"List-Unsubscribe=One-Click&x=" + b"x" * MAX_BODY)
    assert answer.status_code == 413
    assert members.ended == []


def test_a_test_copys_link_explains_itself_and_changes_nothing(web: TestClient, members: Members) -> None:
    for answer in (
        web.get(f"/u/{TEST_COPY}"),
        web.post(f"/u/{TEST_COPY}"),
        web.post(f"/u/{TEST_COPY}", data=ONE_CLICK),
    ):
        assert answer.status_code == 200
        assert "test copy" in answer.text
        assert "<form" not in answer.text
    assert members.ended == []


@pytest.mark.parametrize("state", [MembershipState.UNSUBSCRIBED, MembershipState.BOUNCED, MembershipState.COMPLAINED])
def test_who_is_off_the_list_is_told_so(web: TestClient, members: Members, state: MembershipState) -> None:
    members.state, members.email = state, None
    answer = web.get(f"/u/{TOKEN}")
    assert "had already left" in answer.text
    assert "<form" not in answer.text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "token", ["", "x", TOKEN[:-1], TOKEN + "A", LINKS.sign("view", 3), "%00", "a/b", "..%2f..%2fetc", "é", "A" * 5000]
)
def test_a_link_that_is_not_ours_gets_a_friendly_404(
    web: TestClient, members: Members, method: str, token: str
) -> None:
    answer = web.request(method, f"/u/{token}", data=ONE_CLICK if method == "POST" else None)
    assert answer.status_code == 404
    assert "This link doesn’t work." in answer.text
    assert members.ended == []


@pytest.mark.parametrize("clinging", [".", ")", ">", "/", "%22", ",", "%20"])
def test_what_a_mail_program_left_clinging_to_the_link_does_no_harm(web: TestClient, clinging: str) -> None:
    assert web.get(f"/u/{TOKEN}{clinging}").status_code == 200


def test_an_issue_is_shown_as_it_is_under_a_policy_that_runs_nothing(web: TestClient) -> None:
    answer = web.get(f"/v/{LINKS.sign('view', 3)}")
    assert (answer.status_code, answer.text) == (200, ISSUE.head + ISSUE.body)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy


def test_an_issue_is_not_shown_for_another_purposes_link_or_once_it_is_gone(web: TestClient) -> None:
    for token in (TOKEN, LINKS.sign("view", 4), "x"):
        assert web.get(f"/v/{token}").status_code == 404


def test_the_archive_lists_its_issues_and_shows_one_between_its_neighbours(web: TestClient) -> None:
    listed = web.get("/archive")
    assert "Past issues" in listed.text
    assert '<a href="archive/3"><bdi>Ten &lt;times&gt; faster</bdi></a>' in listed.text
    assert '<time datetime="2026-11-20">November 20, 2026</time>' in listed.text
    assert listed.text.count("November 13, 2026") == 1, "an issue without a subject goes by its date, said once"
    issue = web.get("/archive/3")
    assert issue.text.startswith(ISSUE.head)
    assert issue.text.endswith(ISSUE.body)
    assert re.findall(r'href="([^"]*archive[^"]*)"', issue.text) == ["../archive/2", "../archive"]
    assert "sandbox" in issue.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/archive/4", "/archive/-1", "/archive/three", "/archive/" + "9" * 40])
def test_an_issue_that_is_not_in_the_archive_is_no_page(web: TestClient, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 404
    assert "There is no page here." in answer.text


def test_search_engines_are_let_in_where_the_archive_is_theirs_to_list(members: Members) -> None:
    token = LINKS.sign("view", 3)
    for shelf, robots in ((Shelf(), "noindex"), (Indexed(), "index, follow")):
        with TestClient(create_app(members, shelf)) as client:
            assert client.get("/archive").headers["x-robots-tag"].startswith(robots)
            assert client.get("/archive/3").headers["x-robots-tag"].startswith(robots)
            assert f'content="{robots}"' in client.get("/archive").text
            assert client.get(f"/v/{token}").headers["x-robots-tag"].startswith("noindex")


def test_a_newsletter_without_an_archive_has_no_page_of_it(members: Members) -> None:
    with TestClient(create_app(members, Closed())) as client:
        assert client.get("/archive").status_code == 404


def test_every_answer_carries_the_security_headers(web: TestClient, members: Members) -> None:
    answers = [
        web.get(f"/u/{TOKEN}"),
        web.head(f"/u/{TOKEN}"),
        web.post(f"/u/{TOKEN}", data=ONE_CLICK),
        web.get("/u/x"),
        web.get("/nowhere"),
        web.put(f"/u/{TOKEN}"),
        web.get("/robots.txt"),
        web.get(f"/v/{LINKS.sign('view', 3)}"),
        web.get("/archive"),
        web.get("/archive/3"),
        web.get("/archive/4"),
    ]
    members.error = RuntimeError("ada@example.org is broken")
    answers.append(web.get(f"/u/{TOKEN}"))
    assert [answer.status_code for answer in answers] == [200, 200, 200, 404, 404, 405, 200, 200, 200, 200, 404, 500]
    for answer in answers:
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"].startswith("noindex")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "ada@example.org" not in answer.text
        assert "<script" not in answer.text
        shared = answer.status_code == 200 and answer.url.path.startswith(("/v/", "/archive"))
        assert answer.headers["cache-control"] == ("public, max-age=300" if shared else "no-store")
    assert answers[5].headers["allow"].count("POST") == 1


def test_a_busy_database_asks_to_come_again_and_a_fault_shows_nothing_of_itself(
    web: TestClient, members: Members
) -> None:
    members.error = StoreBusy("locked")
    answer = web.post(f"/u/{TOKEN}", data=ONE_CLICK)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    members.error = RuntimeError("secret detail")
    answer = web.post(f"/u/{TOKEN}", data=ONE_CLICK)
    assert answer.status_code == 500
    assert "secret detail" not in answer.text


def test_a_page_loads_nothing_from_anywhere(web: TestClient) -> None:
    text = web.get(f"/u/{TOKEN}").text
    assert not re.search(r"\b(src|href)=|url\(|@import", text)


def test_a_workspaces_own_template_goes_first(tmp_path: Path, members: Members) -> None:
    own = tmp_path / "web" / "public"
    own.mkdir(parents=True)
    (own / "unknown_page.html").write_text("Nothing here, says {{ newsletter }}")
    with TestClient(create_app(members, Shelf(), newsletter="A & B", templates=[tmp_path])) as client:
        assert client.get("/").text == "Nothing here, says A &amp; B"
        assert "Unsubscribe" in client.get(f"/u/{TOKEN}").text


def test_over_a_real_socket_one_click_works_and_a_head_has_no_body(members: Members) -> None:
    with running(create_app(members, Shelf())) as url, httpx2.Client() as client:
        head = client.head(f"{url}/u/{TOKEN}")
        assert (head.status_code, head.content) == (200, b"")
        assert members.ended == []
        assert client.post(f"{url}/u/{TOKEN}", data=ONE_CLICK).text == "You are unsubscribed.\n"
    assert members.ended == ["one-click"]


@settings(max_examples=60)
@given(path=st.binary(max_size=60).map(quote_from_bytes), body=st.binary(max_size=200))
def test_no_path_and_no_body_breaks_it(path: str, body: bytes) -> None:
    members = Members()
    client = TestClient(create_app(members, Shelf()), follow_redirects=False)
    assert client.get(f"/u/{path}").status_code == 404
    assert client.get(f"/{path}").status_code in (200, 404)
    assert client.post(f"/u/{TOKEN}", content=body).status_code == 200
    assert len(members.ended) == 1


@pytest.mark.parametrize(
    ("email", "shown"),
    [("ada@example.org", "a•••@example.org"), ("a@example.org", "•••@example.org"), ("林美@例え.jp", "林•••@例え.jp")],
)
def test_a_masked_address_keeps_one_letter_and_the_domain(email: str, shown: str) -> None:
    assert mask(email) == shown
