"""Pictures in a rendering: the size and source that the renderer is handed, and an alternative text, always."""

from __future__ import annotations

import lxml.html
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.models import Enclosed, Variant, fill
from newsletter.render import Renderer, Shown
from newsletter.resources import folder
from tests.render.conftest import DATE, SECRET, Digest

THEMES = {name: Renderer([folder("templates") / "email"], name) for name in ("digest", "links", "magazine")}
PICTURE = Enclosed("abc@newsletter", "image/png", "AAAA")


def enclosing(address: str, width: int, widest: int) -> Shown | None:
    return Shown(f"cid:{PICTURE.cid}", width, width // 2, PICTURE) if address != "broken.png" else None


def variant(theme: str, digest: Digest, pictures: object = enclosing) -> Variant:
    edition = THEMES[theme].render(
        digest.issue,
        digest.articles,
        digest.masthead,
        secret=SECRET,
        date=DATE,
        pictures=pictures,  # type: ignore[arg-type]  # one of the functions here
    )
    return edition.variants[0]


def images(made: Variant) -> list[lxml.html.HtmlElement]:
    return list(lxml.html.fromstring(fill(made.html, {})).iter("img"))


@pytest.fixture
def everywhere(digest: Digest) -> Digest:
    """The digest with a picture, a file, on every article."""
    for number in range(1, 11):
        digest = digest.with_article(number, image="pictures/a.png", image_alt=None)
    return digest


@pytest.mark.parametrize(("theme", "count"), [("digest", 1), ("links", 0), ("magazine", 10)])
def test_each_theme_says_where_and_the_renderer_how_large(theme: str, count: int, everywhere: Digest) -> None:
    made = variant(theme, everywhere)
    found = images(made)
    assert len(found) == count
    for image in found:
        assert int(image.get("width")) == 2 * int(image.get("height"))
        assert f"max-width:{image.get('width')}px" in image.get("style")
        assert "height:auto" in image.get("style")
    assert made.pictures == ((PICTURE,) if count else ())


@pytest.mark.parametrize("theme", THEMES)
def test_what_can_not_be_shown_leaves_no_trace(theme: str, everywhere: Digest) -> None:
    bare = everywhere
    for number in range(1, 11):
        everywhere, bare = everywhere.with_article(number, image="broken.png"), bare.with_article(number, image=None)
    shown, without = variant(theme, everywhere), variant(theme, bare)
    assert lxml.html.fromstring(fill(shown.html, {})).text_content() == (
        lxml.html.fromstring(fill(without.html, {})).text_content()
    )
    assert not images(shown)


def test_without_a_word_about_pictures_files_are_left_out_and_addresses_linked(digest: Digest) -> None:
    edition = THEMES["magazine"].render(
        digest.with_article(2, image="pictures/a.png").issue,
        digest.with_article(2, image="pictures/a.png").articles,
        digest.masthead,
        secret=SECRET,
        date=DATE,
    )
    assert [image.get("src") for image in images(edition.variants[0])] == [
        "https://nativelayer.example/images/parser.png"
    ]


blank = st.sampled_from([None, "", " ", "\u200b", "\x00", "\u00a0", "A chart"])


@pytest.mark.parametrize("theme", ["digest", "magazine"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(alt=blank, title=blank, site=blank)
def test_every_picture_has_an_alternative_text_whatever_is_not_known(
    theme: str, alt: str | None, title: str | None, site: str | None, everywhere: Digest
) -> None:
    odd = everywhere.with_article(1, image_alt=alt, title=title or "", site=site).with_pick(1, headline=title or "")
    found = images(variant(theme, odd))
    assert found
    assert all((image.get("alt") or "").strip() for image in found)
