"""In a real browser a reader gets out with one press, on any screen, and the page's own policy lets it work."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest

from newsletter.models import MembershipState, Printed, UnsubscribePage, WebVersion
from newsletter.web.public import create_app
from newsletter.web.server import running

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")


class OneMember:
    """A membership with an address and a title as long as they come; fulfils `Audience` for the token "ours"."""

    state = MembershipState.ACTIVE

    def leaving(self, token: str) -> UnsubscribePage:
        return UnsubscribePage("Wochenschau" * 12, "ada@" + "sub" * 18 + ".example.org", self.state)

    def leave(self, token: str, origin: str) -> bool:
        was, self.state = self.state, MembershipState.UNSUBSCRIBED
        return was is MembershipState.ACTIVE


class HostileIssue:
    """An issue that tries what mail may not do; fulfils `Archive`."""

    is_indexed = True

    def view(self, token: str) -> WebVersion:
        return WebVersion(
            "<!doctype html><title>quiet</title><style>p { color: rgb(1, 2, 3) }</style><body>",
            "<p id=p>words</p><script>document.title = 'script ran'</script>"
            "<img src=x onerror=\"document.title = 'handler ran'\">",
            earlier=1,
            later=3,
            public=True,
        )

    def issues(self) -> list[Printed]:
        return [
            Printed(n, f"Wochenschau{'schau' * 12} {n}", "worte " * 20, "20. November 2026", "2026-11-20")
            for n in (3, 2, 1)
        ]

    def issue(self, number: int) -> WebVersion:
        return self.view("")


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    if not CHROMIUM:
        pytest.skip("no chromium on this machine")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield browser
        browser.close()


@pytest.mark.parametrize("width", [320, 1000])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_reader_leaves_with_one_press(browser: sync_api.Browser, width: int, scheme: str) -> None:
    member = OneMember()
    complaints: list[str] = []
    with running(create_app(member, HostileIssue(), newsletter="Order of Magnitude")) as url:
        page = browser.new_page(viewport={"width": width, "height": 640}, color_scheme=scheme)
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{url}/u/ours")
        for title in (re.compile("^Leave "), "You’re out."):
            sync_api.expect(page.get_by_role("heading", level=1)).to_have_text(title)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert page.evaluate("getComputedStyle(document.querySelector('main')).borderRadius") == "14px"
            if page.get_by_role("button").count():
                page.get_by_role("button", name="Unsubscribe").click()
        page.close()
    assert member.state is MembershipState.UNSUBSCRIBED
    assert not [text for text in complaints if "favicon" not in text]


def test_nothing_in_an_issue_runs_and_its_styles_apply(browser: sync_api.Browser) -> None:
    with running(create_app(OneMember(), HostileIssue())) as url:
        page = browser.new_page()
        page.goto(f"{url}/v/ours")
        assert page.title() == "quiet"
        assert page.locator("#p").evaluate("node => getComputedStyle(node).color") == "rgb(1, 2, 3)"
        page.close()


@pytest.mark.parametrize("width", [320, 1000])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_visitor_reads_from_the_archive_to_an_issue_and_on(
    browser: sync_api.Browser, width: int, scheme: str
) -> None:
    complaints: list[str] = []
    with running(create_app(OneMember(), HostileIssue(), newsletter="Order of Magnitude")) as url:
        page = browser.new_page(viewport={"width": width, "height": 640}, color_scheme=scheme)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{url}/archive")
        assert page.get_by_role("listitem").count() == 3
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("link").nth(1).click()
        page.wait_for_url(f"{url}/archive/2")
        assert page.title() == "quiet"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("link", name="Later issue").click()
        page.wait_for_url(f"{url}/archive/3")
        page.get_by_role("link", name="Past issues").click()
        sync_api.expect(page.get_by_role("heading", level=1)).to_have_text("Past issues")
        page.close()
    assert complaints == []
