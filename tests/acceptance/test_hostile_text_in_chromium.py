"""Whatever an article or an editor's text says, a browser shows it letter for letter, in every place and theme."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.models import fill
from tests.acceptance.chromium import launched
from tests.acceptance.hostile import HOSTILE, THEMES, VALUES, listed, made

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: By selector, the text content of all its elements, without the isolates around names; pictures by their alt text.
_TEXTS = r"""selectors => Object.fromEntries(selectors.map(s =>
    [s, [...document.querySelectorAll(s)].map(e => (e.alt ?? e.textContent).replace(/[\u2066-\u2069]/g, ''))]))"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with launched() as browser:
        page = browser.new_page(viewport={"width": 600, "height": 800})
        page.route("**/*", lambda route: route.abort())
        yield page


def texts(page: Page, *selectors: str) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(_TEXTS, list(selectors))
    return found


@pytest.mark.parametrize("kind", ["takeaway", "quote"])
@pytest.mark.parametrize("theme", THEMES)
def test_every_text_is_literal_in_every_place_and_nothing_runs(theme: str, kind: str, page: Page) -> None:
    for shown in (HOSTILE, HOSTILE[1:] + HOSTILE[:1]):  # an aside never follows an aside: turned by one, all have one
        mail = made(shown, theme, kind=kind)
        page.set_content(mail.html)
        assert page.evaluate("window.ran") is None
        assert page.evaluate("document.querySelectorAll('script, iframe, [onerror], [onload]').length") == 0
        assert page.evaluate("document.compatMode") == "CSS1Compat"
        _articles(page, theme, shown)
        _asides(page, theme, mail.asides)
        _editors(page, shown)
        assert fill(mail.variant.subject, {}) == shown[0]
        assert fill(mail.variant.preheader, {}) == shown[-1]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("theme", THEMES)
def test_headlines_and_outlets_are_literal_in_a_list_too(theme: str, language: str, page: Page) -> None:
    page.set_content(listed(HOSTILE, theme, language))
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.querySelectorAll('script, iframe, [onerror], [onload]').length") == 0
    cards = theme == "links"  # its lists are cards without a summary
    headline, linked = (".it .head", ".it .head a") if cards else (".list a.to, .list li > bdi", ".list a.to")
    outlet = ".it .meta > bdi:first-child" if cards else ".list .by > bdi:first-child"
    found = texts(page, headline, linked, outlet)
    assert found[headline] == HOSTILE, "headlines"
    assert found[linked] == HOSTILE[1::2], "those with an address"
    assert found[outlet] == HOSTILE, "outlets"


def _articles(page: Page, theme: str, shown: list[str]) -> None:
    first, second = ".meta > bdi:nth-child(1)", ".meta > bdi + bdi, .meta > bdi + .dot + .when > bdi:only-child"
    found = texts(page, "h1", "h2", "h3", "p.sum:not(:has(.label))", first, second, ".also bdi", ".kick", "img")
    assert found["h1"] == [shown[0]]
    assert found["h2"] == shown, "section titles"
    assert found["h3"] == shown, "headlines"
    assert found["p.sum:not(:has(.label))"] == shown, "summaries"
    assert found[first] == shown, "outlets"
    assert found[second] == [f"By {text}" for text in shown], "authors"
    assert found[".also bdi"] == [f"Also {text}" for text in shown]
    assert found[".kick"] == (shown if theme == "magazine" else []), "categories"
    assert found["img"] == {"magazine": shown, "digest": shown[:1], "links": []}[theme], "alt texts"
    assert page.title() == f"The Native Layer – {shown[0]}"


def _asides(page: Page, theme: str, asides: Any) -> None:
    chosen = [aside for aside in (asides[:1] if theme == "links" else asides) if aside]
    found = texts(page, ".said", ".quote", ".who", "p.sum:has(.label)")
    if chosen[0].kind == "quote":
        assert found[".quote"] == [f"“{aside.text}”" for aside in chosen]
        assert found[".who"] == [aside.attribution for aside in chosen]
    elif theme == "links":
        assert found["p.sum:has(.label)"] == [f"The takeaway: {chosen[0].text}"]
    else:
        assert found[".said"] == [aside.text for aside in chosen]


def _editors(page: Page, shown: list[str]) -> None:
    found = texts(page, ".say:not(.small) p", ".say blockquote p", ".note .say p", ".paid .say p")
    intro = [f"Hello {VALUES['subscriber.name']},", *shown]
    assert found[".say:not(.small) p"] == [*intro, shown[-1]], "intro and outro"
    assert found[".say blockquote p"] == shown[-1:], "outro"
    assert found[".note .say p"] == shown, "notes"
    assert found[".paid .say p"] == shown, "sponsors"
    hidden = page.evaluate("document.body.querySelector('div').textContent")
    assert hidden.startswith(shown[-1]), "preheader"
