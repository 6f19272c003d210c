"""The preview of a real workspace in a real browser follows what an editor writes, faults and mending included."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import pytest

from newsletter.app.workspace import Workspace
from newsletter.web.server import running
from newsletter.web.studio import Studio

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect
CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
FOOTER = "<mj-text>\n  Turn {turn}\n</mj-text>\n"


@dataclass
class Editor:
    """A workspace, and the page that shows its issue."""

    workspace: Workspace
    page: sync_api.Page

    @property
    def mail(self) -> sync_api.FrameLocator:
        return self.page.frame_locator(".device.desktop iframe:not(.coming)")

    def footer(self, text: str) -> None:
        path = self.workspace.root / "templates" / "email" / "shared" / "footer.mjml.j2"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def intro(self, text: str) -> None:
        with self.workspace.store.begin() as work:
            work.issues.save(replace(work.issues.get(1), intro=text))

    def theme(self, name: str) -> None:
        path = self.workspace.root / "newsletter.toml"
        lines = path.read_text("utf-8").split("\n")
        path.write_text("\n".join(f'theme = "{name}"' if x.startswith("theme =") else x for x in lines), "utf-8")


@pytest.fixture
def editor(prepared: Path, tmp_path: Path) -> Iterator[Editor]:
    if not CHROMIUM:
        pytest.skip("no chromium on this machine")
    root = tmp_path / "workspace"
    shutil.copytree(prepared, root)
    with (
        Workspace(root) as workspace,
        running(Studio(workspace.proofs, home=1)) as url,
        sync_api.sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{url}/issues/1?width=desktop")
        shown = Editor(workspace, page)
        expect(shown.mail.locator("h1")).to_be_visible()
        expect(page.locator("#live-words")).to_have_text("Live")
        yield shown
        browser.close()


def test_a_template_an_issue_and_the_theme_are_followed_without_a_reload(editor: Editor) -> None:
    editor.page.evaluate("() => { window.same = true }")
    editor.footer(FOOTER.format(turn=1))
    expect(editor.mail.get_by_text("Turn 1")).to_be_visible()
    editor.intro("We measured **everything**.")
    expect(editor.mail.get_by_text("We measured")).to_be_visible()
    before = editor.mail.locator("h1").evaluate("e => getComputedStyle(e).fontSize")
    editor.theme("links")
    editor.page.wait_for_function("() => document.getElementById('live-words').textContent.startsWith('Updated')")
    expect(editor.mail.locator("h1")).not_to_have_css("font-size", before)
    assert editor.page.evaluate("() => window.same")


def test_a_broken_template_names_its_place_and_the_issue_is_back_once_it_is_mended(editor: Editor) -> None:
    for broken, line, column in (
        ("<mj-text>\n  {{ nothing_of_that_name }}\n</mj-text>\n", 2, None),
        ("<mj-text>\n  <b>never closed\n</mj-text>\n", 3, True),
        ("{% if %}\n", 1, None),
    ):
        editor.footer(broken)
        fault = editor.page.get_by_role("alert")
        expect(fault).to_contain_text(f"shared/footer.mjml.j2:{line}")
        expect(fault.locator(".at-fault b")).to_have_text(str(line))
        if column:
            assert fault.locator(".where code").inner_text().count(":") == 2
        editor.footer(FOOTER.format(turn=9))
        expect(editor.mail.get_by_text("Turn 9")).to_be_visible()


#: When a new frame took the place of the old one, by the clock that Python's time.time() reads.
SWAPS = """() => {
    window.swapped = 0;
    new MutationObserver(() => {
        const now = performance.timeOrigin + performance.now();
        if (!document.querySelector(".desktop iframe.coming")) window.swapped = now;
    }).observe(document.querySelector(".desktop .frames"), { childList: true });
}"""


def test_the_mail_is_asked_for_with_the_page_and_shown_once_that_has_come(editor: Editor) -> None:
    held: list[sync_api.Route] = []
    editor.page.route("**/issues/1?*", lambda route: held.append(route))  # noqa: PLW0108 (playwright marks what it calls)
    editor.footer(FOOTER.format(turn=1))
    coming = editor.page.frame_locator(".device.desktop iframe.coming")
    expect(coming.get_by_text("Turn 1")).to_be_attached()
    expect(editor.mail.locator("h1")).to_be_visible()
    expect(editor.mail.get_by_text("Turn 1")).to_have_count(0)
    held[0].continue_()
    expect(editor.mail.get_by_text("Turn 1")).to_be_visible()


def test_the_words_of_a_fault_are_never_shown_as_the_mail(editor: Editor) -> None:
    editor.page.evaluate(SWAPS)
    editor.footer("{% if %}\n")
    expect(editor.page.get_by_role("alert")).to_contain_text("shared/footer.mjml.j2:1")
    assert editor.page.evaluate("() => window.swapped") == 0


def test_how_long_a_change_takes_is_told(editor: Editor, record_property: Callable[[str, object], None]) -> None:
    """A figure, not a promise: it depends on the machine. `-s` prints it."""
    editor.page.evaluate(SWAPS)
    writes = {"template": lambda words: editor.footer(f"<mj-text>{words}</mj-text>"), "issue": editor.intro}
    for kind, write in writes.items():
        took = []
        for turn in range(9):
            words = f"{kind} turn {turn}"
            began = time.time()
            write(words)
            expect(editor.mail.get_by_text(words)).to_be_visible()
            took.append(editor.page.evaluate("() => window.swapped") - began * 1000)
        assert min(took) > 0, "the frame that shows the change came after the change"
        record_property(f"{kind}_ms", round(median(took)))
        print(f"from writing the {kind} to the new picture: median {median(took):.0f} ms, slowest {max(took):.0f}")
