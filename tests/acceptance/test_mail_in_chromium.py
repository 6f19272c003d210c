"""The real mail in a real browser: nothing scrolls sideways, nothing runs, dark is dark, and every word is literal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.text.contrast import ENOUGH, contrast
from tests.acceptance.chromium import launched
from tests.acceptance.hostile import HOSTILE, THEMES, VALUES, mail

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


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
