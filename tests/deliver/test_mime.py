"""Quoted-printable: short lines, nothing to stuff, and the same text when it is read."""

from __future__ import annotations

import base64
import quopri
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliver import mime
from newsletter.models import Enclosed
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
everyday = st.one_of(
    st.text(st.sampled_from("abcXYZ019 .-_/:?~@&<=\"'é\t"), max_size=200),
    st.text(st.sampled_from("ab F.Łßи田かナ김ع\u2028"), max_size=40),
    st.builds(lambda long, *rest: "x" * long + "".join(rest), st.integers(70, 150), st.sampled_from(".F "), st.text()),
)
contexts: tuple[SlotContext, ...] = ("html", "attribute", "header", "text")


@given(st.one_of(everyday, text), st.sampled_from(contexts))
def test_the_short_way_for_plain_values_says_what_the_long_way_says(value: str, context: SlotContext) -> None:
    quick = mime.encode_everywhere(value)
    assert quick is None or quick == mime.encode_value(Slot("subscriber.name", context).fill(value))


def test_no_character_goes_the_short_way_that_a_slot_would_change() -> None:
    taken = [one for one in map(chr, range(0x110000)) if mime.encode_everywhere(f"a{one}b") is not None]
    assert set("Az09@:/ĄéßжЯかナ田김") <= set(taken)
    for one in taken:
        assert {Slot("subscriber.name", context).fill(f"a{one}b") for context in contexts} == {f"a{one}b"}


@pytest.mark.parametrize(
    "value",
    [
        "Ada Lovelace", "ada@example.net", "https://example.org/u/" + "x" * 90, "https://example.org/u/" + "x" * 200,
        "x." * 37, "Zoë Łęcka", "Жанна Ю. " * 9 + "Я", "田中 かな", "é" * 40,
    ],
)  # fmt: skip
def test_everyday_values_take_the_short_way(value: str) -> None:
    assert mime.encode_everywhere(value) == mime.encode_value(value)


@pytest.mark.parametrize("value", ["", " ", ".a", "From me", "a  b", "a=b", "a&b", "é&", "עדה", "x" * 75 + ".", "a\n"])
def test_what_is_not_plain_takes_the_long_way(value: str) -> None:
    assert mime.encode_everywhere(value) is None


one_line = st.one_of(everyday, text, st.text(max_size=30)).map(lambda value: "".join(value.splitlines()))


@given(one_line.filter(bool))
def test_a_value_is_encoded_as_any_text_is(value: str) -> None:
    assert mime.encode_value(value) == mime.encode_text(value)


@pytest.mark.parametrize("place", ["{}", "{}a", "a{}", "a{}b", "x" * 74 + "{}", "x" * 73 + "{}", "x" * 72 + "{}"])
def test_every_character_is_encoded_at_every_place_as_in_any_text(place: str) -> None:
    for code in {*range(0x180)} - {10, 13}:
        value = place.format(chr(code))
        assert mime.encode_value(value) == mime.encode_text(value)


def body_of(*pictures: Enclosed) -> bytes:
    html = ("<p>", Slot("subscriber.name", "html", "reader"), '</p><img src="cid:1@newsletter">')
    body = mime.alternative(("Hello\n",), html, pictures)
    head = f'Content-Type: multipart/alternative; boundary="{body.boundary}"\r\n\r\n'.encode()
    return head + b"".join(p if isinstance(p, bytes) else mime.encode_value(p.fill(None)) for p in body.pieces)


@given(st.lists(st.binary(max_size=400), min_size=1, max_size=3))
def test_pictures_stand_beside_the_html_and_come_out_as_they_were(files: list[bytes]) -> None:
    pictures = [Enclosed(f"{n}@newsletter", "image/png", base64.b64encode(d).decode()) for n, d in enumerate(files)]
    data = body_of(*pictures)
    parsed = message_from_bytes(data, policy=policy.default)
    text, related = parsed.iter_parts()  # type: ignore[attr-defined]  # of an EmailMessage
    html, *images = related.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert (related.get_content_type(), related.get_param("type")) == ("multipart/related", "text/html")
    assert html.get_content().startswith("<p>reader</p>")
    assert [image.get_content() for image in images] == files
    assert [image["Content-ID"] for image in images] == [f"<{picture.cid}>" for picture in pictures]
    assert all(image.get_content_disposition() == "inline" for image in images)
    assert not [part.defects for part in parsed.walk() if part.defects]
    assert max(map(len, data.split(b"\r\n")[2:])) <= 76
    assert not any(line.startswith((b".", b"From ")) for line in data.split(b"\r\n"))


def test_a_mail_without_pictures_has_no_related_part() -> None:
    assert b"multipart/related" not in body_of()


def test_a_picture_is_one_fixed_piece_so_that_no_subscriber_costs_its_encoding() -> None:
    picture = Enclosed("1@newsletter", "image/png", base64.b64encode(bytes(30_000)).decode())
    body = mime.alternative(("Hello\n",), ("<p>", Slot("subscriber.name", "html"), "</p>"), [picture])
    assert [isinstance(piece, bytes) for piece in body.pieces] == [True, False, True]
