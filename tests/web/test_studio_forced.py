"""Mail as clients darken it: which colours turn, which stay, and that nothing but colours changes."""

from __future__ import annotations

import re

import lxml.html
import pytest

from newsletter.web.studio.colours import Colour, pattern, read
from newsletter.web.studio.forced import FORCES, as_forced

MAIL = """<!doctype html><html lang="de"><head><meta name="color-scheme" content="light dark"><style>
.light { background-color: #FFF; color: rgb(20, 20, 20) }
@media (prefers-color-scheme: dark) { .light { background: #000 !important } }
[data-ogsb] .light { background-color: #123456 !important }
</style></head><body style="background-color:#ffffff;color:black;border-color: #eee">
<!--[if mso]><p>for Outlook</p><![endif]-->
<table><tr><td bgcolor="#9a3324" style="color:#ffffff">button: color: #fff</td>
<td style="background:url(https://x.example/white.png) white">picture</td>
<td style="color:inherit">none</td></tr></table>
<p class="light">&lt;p style="color:#000"&gt; a < b</p></body></html>"""


def colour(text: str) -> Colour:
    match = pattern().search(text)
    assert match
    return read(match)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#fff", Colour(255, 255, 255)),
        ("#9A3324", Colour(154, 51, 36)),
        ("#0008", Colour(0, 0, 0, "0.533")),
        ("rgb(1, 2, 3)", Colour(1, 2, 3)),
        ("rgba(1,2,300,.5)", Colour(1, 2, 255, ".5")),
        ("rgb(1 2 3 / 50%)", Colour(1, 2, 3, "50%")),
        ("1px solid Navy", Colour(0, 0, 128)),
    ],
)
def test_colours_are_read_as_css_writes_them(text: str, expected: Colour) -> None:
    assert colour(text) == expected


@pytest.mark.parametrize("text", ["inherit", "transparent", "redder", "#ff", "var(--white-ish)", "off-white-x"])
def test_what_is_no_colour_is_left(text: str) -> None:
    assert pattern().search(text) is None


@pytest.mark.parametrize("text", ["#000", "#fff", "#9a3324", "#24506e", "#ffd700", "#00f", "rgba(4,5,6,.3)"])
def test_dark_becomes_light_and_light_dark_and_opacity_stays(text: str) -> None:
    before, after = colour(text), colour(text).turned()
    assert (before.lightness > 0.6) is (after.lightness < 0.51)
    assert after.alpha == before.alpha
    assert colour(str(after)) == after


def test_white_becomes_a_dark_grey_and_black_white() -> None:
    assert str(Colour(0, 0, 0).turned()) == "#ffffff"
    turned = Colour(255, 255, 255).turned()
    assert turned.red == turned.green == turned.blue < 0x20


def styles(html: str) -> dict[str, str]:
    root = lxml.html.document_fromstring(html)
    return {element.tag + (element.get("class") or ""): element.get("style", "") for element in root.iter("body", "td")}


def test_in_part_only_light_grounds_and_dark_words_turn() -> None:
    root = lxml.html.document_fromstring(as_forced(MAIL, "part"))
    body, button, picture, none = root.find("body"), *root.iter("td")
    ground, words, edge = re.findall(r"#\w{6}", body.get("style"))
    assert colour(ground).lightness < 0.3
    assert colour(words).lightness > 0.9
    assert colour(edge).lightness < 0.4
    assert (button.get("bgcolor"), button.get("style")) == ("#9a3324", "color:#ffffff")
    assert "white.png) white" in picture.get("style")
    assert none.get("style") == "color:inherit"
    assert [element.tag for element in root.iter() if "data-ogsb" in element.attrib] == ["body"]
    sheet = root.findall(".//style")[1].text
    assert "[data-ogsb] .light { background-color: #123456 !important }" in sheet
    assert "#FFF" not in sheet


def test_wholly_every_colour_turns() -> None:
    root = lxml.html.document_fromstring(as_forced(MAIL, "whole"))
    button = root.find(".//td")
    assert colour(button.get("bgcolor")) == Colour(0x9A, 0x33, 0x24).turned()
    assert colour(button.get("style")).lightness < 0.3
    assert not [element for element in root.iter() if "data-ogsc" in element.attrib]


@pytest.mark.parametrize("force", FORCES)
def test_words_stay_and_the_issues_own_dark_mode_is_not_asked(force) -> None:
    html = as_forced(MAIL, force)
    root = lxml.html.document_fromstring(html)
    assert html.startswith("<!doctype html>")
    assert root.get("lang") == "de"
    assert root.find(".//p").text_content() == '<p style="color:#000"> a < b'
    assert root.find(".//td").text == "button: color: #fff"
    assert "for Outlook" not in html
    assert "prefers-color-scheme" not in html
    assert '<base target="_blank">' in html
