"""The pictures of README and docs, taken from the real output: the demo's mail, the preview page, and every theme.

Needs Chromium (Debian's, or the one CHROMIUM names). Fonts differ between machines, and so do the pictures.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from newsletter.app import demo
from newsletter.app.workspace import Workspace
from newsletter.web import studio
from newsletter.web.server import running

IMAGES = Path(__file__).resolve().parent / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


def main() -> int:
    """Take the pictures; answers the exit code."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        print("no Chromium: install Debian's package chromium, or set CHROMIUM", file=sys.stderr)
        return 1
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        done = demo.run(Path(folder) / "demo")
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
            mail = done.files.html.as_uri()
            _shoot(browser, mail, "mail-desktop.png", 760, 1300, dark=False)
            _shoot(browser, mail, "mail-desktop-dark.png", 760, 1300, dark=True)
            _shoot(browser, mail, "mail-phone.png", 375, 1300, dark=False)
            _shoot(browser, mail, "mail-phone-dark.png", 375, 1300, dark=True)
            with Workspace(done.workspace) as workspace, running(studio.Studio(workspace.proofs)) as url:
                _shoot(browser, f"{url.rstrip('/')}/issues/1", "preview.png", 1280, 900, dark=False)
                for theme in ("digest", "links", "magazine"):
                    page = Path(folder) / f"{theme}.html"
                    workspace.themes.preview(theme, page)
                    _shoot(browser, page.as_uri(), f"theme-{theme}.png", 720, 1100, dark=False)
                    _shoot(browser, page.as_uri(), f"theme-{theme}-dark.png", 375, 1100, dark=True)
            browser.close()
    return 0


def _shoot(browser: Browser, url: str, name: str, width: int, height: int, *, dark: bool) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        device_scale_factor=1,
    )
    page.goto(url)
    page.wait_for_load_state("load")
    page.wait_for_timeout(500)  # the preview's script loads the mail; its feed never lets the network be idle
    page.screenshot(path=IMAGES / name)
    page.close()
    print(IMAGES / name)


if __name__ == "__main__":
    sys.exit(main())
