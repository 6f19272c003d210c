"""A link's token can be used for what it was signed for, and for nothing else."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.errors import LinkError
from newsletter.links import Links

OLD, NEW, OTHER = b"old key, 16 bytes+", b"new key, 16 bytes+", b"other key 16 bytes+"
IDS = st.lists(st.integers(0, 2**63 - 1), max_size=4)


@given(IDS)
def test_what_was_signed_comes_back(ids: list[int]) -> None:
    links = Links([NEW])
    assert links.verify(links.sign("unsubscribe", *ids), "unsubscribe") == tuple(ids)


@given(IDS)
def test_a_token_is_safe_in_a_url_and_ends_in_a_letter_or_digit(ids: list[int]) -> None:
    token = Links([NEW]).sign("click", *ids)
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")
    assert token[-1].isalnum()


def test_a_token_that_would_end_in_a_dash_gets_a_stop_that_verifies_and_can_not_be_left_off() -> None:
    links = Links([NEW])
    stopped = [token for token in (links.sign("view", 300, number) for number in range(99)) if len(token) % 4 == 1]
    stopped += [token for token in (links.sign("view", 1, number) for number in range(99)) if len(token) % 4 == 1]
    assert stopped
    for token in stopped:
        assert token[-2] in "-_"
        assert links.verify(token, "view")
        with pytest.raises(LinkError):
            links.verify(token[:-1], "view")


def test_a_token_of_a_subscriber_and_a_list_stays_short() -> None:
    assert len(Links([NEW]).sign("unsubscribe", 1_000_000, 12)) <= 29


@given(IDS)
def test_a_token_serves_one_purpose_only(ids: list[int]) -> None:
    links = Links([NEW])
    with pytest.raises(LinkError):
        links.verify(links.sign("view", *ids), "unsubscribe")


def test_the_first_key_signs_and_all_verify() -> None:
    before, after = Links([OLD]), Links([NEW, OLD])
    assert after.verify(before.sign("unsubscribe", 7, 1), "unsubscribe") == (7, 1)
    assert after.sign("unsubscribe", 7, 1) == Links([NEW]).sign("unsubscribe", 7, 1)
    with pytest.raises(LinkError):
        before.verify(after.sign("unsubscribe", 7, 1), "unsubscribe")


@given(IDS, st.data())
def test_any_altered_character_is_noticed(ids: list[int], data: st.DataObject) -> None:
    links = Links([NEW])
    token = links.sign("unsubscribe", *ids)
    at = data.draw(st.integers(0, len(token) - 1))
    put = data.draw(st.sampled_from(string.ascii_letters + string.digits + "-_=+/ \n"))
    altered = token[:at] + put + token[at + 1 :]
    if altered != token:
        with pytest.raises(LinkError):
            links.verify(altered, "unsubscribe")


@given(st.text(max_size=300) | st.text(string.ascii_letters + string.digits + "-_=", max_size=300))
@example("")
@example("\ud800")
@example("A" * 22)
@example("é" * 24)
def test_any_other_text_is_a_link_error(token: str) -> None:
    with pytest.raises(LinkError):
        Links([NEW]).verify(token, "unsubscribe")


@given(st.text(max_size=60) | st.text(string.ascii_letters + string.digits + "-_", max_size=60))
def test_nothing_may_be_added_to_a_token(tail: str) -> None:
    links = Links([NEW])
    token = links.sign("unsubscribe", 7, 1) + tail
    if tail:
        with pytest.raises(LinkError):
            links.verify(token, "unsubscribe")


def test_a_key_that_could_be_guessed_is_refused_and_no_key_is_shown() -> None:
    for keys in ([], [b"short"], [NEW, b""]):
        with pytest.raises(ValueError, match="key"):
            Links(keys)
    assert "new key" not in repr(Links([NEW]))


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        Links([NEW]).sign("view", -1)
