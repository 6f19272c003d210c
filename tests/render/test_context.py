"""What templates see: every text of it counts as content, and facts are found by the shortest way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.app import specimen
from newsletter.models import Article, Block
from newsletter.render import Masthead
from newsletter.render.context import PrintedPick, printed
from newsletter.render.dates import Calendar
from newsletter.resources import folder
from newsletter.text import catalogue

LANGUAGES = ["en", "de", "fr", "pt", "pt-PT", "he", "ar-EG", "ja", "pl"]


def texts(value: Any) -> Iterator[str]:
    """Every text in frozen values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_is_printed_is_content(language: str) -> None:
    made = specimen.make()
    foreign = {key: replace(article, language="ar") for key, article in made.articles.items() if key % 2}
    masthead = Masthead("Weekly", "w@example.org", "https://example.org", "Street 1", language=language)
    articles = {**made.articles, **foreign}
    articles[2] = replace(articles[2], authors=("Ann", "שירה", "Bo"))
    words = catalogue.read([folder("templates") / "email"], language)
    values = printed(made.issue, articles, masthead, specimen.TODAY, others=made.others, words=words)
    picks = [pick for section in values.sections for pick in section.picks]
    assert {name for name in PrintedPick._fields for pick in picks if getattr(pick, name)} == {*PrintedPick._fields}
    # How an aside is kind, and which way a page runs, are words of the program, not of the issue.
    said = [text for text in texts(values) if text not in ("takeaway", "quote", "ltr", "rtl")]
    content = values.content()
    assert [text for text in said if text not in content] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_alone_is_joined_to_nothing(language: str) -> None:
    calendar = Calendar(language, "UTC")
    for name in ("Ann Lee", "שירה", "", "دينا"):
        before, after = calendar.between([name])
        assert (before, after) == ("", "")
        assert calendar.names([name]).strip("\u2068\u2069") == name


def test_an_issues_date_is_told_in_its_own_zone_and_language_each_time() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    for _ in range(2):
        assert Calendar("en", "UTC").long(late) == "November 30, 2026"
        assert Calendar("en", "Europe/Berlin").long(late) == "December 1, 2026"
        assert Calendar("fr", "Europe/Berlin").long(late) == "1er décembre 2026"
        assert Calendar("en", "UTC").long(late + timedelta(days=1)) == "December 1, 2026"
    assert Calendar("en", "UTC").day(late) == date(2026, 11, 30)


@given(
    st.lists(
        st.builds(
            Block,
            st.sampled_from(["paragraph", "list", "quote", "code", "image"]),
            st.text(st.sampled_from(" \n\t\u00a0\u3000a語。\u200b")) | st.text(),
        )
    )
)
def test_an_article_with_words_has_a_count_of_them(blocks: list[Block]) -> None:
    article = Article(title="x", source="x", key="x", blocks=tuple(blocks))
    assert article.has_words == (article.word_count > 0)
