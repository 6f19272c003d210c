"""A query is read into words and filters, with clear errors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import QueryError
from newsletter.store.query import Clause, Fact, Query, Term, parse


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("rust wheel", (Clause((Term(("rust",)),)), Clause((Term(("wheel",)),)))),
        ('"native code"', (Clause((Term(("native", "code")),)),)),
        ("state-of-the-art", (Clause((Term(("state", "of", "the", "art")),)),)),
        ("rus*", (Clause((Term(("rus",), is_begun=True),)),)),
        ('"native co"*', (Clause((Term(("native", "co"), is_begun=True),)),)),
        ("rust OR zig go", (Clause((Term(("rust",)), Term(("zig",)))), Clause((Term(("go",)),)))),
        ("OR rust OR", (Clause((Term(("rust",)),)),)),
        ("rust -zig", (Clause((Term(("rust",)),)), Clause((Term(("zig",)),), is_negated=True))),
        ("Author:Ada", (Clause((Term(("ada",), field="author"),)),)),
        ('tag:"machine learning"', (Clause((Term(("machine", "learning"), field="tag"),)),)),
        ("コード*", (Clause((Term(("コ", "ー", "ト")),)),)),
        ("http://example.org a:b 12:30", parse('"http example org" "a b" "12 30"').clauses),
        ("--- !!! -", ()),
        ("rust rust", (Clause((Term(("rust",)),)),)),
    ],
)
def test_words(text, clauses):
    assert parse(text) == Query(clauses)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("lang:DE", Fact("lang", "de")),
        ("-lang:de", Fact("lang", "de", is_negated=True)),
        ("after:2026-11-01", Fact("after", datetime(2026, 11, 1, tzinfo=UTC))),
        ("since:2026-11", Fact("after", datetime(2026, 11, 1, tzinfo=UTC))),
        ("before:2026", Fact("before", datetime(2026, 1, 1, tzinfo=UTC))),
        ("-after:2026", Fact("before", datetime(2026, 1, 1, tzinfo=UTC))),
        ("used:no", Fact("used", False)),
        ("-used:no", Fact("used", True)),
        ("story:12", Fact("story", 12)),
    ],
)
def test_filters(text, fact):
    assert parse(text) == Query(facts=(fact,))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rust autor:ada", "autor:ada: no field is called 'autor'; there are title:, source:, author:"),
        ("after:yesterday", "after:yesterday: expected a day, month or year"),
        ("after:2026-13-01", "expected a day"),
        ("used:maybe", "used:yes or used:no"),
        ("story:first", "story:12"),
        ("lang:english", "lang:en"),
    ],
)
def test_what_a_field_cannot_be_is_said(text, message):
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert message in str(caught.value)


@given(st.text())
def test_any_text_is_a_query_or_says_why_not(text):
    try:
        found = parse(text)
    except QueryError:
        return
    tokens = [token for clause in found.clauses for term in clause.terms for token in term.tokens]
    assert all(token.isalnum() for token in tokens)
    assert len(found.clauses) <= 40
