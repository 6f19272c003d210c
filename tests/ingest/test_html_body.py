"""Which parts of a page are its article, and what kind of block each is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.models import Article

Read = Callable[..., Article]

_TEXTS = tuple(
    f"Native code does the counting of {thing}, and Python says what is to be counted, which is as it should be."
    for thing in ("words", "pages", "threads", "allocations", "sockets", "handshakes")
)


def _page(*parts: str, head: str = "", around: str = "{}") -> str:
    body = around.format("".join(parts))
    return (
        f"<!doctype html><html lang='en'><head><title>Counting far below</title>{head}</head><body>{body}</body></html>"
    )


def _article(*parts: str, head: str = "", after: str = "") -> str:
    opening = f"<h1>Counting far below</h1><p>{_TEXTS[0]}</p><p>{_TEXTS[1]}</p><p>{_TEXTS[2]}</p>"
    return _page(opening, *parts, f"<p>{_TEXTS[3]}</p>", head=head, around=f"<article>{{}}</article>{after}")


@pytest.mark.parametrize(
    "name",
    ["newsletter-signup", "relatedPosts related", "author-box", "cookie consent", "share social-share", "caption"],
)
def test_elements_that_call_themselves_something_else_are_left_out(name: str, read_one: Read) -> None:
    other = (
        f"<div class='{name}'><p>Other things than those that are counted stand in here, and go on for long.</p></div>"
    )
    assert "Other things" not in read_one(_article(other), "a.html").body_text


def test_an_article_whose_element_has_an_odd_name_is_kept(read_one: Read) -> None:
    article = read_one(
        _page(*(f"<p>{t}</p>" for t in _TEXTS), around="<div class='related sidebar'>{}</div>"), "a.html"
    )
    assert article.body_text.split("\n\n") == list(_TEXTS)


def test_links_that_lead_down_the_page_are_no_part_of_the_story(read_one: Read) -> None:
    contents = "<ul><li><a href='#a'>On words, counted</a></li><li><a href='#b'>On pages, counted</a></li></ul>"
    assert "On pages" not in read_one(_article(contents), "a.html").body_text


def test_answers_that_are_folded_up_belong_to_the_article(read_one: Read) -> None:
    answer = "It is, and so it is left to native code wherever that pays for the way there and back."
    folded = f"<section class='faq'><h2>Is counting in Python slow?</h2><div class='panel'>{answer}</div></section>"
    text = read_one(_article(folded), "a.html").body_text
    assert "left to native code wherever" in text
    assert "Is counting in Python slow?" in text


def test_parts_that_a_script_would_put_in_place_are_put_in_place(read_one: Read) -> None:
    late = f"<div hidden id='S:1'><p>{_TEXTS[4]}</p><p>{_TEXTS[5]}</p></div>"
    text = read_one(_article("<template id='B:1'></template>", after=late), "a.html").body_text
    assert text.index(_TEXTS[2]) < text.index(_TEXTS[4]) < text.index(_TEXTS[3])


def test_text_that_stands_twice_stays_twice(read_one: Read) -> None:
    text = read_one(_article(f"<h2>Again</h2><p>{_TEXTS[0]}</p>"), "a.html").body_text
    assert text.count(_TEXTS[0]) == 2


def test_a_nested_item_is_printed_once(read_one: Read) -> None:
    items = "<ul><li>The first of all items<div><li>An item that stands in it</li></div></li></ul>"
    assert read_one(_article(items), "a.html").body_text.count("An item that stands in it") == 1


@pytest.mark.parametrize(
    "markup",
    [
        "<blockquote>the counting of pages, and Python says what is to be counted<cite>Ada Brook</cite></blockquote>",
        "<aside class='pull-quote'><p>Counting is done where it is cheap</p><footer>— Ada Brook</footer></aside>",
        "<figure class='pullquote'><blockquote>Counting is done where it is cheap</blockquote></figure>",
    ],
)
def test_a_pull_quote_stands_beside_the_story(markup: str, read_one: Read) -> None:
    article = read_one(_article(markup), "a.html")
    assert [quote.attribution for quote in article.quotes] in (["Ada Brook"], [None])
    assert len(article.quotes) == 1
    assert "Counting is done" not in article.body_text
    assert article.body_text.count("and Python says") == 4


def test_takeaways_are_set_apart(read_one: Read) -> None:
    listed = "<h2>Key takeaways</h2><ul><li>Count below.</li><li>Say above.</li></ul>"
    article = read_one(_page(f"<p>{_TEXTS[0]}</p>", listed, *(f"<p>{text}</p>" for text in _TEXTS[1:])), "a.html")
    assert article.takeaways == ("Count below.", "Say above.")
    assert "Count below." not in article.body_text


def test_sources_are_named(read_one: Read) -> None:
    sources = "<h2>Sources</h2><ol><li>1. The Book of Counting, 2024</li><li>Another Book, 2025</li></ol><h2>Then</h2>"
    article = read_one(_article(sources), "a.html")
    assert article.references == ("The Book of Counting, 2024", "Another Book, 2025")


def test_the_end_of_an_article_behind_a_wall_is_noticed(read_one: Read) -> None:
    wall = "<div class='wall'><h2>This article is exclusive to Plus subscribers</h2><p>Log in</p></div>"
    assert read_one(_article(after=wall), "a.html").truncated
    assert "exclusive" not in read_one(_article(after=wall), "a.html").body_text
    assert not read_one(_article(), "a.html").truncated


def test_captions_stand_with_their_pictures(read_one: Read) -> None:
    figure = "<figure><img src='https://example.org/a.png'><figcaption>A counter, old</figcaption></figure>"
    article = read_one(_article(figure), "a.html")
    assert [(b.text, b.url) for b in article.blocks if b.type == "image"] == [
        ("A counter, old", "https://example.org/a.png")
    ]
    assert "A counter" not in article.body_text


def test_a_button_that_unfolds_an_answer_is_its_heading(read_one: Read) -> None:
    folded = (
        "<h2>FAQ</h2><div class='faq'><button aria-expanded='false'>Why is counting done below?</button>"
        f"<div><p>{_TEXTS[2]}</p></div></div><button aria-expanded='false'>Menu</button>"
    )
    article = read_one(_article(folded), "a.html")
    headings = [block.text for block in article.blocks if block.type == "heading"]
    assert headings == ["FAQ", "Why is counting done below?"]
    assert "Menu" not in article.body_text


def test_a_headings_id_says_nothing_of_its_part(read_one: Read) -> None:
    text = f"<h3 id='promo-author-share'>Counting for sale</h3><p>{_TEXTS[1]}</p>"
    assert "Counting for sale" in read_one(_article(text), "a.html").body_text


def test_a_list_of_sections_is_no_list(read_one: Read) -> None:
    items = "".join(f"<li><h3>Number {n} of them</h3><p>{text}</p></li>" for n, text in enumerate(_TEXTS[:3]))
    article = read_one(_article(f"<ul>{items}</ul>"), "a.html")
    assert [block.text for block in article.blocks if block.type == "heading"] == [
        f"Number {n} of them" for n in range(3)
    ]


def test_a_list_that_is_mostly_the_articles_is_kept_whole(read_one: Read) -> None:
    items = "<ul><li>Book a table for the count</li><li>Bring your own numbers</li><li>Share what was counted</li></ul>"
    assert "Book a table" in read_one(_article(items), "a.html").body_text


def test_what_the_page_declares_as_an_answer_belongs_to_the_article(read_one: Read) -> None:
    answer = "Whoever counts upstairs has to carry every number up there, one at a time, and tires of it."
    declared = (
        '<script type="application/ld+json">{"@type": "FAQPage", "mainEntity": [{"@type": "Question", "name": '
        f'"Why below?", "acceptedAnswer": {{"@type": "Answer", "text": "<p>{answer}</p>"}}}}]}}</script>'
    )
    folded = f"<div><div><div><a href='/0'>{answer}</a></div></div></div>"
    assert answer in read_one(_article(folded, head=declared), "a.html").body_text
    assert answer not in read_one(_article(folded), "a.html").body_text
