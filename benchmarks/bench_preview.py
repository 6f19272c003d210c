"""From what an editor writes to its being seen: `newsletter preview` as a process of its own, its page in Chromium.

An issue of eight sample articles in a theme of the workspace's own. Headlines are saved from this process, as the
command an editor types does it; templates, the theme's colours and newsletter.toml are written as an editor program
writes them. The clock runs from before the write to the second animation frame of the page that shows the new mail: by
then it is painted. That it is the new one is asked afterwards, of the mail in the frame. Without playwright or Chromium
nothing is measured, and it is said how to get them.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import filling, sending
from newsletter import config, resources
from newsletter.app import starter
from newsletter.app.workspace import Workspace

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TURNS, GOAL = 9, 300
NOW = datetime(2026, 11, 19, tzinfo=UTC)
THEME = "ours"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
#: The mail that can be seen. A new one is loaded behind it, and takes its place.
MAIL = ".device.desktop iframe:not(.coming)"
#: At every animation frame, which mail stands in the page; it is noted at the next one, and so once it is painted.
LOOK = f"""() => {{
    window.seen = [];
    let last = document.querySelector("{MAIL}").src;
    const look = () => {{
        const shown = document.querySelector("{MAIL}")?.src;
        if (shown !== last) requestAnimationFrame(() => window.seen.push(Date.now()));
        last = shown;
        requestAnimationFrame(look);
    }};
    look();
}}"""
COLOURED = "colour => [...document.querySelectorAll('h1, h2')].some(e => getComputedStyle(e).color === colour)"


@dataclass(frozen=True)
class Change:
    """What an editor does, and how to see that it was done."""

    write: Callable[[int], None]
    #: A function of the page's, and what it is given.
    seen: Callable[[int], tuple[str, str]]


@dataclass(frozen=True)
class Took:
    """Milliseconds from writing to seeing, and the server's processor time for one change."""

    seen: list[float]
    processor: float


def main() -> None:
    """Print the table."""
    with chromium() as browser:
        if isinstance(browser, str):
            print(f"skipped: {browser}")
            return
        with (
            tempfile.TemporaryDirectory() as folder,
            opened(Path(folder) / "workspace") as workspace,
            preview(workspace.root) as (server, address),
        ):
            _table(browser, address, server, workspace)


def _table(browser: Browser, address: str, server: int, workspace: Workspace) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{address}?width=desktop")
    page.wait_for_function("document.getElementById('live-words').textContent === 'Live'")
    page.frame_locator(MAIL).locator("h1").wait_for()
    page.evaluate(LOOK)
    print(f"{filling.load()}, of which one Chromium and one server are ours\n")
    print(f"| changed ({TURNS} times each) | seen after, median | slowest | the server's processor time |")
    print("| --- | --- | --- | --- |")
    for name, change in changes(workspace).items():
        took = measured(page, server, change)
        figures = (f"{each:.0f} ms" for each in (statistics.median(took.seen), max(took.seen), took.processor))
        print(f"| {name} | {' | '.join(figures)} |")
    print(f"\ngoal: under {GOAL} ms")


def measured(page: Page, server: int, change: Change) -> Took:
    """The change made again and again, each time at another moment of the server's own rounds."""
    took, processor = [], 0.0
    for turn in range(TURNS):
        page.wait_for_timeout(400 + 37 * turn)
        before, spent, began = page.evaluate("seen.length"), sending.processor(server), time.time()
        change.write(turn)
        took.append(_when_seen(page, before, *change.seen(turn)) - began * 1000)
        processor += sending.processor(server) - spent
    return Took(took, processor * 1000 / TURNS)


def _when_seen(page: Page, before: int, function: str, expected: str) -> float:
    """When the mail that shows it was there, in milliseconds by the clock of `time.time()`."""
    while True:
        page.wait_for_function("before => seen.length > before", arg=before, polling="raf")
        before += 1
        handle = page.query_selector(MAIL)
        mail = handle and handle.content_frame()
        if mail and mail.evaluate(function, expected):
            return float(page.evaluate("at => seen[at]", before - 1))


def changes(workspace: Workspace) -> Mapping[str, Change]:
    """What is changed, by the name of its row."""
    folder, settings = workspace.root / "templates" / "email" / THEME, workspace.root / config.FILE
    plain = settings.read_text("utf-8")

    def headline(turn: int) -> None:
        with workspace.store.begin() as work:
            issue = work.issues.get(1)
            section, *rest = issue.sections
            pick, *others = section.picks
            changed = replace(section, picks=(replace(pick, headline=f"Headline of turn {turn}"), *others))
            work.issues.save(replace(issue, sections=(changed, *rest)))

    def rewritten(path: Path, pattern: str, words: str) -> None:
        path.write_text(re.sub(pattern, words, path.read_text("utf-8")), "utf-8")

    def template(turn: int) -> None:
        rewritten(folder / "masthead.mjml.j2", r"(<h1[^>]*>)[^<]*", rf"\g<1>Title of turn {turn}")

    def theme(turn: int) -> None:
        rewritten(folder / "theme.toml", r"(?m)^ink *=.*", f'ink = "#1010{turn + 16:x}"')

    def setting(turn: int) -> None:
        settings.write_text(f'{plain}\n[theme.light]\nink = "#2010{turn + 16:x}"\n', "utf-8")

    said = "words => document.body.textContent.includes(words)"
    return {
        "a headline of the issue": Change(headline, lambda turn: (said, f"Headline of turn {turn}")),
        "a template": Change(template, lambda turn: (said, f"Title of turn {turn}")),
        "the theme's settings": Change(theme, lambda turn: (COLOURED, f"rgb(16, 16, {turn + 16})")),
        "`[theme.light]` in newsletter.toml": Change(setting, lambda turn: (COLOURED, f"rgb(32, 16, {turn + 16})")),
    }


@contextmanager
def opened(root: Path) -> Iterator[Workspace]:
    """A workspace with an issue of eight sample articles, in a theme of its own."""
    starter.create(root).close()
    with Workspace(root, clock=lambda: NOW) as workspace:
        workspace.themes.new(THEME)
        file = root / config.FILE
        file.write_text(file.read_text("utf-8").replace('theme = "digest"', f'theme = "{THEME}"'), "utf-8")
        workspace.reread()
        workspace.library.add([str(resources.folder("samples"))], stdin=bytes)
        workspace.desk.new(pick=True, maximum=8, since=timedelta(days=21))
        yield workspace


@contextmanager
def preview(root: Path) -> Iterator[tuple[int, str]]:
    """`newsletter preview 1` while it is needed: its process and the page's address."""
    command = [sys.executable, "-m", "newsletter", "-C", str(root), "preview", "1", "--no-browser"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1", "COLUMNS": "200"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            found = re.search(r"http://\S+", ready)
            if found is None:
                raise RuntimeError(f"the preview did not begin: {ready!r}")
            yield process.pid, found[0]
        finally:
            process.terminate()


@contextmanager
def chromium() -> Iterator[Browser | str]:
    """Chromium while it is needed, or how to get what is missing."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright import sync_api
    except ImportError:
        yield "playwright is not installed (the dev extra has it: pip install -e '.[dev]')"
        return
    if path is None:
        yield "there is no Chromium (Debian: apt-get install chromium)"
        return
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":
    main()
