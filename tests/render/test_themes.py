"""The three built-in themes: each block in its place, sound HTML, both directions, and settings that are checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lxml.html
import pytest

from newsletter.errors import RenderError
from newsletter.models import Article, Quote, Section, Sponsor, Variant, fill, looks
from newsletter.render import Renderer, Shown, theme
from newsletter.resources import folder
from newsletter.text.contrast import ENOUGH, contrast

if TYPE_CHECKING:
    from .conftest import Digest

THEMES = ("digest", "links", "magazine")
DATE = datetime(2026, 11, 20, tzinfo=UTC)
BUILT_IN = folder("templates") / "email"
VALUES = {"unsubscribe_url": "https://x.example/u", "view_url": "https://x.example/v"}
LOGO = {"logo": {"light": "https://x.example/l.png", "dark": "https://x.example/d.png", "width": 120, "height": 30}}


@pytest.fixture
def full(digest: Digest) -> Digest:
    """Every block in one issue: notes, sponsors, a section of bare headlines, pictures."""
    brief = Section(
        "In brief", tuple(replace(p, summary=replace(p.summary, text="")) for p in digest.issue.sections[2].picks)
    )
    noted = replace(digest.issue.sections[0].picks[1], note="We *use* it, [daily](https://x.example/why).")
    first = Section("Made faster", (digest.issue.sections[0].picks[0], noted, *digest.issue.sections[0].picks[2:]))
    sponsors = (Sponsor("**Kiln** builds.", 0), Sponsor("Paid for by [Kiln](https://kiln.example).", 4))
    full = digest.with_issue(sections=(first, digest.issue.sections[1], brief), sponsors=sponsors)
    for number in (2, 3, 6):
        full = full.with_article(number, image=f"https://x.example/{number}.png", category="Tools")
    return full.with_article(9, quotes=()).with_article(9, takeaways=())


OTHERS = {
    5: tuple(
        Article(title="x", source="x", key=f"o{n}", url=f"https://o{n}.example/a", site=f"Outlet {n}", id=50 + n)
        for n in range(3)
    )
}


def rendered(digest: Digest, name: str, changes: Mapping[str, Any] | None = None, *extra: Path) -> Variant:
    renderer = Renderer([*extra, BUILT_IN], name, changes)
    edition = renderer.render(digest.issue, digest.articles, digest.masthead, secret=b"s", date=DATE, others=OTHERS)
    return edition.variants[0]


def page_of(variant: Variant) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(fill(variant.html, VALUES))


def words_of(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def in_language(digest: Digest, language: str) -> Digest:
    return replace(digest, masthead=replace(digest.masthead, language=language))


@pytest.mark.parametrize("name", THEMES)
class TestEveryTheme:
    def test_ten_articles_are_at_most_52_kb(self, name: str, digest: Digest, full: Digest) -> None:
        for issue in (digest, full):
            html = fill(rendered(issue, name).html, VALUES)
            assert len(html.encode()) <= 52 * 1024
            assert all(len(style.text or "") < 16 * 1024 for style in lxml.html.fromstring(html).iter("style"))

    def test_no_word_looks_hidden_to_a_filter(self, name: str, full: Digest) -> None:
        """SpamAssassin's WORD_INVIS takes a size of 0.88em for none; it costs a point."""
        html = fill(rendered(full.with_issue(intro="Some `code` of ours."), name).html, VALUES)
        assert re.search(r"<code[^>]*font-size: ?88%[^>]*>code</code>", html)
        assert not re.search(r"font-size:\s*0*\.\d+em", html)

    def test_headings_have_one_h1_and_leave_no_level_out(self, name: str, full: Digest) -> None:
        unnamed = full.with_issue(sections=tuple(replace(s, title="") for s in full.issue.sections))
        for issue in (full, unnamed, full.with_issue(title="")):
            levels = [int(h.tag[1]) for h in page_of(rendered(issue, name)).xpath("//h1 | //h2 | //h3")]
            assert levels[0] == 1
            assert levels.count(1) == 1
            assert all(after - before <= 1 for before, after in pairwise(levels))

    def test_tables_are_layout_and_pictures_have_words_and_a_width(self, name: str, full: Digest) -> None:
        page = page_of(rendered(full, name, LOGO))
        assert all(table.get("role") == "presentation" for table in page.iter("table"))
        assert all(image.get("alt") and int(image.get("width")) for image in page.iter("img"))
        assert [(i.get("width"), i.get("height")) for i in page.xpath("//img[@class='lo' or @class='lk']")] == [
            ("120", "30")
        ] * 2

    def test_every_block_is_printed(self, name: str, full: Digest) -> None:
        page = page_of(rendered(full, name))
        note = page.xpath("//td[@class='note']")
        assert [words_of(n) for n in note] == ["Editor’s noteWe use it, daily."]
        assert note[0].xpath(".//a/@href") == ["https://x.example/why"]
        assert [words_of(s) for s in page.xpath("//td[@class='paid']")] == [
            "SponsoredKiln builds.",
            "SponsoredPaid for by Kiln.",
        ]
        (also,) = page.xpath("//p[@class='also']")
        assert words_of(also) == "Also covered by Outlet 0, Outlet 1, and Outlet 2"
        assert also.xpath(".//a/@href") == [f"https://o{n}.example/a" for n in range(3)]
        assert "Most of the gain came" in page.text_content()
        for pick in full.issue.picks:
            assert pick.headline in page.text_content()

    def test_a_sponsor_stands_after_as_many_articles_as_it_should(self, name: str, full: Digest) -> None:
        words = words_of(page_of(rendered(full, name)))
        fourth, fifth = (list(full.issue.picks)[at].headline for at in (3, 4))
        assert words.index(fourth) < words.index("Paid for by") < words.index(fifth)
        fewer = full.with_issue(sections=(Section("", full.issue.sections[0].picks[:2]),))
        assert words_of(page_of(rendered(fewer, name))).count("Sponsored") == 2

    def test_plain_text_has_the_blocks_too(self, name: str, full: Digest) -> None:
        text = fill(rendered(full, name).text, VALUES)
        assert "Sponsored\n---------\n\nPaid for by Kiln <https://kiln.example>.\n\n---------\n\n" in text
        assert "   Editor’s note:\n   We _use_ it, daily <https://x.example/why>." in text
        assert (
            "   Also covered by Outlet 0, Outlet 1, and Outlet 2\n"
            "   <https://o0.example/a>\n   <https://o1.example/a>\n   <https://o2.example/a>\n\n"
        ) in text
        assert "\n\n\n" not in text
        assert max(map(len, re.sub(r"<[^>]*>", "", text).split("\n"))) <= 72

    def test_a_newsletter_from_right_to_left_is_mirrored(self, name: str, full: Digest) -> None:
        hebrew = in_language(full, "he")
        for number in full.articles:
            hebrew = hebrew.with_article(number, language="he")
        right, left = page_of(rendered(hebrew, name)), page_of(rendered(full, name))
        assert (right.get("dir"), left.get("dir")) == ("rtl", "ltr")
        turned = "ancestor-or-self::*[@dir='ltr']"  # the editor's words are in English here
        styles = " ".join(right.xpath(f"//*[not({turned})]/@style")).replace(" ", "")
        assert "direction:ltr" not in styles
        # MJML's columns say so whatever they are told; the cells in them say otherwise.
        assert "text-align:left" not in styles.replace("font-size:0px;text-align:left;direction:rtl", "")
        assert not re.search(r"border-left:[1-9]|padding-left:[1-9]", styles)
        assert "←" in right.text_content()
        assert "→" in left.text_content()
        assert {td.get("align") for td in right.xpath("//td[@class='t' or starts-with(@class, 't ')][@align]")} == {
            "right"
        }

    def test_an_article_in_another_language_runs_its_own_way(self, name: str, full: Digest) -> None:
        page = page_of(rendered(full.with_article(2, language="ar").with_article(8, language="he"), name))
        (heading,) = page.xpath("//h3[@lang='ar'][@dir='rtl']")
        assert "text-align:right" in heading.get("style").replace(" ", "")
        assert page.xpath("//*[@lang='he'][@dir='rtl']")

    def test_all_of_an_article_that_runs_the_other_way_is_flush_with_it(self, name: str, full: Digest) -> None:
        page = page_of(rendered(full.with_article(2, language="ar"), name))
        (turned,) = page.xpath("//*[contains(concat(' ', @class, ' '), ' turn ')]")
        assert "text-align:right" in turned.get("style").replace(" ", "")
        assert turned.xpath(".//p[@class='meta']")
        (note,) = page.xpath("//td[@class='note']")  # the editor's own, in the newsletter's language
        aligned = [*note.xpath("ancestor-or-self::*[contains(@style, 'text-align')]/@style")][-1]
        assert "text-align:left" in aligned.replace(" ", "")

    def test_italics_are_for_scripts_that_have_them(self, name: str, full: Digest) -> None:
        quote = Quote("We were about to write a database, badly, next to a database.", "Tove Marklund")
        full = full.with_article(1, takeaways=(), quotes=(quote,))
        assert "italic" in " ".join(page_of(rendered(full, name)).xpath("//@style"))
        for language in ("ar", "ja", "zh-TW"):
            assert "italic" not in " ".join(page_of(rendered(in_language(full, language), name)).xpath("//@style"))

    def test_headlines_are_hyphenated_where_words_are_compounds(self, name: str, full: Digest) -> None:
        german, english = (rendered(in_language(full, language), name) for language in ("de", "en"))
        assert re.search(r"\n\.name, \.title, \.big, \.head \{[^}]*hyphens: auto", fill(german.html, VALUES))
        said = fill(english.html, VALUES)
        assert set(re.findall(r"\n([^\n]*) \{[^}]*hyphens: auto", said)) == {
            ", ".join(f".{of}[lang|={language}]" for of in ("big", "head") for language in ("de", "nl", "fi"))
        }, "what is in such a language, wherever it stands"

    def test_text_stands_out_by_at_least_4_5_to_1(self, name: str) -> None:
        """WCAG 2.2 AA, for every colour of text on every ground it stands on."""
        found = theme.find([BUILT_IN], name).settings
        for scheme in ("light", "dark"):
            for text, ground in looks.PAIRS:
                assert contrast(found[scheme][text], found[scheme][ground]) >= ENOUGH, (scheme, text, ground)

    def test_nothing_an_editor_writes_is_more_than_markdown(self, name: str, full: Digest) -> None:
        hostile = "<script>x</script> <b onclick=a>b</b> {{ '{{' }} [c](javascript:d) ![e](https://x.example/f.png)"
        hostile = hostile.replace("{{ '{{' }}", "\\{{ 7*7 }}")
        noted = full.with_pick(3, note=hostile).with_issue(sponsors=(Sponsor(hostile, 1),))
        page = page_of(rendered(noted, name))
        assert not page.xpath("//script | //*[@onclick] | //img[@src='https://x.example/f.png']")
        assert page.text_content().count("{{ 7*7 }}") == 2

    def test_merge_fields_work_in_notes_and_sponsors(self, name: str, full: Digest) -> None:
        variant = rendered(full.with_pick(2, note="For {{ subscriber.name }}").with_issue(sponsors=()), name)
        assert "For Ada" in fill(variant.html, {**VALUES, "subscriber.name": "Ada"})
        with pytest.raises(RenderError, match="sponsor"):
            rendered(full.with_issue(sponsors=(Sponsor("{{ nobody }}", 1),)), name)

    def test_a_logo_stands_for_the_name_in_both_schemes(self, name: str, full: Digest) -> None:
        both = fill(rendered(full, name, LOGO).html, VALUES)
        page = lxml.html.fromstring(both)
        assert page.xpath("//img[@class='lo']/@alt") == ["The Native Layer"]
        (dark,) = page.xpath("//img[@class='lk']")
        assert "display:none" in dark.get("style").replace(" ", "")
        assert both.count(".lk { display: inline-block !important; }") == 2
        one = fill(rendered(full, name, {"logo": {"light": "https://x.example/l.png"}}).html, VALUES)
        assert 'class="lo plate"' in one
        assert ".plate { background: " in one


def test_the_lead_and_the_cards_of_the_magazine_have_their_pictures(full: Digest) -> None:
    images = page_of(rendered(full, "magazine")).xpath("//img")
    assert [(i.get("src").rpartition("/")[2], i.get("width")) for i in images] == [
        ("parser.png", "640"),
        ("2.png", "164"),
        ("3.png", "164"),
        ("6.png", "164"),
    ]


@pytest.mark.parametrize("name", ["digest", "magazine"])
def test_a_note_on_the_lead_stands_below_its_button_as_below_any_link(name: str, full: Digest) -> None:
    first, *others = full.issue.sections
    noted = replace(first, picks=(replace(first.picks[0], note="Mind you."), *first.picks[1:]))
    words = page_of(rendered(full.with_issue(sections=(noted, *others)), name)).text_content()
    assert words.index("Read more") < words.index("Mind you.")


@pytest.mark.parametrize(("widest", "fills"), [(480, True), (280, True), (200, False)])
def test_a_card_picture_is_asked_for_as_a_phone_shows_it_and_a_small_one_stays_small(
    widest: int, fills: bool, full: Digest
) -> None:
    asked = []

    def pictures(address: str, width: int, most: int) -> Shown:
        asked.append((address.rpartition("/")[2], width, most))
        return Shown(address, width, widest=min(most, widest))

    edition = Renderer([BUILT_IN], "magazine").render(
        full.issue, full.articles, full.masthead, secret=b"s", date=DATE, pictures=pictures
    )
    assert asked[:2] == [("parser.png", 640, 640), ("2.png", 164, 480)]
    cells = page_of(edition.variants[0]).xpath("//td[starts-with(@class, 'ph')]")
    assert [cell.get("class") for cell in cells] == ["ph fill" if fills else "ph"] * 3


def test_the_list_of_links_has_no_pictures(full: Digest) -> None:
    assert page_of(rendered(full, "links")).xpath("//img") == []


@pytest.mark.parametrize("name", ["digest", "magazine"])
def test_a_section_of_bare_headlines_is_a_list(name: str, full: Digest) -> None:
    (listed,) = page_of(rendered(full, name)).xpath("//ul[@class='list']")
    assert [words_of(li[0]) for li in listed] == [p.headline for p in full.issue.sections[2].picks]


def metas(digest: Digest, name: str) -> list[str]:
    page = page_of(rendered(digest, name))
    return [lxml.html.tostring(p, encoding="unicode") for p in page.xpath("//p[@class='meta']")]


@pytest.mark.parametrize("name", THEMES)
class TestFacts:
    """The line of outlet, author, date and minutes, and where it is parted."""

    def test_what_has_no_room_in_a_line_is_parted_by_its_end_and_by_no_dot(self, name: str, full: Digest) -> None:
        long = full.with_article(
            3, site="The Quarterly Review of Extensions", authors=("Priya Ramanathan", "Ada Quint")
        )
        parted = metas(long, name)[2]
        assert re.search(r"Quint</bdi></span><br class=\"dot\"><span class=\"when\">", parted)

    def test_on_a_phone_each_part_that_has_no_room_goes_below_the_other(self, name: str, full: Digest) -> None:
        wide = full.with_article(3, site="Extension Desk Quarterly", authors=("Priya Ramanathan-Lindqvist",))
        assert metas(wide, name)[2].count('<span class="when">') == 2
        assert metas(full.with_article(3, site="Desk", authors=()), name)[2].count('<span class="when">') == 0

    def test_ideographs_take_twice_the_room(self, name: str, full: Digest) -> None:
        wide = full.with_article(3, site="工具台" * 7, authors=("林" * 7,))
        assert '<br class="dot">' in metas(wide, name)[2]


@pytest.mark.parametrize(("name", "most"), [("digest", 520), ("magazine", 560)])
def test_a_tall_picture_is_shown_whole_and_no_higher_than_a_screen(name: str, most: int, full: Digest) -> None:
    def tall(address: str, width: int, widest: int = 0) -> Shown:
        return Shown(address, width, 3 * width, widest=max(width, widest))

    edition = Renderer([BUILT_IN], name).render(
        full.with_article(1, image="https://x.example/tall.png").issue,
        full.with_article(1, image="https://x.example/tall.png").articles,
        full.masthead,
        secret=b"s",
        date=DATE,
        pictures=tall,
    )
    lead, *cards = page_of(edition.variants[0]).xpath("//img[@class='pic']")
    assert int(lead.get("height")) == most
    assert [int(card.get("height")) for card in cards] == ([205] * 3 if name == "magazine" else [])
    for img in (lead, *cards):
        assert abs(int(img.get("height")) / int(img.get("width")) - 3) < 0.05
        assert f"max-width:{img.get('width')}px" in img.get("style").replace(" ", "")
    assert not page_of(edition.variants[0]).xpath("//td[contains(@class, 'fill')]")


@pytest.mark.parametrize("name", THEMES)
def test_an_editors_code_runs_from_left_to_right_and_her_table_from_right_to_left(name: str, full: Digest) -> None:
    said = "| كم | متى |\n|---|---|\n| `a - b` | أمس |\n\n    $ python -m timeit"
    page = page_of(rendered(in_language(full.with_issue(intro=said), "ar"), name))
    assert {code.get("dir") for code in page.xpath("//code | //pre")} == {"ltr"}
    (first, _) = page.xpath("//th")
    assert "text-align:right" in first.get("style").replace(" ", "")
    assert "padding-left:20px" in first.get("style").replace(" ", "")


class TestOthers:
    """Who else covers a story."""

    def outlets(self, digest: Digest, *others: Article) -> list[str]:
        edition = Renderer([BUILT_IN]).render(
            digest.issue, digest.articles, digest.masthead, secret=b"s", date=DATE, others={5: others}
        )
        return [words_of(b) for b in page_of(edition.variants[0]).xpath("//p[@class='also']//bdi")]

    def test_an_outlet_is_named_once_and_not_beside_itself(self, digest: Digest) -> None:
        a = Article(title="x", source="x", key="a", url="https://a.example/1", site="A", id=90)
        own = replace(a, site="native layer")
        assert self.outlets(digest, a, replace(a, url="https://a.example/2"), own) == ["A"]

    def test_what_is_in_the_issue_is_not_named(self, digest: Digest) -> None:
        assert self.outlets(digest, Article(title="x", source="x", key="a", url="https://a.example/1", id=3)) == []

    def test_an_outlet_without_an_address_is_named_without_a_link(self, digest: Digest) -> None:
        none = Article(title="x", source="x", key="a", site="Alpha", id=90)
        two = replace(none, site="Beta", url="https://b.example/1", id=91)
        unsafe = replace(none, site="الطبقة", url="javascript:alert(1)", id=92)
        variant = (
            Renderer([BUILT_IN])
            .render(
                digest.issue, digest.articles, digest.masthead, secret=b"s", date=DATE, others={5: (none, two, unsafe)}
            )
            .variants[0]
        )
        (also,) = page_of(variant).xpath("//p[@class='also']")
        assert words_of(also) == "Also covered by Alpha, Beta, and \u2068الطبقة\u2069"
        assert [words_of(link) for link in also.xpath(".//a")] == ["Beta"]
        assert words_of(also) in fill(variant.text, {})
        assert self.outlets(digest, none, replace(two, site="Alpha")) == ["Alpha"]

    def test_five_are_enough(self, digest: Digest) -> None:
        many = [Article(title="x", source="x", key=f"{n}", url=f"https://o{n}.example/", id=90 + n) for n in range(9)]
        assert self.outlets(digest, *many) == [f"o{n}.example" for n in range(5)]
