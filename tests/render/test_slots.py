"""Slots: tokens nobody can guess or meet by chance, and parts cut at them."""

from __future__ import annotations

import pytest

from newsletter.errors import RenderError
from newsletter.models import Slot, fill
from newsletter.render.merge import Field
from newsletter.render.slots import Slots

KNOWN = ("name", "email", "language")


def slots(secret: bytes = b"secret", content: str = "content") -> Slots:
    return Slots(secret, content, KNOWN)


def test_tokens_follow_from_secret_and_content_alone() -> None:
    assert slots().token("view_url") == slots().token("view_url")
    assert slots().token("view_url") != slots(b"another").token("view_url")
    assert slots().token("view_url") != slots(content="other").token("view_url")


def test_a_token_is_one_word_that_markdown_html_and_urls_leave_alone() -> None:
    token = slots().token("unsubscribe_url")
    assert token.isascii()
    assert token.isalnum()
    assert token == token.lower()


def test_a_token_never_occurs_in_the_content() -> None:
    """Content that holds the very word which would be derived gets another one."""
    unlucky = slots().token("view_url")[:17]

    class Unlucky(str):
        __slots__ = ()

        def __contains__(self, word: object) -> bool:
            return word == unlucky

    assert not slots(content=Unlucky("content")).token("view_url").startswith(unlucky)


def test_html_is_cut_with_the_context_each_slot_stands_in() -> None:
    s = slots()
    url, name = s.token("unsubscribe_url"), s.token("subscriber.name", "you")
    part = s.cut_html(f'<a href="{url}" title="{name}">{name} 1 > 0</a>{url}')
    assert part == (
        '<a href="',
        Slot("unsubscribe_url", "url"),
        '" title="',
        Slot("subscriber.name", "attribute", "you"),
        '">',
        Slot("subscriber.name", "html", "you"),
        " 1 > 0</a>",
        Slot("unsubscribe_url", "html"),
    )


@pytest.mark.parametrize("address", ["https://x.example/?q={}", "{}/more", "https://x.example/?a=1>2&amp;q={}"])
def test_a_slot_that_is_a_part_of_an_address_is_refused(address: str) -> None:
    s = slots()
    with pytest.raises(RenderError, match="must be all of it"):
        s.cut_html(f'<a href="{address.format(s.token("subscriber.name"))}">x</a>')


def test_text_and_subject_are_cut_in_their_own_context() -> None:
    s = slots()
    text = s.place(["Hello ", Field("name", "you"), "!"])
    assert s.cut(text, "header") == ("Hello ", Slot("subscriber.name", "header", "you"), "!")
    assert s.cut("plain", "text") == ("plain",)
    assert s.cut("", "text") == ()


def test_an_unknown_slot_is_an_error_that_lists_what_there_is() -> None:
    with pytest.raises(RenderError, match=r"there are subscriber[.]email"):
        slots().token("subscriber.town")


def test_values_are_escaped_for_where_they_stand() -> None:
    s = slots()
    url, name = s.token("view_url"), s.token("subscriber.name", "you")
    part = s.cut_html(f'<a href="{url}">{name}</a>')
    assert fill(part, {"view_url": "javascript:x", "subscriber.name": "<b>"}) == '<a href="">&lt;b&gt;</a>'
    assert fill(part, {"view_url": "https://x.example/?a=1&b=2"}) == '<a href="https://x.example/?a=1&amp;b=2">you</a>'


def test_a_value_keeps_the_joiners_that_words_and_emoji_need() -> None:
    assert (
        Slot("subscriber.name", "text", rtl=True).fill("می\u200cخواهم 👩\u200d🚀\u202e\x07")
        == "می\u200cخواهم 👩\u200d🚀"
    )
