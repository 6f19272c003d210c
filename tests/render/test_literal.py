"""Text and addresses as they may be printed."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import idna
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from newsletter.render import literal
from newsletter.render.literal import line, paragraphs, web_url
from newsletter.text.clean import plain

TEXTS = st.text(st.one_of(st.sampled_from(" \n\t\u00a0\u202f\u2007\u200b\U000fda00e\u0301—’aé«»"), st.characters()))


def test_a_line_keeps_its_no_break_spaces_and_loses_controls() -> None:
    assert line(" 10\u00a0000 \x00€\n\u202efoo\ud800 ") == "10\u00a0000 €  foo".replace("  ", " ")


def test_paragraphs_are_split_at_blank_lines() -> None:
    assert paragraphs("one\ntwo\u00a0three\n\n\n\nfour") == ["one two\u00a0three", "four"]


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("https://x.example/a?b=1&c=%20#d", "https://x.example/a?b=1&c=%20#d"),
        ("HTTP://x.example", "HTTP://x.example"),
        ("https://x.example/ä b|\"<>'", "https://x.example/%C3%A4b%7C%22%3C%3E'"),
        ("https://bücher.example/é", "https://xn--bcher-kva.example/%C3%A9"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        (" data:text/html,x", None),
        ("//x.example/a", None),
        ("/a", None),
        ("https://", None),
        ("http://[::1", None),
        ("https://x.example/\ud800", None),
        ("", None),
        (None, None),
    ],
)
def test_only_http_and_https_are_addresses(url: str | None, printed: str | None) -> None:
    assert web_url(url) == printed


def test_narrow_no_break_spaces_stay_too() -> None:
    assert line("«\u202fOui\u202f!\u202f» \u202f 12\u2007%") == "«\u202fOui\u202f!\u202f»\u202f12\u2007%"
    assert paragraphs("Quoi\u202f?\n\nRien\u202f!") == ["Quoi\u202f?", "Rien\u202f!"]


def the_long_way(text: str) -> str:
    kept = " ".join(plain(text.translate(literal._KEPT)).split()).translate(literal._GIVEN_BACK)
    return literal._AROUND.sub(r"\1", kept).strip(literal._NO_BREAK)


@given(TEXTS)
def test_a_printable_text_takes_a_short_way_to_the_same(text: str) -> None:
    assert line(text) == the_long_way(text)
    whole = plain(text.translate(literal._KEPT)).translate(literal._GIVEN_BACK)
    assert paragraphs(text) == [the_long_way(part) for part in whole.split("\n\n")]


def test_markup_is_but_text() -> None:
    for text in (Markup(" <b>"), Markup("<b>  x"), Markup("é <b>")):
        assert type(line(text)) is str


def the_long_way_of_an_address(url: str) -> str | None:
    text = literal._BLANKS.sub("", url)
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    try:
        if not host.isascii():
            text = text.replace(host, idna.encode(host, uts46=True).decode(), 1)
        return quote(text, safe=literal._URL_SAFE)
    except (UnicodeError, idna.IDNAError):
        return None


@given(
    st.sampled_from(
        ["", "http://", "https://", "HTTP://", "hTTps:", "httpſ://", " http", "\u00a0http://", "javascript:", "ftp://"]
    ),
    st.text(st.one_of(st.sampled_from("ab.:/?#[]@%&='\"<> \n\x1fäß。-_~ſK"), st.characters()), max_size=30),
)
@example("https://", "x.example:80/a?b=1#c")
@example("https://", "a:b:c")
@example("https://", "x.example:")
def test_a_plain_address_takes_a_short_way_to_the_same(scheme: str, rest: str) -> None:
    assert web_url(scheme + rest) == the_long_way_of_an_address(scheme + rest)
