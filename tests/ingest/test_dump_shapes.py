"""One story in the shapes that people save pages in: other line ends, wrapped, without blank lines, other languages."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from newsletter.ingest import dump
from newsletter.models import Article

Read = Callable[..., Article]

_HEAD = ("The Wall and the River | Harbour Notes", "Home", "Towns", "Archive", "Subscribe", "The Wall and the River")
_CREDIT = ("By Ada Brook", "November 3, 2026")
_STORY = (
    "The harbour was rebuilt three times in a century, and each time the engineers swore that the wall would hold.",
    "What they had not reckoned with was the river, which brings down sand in spring and takes it away in autumn.",
    "A survey of the old charts showed that the channel had moved by sixty metres since the first lighthouse was lit.",
    "Nobody in the town was surprised, since their grandparents had told them where the boats used to lie at night.",
)
_TAIL = (
    "Written by",
    "Ada Brook",
    "Ada Brook is a writer who has covered harbours for twenty years. She lives near the sea.",
    "More articles by Ada Brook",
    "Ten towns to see by train",
    "A lighthouse is sold, and then sold again to somebody who had never seen the sea before.",
    "Sign up for our newsletter",
    "Get the week on the coast in your inbox, every Friday, and never miss a tide again.",
    "© 2026 Harbour Notes. All rights reserved.",
)


def _page(*lines: str, between: str = "\n\n") -> str:
    return between.join(lines) + "\n"


def test_what_surrounds_a_story_stays_out_of_it(read_one: Read) -> None:
    article = read_one(_page(*_HEAD, *_CREDIT, *_STORY, *_TAIL), "a.txt")
    assert article.body_text == "\n\n".join(_STORY)
    assert (article.title, article.authors) == ("The Wall and the River", ("Ada Brook",))
    assert article.published is not None
    assert article.published.date().isoformat() == "2026-11-03"


@pytest.mark.parametrize("between", ["\n", "\r\n", "\r\n\r\n", "\n\n\n\n", " \n\t\n"])
def test_line_ends_and_blank_lines_change_nothing(between: str, read_one: Read) -> None:
    article = read_one(_page(*_HEAD, *_CREDIT, *_STORY, *_TAIL, between=between), "a.txt")
    assert article.body_text == "\n\n".join(_STORY)
    assert (article.title, article.authors) == ("The Wall and the River", ("Ada Brook",))


def test_a_page_wrapped_at_72_columns_is_read_like_the_page(read_one: Read) -> None:
    text = _page(*(textwrap.fill(line, 72) for line in (*_HEAD, *_CREDIT, *_STORY, *_TAIL)))
    assert read_one(text, "a.txt").body_text == "\n\n".join(_STORY)
    assert len(dump.label(text)) == text.count("\n")


def test_the_windows_title_names_the_article_where_no_heading_does(read_one: Read) -> None:
    article = read_one(_page(_HEAD[0], *_HEAD[1:5], *_CREDIT, *_STORY, *_TAIL), "a.txt")
    assert article.title == "The Wall and the River"


def test_menus_that_look_like_names_name_nobody(read_one: Read) -> None:
    links = ("Privacy Policy", "2026-01-04", "Case Studies", "2026-01-03")
    story = (*_STORY, "Read our privacy policy, and the studies of each case, before you sail.")
    article = read_one(_page(_HEAD[5], "Home", *links, _HEAD[5], *story, "© 2026 Harbour Notes"), "a.txt")
    assert article.authors == ()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Brook on 3 Nov 2026", ("Ada Brook",)),
        ("Written by: Ada Brook", ("Ada Brook",)),
        ("03/01/2017 by Ada Brook", ("Ada Brook",)),
        ("Posted by Ada Brook on November 3, 2026", ("Ada Brook",)),
        ("Ada Brook Published 10:19am 3 November 2026", ("Ada Brook",)),
        ("Written by Melissa", ("Melissa",)),
        ("Von Ada Brook und Tom Weld | 3. November 2026", ("Ada Brook", "Tom Weld")),
        ("November 3, 2026", ()),
    ],
)
def test_bylines_are_read_beside_dates(line: str, names: tuple[str, ...]) -> None:
    from newsletter.ingest.dump import bylines

    assert bylines.byline(line).names == names


_GERMAN = (
    "Der Hafen wurde in einem Jahrhundert dreimal neu gebaut, und jedes Mal schworen alle, dass die Mauer hält.",
    "Womit sie nicht gerechnet hatten, war der Fluss, der im Frühjahr Sand bringt und ihn im Herbst wieder holt.",
    "Eine Durchsicht der alten Karten zeigte, dass sich die Fahrrinne um sechzig Meter verschoben hat.",
)
_FRENCH = (
    "Le port a été reconstruit trois fois en un siècle, et chaque fois on a juré que le mur tiendrait bon.",
    "Ce qu'ils n'avaient pas prévu, c'est la rivière, qui apporte du sable au printemps et le reprend en automne.",
    "Une étude des vieilles cartes a montré que le chenal avait bougé de soixante mètres depuis le premier phare.",
)
_JAPANESE = (
    "港は一世紀の間に三度も建て直され、そのたびに技術者たちは壁が持ちこたえると誓った。",
    "彼らが計算に入れていなかったのは川であり、春には砂を運び、秋にはそれを持ち去っていく。",
    "古い海図を調べたところ、最初の灯台が灯ってから水路が六十メートルも動いていたことがわかった。",
)


@pytest.mark.parametrize(
    ("above", "story", "below"),
    [
        (("Startseite", "Abonnieren"), _GERMAN, ("Das könnte Sie auch interessieren", "Zehn Städte mit der Bahn")),
        (("Accueil", "S'abonner"), _FRENCH, ("À lire aussi", "Dix villes à voir en train")),
        (("ホーム", "Menu"), _JAPANESE, ("関連記事", "列車で見る十の町")),
    ],
    ids=["de", "fr", "ja"],
)
def test_other_languages_are_read_as_well(
    above: tuple[str, ...], story: tuple[str, ...], below: tuple[str, ...], read_one: Read
) -> None:
    article = read_one(_page(*above, *story, *below, "© 2026 Harbour Notes"), "a.txt")
    assert article.body_text == "\n\n".join(story)
