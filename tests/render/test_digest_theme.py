"""The shipped theme "digest": light enough, legible, accessible, and without holes."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import lxml.html
import pytest

from newsletter.models import Article, Section, Variant, fill
from newsletter.resources import folder

if TYPE_CHECKING:
    from .conftest import Digest

    Rendered = Callable[[Digest], Variant]

VALUES = {"unsubscribe_url": "https://x.example/u", "view_url": "https://x.example/v"}


def page_of(variant: Variant) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(fill(variant.html, VALUES))


def test_ten_articles_are_at_most_52_kb_and_no_style_is_over_16_kb(digest: Digest, variant: Rendered) -> None:
    html = fill(variant(digest).html, VALUES)
    assert len(html.encode()) <= 52 * 1024
    assert all(len(style.text or "") < 16 * 1024 for style in lxml.html.fromstring(html).iter("style"))


def test_headings_have_one_h1_and_leave_no_level_out(digest: Digest, variant: Rendered) -> None:
    unnamed = Section("", digest.issue.sections[1].picks)
    mixed = digest.with_issue(sections=(digest.issue.sections[0], unnamed, digest.issue.sections[2]))
    for issue in (digest, mixed, digest.with_issue(title=""), digest.with_issue(title=digest.masthead.name)):
        levels = [int(h.tag[1]) for h in page_of(variant(issue)).xpath("//h1 | //h2 | //h3")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_layout_tables_say_that_they_are_layout(digest: Digest, variant: Rendered) -> None:
    assert all(table.get("role") == "presentation" for table in page_of(variant(digest)).iter("table"))


def test_every_link_has_words_and_a_whole_address(digest: Digest, variant: Rendered) -> None:
    for link in page_of(variant(digest)).iter("a"):
        assert link.get("href", "").startswith("https://")
        assert link.text_content().strip() or link.xpath(".//img/@alt")


def test_read_more_names_the_outlet(digest: Digest, variant: Rendered) -> None:
    words = page_of(variant(digest)).text_content()
    assert "Read more at Extension Desk" in words


def test_the_footer_says_why_who_and_how_to_leave(digest: Digest, variant: Rendered) -> None:
    rendered = variant(digest)
    page = page_of(rendered)
    assert page.xpath('//a[text()="Unsubscribe"]/@href') == ["https://x.example/u"]
    assert page.xpath('//a[text()="Read in your browser"]/@href') == ["https://x.example/v"]
    for words in (" ".join(part.split()) for part in (page.text_content(), fill(rendered.text, VALUES))):
        assert "because you subscribed to The Native Layer" in words
        assert "12 Compiler Street" in words


def test_the_lead_has_the_picture_and_the_others_have_none(digest: Digest, variant: Rendered) -> None:
    images = page_of(variant(digest.with_article(3, image="https://x.example/b.png"))).xpath("//img")
    assert [(img.get("src"), img.get("width")) for img in images] == [
        ("https://nativelayer.example/images/parser.png", "520")
    ]


#: Fields that a source may leave out, and what must not be in the mail then.
_BARE: dict[str, Any] = {
    "url": None,
    "authors": (),
    "site": None,
    "published": None,
    "published_precision": None,
    "image": None,
    "takeaways": (),
    "quotes": (),
    "blocks": (),
    "reading_minutes": 1,
}


@pytest.mark.parametrize("missing", [*_BARE, "everything"])
def test_what_is_missing_leaves_no_hole(missing: str, digest: Digest, variant: Rendered) -> None:
    gone = _BARE if missing == "everything" else {missing: _BARE[missing]}
    bare = digest
    for number in digest.articles:
        bare = bare.with_article(number, **gone)
    rendered = variant(bare)
    page, text = page_of(rendered), fill(rendered.text, VALUES)
    for element in page.xpath("//p | //h1 | //h2 | //h3 | //a | //blockquote | //td[@class]"):
        assert element.text_content().strip() or element.xpath(".//img"), element.tag
    words = page.text_content() + text
    assert not any(hole in words for hole in ("None", "· ·", "·  ·", "<>", " at \n"))
    assert "\n\n\n" not in text
    if missing == "everything":
        assert not page.xpath('//h3//a | //p[@class="meta"] | //img')


def test_an_article_that_is_gone_leaves_its_headline_and_summary(digest: Digest, variant: Rendered) -> None:
    some = replace(digest, articles={n: a for n, a in digest.articles.items() if n != 2})
    headline = page_of(variant(some)).xpath("//h3")[1]
    assert "Wheels for Everybody" in headline.text_content()
    assert not headline.xpath(".//a")


def test_an_empty_issue_is_still_a_mail(digest: Digest, variant: Rendered) -> None:
    rendered = variant(digest.with_issue(sections=(), intro="", outro="", preheader="", title="", subject=""))
    assert page_of(rendered).xpath("//h1")[0].text_content().strip() == "The Native Layer"
    assert rendered.subject == ()


def test_an_article_in_another_language_says_so(digest: Digest, variant: Rendered) -> None:
    foreign = digest.with_article(1, language="ar").with_article(2, language="de").with_article(3, language="en-GB")
    page = page_of(variant(foreign))
    marked = [(h3.get("lang"), h3.get("dir")) for h3 in page.xpath("//h3[@lang]")]
    assert marked == [("ar", "rtl"), ("de", "ltr")]
    assert "text-align:right" in page.xpath("//h3[@lang='ar']")[0].get("style").replace(" ", "")
    assert page.xpath("//p[@class='sum'][@lang='ar']")
    assert not page.xpath("//p[@class='meta'][@lang] | //p[@class='more'][@lang]")


def test_a_newsletter_in_arabic_runs_from_right_to_left(digest: Digest, variant: Rendered) -> None:
    arabic = replace(digest, masthead=replace(digest.masthead, language="ar"))
    page = page_of(variant(arabic))
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    assert "نوفمبر" in page.text_content()
    assert page.xpath('//td[@class="t"]/@align')[0] == "right"


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_by_at_least_4_5_to_1(scheme: str) -> None:
    """WCAG 2.2 AA, for every colour of text on every ground it stands on."""
    colours = tomllib.loads((folder("templates") / "email/digest/theme.toml").read_text("utf-8"))[scheme]
    pairs = [(text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "sheet", "tint")]
    for text, ground in [*pairs, ("on_button", "button")]:
        assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


def test_a_bare_article_is_what_the_model_calls_bare() -> None:
    assert {name for name in _BARE if name not in Article.__dataclass_fields__} == set()
