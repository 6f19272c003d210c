"""Quoted-printable: short lines, nothing to stuff, and the same text when it is read."""

from __future__ import annotations

import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliver import mime
from newsletter.models.editions import Slot, SlotContext

text = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(" \t.\n=F")), max_size=400)


def read(data: bytes) -> str:
    return quopri.decodestring(data).decode().replace("\r\n", "\n")


@given(text)
def test_text_comes_back_as_it_was(value: str) -> None:
    assert read(mime.encode_text(value)) == value.replace("\r\n", "\n").replace("\r", "\n")


@given(text.map(lambda value: " ".join(value.split())))
def test_a_value_comes_back_as_it_was_and_ends_at_the_start_of_a_line(value: str) -> None:
    coded = mime.encode_value(value)
    assert coded.endswith(b"=\r\n")
    assert read(coded) == value


@given(text)
def test_lines_are_short_and_never_look_like_something_else(value: str) -> None:
    for coded in (mime.encode_text(value), mime.encode_value(value)):
        for line in coded.split(b"\r\n"):
            assert len(line) <= 76
            assert line.isascii()
            assert not line.startswith((b".", b"From "))
            assert not line.endswith((b" ", b"\t"))
            assert b"\n" not in line
            assert b"\r" not in line


@pytest.mark.parametrize("column", range(60, 80))
def test_a_break_never_cuts_an_escape(column: int) -> None:
    value = "x" * column + "é" * 40
    assert read(mime.encode_text(value)) == value


def test_a_slot_token_is_never_needed_so_no_break_can_cut_it() -> None:
    """Slots are cut out before encoding: a value at any column comes out whole on its own line."""
    for column in range(80):
        joined = (
            mime.encode_text("x" * column) + mime.encode_value("https://example.org/u/token") + mime.encode_text(">")
        )
        assert b"\r\nhttps://example.org/u/token=\r\n" in b"\r\n" + joined
        assert read(joined) == "x" * column + "https://example.org/u/token>"


#: Values as subscribers and links have them, and what lies just beside them.
everyday = st.text(st.sampled_from("abcXYZ019 .-_/:?~@&<=\"'é\t"), max_size=200)


@given(st.one_of(everyday, text), st.sampled_from(["html", "attribute", "header", "text"]))
def test_the_short_way_for_plain_values_says_what_the_long_way_says(value: str, context: SlotContext) -> None:
    quick = mime.encode_everywhere(value)
    assert quick is None or quick == mime.encode_value(Slot("subscriber.name", context).fill(value))


@pytest.mark.parametrize("value", ["Ada Lovelace", "ada@example.net", "https://example.org/u/" + "x" * 200, "x." * 37])
def test_everyday_values_take_the_short_way(value: str) -> None:
    assert mime.encode_everywhere(value) == mime.encode_value(value)


@pytest.mark.parametrize("value", ["", " ", ".a", "From me", "a  b", "a=b", "a&b", "é", "x" * 75 + ".", "a\n"])
def test_what_is_not_plain_takes_the_long_way(value: str) -> None:
    assert mime.encode_everywhere(value) is None
