"""Authors and dates that a page shows beside its headline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from newsletter.models import Article

Read = Callable[..., Article]

_TEXT = "Native code does the counting, and Python says what is to be counted, which is as it should be in a program."


def _page(below: str, head: str = "", above: str = "") -> str:
    return (
        f"<html lang='en'><head><title>Counting far below</title>{head}</head><body>{above}<article>"
        f"<h1>Counting far below</h1>{below}<p>{_TEXT}</p><p>{_TEXT}</p></article></body></html>"
    )


@pytest.mark.parametrize(
    ("below", "authors"),
    [
        ("<div>By <a href='/x'>Ada Brook</a> and Tom Weld</div>", ("Ada Brook", "Tom Weld")),
        ("<span>By</span><strong>Ada Brook</strong>", ("Ada Brook",)),
        ("<div><a href='/people/ada'>Ada Brook</a></div>", ("Ada Brook",)),
        ("<div class='_authorName_1x'>Ada Brook</div>", ("Ada Brook",)),
        ("<p>by ibby</p>", ("ibby",)),
        ("<div class='author-name'>Team Counting</div>", ("Team Counting",)),
        ("<div class='author-info'>Ada Brook is a writer who lives by the sea.</div>", ("Ada Brook",)),
        ("<div class='author'>Reviewed by Tom Weld</div>", ()),
        ("<div>3 November 2026 by Ada Brook, Chief Counter of the House</div>", ("Ada Brook",)),
        ("<div>Written by: <a>Ada Brook</a><a>Tom Weld</a></div>", ("Ada Brook", "Tom Weld")),
        ("<div class='byline'>By <b>Ada Brook</b><i>Reviewed by Tom Weld</i></div>", ("Ada Brook",)),
        ("<a href='/authors/count'>The Counting Crew</a>", ("The Counting Crew",)),
        ("<p class='post-author__name'>Ada / The House of Counting</p>", ("Ada / The House of Counting",)),
        ("<div class='author'>Written By <a></a></div>", ()),
        ("<i><a rel='author'>Ada Brook</a></i><i><a rel='author'>Tom Weld</a></i>", ("Ada Brook", "Tom Weld")),
        ("<a href='/people/'>Our Team</a>", ()),
        ("", ()),
    ],
)
def test_the_byline_below_the_headline_names_the_author(below: str, authors: tuple[str, ...], read_one: Read) -> None:
    assert read_one(_page(below), "a.html").authors == authors


def test_the_name_behind_article_by_is_the_authors_wherever_it_stands(read_one: Read) -> None:
    page = _page("").replace("</article>", "</article><section><h2>Article by</h2><div>Ada Brook</div></section>")
    assert read_one(page, "a.html").authors == ("Ada Brook",)
    twice = page.replace("</section>", "</section><section><b>Written by</b><i>Tom Weld</i></section>")
    assert read_one(twice, "a.html").authors == ()


def test_a_site_that_is_called_by_a_persons_name_has_that_author(read_one: Read) -> None:
    head = '<meta property="og:site_name" content="Ada Brook"><meta name="author" content="Ada Brook">'
    assert read_one(_page("", head), "a.html").authors == ("Ada Brook",)
    assert read_one(_page("", head.replace("Ada Brook", "The Daily Count")), "a.html").authors == ()


def test_an_institution_is_no_person(read_one: Read) -> None:
    head = """<script type="application/ld+json">{"@type": "Article", "headline": "Counting far below",
        "author": [{"name": "Ada Brook"}, {"name": "Counting Institute"}, {"name": "The Daily Count"}]}</script>"""
    assert read_one(_page("", head), "a.html").authors == ("Ada Brook",)


def test_a_declared_pen_name_is_taken_before_the_bylines_of_other_articles(read_one: Read) -> None:
    head = """<script type="application/ld+json">{"@type": "Article", "headline": "Counting far below",
        "author": {"@type": "Person", "name": "Lauren"}}</script>"""
    article = read_one(_page("", head, above="<a rel='author'>Tom Weld</a>"), "a.html")
    assert article.authors == ("Lauren",)


def test_the_sites_name_is_no_part_of_an_author(read_one: Read) -> None:
    head = '<meta property="og:site_name" content="The Daily Count">'
    article = read_one(_page("<div class='byline'>Ada Brook The Daily Count</div>", head), "a.html")
    assert article.authors == ("Ada Brook",)


@pytest.mark.parametrize(
    ("below", "published", "modified"),
    [
        ("<span>Nov 3, 2026</span>", 3, None),
        ("<div>Updated Nov 5, 2026</div>", 5, 5),
        ("<div>Updated <time>Nov 5, 2026</time></div>", 5, 5),
        ("<div>Nov 3, 2026</div><div>Updated <span><b>Nov 5, 2026</b></span></div>", 3, 5),
        ("<div>Nov 3, 2026 · Updated: Nov 5, 2026</div>", 3, 5),
        ("<time datetime='2026-11-03T09:00:00Z'>3 Nov</time><span>Last updated</span><time>Nov 5, 2026</time>", 3, 5),
        ("<time class='updated' datetime='2026-11-05T09:00:00Z'>5 Nov</time>", 5, 5),
        ("<span>© 2026</span>", None, None),
        (
            "<p>In the week of Nov 3, 2026, things were counted that had not been counted before by anybody.</p>",
            None,
            None,
        ),
    ],
)
def test_a_date_of_change_is_the_date_of_publication_only_where_no_other_is_shown(
    below: str, published: int | None, modified: int | None, read_one: Read
) -> None:
    article = read_one(_page(below), "a.html")
    assert (article.published and article.published.day, article.modified and article.modified.day) == (
        published,
        modified,
    )


def test_the_declared_date_of_change_is_kept(read_one: Read) -> None:
    head = '<meta property="article:modified_time" content="2026-11-05T10:30:00+01:00">'
    article = read_one(_page("", head), "a.html")
    assert article.modified == datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
    assert article.published is None


@pytest.mark.parametrize(
    ("language", "beside", "day"),
    [
        ("en-US", "", 3), ("en-GB", "", 1), ("de", "", 1), ("en", "", None), ("", "", None),
        ("en", "<span>26/02/2026</span>", 1),
        ("de", "<span>Photo of 02/26/2026</span>", 3),
    ],
)  # fmt: skip
def test_numbers_are_read_as_the_page_writes_dates(language: str, beside: str, day: int | None, read_one: Read) -> None:
    page = _page(f"<div>01/03/2026</div>{beside}").replace("<html", f"<html lang='{language}'", 1)
    published = read_one(page, "a.html").published
    assert (published and published.day) == day


def test_a_page_that_declares_itself_closed_is_truncated(read_one: Read) -> None:
    declared = '{"@type": "NewsArticle", "headline": "Counting", "isAccessibleForFree": "False"}'
    head = f'<script type="application/ld+json">{declared}</script>'
    assert read_one(_page("", head), "a.html").truncated
    assert not read_one(_page("", head.replace("False", "True")), "a.html").truncated


@pytest.mark.parametrize("below", ["<p>Last reviewed: <time datetime='2026-11-05'>November 5</time></p>"])
def test_the_day_of_a_review_at_the_end_is_no_date(below: str, read_one: Read) -> None:
    page = _page("").replace("</body>", f"<footer>{below}</footer></body>")
    assert read_one(page, "a.html").published is None
