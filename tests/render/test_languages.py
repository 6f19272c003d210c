"""An edition speaks the newsletter's language: words, dates, direction and plain text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import lxml.html
import pytest

from newsletter.bidi import FSI, PDI, RLM
from newsletter.models import Slot, Summary, Variant, fill
from newsletter.render import Renderer
from newsletter.resources import folder
from newsletter.text.wrap import cells

if TYPE_CHECKING:
    from .conftest import Digest

    Rendered = Callable[[Digest], Variant]

LANGUAGES = ["ar", "de", "en", "es", "fr", "he", "it", "ja", "nl", "pl", "pt", "pt-PT", "zh", "zh-TW"]
VALUES = {
    "unsubscribe_url": "https://x.example/u",
    "view_url": "https://x.example/v",
    "subscriber.email": "a@x.example",
}
#: A headline, a summary and an intro with a merge field, as an editor writes them.
WRITTEN = {
    "ar": (
        "محلل صار أسرع بعشر مرات",
        "أربعون سطرًا بلغة Rust وثلاثة أسابيع من الاختبارات: صارت الساعة ست دقائق.",
        "صباح الخير {}،",
    ),
    "he": ("המנתח שנהיה מהיר", "ארבעים שורות Rust ושלושה שבועות של בדיקות: שעה הפכה לשש דקות.", "בוקר טוב {},"),
    "ja": (
        "十倍速くなったパーサー",
        "四十行のRustと三週間のテストで、一時間かかっていた処理が六分になった。「測れ」とチームは言う。" * 3,
        "{}さん、",
    ),
    "zh": ("快了十倍的解析器", "四十行 Rust 代码，三周测试：一小时变成六分钟。“先测量，再重写。”团队说。" * 3, "{}："),
}


def in_language(digest: Digest, language: str, default: str = "…") -> Digest:
    primary = language.partition("-")[0]
    headline, summary, hello = WRITTEN.get(primary, ("Zehnmal so schnell", "Vierzig Zeilen, drei Wochen. " * 8, "{},"))
    field = f'{{{{ subscriber.name | default("{default}") }}}}'
    spoken = replace(digest, masthead=replace(digest.masthead, language=language))
    spoken = spoken.with_pick(1, headline=headline, summary=Summary(summary, "editor")).with_article(
        1, language=primary
    )
    greeting = hello.format(field)
    return spoken.with_issue(title=headline, subject=greeting, preheader=greeting, intro=greeting, outro=greeting)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_part_fits_72_cells_and_keeps_every_address_whole(
    language: str, digest: Digest, variant: Rendered
) -> None:
    text = fill(variant(in_language(digest, language)).text, VALUES)
    for line in text.split("\n"):
        assert line == line.rstrip()
        assert cells(line) <= 72 or re.fullmatch(r" *<https://\S+>", line)
        assert not re.match("\u200f? *[。、」，！？]", line)
    for article in digest.articles.values():
        assert f"<{article.url}>\n" in text
    assert "\n\n\n" not in text
    assert "None" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_the_themes_own_stays_english(language: str, digest: Digest, variant: Rendered) -> None:
    rendered = variant(in_language(digest, language))
    words = lxml.html.fromstring(fill(rendered.html, VALUES)).text_content() + fill(rendered.text, VALUES)
    english = [w for w in ("Read more", "Unsubscribe", "in your browser", "min read", "This was sent") if w in words]
    assert english == (
        [] if language != "en" else ["Read more", "Unsubscribe", "in your browser", "min read", "This was sent"]
    )
    assert ("November 20," in words) == (language == "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_is_merged_in_every_place_with_its_default(language: str, digest: Digest, variant: Rendered) -> None:
    rendered = variant(in_language(digest, language, default="Σοφία"))
    for part in (rendered.subject, rendered.preheader, rendered.html, rendered.text):
        slots = [piece for piece in part if isinstance(piece, Slot) and piece.field == "subscriber.name"]
        assert slots
        assert {slot.default for slot in slots} == {"Σοφία"}
        assert {slot.rtl for slot in slots} == {language in ("ar", "he")}
        assert "Ada" in fill(part, {"subscriber.name": "Ada"})


@pytest.mark.parametrize(
    ("language", "name", "against"),
    [("en", "Dana", False), ("en", "דנה", True), ("he", "Dana", True), ("he", "דנה", False)],
)
def test_a_name_that_runs_against_the_mail_is_isolated(
    language: str, name: str, against: bool, digest: Digest, variant: Rendered
) -> None:
    rendered = variant(in_language(digest, language))
    for part in (rendered.subject, rendered.preheader, rendered.html, rendered.text):
        filled = fill(part, {"subscriber.name": name})
        assert (f"{FSI}{name}{PDI}" in filled) == against
        assert name in filled
        assert f"{FSI}{FSI}" not in filled


@pytest.mark.parametrize(
    ("language", "dates"),
    [
        ("en", ["November 20, 2026", "Nov 18"]),
        ("en-GB", ["20 November 2026", "18 Nov"]),
        ("de", ["20. November 2026", "18. Nov."]),
        ("fr", ["20 novembre 2026", "18 nov."]),
        ("pt-BR", ["20 de novembro de 2026", "18 de nov."]),
        ("pt-PT", ["20 de novembro de 2026", "18/11"]),
        ("pl", ["20 listopada 2026", "18 lis"]),
        ("ja", ["2026年11月20日", "11月18日"]),
        ("zh-TW", ["2026年11月20日", "11月18日"]),
        ("ar", ["20 نوفمبر 2026", "18 نوفمبر"]),
        ("ar-EG", ["٢٠ نوفمبر ٢٠٢٦", "١٨ نوفمبر", "العدد ١٢"]),
        ("he", ["20 בנובמבר 2026", "18 בנוב׳"]),
    ],
)
def test_dates_are_the_languages_and_the_regions(
    language: str, dates: list[str], digest: Digest, variant: Rendered
) -> None:
    rendered = variant(in_language(digest, language))
    html = lxml.html.fromstring(fill(rendered.html, VALUES)).text_content().replace("\u00a0", " ")
    for words in (html, fill(rendered.text, VALUES)):
        assert [date for date in dates if date not in words] == []


@pytest.mark.parametrize(
    ("language", "dates"),
    [
        ("fr", ["1er décembre 2026", "1er nov."]),
        ("pt", ["1º de dezembro de 2026", "1º de nov."]),
        ("pt-PT", ["1 de dezembro de 2026", "1/11"]),
        ("de", ["1. Dezember 2026", "1. Nov."]),
        ("es", ["1 de diciembre de 2026", "1 nov"]),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_where_it_is_said_so(
    language: str, dates: list[str], digest: Digest
) -> None:
    spoken = in_language(digest, language).with_article(1, published=datetime(2026, 11, 1, 12, tzinfo=UTC))
    edition = Renderer([folder("templates") / "email"]).render(
        spoken.issue, spoken.articles, spoken.masthead, secret=b"s", date=datetime(2026, 12, 1, tzinfo=UTC)
    )
    text = fill(edition.variants[0].text, VALUES)
    assert [date for date in dates if date not in text] == []


def test_no_line_of_a_french_or_polish_issue_ends_where_it_must_not(digest: Digest, variant: Rendered) -> None:
    french = in_language(digest, "fr").with_pick(1, headline="Plus vite : et après ?").with_issue(intro="Voilà !")
    french = french.with_article(1, language="fr").with_pick(2, headline="Faster : in English")
    page = lxml.html.fromstring(fill(variant(french.with_article(2, language="en")).html, VALUES)).text_content()
    assert "Plus vite\u00a0: et après\u00a0?" in page
    assert "Voilà\u00a0!" in page
    assert "Faster : in English" in page
    polish = in_language(digest, "pl").with_pick(1, headline="Parser i trzy tygodnie").with_article(1, language="pl")
    assert "Parser i\u00a0trzy tygodnie" in fill(variant(polish).html, VALUES)


def test_an_article_of_another_year_says_which(digest: Digest, variant: Rendered) -> None:
    old = in_language(digest, "de").with_article(1, published=datetime(2025, 11, 18, tzinfo=UTC))
    assert "18. Nov. 2025" in fill(variant(old).text, VALUES)


@pytest.mark.parametrize(
    ("language", "quoted"),
    [
        ("en", "“…”"),
        ("de", "„…“"),
        ("pl", "„…”"),
        ("fr", "«\u00a0…\u00a0»"),
        ("ja", "「…」"),
        ("zh-TW", "「…」"),
        ("nl", "‘…’"),
    ],
)
def test_a_quote_stands_in_the_languages_quotation_marks(
    language: str, quoted: str, digest: Digest, variant: Rendered
) -> None:
    rendered = variant(in_language(digest, language))
    opening, closing = quoted.split("…")
    html = lxml.html.fromstring(fill(rendered.html, VALUES))
    said = html.xpath("//blockquote[@class='quote']")[0].text_content()
    assert (said[: len(opening)], said[-len(closing) :]) == (opening, closing)
    assert f"> {opening}We were about to write".replace("\u00a0", " ") in fill(rendered.text, VALUES)


@pytest.mark.parametrize(
    ("language", "names", "joined"),
    [
        ("he", ("Ada", "Bea"), "\u2068Ada\u2069 ו־\u2068Bea\u2069"),
        ("he", ("דן", "רות"), "דן ורות"),
        ("ar", ("Ada", "Bea"), "\u2068Ada\u2069 و\u00a0\u2068Bea\u2069"),
        ("ar", ("Ada", "منى"), "\u2068Ada\u2069 ومنى"),
    ],
)
def test_an_and_that_is_a_letter_is_parted_from_other_letters(
    language: str, names: tuple[str, ...], joined: str, digest: Digest, variant: Rendered
) -> None:
    html = fill(variant(in_language(digest, language).with_article(2, authors=names)).html, VALUES)
    assert joined in lxml.html.fromstring(html).text_content()


@pytest.mark.parametrize(("language", "foreign", "less"), [("ar", "en", 5), ("en", "ar", -5), ("en", "de", 0)])
def test_a_headline_has_the_air_of_its_own_script(
    language: str, foreign: str, less: int, digest: Digest, variant: Rendered
) -> None:
    mixed = in_language(digest, language).with_article(2, language=foreign).with_article(3, language=language)
    html = lxml.html.fromstring(fill(variant(mixed).html, VALUES))
    other, own = (
        int(re.search(r"line-height: ?(\d+)px", html.xpath(f"//*[@class='head'][{which}]/@style")[0])[1])  # type: ignore[index]
        for which in ("@lang", "not(@lang)")
    )
    assert own - other == less


def test_more_than_three_authors_are_shortened_in_the_language(digest: Digest, variant: Rendered) -> None:
    many = in_language(digest, "it").with_article(2, authors=("Ada", "Bea", "Cia", "Dea"))
    assert "Ada e altri" in fill(variant(many).text, VALUES)


def test_arabic_plain_text_reads_from_the_right(digest: Digest, variant: Rendered) -> None:
    lines = fill(variant(in_language(digest, "ar")).text, VALUES).split("\n")
    meta = next(line for line in lines if "Marisol" in line)
    assert meta == f"{RLM}   {FSI}Native Layer{PDI} · {FSI}Marisol Achterberg{PDI} · 18 نوفمبر · 9 دقائق قراءة"
    assert any(f"إلى {FSI}a@x.example{PDI}" in line for line in lines)
    assert f"{RLM}   {FSI}nobody looked at; the language came second.{PDI}" in lines
    assert "2. Wheels for Everybody: Shipping Native Code Without Apologies" in lines
    assert "<https://x.example/u>" in lines


def test_a_language_without_words_speaks_english_with_its_own_dates(digest: Digest, variant: Rendered) -> None:
    text = fill(variant(in_language(digest, "sv")).text, VALUES)
    assert "No. 12 · 20 november 2026" in text
    assert "Unsubscribe:" in text
