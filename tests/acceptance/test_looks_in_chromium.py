"""Every theme in light and dark, on a phone, a tablet and a desktop, from left to right and from right to left.

Nothing scrolls sideways, overlaps or is cut off; axe finds nothing serious; and all looks as it was approved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.app import specimen
from newsletter.models import fill
from newsletter.render import Masthead, Renderer
from newsletter.resources import folder
from tests.acceptance import looks
from tests.acceptance.arabic import arabic
from tests.acceptance.chromium import launched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

THEMES, SCHEMES, WIDTHS, DIRECTIONS = (
    ("digest", "links", "magazine"),
    ("light", "dark"),
    (375, 600, 1000),
    {"ltr": "en", "rtl": "ar"},
)
VALUES = {
    "unsubscribe_url": "https://letter.example.org/u/token",
    "view_url": "https://letter.example.org/v/token",
    "subscriber.email": "zoe@example.org",
}
Open = Callable[..., "Page"]

#: Where each of the names begins in the first line of facts, in CSS pixels from the left.
_LEFTS = """names => {
    const walk = document.createTreeWalker(document.querySelector('.meta'), NodeFilter.SHOW_TEXT), found = {}
    for (let text = walk.nextNode(); text; text = walk.nextNode())
        for (const name of names.filter(one => text.data.includes(one))) {
            const range = document.createRange(), at = text.data.indexOf(name)
            range.setStart(text, at), range.setEnd(text, at + name.length)
            found[name] = range.getBoundingClientRect().left
        }
    return names.map(name => found[name])
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


sample_issue = cache(specimen.make)


@cache
def page_of(theme: str, direction: str, language: str = "") -> str:
    """The sample issue, which has every block, as one subscriber gets it; from right to left, in Arabic."""
    sample = arabic(sample_issue()) if direction == "rtl" else sample_issue()
    return printed(sample, theme, language or DIRECTIONS[direction])


def printed(sample: specimen.Specimen, theme: str, language: str) -> str:
    """A sample issue in a newsletter of that language."""
    masthead = Masthead(
        name="The Native Layer",
        sender="The Native Layer <letter@example.org>",
        base_url="https://letter.example.org",
        postal_address="12 Compiler Street\n1010 Example Town",
        language=language,
    )
    edition = Renderer([folder("templates") / "email"], theme).render(
        sample.issue,
        sample.articles,
        masthead,
        secret=b"secret",
        date=datetime(2026, 11, 19, tzinfo=UTC),
        others=sample.others,
    )
    return specimen.standing_alone(fill(edition.variants[0].html, VALUES))


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Opens a page in a context of its own: any request but for what the page carries in itself is refused."""
    contexts = []

    def opens(theme: str, scheme: Any, width: int, direction: str, language: str = "") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        contexts.append(context)
        context.route("**/*", lambda route: route.abort())
        page = context.new_page()
        page.set_content(page_of(theme, direction, language), wait_until="load")
        return page

    yield opens
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("theme", "scheme", "width", "direction"), list(product(THEMES, SCHEMES, WIDTHS, DIRECTIONS)))
def test_it_looks_as_approved_and_nothing_is_out_of_place(
    theme: str, scheme: str, width: int, direction: str, opened: Open
) -> None:
    page = opened(theme, scheme, width, direction)
    assert page.evaluate("getComputedStyle(document.querySelector('[role=article]')).direction") == direction
    assert page.evaluate(looks.FAULTS, width) == []
    assert width > 480 or page.evaluate(looks.CRAMPED, 36) == []
    assert serious(page) == []
    looks.compare(page, f"{theme}-{scheme}-{width}-{direction}")


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "it", "nl", "pl", "pt-PT"])
@pytest.mark.parametrize("theme", THEMES)
def test_in_longer_languages_and_on_small_phones_nothing_is_out_of_place_either(
    theme: str, language: str, opened: Open
) -> None:
    page = opened(theme, "light", 320, "ltr", language)
    for width in (320, 375, 560, 600):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(looks.FAULTS, width) == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_list_of_links_is_in_the_pictures(theme: str, opened: Open) -> None:
    """In the theme "links" it is cards without a summary."""
    listed = ".it:not(:has(.sum)) .head" if theme == "links" else ".list li .to"
    assert opened(theme, "light", 600, "ltr").locator(listed).count() == 3


@pytest.mark.parametrize(
    ("language", "authors"),
    [
        ("ar", ("Ada Quint", "Bea Lund")),
        ("ar", ("Ada Quint", "Bea Lund", "Cia Moor")),
        ("ar", ("Ada Quint", "مارا إلينغسون")),
        ("ar", ("مارا إلينغسون", "Ada Quint")),
        ("he", ("Ada Quint", "מרים לוי", "Bea Lund")),
        ("en", ("ראובן כהן", "שמעון לוי")),
        ("en", ("ראובן כהן", "Ada Quint")),
        ("ja", ("ראובן כהן", "שמעון לוי", "Ada Quint")),
    ],
)
def test_names_in_any_letters_follow_each_other_as_the_newsletter_runs(
    language: str, authors: tuple[str, ...], browser: Browser
) -> None:
    sample = sample_issue()
    named = {number: replace(article, authors=authors) for number, article in sample.articles.items()}
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.set_content(printed(replace(sample, articles=named), "digest", language))
    lefts = page.evaluate(_LEFTS, list(authors))
    assert lefts == sorted(lefts, reverse=language in ("ar", "he"))
    assert len(set(lefts)) == len(authors)
    page.close()


@pytest.mark.parametrize("change", [{}, {"intro": ""}, {"title": ""}, {"intro": "", "title": ""}])
def test_the_digests_first_section_has_no_rule_under_the_mastheads(change: dict[str, str], browser: Browser) -> None:
    sample = sample_issue()
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.set_content(printed(replace(sample, issue=replace(sample.issue, **change)), "digest", "en"))
    rules = page.evaluate("[...document.querySelectorAll('.sec')].map(e => getComputedStyle(e).borderTopWidth)")
    assert rules == ["0px" if len(change) == 2 else "2px", "2px", "2px"]
    page.close()


def serious(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical, with the first element of each."""
    axe = pytest.importorskip("axe_playwright_python", reason="axe is not installed (the dev extra has it)")
    page.evaluate(resources.files(axe).joinpath("axe.min.js").read_text("utf-8"))
    violations = page.evaluate("() => axe.run({resultTypes: ['violations']}).then(found => found.violations)")
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:120]}"
        for one in violations
        if one["impact"] in {"serious", "critical"}
    ]


class TestTheEyes:
    """What would show nothing if it saw nothing: each fault is put into a page, and found."""

    def test_a_wide_box_an_overlap_and_a_cut_are_found(self, opened: Open) -> None:
        page = opened("digest", "light", 375, "ltr")
        page.add_style_tag(content="h1 { width: 900px } .head { margin-bottom: -20px } .who { margin-left: -40px }")
        page.evaluate("document.querySelector('.sum').parentElement.style = 'overflow: hidden; height: 40px'")
        found = "\n".join(page.evaluate(looks.FAULTS, 375))
        for fault in ("scrolls to", "sticks out: <h1", "overlaps", "is cut off: <p"):
            assert fault in found

    def test_a_dot_at_the_end_of_a_line_and_a_link_too_small_for_a_finger_are_found(self, opened: Open) -> None:
        page = opened("digest", "light", 375, "ltr")
        page.add_style_tag(content=".meta .dot { display: inline !important } .foot .go { padding: 0 !important }")
        assert 'a line ends in a dot: <p class="meta"' in "\n".join(page.evaluate(looks.FAULTS, 375))
        assert len(page.evaluate(looks.CRAMPED, 36)) == 2

    def test_axe_finds_a_picture_without_words_and_faint_text(self, opened: Open) -> None:
        page = opened("digest", "light", 375, "ltr")
        page.evaluate("document.querySelector('img').removeAttribute('alt')")
        page.add_style_tag(content=".meta { color: #ccc !important }")
        found = " ".join(serious(page))
        assert "image-alt" in found
        assert "color-contrast" in found

    @pytest.mark.parametrize(
        "change",
        [
            ".sum { font-size: 19px !important }",
            ".b td, .b a { background: #fff !important }",
            ".t { text-align: right !important } .t p { text-align: right }",
            ".foot { display: none }",
        ],
    )
    def test_a_changed_look_is_seen(self, change: str, opened: Open) -> None:
        page = opened("digest", "light", 375, "ltr")
        before = looks.picture(page)
        assert looks.differing(before, looks.picture(page)) == 0
        page.add_style_tag(content=change)
        assert looks.differing(before, looks.picture(page)) > looks.MAY_DIFFER
