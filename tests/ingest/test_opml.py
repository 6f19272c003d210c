"""OPML: the feeds a list names, whatever wrote it, and back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter import ingest
from newsletter.errors import SourceError
from newsletter.ingest import opml
from newsletter.models import Feed

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_a_list_gives_its_feeds_once_each_with_their_folders(now):
    data = b"""<?xml version="1.0"?><!-- Reader 9 --><opml version="1.1"><head><title>L</title></head><body>
      <outline text="Dev"><outline text="Languages">
        <outline text="One &amp; two" type="rss" xmlUrl="https://One.example/feed?utm_source=x" htmlUrl="https://one.example/"/>
      </outline></outline>
      <outline title="Atom" XMLURL="http://two.example/atom.xml"/>
      <outline text="again" xmlUrl="https://one.example/feed"/>
      <outline text="bad" xmlUrl="javascript:alert(1)"/><outline text="a note"/>
    </body></opml>"""
    reading = ingest.read(data, "list.xml", now=now)
    assert reading.articles == ()
    first, second = reading.feeds
    assert (first.url, first.title, first.site, first.category) == (
        "https://one.example/feed", "One & two", "https://one.example/", "Dev/Languages",
    )  # fmt: skip
    assert (second.url, second.title, second.category) == ("http://two.example/atom.xml", "Atom", "")


def test_a_broken_list_gives_what_can_be_read(now):
    data = (
        b'<opml><body><outline text="A & B" xmlUrl="https://a.example/f"/><outline text="c" xmlUrl="https://c.example/'
    )
    assert [feed.url for feed in ingest.read(data, "l.opml", now=now).feeds] == ["https://a.example/f"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'<opml version="2.0"><body><outline text="x"/></body></opml>', "names no feed"),
        (b"<opml><body>" + b'<outline text="x">' * 60_000, "nested more than"),
    ],
)
def test_what_names_no_feed_is_refused(data, reason, now):
    with pytest.raises(SourceError, match=reason):
        ingest.read(data, "l.opml", now=now)


def test_an_entity_of_a_list_reads_no_file(tmp_path, now):
    secret = tmp_path / "secret"
    secret.write_text("the-secret-words")
    data = f'<!DOCTYPE opml [<!ENTITY e SYSTEM "{secret.as_uri()}">]><opml><body><outline text="&e;" xmlUrl="https://a.example/"/></body></opml>'
    assert "the-secret-words" not in repr(ingest.read(data.encode(), "l.opml", now=now))


_FOLDERS = st.lists(st.text("ab", min_size=1, max_size=3), max_size=3).map("/".join)


@given(st.lists(st.tuples(st.text(max_size=30), _FOLDERS), min_size=1, max_size=8))
def test_what_is_written_reads_back(rows):
    feeds = [Feed(f"https://a.example/{n}", title, category=folder) for n, (title, folder) in enumerate(rows)]
    read = opml.read(opml.write(feeds, "The Digest", NOW), "l.opml")
    assert sorted((link.url, link.category) for link in read) == sorted((feed.url, feed.category) for feed in feeds)
