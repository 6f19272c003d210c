"""Saved pages: what they declare, and the body without the page around it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.models import Article

Read = Callable[..., Article]

_TEXT = "Native code does the counting, and Python says what is to be counted, which is as it should be in a program."


def _page(body: str, head: str = "") -> str:
    return f"<!doctype html><html lang='en'><head><title>A page</title>{head}</head><body>{body}</body></html>"


def test_a_saved_page_gives_every_field_it_declares(samples: Path, read_one: Read) -> None:
    article = read_one((samples / "tls-let-c-sweat.html").read_bytes(), "tls.html")
    assert article.title == "Two Thousand Handshakes a Second from One Python Process"
    assert article.key == "url:https://extensiondesk.example/tls/two-thousand-handshakes"
    assert article.authors == ("Henrike Solberg",)
    assert article.author_role == "Network Editor"
    assert article.published == datetime(2026, 11, 13, 7, 30, tzinfo=UTC)
    assert article.published_precision == "time"
    assert (article.site, article.category, article.language) == ("The Extension Desk", "Networking", "en")
    assert article.image == "https://example.org/images/handshake.jpg"
    assert article.image_alt == "Two cables meeting in a patch panel"
    assert article.tags == ("TLS", "event loops", "Python")
    assert article.deck is not None
    assert article.deck.startswith("Encryption is native code already.")


def test_the_body_is_typed_and_free_of_the_page(samples: Path, read_one: Read) -> None:
    article = read_one((samples / "tls-let-c-sweat.html").read_bytes(), "tls.html")
    kinds = [block.type for block in article.blocks]
    assert kinds == [
        *["image", "paragraph", "paragraph", "heading", "paragraph", "paragraph", "quote"],
        *["heading", "paragraph", "code", "paragraph", "heading", "paragraph", "list", "paragraph"],
    ]
    assert article.blocks[0].text == "Each connection begins with a bargain about keys."
    code = next(block for block in article.blocks if block.type == "code")
    assert "\n    uvloop.run(send_all(file))" in code.text
    for chrome in ("Mastodon", "Related articles", "Leave a comment", "All rights reserved", "window.track", "Storage"):
        assert chrome not in article.body_text


def test_a_table_keeps_its_rows_and_cells(samples: Path, read_one: Read) -> None:
    article = read_one((samples / "plugins-in-a-sandbox.html").read_bytes(), "p.html")
    table = next(block for block in article.blocks if block.type == "table")
    assert table.text.split("\n")[1] == "Python, in process\tnone\t9.4 s"
    assert article.authors == ("Adaeze Brandt", "Tomasz Rieger")
    assert "You may also like" not in article.body_text


def test_latin_1_is_read_by_its_declaration(samples: Path, read_one: Read) -> None:
    article = read_one((samples / "tabellen-ohne-kopien.html").read_bytes(), "t.html")
    assert "zählt jede Minute" in article.body_text
    assert (article.language, article.site) == ("de", "Werkbank")
    assert "Lesen Sie auch" not in article.body_text


def test_tracking_is_cut_off_the_canonical_address(samples: Path, read_one: Read) -> None:
    article = read_one((samples / "kestrelint-lowerhalf.html").read_bytes(), "k.html")
    assert article.url == "https://lowerhalf.example/2026/11/kestrelint-million-lines"


def test_the_clocks_of_publication_and_change_are_kept(read_one: Read) -> None:
    head = (
        '<meta property="article:published_time" content="2026-11-03T23:00:00-05:00">'
        '<meta property="article:modified_time" content="2026-11-04T09:00:00+05:30">'
    )
    article = read_one(_page(f"<h1>Counting far below</h1><p>{_TEXT}</p>", head), "a.html")
    assert article.published == datetime(2026, 11, 4, 4, tzinfo=UTC)
    assert article.published_local is not None
    assert article.modified_local is not None
    assert article.published_local.isoformat() == "2026-11-03T23:00:00-05:00"
    assert article.modified_local.isoformat() == "2026-11-04T09:00:00+05:30"


def test_a_time_without_a_zone_counts_as_a_day(read_one: Read) -> None:
    head = '<meta property="article:published_time" content="2026-11-03T09:00:00">'
    article = read_one(_page(f"<h1>Counting far below</h1><p>{_TEXT}</p>" * 1, head), "a.html")
    assert article.published == datetime(2026, 11, 3, tzinfo=UTC)
    assert article.published_precision == "day"


@pytest.mark.parametrize(
    "body",
    [
        "<p>Related: Nov 3, 2026</p>",
        "<footer>© 2026 Counting House</footer>",
        "<p>Published 03/04/2026</p>",
    ],
)
def test_a_date_is_never_guessed(body: str, read_one: Read) -> None:
    article = read_one(
        _page(f"<article><h1>Counting far below</h1><p>{_TEXT}</p><p>{_TEXT}</p></article>{body}"), "a.html"
    )
    assert article.published is None


def test_a_date_in_the_future_is_none(read_one: Read) -> None:
    head = '<meta property="article:published_time" content="2031-01-01T09:00:00Z">'
    assert read_one(_page(f"<p>{_TEXT}</p>", head), "a.html").published is None


def test_authors_are_resolved_by_their_id_in_the_graph(read_one: Read) -> None:
    head = """<script type="application/ld+json">{"@graph": [
        {"@type": "Article", "headline": "Counting far below", "author": {"@id": "#p1"}, "datePublished": "2026-11-03"},
        {"@type": "Person", "@id": "#p1", "name": "Ada Brook"}]}</script>"""
    assert read_one(_page(f"<p>{_TEXT}</p>", head), "a.html").authors == ("Ada Brook",)


@pytest.mark.parametrize(
    "value", ["{", "[[[[", '{"@type": 7}', '{"@type": "Article", "author": [[1]], "headline": {}}', "null"]
)
def test_broken_json_ld_counts_as_none(value: str, read_one: Read) -> None:
    head = f'<script type="application/ld+json">{value}</script>'
    article = read_one(_page(f"<h1>Counting far below the surface</h1><p>{_TEXT}</p>", head), "a.html")
    assert article.title == "Counting far below the surface"


def test_the_sites_name_is_cut_off_a_title(read_one: Read) -> None:
    page = (
        f"<html><head><title>Counting far below | The Counting House</title></head><body><p>{_TEXT}</p></body></html>"
    )
    assert read_one(page, "a.html").title == "Counting far below"


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        ("<title>Counting far below the sea • Ada Brook</title>", "", "Counting far below the sea"),
        ("<title>Counting far below</title><meta property='og:title' content='You must see this!'>", "",
         "Counting far below"),
        ("<title>Ada's: Counting far below</title><meta property='og:title' content='Counting far below'>", "",
         "Counting far below"),
        ("<title>Counting</title>", "<h1>Why all counting is done far below | Opinion</h1>",
         "Why all counting is done far below"),
        ("<title>Counting</title>", "<h1>Counting | Sums</h1>", "Counting | Sums"),
    ],
)  # fmt: skip
def test_a_title_is_what_the_page_calls_itself(head: str, heading: str, title: str, read_one: Read) -> None:
    """Not what it is called where it is shared, nor the site or the section that it stands in."""
    assert read_one(f"<html><head>{head}</head><body>{heading}<p>{_TEXT}</p></body></html>", "a.html").title == title


def test_relative_images_become_absolute_and_pixels_are_left_out(read_one: Read) -> None:
    body = (
        f"<article><h1>Counting far below</h1><p>{_TEXT}</p><p>{_TEXT}</p>"
        '<img src="/i/a.png" alt="A counter"><img src="/t.gif" width="1"><img src="data:image/png;base64,AA">'
        f"<p>{_TEXT}</p></article>"
    )
    article = read_one(_page(body, '<link rel="canonical" href="https://example.org/x/y">'), "a.html")
    images = [(block.text, block.url) for block in article.blocks if block.type == "image"]
    assert images == [("A counter", "https://example.org/i/a.png")]


def test_markup_in_text_stays_text_and_scripts_go(read_one: Read) -> None:
    body = f"<p>Neither {{{{ 7*7 }}}} nor &lt;/mj-text&gt;&lt;mj-raw&gt; is read. {_TEXT}</p><script>alert(1)</script>"
    article = read_one(_page(f"<h1>What stays as it is here</h1>{body}"), "a.html")
    assert "{{ 7*7 }}" in article.body_text
    assert "</mj-text><mj-raw>" in article.body_text
    assert "alert" not in article.body_text
