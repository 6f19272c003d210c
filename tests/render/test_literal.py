"""Text and addresses as they may be printed."""

from __future__ import annotations

import pytest

from newsletter.render.literal import line, paragraphs, web_url


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
