"""The real mail in a real browser: nothing scrolls sideways, nothing runs, dark is dark, and every word is literal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.models import Article, Block, Issue, Pick, Quote, Section, Sponsor, Summary, fill
from newsletter.render import Masthead, Renderer
from newsletter.resources import folder
from newsletter.text.contrast import ENOUGH, contrast

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]

VALUES = {
    "unsubscribe_url": "https://letter.example.org/u/token?a=1&b=2",
    "view_url": "https://letter.example.org/v/token",
    "subscriber.name": "Zoë <script>window.ran = 1</script>",
    "subscriber.email": "zoe@example.org",
}

HOSTILE = [
    "❤️ VS16 and 👩‍👩‍👧 ZWJ",
    "हिन्दी में क्षत्रिय",
    "العَرَبِيَّة ثم English",
    "עִבְרִית וניקוד",
    "10\u00a0000\u00a0€",
    "q\u0323\u0302 combining",
    "C:\\new\\table \\u{200d}",
    '\'mixed …"…\' "quotes"',
    "{{ 7*7 }}",
    "{% raw %}",
    "</mj-text><mj-raw><script>window.ran = 1</script>",
    "]]> and <!-- this",
    "<img src=x onerror='window.ran = 1'>",
    "&lt;b&gt; &#39; &nbsp;",
    "Donau" + "dampfschifffahrts" * 12 + "kapitän",
    "https://x.example/" + "very-long-path/" * 20,
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium here (Debian: apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (the dev extra has it)")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def mail(texts: list[str], theme: str = "digest", language: str = "en") -> str:
    """An issue with one article for each text, which stands in every place that takes text."""
    articles = {number: _article(number, text) for number, text in enumerate(texts, start=1)}
    plain = [text.replace("{{", "{ {") for text in texts]
    picks = [
        Pick(n, a.title, Summary(texts[n - 1], "editor"), note=plain[n - 1] if n % 3 == 0 else "")
        for n, a in articles.items()
    ]
    issue = Issue(
        number=7,
        title=texts[0],
        subject=texts[0],
        preheader=texts[-1].replace("{{", "{ {"),
        intro="Hello {{ subscriber.name }},\n\n" + "\n\n".join(t.replace("{{", "{ {") for t in texts),
        outro="> " + texts[-1].replace("{{", "{ {"),
        sections=tuple(Section(p.headline, (p,)) for p in picks),
        sponsors=tuple(Sponsor(text, after) for after, text in enumerate(plain)),
    )
    masthead = Masthead(
        name="The Native Layer",
        sender="The Native Layer <letter@example.org>",
        base_url="https://letter.example.org",
        postal_address="12 Compiler Street\n1010 Example Town",
        language=language,
    )
    renderer = Renderer([folder("templates") / "email"], theme)
    date = datetime(2026, 11, 20, tzinfo=UTC)
    others = {
        n: [replace(a, id=1000 + n, url="https://y.example/", site=f"Also {a.title}")] for n, a in articles.items()
    }
    edition = renderer.render(issue, articles, masthead, secret=b"secret", date=date, others=others)
    return fill(edition.variants[0].html, VALUES)


def _article(number: int, text: str) -> Article:
    fresh = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    aside = f"{text[:120]} {fresh}"
    article = Article(
        title=text,
        source="x",
        key=f"x{number}",
        url="https://x.example/?a=1&b=<2>",
        authors=(text,),
        site=text,
        published=datetime(2025, 1, 2, tzinfo=UTC),
        image="https://x.example/a.png",
        image_alt=text,
        blocks=(Block("paragraph", text),),
    )
    return replace(article, takeaways=(aside,)) if number % 4 == 1 else replace(article, quotes=(Quote(aside, text),))


THEMES = ("digest", "links", "magazine")


@pytest.fixture(scope="module")
def hostile() -> str:
    return mail(HOSTILE)


@pytest.fixture(scope="module")
def in_themes() -> dict[tuple[str, str], str]:
    """The hostile mail by theme and language: English runs from left to right, Arabic from right to left."""
    return {(theme, language): mail(HOSTILE, theme, language) for theme in THEMES for language in ("en", "ar")}


def opened(browser: Browser, html: str, width: int, scheme: Any = "light") -> Page:
    """The mail in a page of its own; every request is answered with nothing, and remembered."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.route("**/*", lambda route: route.abort())
    page.set_content(html, wait_until="load")
    return page


@pytest.mark.parametrize("width", [375, 600, 1000])
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("theme", THEMES)
def test_nothing_scrolls_sideways_or_stands_on_something_else(
    theme: str, language: str, width: int, browser: Browser, in_themes: dict[tuple[str, str], str]
) -> None:
    page = opened(browser, in_themes[theme, language], width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    outside = page.evaluate(
        """width => [...document.querySelectorAll('h1,h2,h3,p,a,td,img,li')]
            .filter(e => { const b = e.getBoundingClientRect(); return b.right > width + 0.5 || b.left < -0.5 })
            .map(e => e.outerHTML.slice(0, 80))""",
        width,
    )
    assert outside == []
    overlapping = page.evaluate(
        """() => {
            const boxes = [...document.querySelectorAll('h1,h2,h3,p,li,blockquote')]
                .filter(e => !e.querySelector('p,li') && e.getClientRects().length)
                .map(e => [e, e.getBoundingClientRect()])
            return boxes.flatMap(([e, a], at) => boxes.slice(at + 1).filter(([f, b]) => !e.contains(f)
                && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
                .map(([f]) => [e.outerHTML.slice(0, 60), f.outerHTML.slice(0, 60)]))
        }"""
    )
    assert overlapping == []
    page.close()


@pytest.mark.parametrize("theme", THEMES)
def test_from_right_to_left_the_text_begins_on_the_right(
    theme: str, browser: Browser, in_themes: dict[tuple[str, str], str]
) -> None:
    """Not only aligned: a sentence's full stop stands at its left end, since the direction itself is rtl."""
    page = opened(browser, in_themes[theme, "ar"], 600)
    found = page.evaluate(
        """() => [...document.querySelectorAll('h1,h2,.meta,.sum,.label,.also,.foot')].filter(e => !e.dir)
            .map(e => [e.className, getComputedStyle(e).direction, getComputedStyle(e).textAlign])"""
    )
    assert found
    assert [one for one in found if one[1] != "rtl" or one[2] not in ("right", "start")] == []
    page.close()


@pytest.mark.parametrize("theme", THEMES)
def test_no_text_of_a_theme_is_below_14_px(theme: str, browser: Browser, in_themes: dict[tuple[str, str], str]) -> None:
    for width in (375, 1000):
        page = opened(browser, in_themes[theme, "en"], width)
        sizes = page.evaluate(
            """() => [...document.querySelectorAll('p, h1, h2, h3, li, blockquote, .t a, img, .no')]
                .filter(e => (e.textContent || e.alt || '').trim() && e.getClientRects().length)
                .map(e => [e.className, parseFloat(getComputedStyle(e).fontSize)])"""
        )
        assert [size for size in sizes if size[1] < 14] == []
        page.close()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_really_behind_it(
    theme: str, scheme: str, browser: Browser, in_themes: dict[tuple[str, str], str]
) -> None:
    page = opened(browser, in_themes[theme, "en"], 600, scheme)
    pairs = page.evaluate(
        """() => {
            const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor
                if (c !== 'rgba(0, 0, 0, 0)') return c } return 'rgb(255, 255, 255)' }
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = {}
            for (let n; n = walker.nextNode();) {
                const e = n.parentElement
                if (!n.data.trim() || e.closest('style') || !e.getClientRects().length) continue
                if (getComputedStyle(e).visibility === 'hidden' || e.getBoundingClientRect().height < 4) continue
                found[getComputedStyle(e).color + '|' + ground(e)] = e.outerHTML.slice(0, 100)
            }
            return found
        }"""
    )
    poor = {pair: where for pair, where in pairs.items() if contrast(*map(_hex, pair.split("|"))) < ENOUGH}
    assert poor == {}
    page.close()


def _hex(colour: str) -> str:
    channels = [int(c) for c in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def test_hostile_text_is_literal_everywhere_and_nothing_runs(browser: Browser, hostile: str) -> None:
    page = opened(browser, hostile, 600)
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.querySelectorAll('script, [onerror], [onload]').length") == 0
    assert page.evaluate("document.compatMode") == "CSS1Compat"
    for selector in ("h2", "h3", "p.sum"):
        assert page.evaluate("s => [...document.querySelectorAll(s)].map(e => e.textContent)", selector) == HOSTILE
    metas = page.evaluate("[...document.querySelectorAll('p.meta')].map(e => e.textContent)")
    assert all(meta.startswith(text) for meta, text in zip(metas, HOSTILE, strict=True))
    assert page.evaluate("document.querySelector('h1').textContent") == HOSTILE[0]
    assert page.evaluate("document.querySelector('img').alt") == HOSTILE[0]
    assert page.evaluate("document.title") == f"The Native Layer – {HOSTILE[0]}"
    page.close()


def test_a_subscribers_name_is_text_and_their_links_are_whole(browser: Browser, hostile: str) -> None:
    page = opened(browser, hostile, 600)
    assert page.evaluate("document.querySelector('.say p').textContent") == f"Hello {VALUES['subscriber.name']},"
    links = page.evaluate("Object.fromEntries([...document.links].map(a => [a.textContent, a.href]))")
    assert links["Unsubscribe"] == VALUES["unsubscribe_url"]
    assert links["Read in your browser"] == VALUES["view_url"]
    page.close()


_COLOURS = """() => Object.fromEntries(['.paper', '.sheet', '.sheet > table', 'h1', '.meta', '.sum', '.go', '.point',
    '.b td', '.b td a'].map(s => {
        const style = getComputedStyle(document.querySelector(s))
        return [s, [style.backgroundColor, style.color]]
    }))"""


def test_dark_mode_changes_grounds_and_text(browser: Browser, hostile: str) -> None:
    light, dark = (opened(browser, hostile, 600, scheme).evaluate(_COLOURS) for scheme in ("light", "dark"))
    for selector in (".paper", ".sheet", ".sheet > table", ".point", ".b td"):
        assert light[selector][0] != dark[selector][0], selector
    for selector in ("h1", ".meta", ".sum", ".go", ".b td a"):
        assert light[selector][1] != dark[selector][1], selector
    assert _brightness(dark[".sheet"][0]) < 60 < 180 < _brightness(dark["h1"][1])


def test_outlooks_own_dark_mode_gets_the_same_colours(browser: Browser, hostile: str) -> None:
    """Outlook marks a parent of the mail with data-ogsc (colours) and data-ogsb (grounds)."""
    page = opened(browser, hostile, 600)
    page.evaluate("for (const a of ['data-ogsc', 'data-ogsb']) document.documentElement.setAttribute(a, '')")
    marked = page.evaluate(_COLOURS)
    dark = opened(browser, hostile, 600, "dark").evaluate(_COLOURS)
    grounds, texts = (
        (".paper", ".sheet", ".sheet > table", ".point"),
        ("h1", ".meta", ".sum", ".go", ".b td a"),
    )
    assert [marked[s][0] for s in grounds] == [dark[s][0] for s in grounds]
    assert [marked[s][1] for s in texts] == [dark[s][1] for s in texts]


def _brightness(colour: str) -> float:
    channels = [int(c) for c in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    return sum(channels) / 3


@pytest.mark.parametrize("width", [375, 1000])
def test_running_text_is_at_least_16_px(width: int, browser: Browser, hostile: str) -> None:
    page = opened(browser, hostile, width)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('p, h1, h2, h3, li, blockquote, .t a')]
            .filter(e => e.textContent.trim()).map(e => [e.className, parseFloat(getComputedStyle(e).fontSize)])"""
    )
    floor = 16 if width == 375 else 15
    assert [size for size in sizes if size[1] < floor] == []
    page.close()
