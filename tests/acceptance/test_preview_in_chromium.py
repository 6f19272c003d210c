"""The preview in a real browser: what an editor sees, and what a mail that means harm can't do there."""

from __future__ import annotations

import hashlib
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from newsletter.errors import NewsletterError, RenderError
from newsletter.models import Finding, PreviewPage, PreviewReader, TemplateLine
from newsletter.web.server import running
from newsletter.web.studio import Studio

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect
CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]

HEAD = """<!doctype html><html lang="en"><head><title>The mail</title><meta name="color-scheme" content="light dark">
<style>
body { margin: 0; background: rgb(255, 255, 255); color: rgb(20, 20, 20) }
#width { display: none }
@media (max-width: 480px) { #width { display: block } }
@media (prefers-color-scheme: dark) { body { background: rgb(10, 20, 30); color: rgb(230, 230, 230) } }
</style></head>"""
MAIL = f"""{HEAD}<body><h1>Order of Magnitude</h1><p id="width">on a phone</p>
<p><a id="out" href="LINK">Read the article</a></p>
{"<p>Python at the top, native code below.</p>" * 60}</body></html>"""

#: Everything a mail may try: each would leave a trace in the title, the address, the storage, or a request to `BEACON`.
HOSTILE = f"""{HEAD}<body onload="document.title = 'onload ran'">
<script>document.title = 'script ran'; fetch('BEACON/script')</script>
<script src="BEACON/script.js"></script>
<img src="data:image/png;base64,broken" onerror="document.title = 'onerror ran'; parent.document.title = 'reached out'">
<svg onload="document.title = 'svg ran'"><script>document.title = 'svg script ran'</script></svg>
<iframe src="BEACON/frame"></iframe><iframe srcdoc="<script>parent.document.title = 'srcdoc ran'</script>"></iframe>
<object data="BEACON/object"></object><embed src="BEACON/embed">
<link rel="stylesheet" href="BEACON/style.css"><style>@import url(BEACON/import.css);</style>
<meta http-equiv="refresh" content="0; url=BEACON/refresh">
<base href="BEACON/base/">
<form id="form" action="BEACON/form" method="post"><button id="submit">Press</button></form>
<p><a id="js" href="javascript:document.title='js ran';fetch('BEACON/js')">a script</a>
<a id="top" target="_top" href="BEACON/top">the whole window</a></p>
</body></html>"""


class Bench:
    """A desk whose issue the test changes; pages that look at it hear of each change."""

    def __init__(self, page: PreviewPage) -> None:
        self._page = page
        self._error: NewsletterError | None = None
        self._wakers: list[Callable[[], None]] = []

    @property
    def page(self) -> PreviewPage:
        return self._page

    @page.setter
    def page(self, page: PreviewPage) -> None:
        self._page = page
        self._wake()

    @property
    def error(self) -> NewsletterError | None:
        return self._error

    @error.setter
    def error(self, error: NewsletterError | None) -> None:
        self._error = error
        self._wake()

    def preview(self, number: int, reader: int = 0, version: str | None = None) -> PreviewPage:
        if self._error:
            raise self._error
        known = next((one for one in READERS if one.id == reader), PreviewReader(0))
        html = self._page.html.replace("NAME", known.name or "reader")
        return replace(self._page, number=number, html=html, reader=known, version=self.version(number, reader))

    def version(self, number: int, reader: int = 0) -> str:
        if self._error:
            raise self._error
        return hashlib.sha256(repr((number, reader, self._page)).encode()).hexdigest()[:16]

    def readers(self, words: str = "") -> list[PreviewReader]:
        return [one for one in READERS if words.lower() in str(one.name).lower()]

    def excerpt(self, fault: RenderError) -> tuple[TemplateLine, ...]:
        return (TemplateLine(13, "<mj-section>", False), TemplateLine(14, "  <mj-colum>" + "x" * 200, True))

    def listen(self, wake: Callable[[], None]) -> Callable[[], None]:
        self._wakers.append(wake)
        return lambda: self._wakers.remove(wake)

    def _wake(self) -> None:
        for wake in tuple(self._wakers):
            wake()


READERS = (PreviewReader(3, "Ada", "ada@example.org", "de"), PreviewReader(4, "Grace", "grace@example.org"))


def page_of(html: str) -> PreviewPage:
    return PreviewPage(
        number=12,
        title="Order of Magnitude #12",
        subject="The parser that got ten times faster, and what it cost the people who wrote it",
        preheader="Also: wheels for everybody, SQLite in the process, and a benchmark you can lose",
        sender="Order of Magnitude <digest@magnitude.press>",
        html=html,
        text="ORDER OF MAGNITUDE\n==================\n\nPython at the top, native code below.\n" + "wide" * 60 + "\n",
        html_bytes=52_000,
        findings=(Finding("links.missing", "warning", "article 3", "“Wheels” has no address", "give it one"),),
        version="",
    )


@pytest.fixture(scope="module")
def chromium() -> Iterator[sync_api.Browser]:
    if not CHROMIUM:
        pytest.skip("no chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@dataclass
class Window:
    """A browser window on the studio, and what the console said meanwhile."""

    page: sync_api.Page
    bench: Bench
    url: str
    console: list[str]

    def mail(self, device: str) -> sync_api.FrameLocator:
        return self.page.frame_locator(f".device.{device} iframe:not(.coming)")

    def choose(self, name: str) -> None:
        self.page.get_by_role("radio", name=name, exact=True).check()


@contextmanager
def window(
    chromium: sync_api.Browser, html: str = MAIL, *, width: int = 1600, query: str = "", scheme: str = "light"
) -> Iterator[Window]:
    bench = Bench(page_of(html))
    console: list[str] = []
    with running(Studio(bench, home=12)) as url:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        page.on("console", lambda message: console.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: console.append(f"uncaught: {error}"))
        page.goto(f"{url}/issues/12{query}")
        yield Window(page, bench, url, console)
        context.close()


@dataclass
class Beacon:
    url: str
    asked: list[str]


@pytest.fixture
def beacon() -> Iterator[Beacon]:
    """A server that remembers who asked it for anything."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<title>the article</title>")

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Beacon(f"http://127.0.0.1:{server.server_port}", asked)
    server.shutdown()
    server.server_close()


def test_a_wide_window_shows_phone_and_desktop_at_their_true_widths(chromium):
    with window(chromium) as shown:
        for device, width in (("phone", 375), ("desktop", 700)):
            body = shown.mail(device).locator("body")
            expect(body).to_be_visible()
            assert body.evaluate("() => [innerWidth, document.documentElement.clientWidth]") == [width, width]
        expect(shown.mail("phone").locator("#width")).to_be_visible()
        expect(shown.mail("desktop").locator("#width")).to_be_hidden()
        assert shown.console == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dark_is_dark_and_light_is_light_whatever_the_editors_own_system_is(chromium, scheme):
    colours = {}
    with window(chromium, query="?width=phone", scheme=scheme) as shown:
        for look in ("light", "dark"):
            shown.choose(look.capitalize())
            expect(shown.page.locator(f".device.phone iframe:not(.coming)[src*='/mail/{look}?']")).to_be_visible()
            body = shown.mail("phone").locator("body")
            expect(body).to_be_visible()
            colours[look] = body.evaluate("e => getComputedStyle(e).backgroundColor")
        assert shown.console == []
    assert colours == {"light": "rgb(255, 255, 255)", "dark": "rgb(10, 20, 30)"}


def test_the_plain_text_tab_shows_the_text_part(chromium):
    with window(chromium) as shown:
        text = shown.page.get_by_label("Plain text part")
        expect(text).to_be_hidden()
        shown.choose("Plain text")
        expect(text).to_contain_text("Python at the top, native code below.")
        expect(shown.page.locator(".device").first).to_be_hidden()


def test_the_choices_work_from_the_keyboard_and_outlive_a_reload(chromium):
    with window(chromium, query="?width=desktop") as shown:
        shown.page.locator("#part-mail").focus()
        shown.page.keyboard.press("Tab")
        shown.page.keyboard.press("ArrowLeft")
        shown.page.keyboard.press("Tab")
        shown.page.keyboard.press("ArrowRight")
        shown.page.keyboard.press("Tab")
        shown.page.keyboard.press("ArrowRight")
        wanted = shown.page.locator(".device.tablet iframe:not(.coming)[src*='/mail/dark?images=off']")
        expect(wanted).to_be_visible()
        shown.page.reload()
        expect(wanted).to_be_visible()
        expect(shown.page.locator(".device.desktop")).to_be_hidden()


def test_everything_is_reached_with_the_keyboard_and_has_a_name(chromium):
    with window(chromium, query="?width=phone") as shown:
        # A frame whose mail has not come is passed over; one that is there takes the focus a moment after the key.
        link = shown.mail("phone").locator("#out")
        expect(link).to_be_visible()
        for name in ("reader", "words", "part-mail", "width-phone", "look-light", "images-on"):
            shown.page.keyboard.press("Tab")
            expect(shown.page.locator(f"#{name}")).to_be_focused()
        shown.page.keyboard.press("Tab")
        expect(link).to_be_focused()
        assert shown.page.evaluate("() => document.activeElement.tagName") == "IFRAME"
        shown.page.keyboard.press("Tab")
        expect(shown.page.locator(".facts")).to_be_focused()
        nameless = """() => [
            ...document.querySelectorAll('input, select, iframe, meter, aside, [role=group], fieldset')]
            .filter(e => !(e.ariaLabel || e.title || e.labels?.length || e.querySelector('legend')
                || e.getAttribute('aria-labelledby'))).map(e => e.outerHTML.slice(0, 80))"""
        assert shown.page.evaluate(nameless) == []


@pytest.mark.parametrize("look", ["part", "whole"])
def test_a_forced_dark_mail_is_dark_and_keeps_its_words(chromium, look):
    with window(chromium, query=f"?width=phone&look={look}") as shown:
        body = shown.mail("phone").locator("body")
        expect(body).to_contain_text("Order of Magnitude")
        ground, ink = body.evaluate("e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]")
        assert max(int(part) for part in re.findall(r"\d+", ground)) < 0x30
        assert min(int(part) for part in re.findall(r"\d+", ink)) > 0xC0
        expect(shown.page.locator(".about")).to_contain_text("An approximation")


def test_pictures_are_loaded_unless_they_are_off(chromium, beacon):
    with window(chromium, MAIL.replace("</h1>", f"</h1><img src='{beacon.url}/a.png' alt='a chart'>")) as shown:
        expect(shown.mail("desktop").get_by_alt_text("a chart")).to_be_visible()
        assert beacon.asked
        shown.choose("No images")
        expect(shown.page.locator(".device.desktop iframe:not(.coming)[src*='images=off']")).to_be_visible()
        beacon.asked.clear()
        shown.page.reload()
        expect(shown.mail("desktop").get_by_alt_text("a chart")).to_be_visible()
    assert beacon.asked == []


def test_it_is_shown_as_a_subscriber_who_is_looked_up(chromium):
    with window(chromium, MAIL.replace("</h1>", "</h1><p id='hello'>Dear NAME</p>"), query="?width=phone") as shown:
        hello = shown.mail("phone").locator("#hello")
        expect(hello).to_have_text("Dear reader")
        shown.page.get_by_label("Find a subscriber").fill("grace")
        expect(shown.page.locator("#reader option")).to_have_count(2)
        shown.page.get_by_label("As", exact=True).select_option("4")
        expect(hello).to_have_text("Dear Grace")
        shown.page.reload()
        expect(hello).to_have_text("Dear Grace")
        assert shown.console == []


def test_the_source_can_be_read(chromium):
    with window(chromium) as shown:
        shown.choose("Source")
        expect(shown.page.get_by_label("Source of the HTML part")).to_contain_text('<meta name="color-scheme"')
        assert shown.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_change_in_the_mail_takes_the_place_of_the_old_one_without_a_flash(chromium):
    with window(chromium, query="?width=phone") as shown:
        expect(shown.mail("phone").locator("h1")).to_be_visible()
        shown.page.evaluate("""() => {
            window.bare = 0;
            new MutationObserver(() => {
                if (!document.querySelector(".phone iframe:not(.coming)")) window.bare++;
            }).observe(document.querySelector(".phone .frames"), { childList: true });
        }""")
        length = shown.page.evaluate("() => history.length")
        for turn in range(3):
            shown.bench.page = replace(shown.bench.page, html=MAIL.replace("Order of Magnitude", f"Turn {turn}"))
            expect(shown.mail("phone").locator("h1")).to_have_text(f"Turn {turn}")
        assert shown.page.evaluate("() => window.bare") == 0
        assert shown.page.evaluate("() => history.length") == length
        assert shown.page.locator(".phone iframe").count() == 1


@pytest.mark.parametrize("query", ["", "?part=text", "?part=source", "?width=both&look=dark", "?width=tablet"])
def test_the_page_never_scrolls_sideways(chromium, query):
    with window(chromium, query=query) as shown:
        for width in (320, 375, 768, 1000, 1440):
            shown.page.set_viewport_size({"width": width, "height": 800})
            assert shown.page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_a_change_is_shown_at_once_and_the_editors_choices_stay(chromium):
    with window(chromium, query="?width=phone&look=dark") as shown:
        expect(shown.mail("phone").locator("h1")).to_have_text("Order of Magnitude")
        shown.page.evaluate("() => { window.same = true }")
        shown.bench.page = replace(
            shown.bench.page, html=MAIL.replace("Order of Magnitude", "Changed"), subject="New words"
        )
        expect(shown.page.locator(".phone .subject")).to_have_text("New words")
        expect(shown.mail("phone").locator("h1")).to_have_text("Changed")
        assert shown.page.evaluate("() => window.same"), "the page itself is not loaded anew"
        assert shown.page.title().startswith("New words")
        assert shown.console == []


def test_a_template_fault_replaces_the_mail_until_it_is_mended(chromium):
    with window(chromium) as shown:
        expect(shown.mail("desktop").locator("h1")).to_be_visible()
        shown.bench.error = RenderError("digest/issue.mjml", "unknown tag <mj-colum>", 14, 3)
        shown.bench.page = replace(shown.bench.page, subject="broken meanwhile")
        expect(shown.page.get_by_role("alert")).to_contain_text("digest/issue.mjml:14:3")
        expect(shown.page.get_by_role("alert")).to_contain_text("unknown tag <mj-colum>")
        expect(shown.page.locator(".at-fault")).to_contain_text("14 <mj-colum>")
        shown.page.set_viewport_size({"width": 320, "height": 800})
        assert shown.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        shown.page.set_viewport_size({"width": 1600, "height": 900})
        shown.bench.error = None
        shown.bench.page = replace(shown.bench.page, subject="mended")
        expect(shown.mail("desktop").locator("h1")).to_be_visible()
        assert shown.console == []


def test_nothing_in_a_hostile_mail_runs_loads_or_navigates(chromium, beacon):
    with window(chromium, HOSTILE.replace("BEACON", beacon.url), query="?width=desktop") as shown:
        mail = shown.mail("desktop")
        for trap in ("#js", "#top", "#submit"):
            mail.locator(trap).click(no_wait_after=True)
        shown.page.wait_for_timeout(400)
        body = mail.locator("body")
        assert body.evaluate("() => document.title") == "The mail"
        assert body.evaluate("() => self.origin") == "null"
        assert shown.page.title().startswith("The parser")
        assert shown.page.url.startswith(shown.url)
    assert beacon.asked == []


def test_a_hostile_mail_opened_on_its_own_is_as_powerless(chromium, beacon):
    with window(chromium, HOSTILE.replace("BEACON", beacon.url)) as shown:
        shown.page.goto(f"{shown.url}/issues/12/mail/dark")
        shown.page.wait_for_timeout(200)
        assert shown.page.title() == "The mail"
        assert shown.page.evaluate("() => self.origin") == "null"
    assert beacon.asked == []


def test_a_link_in_the_mail_opens_a_tab_that_knows_nothing_of_the_studio(chromium, beacon):
    with window(chromium, MAIL.replace("LINK", f"{beacon.url}/article"), query="?width=desktop") as shown:
        with shown.page.expect_popup() as opened:
            shown.mail("desktop").locator("#out").click()
        opened.value.wait_for_load_state()
        assert opened.value.title() == "the article"
        assert opened.value.evaluate("() => [document.referrer, window.opener]") == ["", None]
        assert shown.page.url.startswith(shown.url)
