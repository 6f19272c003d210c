"""Addresses in their one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter import urls


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&id=7&fbclid=y", "https://example.org/a?id=7"),
        ("https://example.org/a?b=2&a=1", "https://example.org/a?b=2&a=1"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://bücher.example/ä b", "https://xn--bcher-kva.example/%C3%A4%20b"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        (" https://exam\nple.org/a\t", "https://example.org/a"),
        ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
        ("https://example.org./a", "https://example.org/a"),
    ],
)
def test_an_address_has_one_form(given_url: str, expected: str) -> None:
    assert urls.canonical(given_url) == expected


@pytest.mark.parametrize(
    "value",
    [
        *["", "mailto:a@example.org", "javascript:alert(1)", "ftp://example.org/", "/path", "https://", "http://[::1"],
        *["https://example.org:99999/", "https://ex ample.org/", "data:text/html,x", "https://<b>/", "x" * 5000],
    ],
)
def test_what_is_no_web_address_is_none(value: str) -> None:
    assert urls.canonical(value) is None


def test_a_relative_address_is_resolved_against_its_page() -> None:
    assert urls.canonical("../b?x=1", "https://example.org/a/c/d") == "https://example.org/a/b?x=1"
    assert urls.canonical("//cdn.example.org/i.png", "https://example.org/") == "https://cdn.example.org/i.png"
    assert urls.canonical("javascript:alert(1)", "https://example.org/") is None


def test_the_host_is_in_lower_case_and_without_port() -> None:
    assert urls.host("https://WWW.Example.org:8443/x") == "www.example.org"
    assert urls.host("nothing") is None


@given(st.text())
def test_any_text_gives_an_address_or_none(text: str) -> None:
    clean = urls.canonical(text)
    assert clean is None or clean.startswith(("http://", "https://"))


@given(st.from_regex(r"https?://[a-z0-9.\-]{1,30}(/[ -~]{0,40})?", fullmatch=True))
def test_the_one_form_is_its_own_one_form(text: str) -> None:
    clean = urls.canonical(text)
    assert clean is None or urls.canonical(clean) == clean


@pytest.mark.parametrize(
    "url",
    [
        "http://www.example.org/a",
        "https://example.org/a/",
        "https://example.org/a/index.html",
        "https://example.org/a?utm_source=x#part",
        "https://m.example.org/a",
        "https://mobile.example.org/a",
        "https://amp.example.org/a",
        "https://example.org/amp/a",
        "https://example.org/a/amp/",
        "https://example.org/a.amp",
        "https://example.org/a?amp=1",
        "https://example.org/a?outputType=amp",
        "https://www-example-org.cdn.ampproject.org/c/s/www.example.org/a",
        "https://www.google.com/amp/s/example.org/a/amp",
    ],
)
def test_a_page_has_one_key_in_whatever_dress(url: str) -> None:
    assert urls.key(url) == "example.org/a"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/", "example.org"),
        ("https://en.m.wikipedia.example/wiki/X", "en.wikipedia.example/wiki/X"),
        ("https://m.co/x", "m.co/x"),
        ("https://example.org/amplifier?example=1", "example.org/amplifier?example=1"),
        ("https://example.org/b?page=2&amp=1", "example.org/b?page=2"),
        ("https://example.org/%c3%a4.amp.html", "example.org/%C3%A4.html"),
        ("https://example.org:8080/a/", "example.org:8080/a"),
        ("https://example.org/a/indexes", "example.org/a/indexes"),
    ],
)
def test_a_key_leaves_out_nothing_else(url: str, expected: str) -> None:
    assert urls.key(url) == expected


def test_pages_for_phones_are_told_from_others() -> None:
    assert urls.is_for_phones("https://m.example.org/a")
    assert urls.is_for_phones("https://example.org/a/amp")
    assert not urls.is_for_phones("http://www.example.org/a/")
    assert urls.key("mailto:a@example.org") is None


_DRESSES = r"https?://(www\.|m\.|amp\.)?[a-z]{1,5}\.[a-z.]{2,9}(/(amp|index\.html|a|)){0,4}(\?amp)?"


@given(st.from_regex(_DRESSES, fullmatch=True))
def test_a_key_is_its_own_key(text: str) -> None:
    found = urls.key(text)
    assert found is None or urls.key("https://" + found) == found


def test_an_address_counts_with_its_escapes():
    assert urls.canonical("https://example.org/" + "a" * 2000)
    assert urls.canonical("https://example.org/" + "ü" * 340) is None  # 6 characters each
