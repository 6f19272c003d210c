"""Replies out of bytes, however they are cut."""

from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliver.replies import Reply
from newsletter.deliver.smtp.wire import MAX_LINE, NotSMTP, ReplyParser

STREAM = b"220-relay\r\n220 ready\r\n250-a\r\n250-SIZE 1000\r\n250 b\r\n354\r\n550 5.1.1 no\r\n"
CODES = [220, 250, 354, 550]


@given(cuts=st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_packets_may_end_anywhere(cuts: list[int]) -> None:
    parser = ReplyParser()
    edges = [0, *sorted(cuts), len(STREAM)]
    replies = [reply for a, b in itertools.pairwise(edges) for reply in parser.feed(STREAM[a:b])]
    assert [reply.code for reply in replies] == CODES
    assert replies[1].lines == ("a", "SIZE 1000", "b")
    assert parser.clean


def test_an_unfinished_reply_is_not_clean() -> None:
    parser = ReplyParser()
    assert list(parser.feed(b"250-more to come\r\n")) == []
    assert not parser.clean


@pytest.mark.parametrize(
    "garbage",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\x15\x03\x03\x00\x02\x02\n",
        b"25 ok\r\n",
        b"2500 ok\r\n",
        b"\r\n",
        b"25x ok\r\n",
    ],
)
def test_what_is_no_reply_is_refused(garbage: bytes) -> None:
    with pytest.raises(NotSMTP, match="no SMTP reply"):
        list(ReplyParser().feed(garbage))


def test_the_replies_before_garbage_still_count() -> None:
    seen: list[Reply] = []
    with pytest.raises(NotSMTP):
        seen.extend(ReplyParser().feed(b"250 ok\r\nrubbish\r\n"))
    assert [reply.code for reply in seen] == [250]


def test_a_reply_keeps_to_one_code() -> None:
    with pytest.raises(NotSMTP, match="begins as 250 and goes on as 550"):
        list(ReplyParser().feed(b"250-yes\r\n550 no\r\n"))


def test_a_line_or_reply_without_end_is_refused() -> None:
    with pytest.raises(NotSMTP, match="more than"):
        list(ReplyParser().feed(b"250 " + b"x" * MAX_LINE))
    with pytest.raises(NotSMTP, match="more than 200 lines"):
        list(ReplyParser().feed(b"250-x\r\n" * 201))


@given(st.binary(max_size=200))
def test_any_bytes_are_replies_or_refused(data: bytes) -> None:
    with contextlib.suppress(NotSMTP):
        for reply in ReplyParser().feed(data):
            assert 0 <= reply.code <= 999
            assert str(reply).isprintable()
