"""Marks in an issue's Markdown stand alone on their lines; elsewhere they are refused, or shown as code or text."""

from __future__ import annotations

import pytest

from newsletter.curate.issue_text import from_markdown, to_markdown
from newsletter.errors import IssueTextError
from newsletter.models import Issue, Pick, Section, Summary

HEAD = "---\ntitle: T\nsubject: S\n---\n"
ISSUE = Issue(3, "T", "S", sections=(Section("", (Pick(7, "The loop", Summary("It moved.", "editor")),)),))


def refusal(text: str) -> IssueTextError:
    with pytest.raises(IssueTextError) as caught:
        from_markdown(text, ISSUE, {})
    return caught.value


def test_a_mark_that_is_none_is_refused_and_not_printed() -> None:
    head, issue = "---\ntitle: T\nsubject: S\npreheader: P\n---\n\nHello\n\n", Issue(1, "T", "S")
    for words in ("notiz", "sponsors", "OUTRO2"):
        with pytest.raises(IssueTextError, match="is no mark; there are <!-- note -->"):
            from_markdown(f"{head}<!-- {words} -->\n", issue, {})
    printed = from_markdown(f"{head}\\<!-- notiz -->\n", issue, {})
    assert "<!-- notiz -->" in printed.intro
    assert from_markdown(to_markdown(printed), printed, {}) == printed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("<!-- note --> We tried this", "<!-- note --> stands on a line of its own"),
        ("The thought. <!-- sponsor -->", "<!-- sponsor --> stands on a line of its own"),
        ("  <!--OUTRO-->", "<!--OUTRO--> stands on a line of its own, at its beginning"),
        ("The thought. <!-- spnsor -->", "<!-- spnsor --> is no mark; there are"),
        ("Words <!-- article 3 -->", "'## Headline <!-- article 3 -->'"),
        ("<!-- article 3 pinned -->", "<!-- article 3 pinned --> stands at the end of a headline"),
        ("a `tick` <!-- note --> b", "<!-- note --> stands on a line of its own"),
        ("```\n<!-- a b -->\n```\nx <!-- note -->", "<!-- note --> stands on a line of its own"),
        ("# Tools <!-- sponsor -->", "<!-- sponsor --> stands on a line of its own"),
        ("# Tools\n<!-- note --> Buy", "<!-- note --> stands on a line of its own"),
        ("## One <!-- article 12 --> <!-- note -->", "<!-- article 12 --> stands at the end of a headline"),
        ("## One <!-- note --> <!-- article 12 -->", "<!-- note --> stands on a line of its own"),
    ],
)
def test_a_mark_beside_words_is_refused_with_its_line_wherever_it_stands(typed: str, said: str) -> None:
    for above in ("", "## The loop <!-- article 7 -->\n\nThe summary.\n\n<!-- note -->\n\n", "<!-- sponsor -->\n\n"):
        line, error = 5 + (above + typed).count("\n"), refusal(f"{HEAD}{above}{typed}\n")
        assert (error.line, said in error.reason) == (line, True), error
    if not typed.startswith("#"):
        assert said in refusal(f"{HEAD}<!-- outro -->\nBye\n{typed}\n").reason


@pytest.mark.parametrize(
    "shown",
    [
        "Write `<!-- note -->` there.",
        "Write ``a ` <!-- sponsor -->`` there.",
        "So:\n\n```html\nx <!-- note --> y\n~~~\n<!-- article 3 -->\n```",
        "So:\n\n~~~\nx <!-- note --> y\n~~~\n\nand on.",
        "So:\n\n    x <!-- note --> y",
        "Remember <!-- a whole sentence --> this.",
    ],
)
def test_a_mark_shown_as_code_is_text(shown: str) -> None:
    read = from_markdown(f"{HEAD}{shown}\n", ISSUE, {})
    assert read.intro == shown
    assert from_markdown(to_markdown(read), read, {}) == read
    assert shown in to_markdown(read)


def test_a_backslash_prints_a_mark_within_a_line() -> None:
    read = from_markdown(HEAD + r"The \<!-- note --> moved, \\<!-- x --> too.", ISSUE, {})
    assert read.intro == r"The <!-- note --> moved, \<!-- x --> too."
    assert from_markdown(to_markdown(read), read, {}) == read


def test_a_line_of_many_marks_is_read_in_time() -> None:
    assert refusal(HEAD + "`a" * 100_000 + "<!-- note -->" * 50_000).line == 5
    assert from_markdown(HEAD + r"\<!-- x -->" * 50_000, ISSUE, {}).intro == "<!-- x -->" * 50_000
