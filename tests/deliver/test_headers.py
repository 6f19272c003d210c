"""Header fields fold, encode and come back; nothing leaves its field."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliver import headers
from newsletter.deliver.envelope import mailbox
from newsletter.errors import AddressError

BOX = mailbox("ada@example.net")
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def parsed(field: bytes) -> object:
    return next(iter(message_from_bytes(field + b"\r\n", policy=policy.default).values()))


@given(anything)
def test_a_subject_comes_back_whole_and_folded(value: str) -> None:
    field = headers.text("Subject", value)
    assert str(parsed(field)) == headers.one_line(value)
    for line in field.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= 76
        assert line.isascii()
    assert all(line.startswith(b" ") for line in field.split(b"\r\n")[1:-1])


@given(anything)
def test_a_display_name_comes_back_and_leaves_the_address_alone(name: str) -> None:
    """Taken apart as RFC 2047, 6.2 says: structure first, then the encoded words. (The standard library's newer parser
    leaves spaces between the encoded words of a phrase.)"""
    field = headers.address("To", name, BOX)
    found, spec = parseaddr(field.decode()[4:].replace("\r\n", ""))
    assert (str(make_header(decode_header(found))), spec) == (headers.display_name(name), "ada@example.net")
    assert max(map(len, field.split(b"\r\n"))) <= 76


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ada Lovelace", b"To: Ada Lovelace <ada@example.net>\r\n"),
        ("Lovelace, Ada", b'To: "Lovelace, Ada" <ada@example.net>\r\n'),
        ('Ada "AL" Lovelace', b'To: "Ada \\"AL\\" Lovelace" <ada@example.net>\r\n'),
        ("Zoë", b"To: =?utf-8?q?Zo=C3=AB?= <ada@example.net>\r\n"),
        ("日本", b"To: =?utf-8?b?5pel5pys?= <ada@example.net>\r\n"),
        ("=?utf-8?q?x?=", b"To: =?utf-8?b?PT91dGYtOD9xP3g/PQ==?= <ada@example.net>\r\n"),
        (" \r\n ", b"To: ada@example.net\r\n"),
        (None, b"To: ada@example.net\r\n"),
    ],
)
def test_a_name_is_written_as_plainly_as_it_may_be(name: str | None, written: bytes) -> None:
    assert headers.address("To", name, BOX) == written


def test_a_plain_subject_stays_readable_and_folds_at_spaces() -> None:
    field = headers.text("Subject", "Python at the top, native code below, and an order of magnitude gained again")
    assert field == (b"Subject: Python at the top, native code below, and an order of magnitude\r\n gained again\r\n")


def test_no_character_is_cut_in_two() -> None:
    field = headers.text("Subject", "👩🏽‍💻" * 30)
    assert str(parsed(field)) == "👩🏽‍💻" * 30


def test_a_token_that_is_none_is_this_programs_own_fault() -> None:
    for value in ("a\r\nb", "ü", "", " a"):
        with pytest.raises(ValueError, match="not plain ASCII"):
            headers.token("Message-ID", value)


def test_a_date_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        headers.date("Date", datetime(2026, 3, 1))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("value", "name", "spec"),
    [
        ("news@example.org", None, "news@example.org"),
        ("Weekly Native <news@example.org>", "Weekly Native", "news@example.org"),
        ('"News, weekly" <news@Example.ORG>', "News, weekly", "news@example.org"),
        ("News, weekly <news@example.org>", "News, weekly", "news@example.org"),
        ("News @ Example <news@example.org>", "News @ Example", "news@example.org"),
        ("The Digest (weekly) <news@example.org>", "The Digest (weekly)", "news@example.org"),
        ("Zeitung für Ö <news@bücher.example>", "Zeitung für Ö", "news@xn--bcher-kva.example"),
    ],
)
def test_a_mailbox_is_taken_apart(value: str, name: str | None, spec: str) -> None:
    found, box = headers.mailbox_of(value)
    assert (found, str(box)) == (name, spec)


def test_a_mailbox_without_address_is_refused() -> None:
    for value in ("", "nobody", "Name <>", "Name <a b@example.org>"):
        with pytest.raises(AddressError):
            headers.mailbox_of(value)


@given(st.one_of(anything, st.from_regex(r"[A-Za-z=? .éŁя田\u2028\u00a0]{0,80}", fullmatch=True)))
def test_the_short_way_for_plain_names_says_what_the_long_way_says(name: str) -> None:
    quick = headers.short_address("To", name, "ada@example.net")
    assert quick is None or quick == headers.address("To", name, BOX)


def test_everyday_names_take_the_short_way() -> None:
    assert headers.short_address("To", "Ada Lovelace", "ada@example.net") == b"To: Ada Lovelace <ada@example.net>\r\n"
    assert headers.short_address("To", "Zoë", "z@example.net") == b"To: =?utf-8?q?Zo=C3=AB?= <z@example.net>\r\n"
    assert headers.short_address("To", "Lovelace, Ada", "ada@example.net") is None
    assert headers.short_address("To", "é" * 30, "ada@example.net") is None
    assert headers.short_address("To", "=?utf-8?q?Ada?=", "ada@example.net") is None


@pytest.mark.parametrize("name", ["A", "é"])
def test_a_name_goes_the_short_way_as_long_as_the_line_is_no_longer_than_76(name: str) -> None:
    for length in range(30):
        local = "a" * (length + 30)
        long = headers.address("To", name, mailbox(f"{local}@x.example"))
        short = headers.short_address("To", name, f"{local}@x.example")
        assert short == (None if b"\r\n " in long else long)
