"""Where pages say when they were published, and which of the dates on a page are not theirs."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from newsletter import models
from newsletter.ingest.html import stamps, tree
from newsletter.ingest.html.belonging import Article

Read = Callable[..., models.Article]

_TEXT = "Native code does the counting, and Python says what is to be counted, which is as it should be in a program."
_BODY = f"<p>{_TEXT}</p><p>{_TEXT} {_TEXT}</p><p>{_TEXT}</p>"
_ADDRESS = '<link rel="canonical" href="https://example.org/counting-far-below">'


def _page(below: str = "", *, head: str = "", behind: str = "", heading: str = "<h1>Counting far below</h1>") -> str:
    return (
        f"<html lang='en-GB'><head><title>Counting far below</title>{_ADDRESS if 'canonical' not in head else ''}{head}"
        f"</head><body><main>{heading}{below}{_BODY}</main>{behind}</body></html>"
    )


def _ld(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


def _day(article: models.Article) -> int | None:
    return article.published.day if article.published else None


@pytest.mark.parametrize(
    "head",
    [
        _ld('{"@type": "NewsArticle", "headline": "Counting", "datePublished": "2026-11-03T09:00:00+01:00"}'),
        _ld('{"@graph": [{"@type": ["Thing", "BlogPosting"], "headline": "C", "datePublished": "2026-11-03"}]}'),
        _ld('[{"@type": "WebSite"}, {"@type": "http://schema.org/Article", "datePublished": "Nov 3, 2026"}]'),
        _ld('{"@type": "WebPage", "mainEntity": {"@type": "Article", "datePublished": "2026-11-03"}}'),
        _ld('{"@type": "DiscussionForumPosting", "headline": "C", "datePublished": "2026-11-03T10:00:00Z"}'),
        "<meta property='article:published_time' content='2026-11-03T09:00:00+0000'>",
        "<meta property='og:article:published_time' content='2026-11-03'>",
        "<meta name='DC.date.issued' content='2026-11-03'>",
        "<meta name='citation_publication_date' content='2026/11/03'>",
        "<meta name='parsely-pub-date' content='2026-11-03T09:00:00Z'>",
        "<meta name='sailthru.date' content='2026-11-03 09:00:00 -0500'>",
        "<meta name='cXenseParse:recs:publishtime' content='2026-11-03T09:00:00.000Z'>",
        "<meta name='pubdate' content='20261103'>",
        "<meta name='publish-date' content='Tue, 03 Nov 2026 09:00:00 GMT'>",
        "<meta name='publication_date' content='03/11/2026'>",
        "<meta itemprop='datePublished' content='2026-11-03'>",
        "<meta name='date' content='2026-11-03'>",
        "<meta name='article.published' content='1793696400'>",
        "<script>window.dataLayer = [{'pagePostDate': 'November 3, 2026', 'author': 'Ada'}];</script>",
        """<script>self.push("{\\"title\\":\\"Counting\\",\\"publishedAt\\":\\"2026-11-03T09:00:00Z\\"}")</script>""",
        "<link rel='canonical' href='https://example.org/2026/11/03/counting-far-below/'>",
    ],
)
def test_a_page_declares_its_date_in_many_places(head: str, read_one: Read) -> None:
    assert _day(read_one(_page(head=head), "a.html")) == 3


@pytest.mark.parametrize(
    "below",
    [
        "<time datetime='2026-11-03T09:00:00Z'>last week</time>",
        "<time pubdate datetime='2026-11-03'>3 Nov</time>",
        "<span itemprop='datePublished' content='2026-11-03'>last week</span>",
        "<abbr class='published' title='2026-11-03T08:00:00+01:00'>last week</abbr>",
        "<span class='post-date' data-date='2026-11-03'>last week</span>",
        "<span class='date'>03.11.26</span>",
        "<div class='BylineComponent_displayDate__x1'>3/11/2026</div>",
        "<relative-time datetime='2026-11-03T09:00:00Z'>Nov 3</relative-time>",
        "<p>By Ada Brook, 3 November 2026</p>",
        "<p>Posted on Tuesday, November 3rd, 2026 by Ada Brook in Counting, filed under Sums and Numbers</p>",
        "<p>Submitted by admin on Tue, 03/11/2026 - 10:00</p>",
        "<div>Updated: 5 November 2026 | First published: 3 November 2026</div>",
        "<div><span>Published</span> <span>|</span></div><div><span>3 November 2026</span></div>",
        "<div class='meta'><span>Published on</span><span>3 November 2026</span></div><div>Checked 9 Nov 2026</div>",
        "<time class='entry-date published updated' datetime='2026-11-03T09:00:00Z'>3 Nov</time>",
        "<time class='published' datetime='2026-11-03'>3</time><time class='updated' datetime='2026-11-09'>9</time>",
        "<aside><time datetime='2026-11-03'>3 November 2026</time></aside>",
        "<ul class='elementor-widget'><li itemprop='datePublished'><a href='/2026/11/'>3 November 2026</a></li></ul>",
        "<h2 class='date-header'><span>Tuesday, 3 November 2026</span></h2>",
        "<div>Veröffentlicht am 3. November 2026, aktualisiert am 5. November 2026</div>",
        "<div>Publié le 3 novembre 2026 à 10h, mis à jour le 5 novembre 2026</div>",
        "<div>公開日：2026年11月3日　更新日：2026年11月5日</div>",
        "<div>Опубликовано 3 ноября 2026 г.</div>",
    ],
)
def test_a_page_shows_its_date_beside_its_headline(below: str, read_one: Read) -> None:
    assert _day(read_one(_page(below), "a.html")) == 3


@pytest.mark.parametrize(
    "page",
    [
        _page(behind="", heading="<div><fieldset><legend>Counting far below</legend>3 November 2026</fieldset></div>"),
        _page(heading="<h2>How we count down there</h2><small>3 November 2026</small>"),
        _page("<img src='a.png'>").replace(
            "</main>", "<footer class='entry-meta'>Posted on 3 November 2026</footer></main>"
        ),
        _page().replace(
            "</main>", "<div class='post-footer'><span class='post-timestamp'>3 November 2026</span></div></main>"
        ),
    ],
)
def test_a_date_is_found_where_old_and_plain_pages_have_it(page: str, read_one: Read) -> None:
    assert _day(read_one(page, "a.html")) == 3


_CARDS = "".join(
    f"<{{tag}}><h3><a href='/{n}'>A story of some length</a></h3><time datetime='2026-11-0{n}'>{n}</time></{{tag}}>"
    for n in (9, 7, 5)
)


@pytest.mark.parametrize(
    "page",
    [
        _page(),
        _page("<span>© 2026</span>", behind="<footer>Copyright 3 November 2026 Counting House</footer>"),
        _page(behind="<div id='comments'><p class='comment'><time datetime='2026-11-03'>3</time> True!</p></div>"),
        _page(behind="<div class='gistcomment'><relative-time datetime='2026-11-03T10:00:00Z'>3</relative-time></div>"),
        _page(behind=_CARDS.format(tag="article")),
        _page(behind=f"<ul>{_CARDS.format(tag='li')}</ul>"),
        _page(f"<div class='latest'>{_CARDS.format(tag='div')}</div>"),
        _page("<ul>" + "".join(f"<li><span>|{n} Oct 2026</span></li>" for n in (9, 7, 5)) + "</ul>"),
        _page(behind="<aside class='widget'><h3>Today</h3><time datetime='2026-11-03'>3 November</time></aside>"),
        _page(behind="<div class='opening-hours'><div class='hours__date'>3 November 2026</div></div>"),
        _page("<ul><li><div class='date'>3 November 2026</div><h2><a href='/e'>A day of counting</a></h2></li></ul>"),
        _page("<ul><li><a href='/e'>A story of some length</a> <time datetime='2026-11-03'>3 Nov</time></li></ul>"),
        _page("<div>Applications close: deadline 3 November 2026</div>"),
        _page("<div>Last reviewed: 3 November 2026</div>"),
        _page(f"<p>On 3 November 2026 somebody counted to ten, faster than anybody before. {_TEXT}</p>"),
        _page(behind="<footer>This page was last edited on 3 November 2026, at 10:00.</footer>"),
        _page(behind="<script>var posts = [{'publishedAt': '2026-11-03'}, {'publishedAt': '2026-11-05'}];</script>"),
        _page(head="<link rel='canonical' href='https://example.org/2026/11/03/'>"),
        _page(head="<link rel='canonical' href='https://example.org/'><meta name='pubdate' content='2026-11-03'>"),
        _page(behind="<div class='reviews'><span class='review-date'>3 November 2026</span> Counts well.</div>"),
    ],
)  # fmt: skip
def test_dates_of_other_things_are_none_of_the_page(page: str, read_one: Read) -> None:
    assert read_one(page, "a.html").published is None


def test_the_dates_of_a_thread_begin_with_its_own(read_one: Read) -> None:
    posts = [
        f"<div class='post'><p class='author'>{day} November 2026</p><p>So it is.</p></div>" for day in (3, 4, 5, 6)
    ]
    assert _day(read_one(_page("".join(posts)), "a.html")) == 3
    assert read_one(_page("".join(reversed(posts))), "a.html").published is None


def test_a_question_is_dated_by_when_it_was_asked(read_one: Read) -> None:
    below = (
        "<div>Asked <time itemprop='dateCreated' datetime='2026-11-03T10:00:00'>2 years ago</time></div>"
        "<div>Modified <a href='?lastactivity'>12 days ago</a></div>"
    )
    answer = "<div class='answer'>answered <span class='relativetime' title='2026-11-07 08:00:00Z'>Nov 7</span></div>"
    assert _day(read_one(_page(below, behind=answer), "a.html")) == 3


def test_a_date_named_for_nothing_is_not_that_of_the_last_change(read_one: Read) -> None:
    head = (
        "<meta name='DC.date' content='2026-11-09T14:20:08Z'>"
        "<meta property='og:updated_time' content='2026-11-09T10:20:08-04:00'>"
    )
    article = read_one(_page("<time datetime='2026-11-03 05:00:00'>3 November 2026</time>", head=head), "a.html")
    assert _day(article) == 3
    assert article.modified == datetime(2026, 11, 9, 14, 20, 8, tzinfo=UTC)
    assert _day(read_one(_page(head=head), "a.html")) == 9


@pytest.mark.parametrize(
    ("below", "day"),
    [("<span>3 June 2019</span>", 3), ("<span>9 November 2026</span>", 5), ("<span>4 November 2026</span>", 5),
     ("<div>Updated 3 June 2019</div>", 5),
     ("<p>It was on 3 June 2019 that we began to count.</p>", 5)],
)  # fmt: skip
def test_an_earlier_date_beside_the_headline_is_that_of_an_article_which_moved(
    below: str, day: int, read_one: Read
) -> None:
    head = "<meta property='article:published_time' content='2026-11-05T12:00:00Z'>"
    assert _day(read_one(_page(below, head=head), "a.html")) == day


@pytest.mark.parametrize(
    ("below", "published", "modified"),
    [
        ("<div class='a'>Updated <span>5 November 2026</span></div>", 5, 5),
        (f"<p>Last updated: <time datetime='2026-11-05'>5 November 2026</time>. {_TEXT} {_TEXT}</p>", 5, 5),
        ("<time class='published-date' datetime='2026-11-05'>Updated 5 November 2026</time>", 5, 5),
        ("<span>3 November 2026</span><div class='a'>Updated <span>5 November 2026</span></div>", 3, 5),
        (
            "<p>By Ada Brook, CFP – Updated 5 Nov 2026 at 4:28 PM | Fact-checked by Tom Weld and by somebody else</p>",
            5,
            5,
        ),
        ("<div class='post-date__modified-date'><time datetime='2026-11-05'>5</time></div>", 5, 5),
        ("<div>3 November 2026 (updated)</div>", 3, 3),
        ("<div>3 Nov 2026 in Sums and Counts – updated <span>5 November 2026</span></div>", 3, 5),
        ("<div>By Ada Brook, CFP, and by Tom Weld – updated <span>5 November 2026</span></div>", 5, 5),
        ("<div itemprop='dateModified' content='2026-11-05'>5 Nov</div><div>3 November 2026</div>", 3, 5),
    ],
)
def test_the_label_of_a_date_holds_for_the_elements_in_it(
    below: str, published: int, modified: int, read_one: Read
) -> None:
    article = read_one(_page(below), "a.html")
    assert (_day(article), article.modified and article.modified.day) == (published, modified)


def test_what_a_line_says_of_a_day_holds_for_the_element_in_it(read_one: Read) -> None:
    below = "<div>By Ada Brook, CFP, and by Tom Weld – updated <span>5 November 2026</span></div>"
    head = "<script>var page = {'publishedAt': '2026-11-03'};</script>"
    assert _day(read_one(_page(below, head=head), "a.html")) == 3


@pytest.mark.parametrize("before", ["<div>{}", "<p>{}</p><div>", "<b>x</b>{}<div><div>"])
@pytest.mark.parametrize("words", ["x" * 5_000_000, "updated " * 600_000])
def test_what_many_dates_stand_after_is_read_once(before: str, words: str) -> None:
    times = "".join(f"<time datetime='2026-11-{1 + n % 9:02d}'></time>" for n in range(300))
    root = tree.parse(f"<html><body><h1>Counting far below</h1>{before.format(words)}{times}</body></html>", "a.html")
    heading = next(root.iter("h1"))
    page = stamps.Reader(root, Article(root, heading), datetime(2026, 11, 20, tzinfo=UTC), day_first=None)
    begin = time.process_time()
    assert {stamp.said for stamp in page.elsewhere} <= {""}
    assert time.process_time() - begin < 0.6
