"""Tokens, queries and snippets mean the same for both databases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.store.words import snippet, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Python at the top", ["python", "at", "the", "top"]),
        ("Größe, Ångström & ÉCOLE", ["grosse", "angstrom", "ecole"]),
        ("C++17 isn't 3.11", ["c", "17", "isn", "t", "3", "11"]),
        ("snake_case", ["snake", "case"]),
        ("速い Python", ["速", "い", "python"]),
        ("ﬁne ½", ["fine", "1", "2"]),
        ("हिन्दी", ["हनद"]),
        ("--- !!! \x00", []),
    ],
)
def test_a_token_is_a_run_of_letters_and_digits_without_case_and_accents(text, expected):
    assert tokens(text) == expected


@given(st.lists(st.text(max_size=20), max_size=5))
def test_lines_have_the_tokens_they_have_apart(lines):
    """So that a name which many articles share is folded once."""
    assert tokens("\n".join(lines)) == [token for line in lines for token in tokens(line)]


def phrases(query):
    return [tuple(tokens(word)) for word in query.split() if tokens(word)]


def test_a_snippet_marks_what_was_asked_for_in_the_texts_own_spelling():
    found = snippet("Die Größe des native Code.", phrases("grosse CODE"))
    assert found == "Die \x02Größe\x03 des native \x02Code\x03."


def test_a_snippet_shows_the_place_with_most_matches():
    text = "A rust-free start. " + "Filler words here. " * 40 + "Here rust meets native code." + " More filler." * 40
    found = snippet(text, phrases("rust native code"))
    assert "\x02rust\x03 meets \x02native\x03 \x02code\x03" in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(found) < 230


def test_a_snippet_without_a_match_is_the_texts_beginning():
    assert snippet("word " * 100, phrases("absent")).startswith("word word")


def test_a_match_is_a_whole_word():
    assert snippet("crusty rust", phrases("rust")) == "crusty \x02rust\x03"


@given(st.text(max_size=400), st.text(max_size=30))
def test_a_snippet_without_its_marks_is_a_piece_of_the_text(text, query):
    found = snippet(text, phrases(query)).removeprefix("… ").removesuffix(" …")
    assert found.count("\x02") == found.count("\x03")
    plain = " ".join(text.replace("\x02", " ").replace("\x03", " ").split())
    assert found.replace("\x02", "").replace("\x03", "") in plain


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("दिल्ली में नई मेट्रो लाइन", "मेट्रो", "दिल्ली में नई \x02मेट्रो\x03 लाइन"),
        ("Le cafe\u0301 Zoë", "café zoe", "Le \x02cafe\u0301\x03 \x02Zoë\x03"),
        ("मेट्रोलाइन मेट्रो", "मेट्रो", "मेट्रोलाइन \x02मेट्रो\x03"),
        ("Große Straße", "strasse", "Große \x02Straße\x03"),
    ],
)
def test_words_with_marks_are_marked_whole(text, query, shown):
    assert snippet(text, phrases(query)) == shown
