"""A mail asked for light or dark has its colour scheme questions answered, and nothing else changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.web.studio.scheme import as_seen

META = '<meta name="color-scheme" content="light dark">'


def mail(style: str, body: str = "", head: str = META) -> str:
    return f"<!doctype html><html><head>{head}<style>{style}</style></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("asked", "light", "dark"),
    [
        ("(prefers-color-scheme: dark)", "(max-width: 0)", "(min-width: 0)"),
        ("(prefers-color-scheme:light)", "(min-width: 0)", "(max-width: 0)"),
        ("( PREFERS-COLOR-SCHEME : DARK )", "(max-width: 0)", "(min-width: 0)"),
        ("(prefers-color-scheme)", "(min-width: 0)", "(min-width: 0)"),
        (
            "screen and (prefers-color-scheme: dark) and (max-width: 480px)",
            "screen and (max-width: 0) and (max-width: 480px)",
            "screen and (min-width: 0) and (max-width: 480px)",
        ),
    ],
)
def test_a_question_in_a_style_sheet_is_answered(asked, light, dark):
    source = mail(f"@media {asked} {{ p {{ color: red }} }}")
    assert f"@media {light} {{" in as_seen(source, "light")
    assert f"@media {dark} {{" in as_seen(source, "dark")


def test_a_media_attribute_is_answered_too():
    source = mail(
        "", '<picture><source srcset="d.png" media="(prefers-color-scheme: dark)"><img src="l.png"></picture>'
    )
    assert 'media="(min-width: 0)"' in as_seen(source, "dark")
    assert 'media="(max-width: 0)"' in as_seen(source, "light")


def test_what_an_article_says_about_dark_mode_is_left_as_it_is():
    words = 'Write <code>@media (prefers-color-scheme: dark)</code> and media="(prefers-color-scheme: dark)"'
    assert f"<body>{words}</body>" in as_seen(mail("", words), "dark")


def test_only_a_mail_that_knows_dark_gets_a_dark_canvas():
    assert "color-scheme:only dark" in as_seen(mail(""), "dark")
    assert "color-scheme:only light" in as_seen(mail("", head='<meta name="color-scheme" content="light">'), "dark")
    assert "color-scheme:only light" in as_seen(mail(""), "light")


def test_links_open_outside_the_frame():
    assert '<base target="_blank">' in as_seen(mail(""), "light").partition("</head>")[0]


@given(st.text())
def test_any_text_comes_through_whole(text):
    """Only style sheets and media attributes are touched; other text is kept, with our own element before it."""
    if "prefers-color-scheme" not in text.lower() and "</head" not in text.lower():
        assert as_seen(text, "dark").endswith(text)
