"""Feeds: one article an item, and no feed that raises anything but SourceError."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsletter import ingest
from newsletter.errors import SourceError
from newsletter.ingest import feeds
from newsletter.ingest.draft import Draft
from newsletter.ingest.feeds import is_teaser


def _rss(items: str, channel: str = "<title>A feed</title>") -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}{items}</channel></rss>'.encode()


def _item(title: str, text: str, more: str = "") -> str:
    return f"<item><title>{title}</title><description>{text}</description>{more}</item>"


def test_a_feed_that_was_cut_off_before_its_items_is_a_fault_and_an_empty_one_is_none(now: datetime) -> None:
    whole = b'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title></channel></rss>'
    assert not ingest.read_feed(whole, "https://h.example/feed", now=now).articles
    with pytest.raises(SourceError, match="cut off before its first item"):
        ingest.read_feed(whole[:60], "https://h.example/feed", now=now)


def test_an_rss_feed_gives_its_items_whole(samples: Path, now: datetime) -> None:
    reading = ingest.read((samples / "native-layer-feed.xml").read_bytes(), "feed.xml", now=now)
    first, second = reading.articles
    assert first.key == "url:https://nativelayer.example/regex/cannot-run-away"
    assert first.authors == ("Oskar Tamm",)
    assert first.published == datetime(2026, 11, 7, 9, 20, tzinfo=UTC)
    assert second.published == datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    assert first.site == "Native Layer"
    assert [b.text for b in first.blocks if b.type == "heading"] == ["Two families", "What had to change"]
    assert first.deck is not None
    assert reading.rejected == ()


def test_an_atom_feed_gives_its_entries(samples: Path, now: datetime) -> None:
    reading = ingest.read((samples / "extension-desk.atom").read_bytes(), "feed.atom", now=now)
    assert [article.authors for article in reading.articles] == [("Leif Haraldsen",), ("Henrike Solberg",)]
    assert reading.articles[0].published == datetime(2026, 11, 14, 9, 15, tzinfo=UTC)
    assert any(block.type == "list" and block.text.count("\n") == 5 for block in reading.articles[0].blocks)


def test_a_bad_item_is_rejected_while_the_rest_go_on(now: datetime) -> None:
    data = _rss(
        _item("One", "Some words are here.") + "<item><title>Two</title></item>" + _item("Three", "More words.")
    )
    reading = ingest.read(data, "feed.xml", now=now)
    assert [article.title for article in reading.articles] == ["One", "Three"]
    assert len(reading.rejected) == 1
    assert "no text" in reading.rejected[0].reason


def test_items_without_an_address_are_known_by_feed_and_id(now: datetime) -> None:
    data = _rss(_item("One", "Some words.", "<guid isPermaLink='false'>n-1</guid>") + _item("Two", "Other words."))
    keys = [article.key for article in ingest.read(data, "feed.xml", now=now).articles]
    assert keys[0] == "item:feed.xml#n-1"
    assert keys[1].startswith("item:feed.xml#")


def test_items_that_share_an_address_stay_apart(now: datetime) -> None:
    link = "<link>https://example.org/news</link>"
    data = _rss(_item("One", "Some words.", link) + _item("Two", "Other words.", link))
    assert len({article.key for article in ingest.read(data, "feed.xml", now=now).articles}) == 2


def test_markup_in_titles_is_read_and_scripts_are_dropped(now: datetime) -> None:
    data = _rss(
        _item("A &lt;b&gt;bold&lt;/b&gt; title", "&lt;p&gt;Words.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;")
    )
    article = ingest.read(data, "feed.xml", now=now).articles[0]
    assert article.title == "A bold title"
    assert article.body_text == "Words."


def test_an_entity_bomb_is_contained(now: datetime) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    data = (
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "ha">{entities}]>'.encode() + _rss(_item("T", "x &e9; y"))[21:]
    )
    try:
        reading = ingest.read(data, "feed.xml", now=now)
    except SourceError:
        return
    assert all(len(article.body_text) < 1000 for article in reading.articles)


def test_an_entity_reads_no_file(tmp_path: Path, now: datetime) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-words")
    doctype = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    reading = ingest.read(doctype + _rss(_item("T", "before &e; after"))[21:], "feed.xml", now=now)
    assert "the-secret-words" not in repr(reading)


def test_the_name_of_a_file_is_no_feed(tmp_path: Path, now: datetime) -> None:
    """feedparser opens strings, and bytes too, that name a file."""
    feed = tmp_path / "real.xml"
    feed.write_bytes(_rss(_item("Inside", "Words of the file.")))
    with pytest.raises(SourceError, match="not a feed"):
        ingest.read(str(feed).encode(), "feed.xml", now=now)


def test_deep_nesting_is_refused_before_it_is_parsed(now: datetime) -> None:
    with pytest.raises(SourceError, match="nested more than"):
        ingest.read(b'<?xml version="1.0"?><rss><channel>' + b"<item>" * 200_000, "feed.xml", now=now)


@pytest.mark.parametrize(
    "odd",
    [
        "<image><width></width><height>x</height></image>",
        '<g:where xmlns:g="http://www.georss.org/georss"><g:pos xmlns:g="http://www.opengis.net/gml">1</g:pos></g:where>',
    ],
)
def test_a_fault_of_the_parser_is_a_source_error_or_nothing(odd: str, now: datetime) -> None:
    try:
        reading = ingest.read(_rss(_item("One", "Some words."), f"<title>A feed</title>{odd}"), "feed.xml", now=now)
    except SourceError:
        return
    assert [article.title for article in reading.articles] == ["One"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_rss(""), "without items"),
        (b'<?xml version="1.0"?><catalog><book/></catalog>', "expected RSS, RDF or Atom"),
    ],
)
def test_what_is_no_feed_is_refused_with_what_was_found(data: bytes, reason: str, now: datetime) -> None:
    with pytest.raises(SourceError, match=reason):
        ingest.read(data, "feed.xml", now=now)


def test_the_fixtures_of_feedparser_raise_nothing_but_source_errors(corpora: Path, now: datetime) -> None:
    articles = 0
    for path in sorted((corpora / "feeds").rglob("*.xml")):
        reasons: list[str] = []
        try:
            reading = ingest.read(path.read_bytes(), path.name, now=now)
            articles += len(reading.articles)
            reasons = [rejected.reason for rejected in reading.rejected]
        except SourceError as fault:
            reasons = [fault.reason]
        # The net below every reader was not needed.
        assert not [reason for reason in reasons if "could not be read" in reason], path
    assert articles >= 30


def test_relative_addresses_are_resolved_against_the_feed_s_own(now: datetime) -> None:
    data = _rss(_item("One", "&lt;p&gt;Words.&lt;/p&gt;&lt;img src='a.png'&gt;", "<link>/posts/one</link>"))
    (article,) = ingest.read(data, "https://a.example/feed.xml", now=now).articles
    assert article.url == "https://a.example/posts/one"
    assert [block.url for block in article.blocks if block.url] == ["https://a.example/posts/a.png"]


def test_what_runs_or_asks_for_input_is_left_out_of_content(now: datetime) -> None:
    hostile = (
        "&lt;p onclick='x()'&gt;Words.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;style&gt;p {}&lt;/style&gt;"
        "&lt;form&gt;&lt;input value='name'&gt;&lt;button&gt;Go&lt;/button&gt;&lt;/form&gt;"
        "&lt;a href='javascript:alert(2)'&gt;here&lt;/a&gt;&lt;img src='javascript:alert(3)' alt='pic'&gt;"
    )
    (article,) = ingest.read(_rss(_item("One", hostile)), "feed.xml", now=now).articles
    assert article.body_text == "Words.\n\nhere"
    assert not [block for block in article.blocks if block.url]


def test_teasers_are_told_from_whole_texts(now: datetime) -> None:
    whole = "A sentence of the whole story, with its figures. " * 60
    reading = ingest.read(
        _rss(_item("One", "It begins …") + _item("Two", whole) + _item("Three", whole[:1500] + "[…]")), "f", now=now
    )
    assert [is_teaser(article) for article in reading.articles] == [True, False, True]


def test_an_empty_feed_is_a_feed(now: datetime) -> None:
    reading = ingest.read_feed(_rss("", "<title>Quiet</title><ttl>90</ttl>"), "f", now=now)
    assert (reading.title, reading.articles, reading.ttl) == ("Quiet", (), timedelta(minutes=90))


def test_what_only_the_server_says_of_the_encoding_counts(now: datetime) -> None:
    data = (
        _rss(_item("Größe", "Ein paar Wörter stehen hier."))
        .replace(b'<?xml version="1.0"?>', b"")
        .decode()
        .encode("iso-8859-15")
    )
    reading = ingest.read(data, "f", now=now, content_type="application/rss+xml; charset=ISO-8859-15")
    assert reading.articles[0].title == "Größe"


def test_an_item_too_deep_to_walk_is_rejected_alone_and_by_its_depth(now: datetime) -> None:
    def draft(item: Mapping[str, Any]) -> Draft:
        return draft(item) if item["deep"] else Draft(title="flat", deck="Words enough for an item.")

    articles, rejected = feeds.collect(
        [{"id": "1", "deep": True}, {"id": "2", "deep": False}], "a", draft, lambda _, reason: reason
    )
    assert [article.title for article in articles] == ["flat"]
    assert [refused.reason for refused in rejected] == ["nested too deeply to be read"]
