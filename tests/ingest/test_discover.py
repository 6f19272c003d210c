"""The feeds that a page names."""

from __future__ import annotations

from newsletter.ingest import discover


def test_feeds_are_found_in_order_with_those_of_comments_last():
    page = """<html><head><base href="/blog/"><link rel="stylesheet" href="x.css">
      <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
      <link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" title="All" href="atom.xml">
      <link rel="alternate" type="application/feed+json" href="https://other.example/feed.json">
      <link rel="alternate" hreflang="de" href="/de">
      <link rel="alternate" type="application/rss+xml" href="javascript:1">
    </head><body>words</body></html>"""
    assert [link.url for link in discover.feeds(page, "https://a.example/post/1")] == [
        "https://a.example/blog/atom.xml",
        "https://other.example/feed.json",
        "https://a.example/comments/feed",
    ]


def test_what_is_no_page_names_none():
    assert discover.feeds("", "https://a.example/") == ()
    assert discover.feeds("\x00\x01", "https://a.example/") == ()


def test_a_base_that_is_no_address_counts_as_none():
    page = '<base href="http://[::1"><link rel="alternate" type="application/rss+xml" href="/feed"><p>words'
    assert [link.url for link in discover.feeds(page, "https://a.example/")] == ["https://a.example/feed"]
