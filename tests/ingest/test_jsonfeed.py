"""JSON Feed: items as articles, and nothing but SourceError for what is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter import ingest
from newsletter.errors import SourceError

VERSION = "https://jsonfeed.org/version/1.1"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def _feed(*items: Any, **fields: Any) -> bytes:
    return json.dumps({"version": VERSION, "title": "A feed", "items": items, **fields}).encode()


def test_an_item_is_read_whole(now):
    item = {
        "id": "1", "url": "https://a.example/one", "title": "One",
        "content_html": "<h2>Part</h2><p>Some words.</p><script>x()</script>",

        "summary": "In short.", "image": "/lead.png", "date_published": "2026-11-07T10:20:00+01:00",
        "authors": [{"name": "Anna Berg"}], "tags": ["data", "rust"], "language": "en-GB",
    }  # fmt: skip
    (article,) = ingest.read(_feed(item), "feed.json", now=now).articles
    assert article.key == "url:https://a.example/one"
    assert article.published == datetime(2026, 11, 7, 9, 20, tzinfo=UTC)
    assert (article.title, article.deck, article.site, article.language) == ("One", "In short.", "A feed", "en")
    assert (article.authors, article.tags, article.image) == (
        ("Anna Berg",),
        ("data", "rust"),
        "https://a.example/lead.png",
    )
    assert [(block.type, block.text) for block in article.blocks] == [("heading", "Part"), ("paragraph", "Some words.")]


def test_version_1_with_escaped_slashes_and_one_author_is_read(now):
    data = _feed(
        {"id": 7, "content_text": "First.\n\nSecond."},
        version="https://jsonfeed.org/version/1",
        author={"name": "Bo Li"},
    )
    (article,) = ingest.read(data.replace(b"/", b"\\/"), "-", now=now).articles
    assert article.authors == ("Bo Li",)
    assert article.key.endswith("#7")
    assert [block.text for block in article.blocks] == ["First.", "Second."]


def test_an_item_without_text_is_rejected_while_the_rest_go_on(now):
    reading = ingest.read_feed(
        _feed({"id": "1", "title": "Only", "url": "https://a.example/1"}, {"id": "2", "content_text": "Words here."}),
        "f",
        now=now,
    )
    assert len(reading.articles) == 1
    assert "add the page itself: https://a.example/1" in reading.rejected[0].reason
    assert reading.untold == ("https://a.example/1",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_feed(), "without items"),
        (_feed(items={}), "list of items"),
        (_feed()[:-2], "broken"),
        (b'{"a": 1}', "this is JSON"),
    ],
)
def test_what_is_no_feed_is_refused(data, reason, now):
    with pytest.raises(SourceError, match=reason):
        ingest.read(data, "x", now=now)


_KEYS = st.sampled_from(
    [
        "id",
        "url",
        "title",
        "content_html",
        "content_text",
        "summary",
        "authors",
        "tags",
        "image",
        "date_published",
        "items",
        "language",
        "home_page_url",
    ]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=6), st.lists(st.dictionaries(_KEYS, _VALUES, max_size=6), max_size=3))
def test_values_of_any_type_raise_nothing_else(fields, items):
    try:
        reading = ingest.read(json.dumps({"version": VERSION, "items": items, **fields}).encode(), "f", now=NOW)
    except SourceError as fault:
        reasons = [fault.reason]
    else:
        reasons = [one.reason for one in reading.rejected]
    assert not [reason for reason in reasons if "could not be read" in reason]
