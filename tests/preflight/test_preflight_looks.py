"""The cascade: colours, grounds and sizes as a browser would compute them."""

from __future__ import annotations

import pytest

from newsletter.preflight import colours
from newsletter.preflight.cascade import Screen, holds, texts
from newsletter.preflight.mail import View

DESKTOP, PHONE, DARK = Screen(1000), Screen(375), Screen(1000, dark=True)


def look(markup, css="", screen=DESKTOP):
    found = texts(View(f"<html><head><style>{css}</style></head><body>{markup}</body></html>"), screen)
    style = found[-1].style
    return colours.shown(style.colour), style.ground and colours.shown(style.ground), style.size, style.bold


def test_colour_is_inherited_and_ground_shows_through():
    markup = '<div style="color:#123456;background:#eee"><p><b>x</b></p></div>'
    assert look(markup) == ("#123456", "#eeeeee", 16.0, True)


@pytest.mark.parametrize(
    ("css", "style", "ink"),
    [
        ("p { color: #111 } .a { color: #222 }", "", "#222222"),
        (".a { color: #222 } p { color: #111 }", "", "#222222"),
        (".a { color: #222 }", "color:#333", "#333333"),
        (".a { color: #222 !important }", "color:#333", "#222222"),
        (".a { color: #222 !important }", "color:#333 !important", "#333333"),
        ("p { color: #111 } p { color: #222 }", "", "#222222"),
    ],
)
def test_the_stronger_rule_holds(css, style, ink):
    assert look(f'<p class="a" style="{style}">x</p>', css)[0] == ink


def test_dark_rules_hold_in_the_dark_and_phone_rules_on_a_phone():
    css = "@media (prefers-color-scheme: dark) { p { color: #fff; background: #000 } }"
    css += "@media only screen and (max-width: 480px) { p { font-size: 20px } }"
    assert look("<p>x</p>", css) == ("#000000", "#ffffff", 16.0, False)
    assert look("<p>x</p>", css, DARK)[:2] == ("#ffffff", "#000000")
    assert look("<p>x</p>", css, PHONE)[2] == 20.0


def test_a_picture_for_a_ground_is_not_known():
    assert look('<p style="background:url(x.png)">x</p>')[1] is None


def test_a_half_transparent_ground_is_mixed():
    assert look('<p style="background:rgba(0,0,0,.5)">x</p>')[1] == "#808080"


@pytest.mark.parametrize(
    ("style", "size"), [("font-size:12pt", 16), ("font-size:1.5em", 24), ("font:italic 18px/20px serif", 18), ("", 16)]
)
def test_sizes_in_pixels(style, size):
    assert look(f'<p style="{style}">x</p>')[2] == size


@pytest.mark.parametrize("style", ["display:none", "visibility:hidden", "opacity:0", "font-size:0"])
def test_what_is_hidden_is_no_text(style):
    assert texts(View(f'<body><p style="{style}">x</p></body>'), DESKTOP) == ()


def test_a_text_inside_a_cell_of_size_nought_has_its_own():
    assert look('<table><tr><td style="font-size:0px"><p style="font-size:17px">x</p></td></tr></table>')[2] == 17


def test_contrast_is_as_wcag_reckons_it():
    assert colours.contrast(colours.BLACK, colours.WHITE) == pytest.approx(21)
    assert colours.contrast((0.4667,) * 3, colours.WHITE) == pytest.approx(4.48, abs=0.01)  # #777


@pytest.mark.parametrize(
    ("condition", "true"),
    [
        ("@media print", False),
        ("@media screen, print", True),
        ("@media (min-width: 480px)", True),
        ("@media (hover)", False),
    ],
)
def test_media_queries(condition, true):
    assert holds(condition, DESKTOP) is true


def test_two_hundred_nested_elements_are_read():
    assert look("<div>" * 200 + '<p style="color:#444">x</p>')[2] == 16.0
