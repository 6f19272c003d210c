"""An issue's Markdown gives back the same issue, takes an editor's changes, and names the line it can't read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.curate.issue_text import from_markdown, to_markdown
from newsletter.errors import IssueTextError
from newsletter.models import Article, Issue, Pick, Section, Sentence, Sponsor, Summary, Why

Make = Callable[..., Article]

SUMMARY = Summary(
    "The loop moved. It is fast.", "extractive", (Sentence("The loop moved.", 0, 15), Sentence("It is fast.", 16, 27))
)
ISSUE = Issue(
    3,
    "Weekly: 3",
    'Hello {{ subscriber.name | default("reader") }}',
    "Three loops",
    "Good morning.\n\n- one\n- two",
    (outro := "See you *soon*."),
    (
        Section("", (Pick(12, "The loop", SUMMARY, why=Why("2 days old", {"score": 0.5})),)),
        Section(
            "Tools",
            (Pick(7, "A linter", Summary("Fast.", "editor"), pinned=True), Pick(8, "Wheels", Summary("", "editor"))),
        ),
    ),
)


def edit(old: str, new: str, articles: dict[int, Article] | None = None) -> Issue:
    text = to_markdown(ISSUE)
    assert old in text
    return from_markdown(text.replace(old, new), ISSUE, articles or {})


def refusal(text: str, issue: Issue = ISSUE) -> IssueTextError:
    with pytest.raises(IssueTextError) as caught:
        from_markdown(text, issue, {})
    return caught.value


def test_the_view_is_what_the_design_shows() -> None:
    lines = [line for line in to_markdown(ISSUE).split("\n") if line and not line.startswith("# Change")]
    assert [line for line in lines if not line.startswith("# ") or line == "# Tools"] == [
        "---",
        "title: 'Weekly: 3'",
        'subject: Hello {{ subscriber.name | default("reader") }}',
        "preheader: Three loops",
        "---",
        "Good morning.",
        "- one",
        "- two",
        "## The loop <!-- article 12 -->",
        "The loop moved. It is fast.",
        "# Tools",
        "## A linter <!-- article 7 pinned -->",
        "Fast.",
        "## Wheels <!-- article 8 -->",
        "<!-- outro -->",
        outro,
    ]


ODD = "#\\ <!-outrarticle 12pinned>&10;\n\r\t`~:'\"{}\u2028\x00\x85\ud800\ufeffé"
STRUCTURE = [
    "# a",
    "## b",
    "\\# c",
    "\\\\## d",
    "#",
    "##",
    "<!-- outro -->",
    "<!-- note -->",
    "<!--SPONSOR-->  ",
    "\\<!-- sponsor -->",
    "## H <!-- article 3 -->",
    "a\n\n# b\n\n",
    "---",
]
YAML = [
    "a <!-- article 4 pinned -->",
    "a <!-- note --> b `<!-- sponsor -->` \\<!-- x -->",
    "<!-- article 4 --> `a\n<!-- note --> b` \n```\n<!-- note --> x",
    "# <!-- outro --> <!-- article 7 -->",
    "    <!-- note --> b\n    <!-- note --> c",
    "```\n# x\n```",
    "&#10;",
    "&#9999999;",
    "null",
    "2026-11-20",
    "- a",
    "? b",
    "%YAML 1.1",
]
TEXTS = st.one_of(
    st.text(max_size=30), st.text(alphabet=st.sampled_from(ODD), max_size=60), st.sampled_from(STRUCTURE + YAML)
)


@st.composite
def issues(draw: st.DrawFn) -> Issue:
    rows: list[list[Pick]] = [[] for _ in range(draw(st.integers(0, 3)))]
    for article in draw(st.lists(st.integers(1, 50), unique=True, max_size=5)) if rows else ():
        summary = Summary(draw(TEXTS), "extractive", (Sentence("x", 0, 1),))
        note = draw(st.one_of(st.just(""), TEXTS))
        pick = Pick(article, draw(TEXTS), summary, draw(st.booleans()), Why("why", {"score": 1.0}), note)
        rows[draw(st.integers(0, len(rows) - 1))].append(pick)
    sections = tuple(Section(draw(TEXTS), tuple(row)) for row in rows)
    places = sorted(draw(st.lists(st.integers(0, sum(map(len, rows))), max_size=3)))
    sponsors = tuple(Sponsor(text, place) for place in places if (text := draw(TEXTS)))
    words = [draw(TEXTS) for _ in range(5)]
    theme = draw(st.sampled_from(["", "links", "2026"]))
    return Issue(1, *words, sections=sections, theme=theme, sponsors=sponsors)


@settings(max_examples=300)
@given(issues())
def test_the_round_trip_is_exact_for_any_issue(issue: Issue) -> None:
    assert from_markdown(to_markdown(issue), issue, {}) == issue


@settings(max_examples=100)
@given(issues())
def test_the_round_trip_survives_an_editor_that_writes_crlf_and_a_byte_order_mark(issue: Issue) -> None:
    assert from_markdown("\ufeff" + to_markdown(issue).replace("\n", "\r\n"), issue, {}) == issue


@given(st.lists(st.sampled_from(to_markdown(ISSUE).split("\n")), max_size=25))
def test_any_mixture_of_lines_is_read_or_refused(lines: list[str]) -> None:
    with suppress(IssueTextError):
        from_markdown("\n".join(lines), ISSUE, {})


class TestEdits:
    def test_an_edited_summary_is_the_editors_and_has_no_offsets(self) -> None:
        summary = next(edit("It is fast.", "It is quick.").picks).summary
        assert summary.engine == "editor"
        assert [(s.text, s.start, s.end) for s in summary.sentences] == [
            ("The loop moved.", None, None),
            ("It is quick.", None, None),
        ]

    def test_a_new_headline_keeps_summary_and_reason(self) -> None:
        pick = next(edit("## The loop ", "## What the loop costs ").picks)
        assert pick.headline == "What the loop costs"
        assert pick.summary == SUMMARY
        assert pick.why == Why("2 days old", {"score": 0.5})

    def test_sections_can_be_retitled_and_made_and_left(self) -> None:
        edited = edit("# Tools", "# Instruments")
        assert edited.sections[1].title == "Instruments"
        assert [s.title for s in edit("## Wheels", "# More\n\n## Wheels").sections] == ["", "Tools", "More"]
        assert [len(s.picks) for s in edit("# Tools\n\n", "").sections] == [3]

    def test_articles_can_be_moved_with_their_summaries(self) -> None:
        block = "## The loop <!-- article 12 -->\n\nThe loop moved. It is fast.\n\n"
        text = to_markdown(ISSUE).replace(block, "").replace("<!-- outro -->", f"{block}<!-- outro -->")
        edited = from_markdown(text, ISSUE, {})
        assert [pick.article for pick in edited.picks] == [7, 8, 12]
        assert list(edited.picks)[2] == next(ISSUE.picks)

    def test_an_article_can_be_deleted(self) -> None:
        assert [pick.article for pick in edit("## A linter <!-- article 7 pinned -->\n\nFast.\n\n", "").picks] == [
            12,
            8,
        ]

    def test_pins_are_set_and_lifted(self) -> None:
        assert not list(edit("7 pinned", "7").picks)[1].pinned
        assert list(edit("article 8", "article 8 PINNED").picks)[2].pinned

    def test_subject_and_title_are_always_texts(self) -> None:
        assert edit("title: 'Weekly: 3'", "title: 2026").title == "2026"
        assert edit("preheader: Three loops", "preheader: yes").preheader == "yes"
        assert edit("preheader: Three loops\n", "").preheader == ""

    @pytest.mark.parametrize(
        ("typed", "subject"),
        [
            ("Ten tips for #python people", "Ten tips for #python people"),
            ("#1 of many # more", "#1 of many # more"),
            ("Ten tips\n  for #python\n  #people", "Ten tips for #python #people"),
            ("It's #1", "It's #1"),
            ("\n  #1 of\n\n  #2", "#1 of\n#2"),
            ("\n  'Ten #tips' # a comment", "Ten #tips"),
            ("!important & more", "!important & more"),
            ("&co #1", "&co #1"),
            ("Ten tips\n# A comment of the head, as they stand in the view", "Ten tips"),
            ("'Ten #tips' # a comment", "Ten #tips"),
            ('"Ten #tips\\t#2" # a comment', "Ten #tips\t#2"),
            ("| # a comment\n  Ten #tips\n  # two", "Ten #tips\n# two"),
            (">-\n  Ten #tips", "Ten #tips"),
            ("\ue000 \ue001 #1", "\ue000 \ue001 #1"),
        ],
    )
    def test_an_unquoted_text_keeps_all_its_words_where_yaml_sees_a_comment(self, typed: str, subject: str) -> None:
        issue = from_markdown(f"---\ntitle: The Weekly #1\nsubject: {typed}\npreheader: C #\n---\n", ISSUE, {})
        assert (issue.title, issue.subject.strip(), issue.preheader) == ("The Weekly #1", subject, "C #")
        assert from_markdown(to_markdown(issue), issue, {}) == issue

    def test_a_comment_after_a_themes_name_is_one(self) -> None:
        head = "---\ntitle: T\nsubject: S\ntheme: links # for once\n---\n"
        assert from_markdown(head, ISSUE, {}).theme == "links"

    def test_intro_and_outro_are_taken_as_written(self) -> None:
        assert edit("Good morning.", "\\# Not a section\n\n### Heading\n\nHi  \nthere").intro == (
            "# Not a section\n\n### Heading\n\nHi  \nthere\n\n- one\n- two"
        )
        assert edit(outro, "# Thanks\n\nBye").outro == "# Thanks\n\nBye"

    def test_without_an_outro_mark_there_is_no_outro(self) -> None:
        assert edit(f"<!-- outro -->\n\n{outro}\n", "").outro == ""

    def test_what_the_view_does_not_show_stays(self) -> None:
        issue = replace(ISSUE, edition=9)
        assert from_markdown(to_markdown(issue), issue, {}).edition == 9


class TestNotesAndSponsors:
    def test_a_note_stands_below_its_article_and_moves_with_it(self) -> None:
        edited = edit("It is fast.", "It is fast.\n\n<!-- note -->\nWe use it *ourselves*.")
        assert next(edited.picks).note == "We use it *ourselves*."
        assert next(edited.picks).summary == SUMMARY
        moved = replace(edited, sections=(edited.sections[1], edited.sections[0]))
        assert [pick.note for pick in from_markdown(to_markdown(moved), moved, {}).picks] == [
            "",
            "",
            "We use it *ourselves*.",
        ]

    def test_a_sponsor_keeps_its_place_whichever_articles_stand_around_it(self) -> None:
        edited = edit(
            "## A linter", "<!-- sponsor -->\n\nThis week is paid for by [Kiln](https://kiln.example).\n\n## A linter"
        )
        assert edited.sponsors == (Sponsor("This week is paid for by [Kiln](https://kiln.example).", 1),)
        text = to_markdown(edited).split("---\n", 2)[2]
        assert text.index("fast.") < text.index("<!-- sponsor -->") < text.index("# Tools")

    def test_a_sponsor_may_stand_first_and_last(self) -> None:
        both = (
            edit("- two", "- two\n\n<!-- sponsor -->\nFirst.").sponsors
            + edit("<!-- outro -->", "<!-- sponsor -->\nLast.\n<!-- outro -->").sponsors
        )
        assert both == (Sponsor("First.", 0), Sponsor("Last.", 3))

    def test_a_sponsor_beyond_the_last_article_is_still_shown(self) -> None:
        assert "Kiln" in to_markdown(replace(ISSUE, sponsors=(Sponsor("Kiln", 99),)))

    def test_an_emptied_sponsor_is_gone(self) -> None:
        assert edit("<!-- outro -->", "<!-- sponsor -->\n\n<!-- outro -->").sponsors == ()

    @pytest.mark.parametrize("place", ["Good morning.", "# Tools"])
    def test_a_note_on_no_article_is_refused_with_its_line(self, place: str) -> None:
        text = to_markdown(ISSUE).replace(place, f"{place}\n<!-- note -->\nWhat of?")
        assert refusal(text).line == text.split("\n").index("<!-- note -->") + 1

    @pytest.mark.parametrize("mark", ["note", "sponsor"])
    def test_neither_may_stand_after_the_outro(self, mark: str) -> None:
        assert "after <!-- outro -->" in str(refusal(f"{to_markdown(ISSUE)}\n<!-- {mark} -->\nLate."))

    def test_a_theme_is_named_in_the_head_and_shown_there_only_if_named(self) -> None:
        assert edit("preheader:", "theme: links\npreheader:").theme == "links"
        assert "theme" not in to_markdown(ISSUE).split("---")[1].replace("`theme: links`", "")


class TestAdded:
    def test_an_article_without_summary_gets_an_extract(self, article: Make) -> None:
        new = article(0, id=40)
        pick = list(edit("<!-- outro -->", "## New <!-- article 40 -->\n\n<!-- outro -->", {40: new}).picks)[-1]
        assert pick.headline == "New"
        assert pick.summary.engine == "extractive"
        assert pick.summary.sentences[0].start == 0
        assert pick.why == Why("added by the editor")

    def test_or_the_summary_it_has(self, article: Make) -> None:
        new = article(0, id=40, summary=SUMMARY)
        edited = edit("<!-- outro -->", "## New <!-- article 40 -->\n<!-- outro -->", {40: new})
        assert list(edited.picks)[-1].summary == SUMMARY

    def test_or_the_one_written_under_it(self, article: Make) -> None:
        added = "## New <!--article 40 pinned-->\nMy own words."
        pick = list(edit("<!-- outro -->", f"{added}\n\n<!-- outro -->", {40: article(0, id=40)}).picks)[-1]
        assert pick.summary == Summary("My own words.", "editor", (Sentence("My own words."),))
        assert pick.pinned

    def test_without_a_section_it_stands_in_an_unnamed_one(self, article: Make) -> None:
        empty = Issue(1, "T", "S")
        text = to_markdown(empty).replace("<!-- outro -->", "## New <!-- article 40 -->")
        (section,) = from_markdown(text, empty, {40: article(0, id=40)}).sections
        assert section.title == ""
        assert section.picks[0].article == 40


class TestRefused:
    HEAD = "---\ntitle: T\nsubject: S\n---\n"

    @pytest.mark.parametrize("text", ["", "Hello\n", "title: T\n---\n", " ---\n"])
    def test_no_front_matter(self, text: str) -> None:
        error = refusal(text)
        assert error.line == 1
        assert "expected '---'" in error.reason

    def test_front_matter_without_end(self) -> None:
        assert "does not end" in refusal("---\ntitle: T\nsubject: S\n").reason

    @pytest.mark.parametrize(
        ("head", "line", "words"),
        [
            ("title: T\nsubject: a: b", 3, "put the value in quotes"),
            ('title: T\nsubject: "a', 3, "not readable as YAML"),
            (
                "title: T\nsubjekt: S",
                3,
                "unknown key 'subjekt' in the front matter, expected title, subject, preheader",
            ),
            ("title: T\nsubject: S\ntitle: U", 4, "'title' stands twice"),
            ("title: T\nsubject: [a]", 3, "'subject' is not a text"),
            ("title: T\nsubject: {{ subscriber.name }}", 3, "'subject' is not a text"),
            ("title: 'T'\nsubject: 'It's here'", 3, "write two for one ('It''s here'), or \"…\" around the text"),
            ("title: T\nsubject: 'Tis here\npreheader: 'P'", 3, "write two for one"),
            ("title: T\nsubject: 'Tis here\npreheader: P", 3, "write two for one"),
            ('title: T\nsubject: "Say "hi" there"', 3, "write \\\" for one within it, or '…' around the text"),
            ('title: \'a\n  b\' # c\nsubject: "a \\" b"\npreheader: a: b', 5, "; put the value in quotes"),
            ("title: T #1\n# a comment\nsubject: a #2: b", 4, "put the value in quotes"),
            ("title: T #1\nsubject: S #2\n  #3\ntilte: U", 5, "unknown key 'tilte'"),
            ("title: T", 2, "lacks 'subject'"),
            ("", 2, "lacks 'title'"),
            ("just words", 2, "found no keys"),
        ],
    )
    def test_bad_front_matter(self, head: str, line: int, words: str) -> None:
        error = refusal(f"---\n{head}\n---\n")
        assert (error.line, words in error.reason) == (line, True), error

    @pytest.mark.parametrize(
        ("body", "line", "words"),
        [
            ("## A <!-- article 99 -->", 5, "there is no article 99"),
            (
                "## A <!-- article 12 -->\n\n## B <!-- article 12 -->",
                7,
                "article 12 stands here a second time (first on line 5)",
            ),
            ("## A", 5, "expected '## A <!-- article 12 -->'"),
            ("Intro\n\n## A <!-- note -->", 7, "expected '## A <!-- article 12 -->'"),
            ("##", 5, "names no article"),
            ("## A <!-- article twelve -->", 5, "found <!-- article twelve -->, expected <!-- article 12 -->"),
            ("## A <!-- article 12 pined -->", 5, "found <!-- article 12 pined -->"),
            ("## A <!-- article 12 -->\n\n# S\n\nwords", 9, "'words' stands in a section before its first headline"),
            (
                "# S\n\n### One",
                7,
                "'### One' is no headline, which begins with ## and a blank: write '## One <!-- article",
            ),
            ("# S\n##One <!-- article 12 -->", 6, "write '## One <!-- article 12 -->' with"),
            (
                "# S\n #One",
                6,
                "write '## One <!-- article 12 -->' with the article's number, or, for a section, '# One'",
            ),
            ("<!-- outro -->\n\n## A <!-- article 12 -->", 7, "stands after <!-- outro -->"),
            ("<!-- outro -->\n<!-- outro -->", 6, "a second time"),
        ],
    )
    def test_bad_body(self, body: str, line: int, words: str) -> None:
        error = refusal(self.HEAD + body)
        assert (error.line, words in error.reason) == (line, True), error

    def test_a_text_that_is_long_and_odd_is_refused_in_time(self) -> None:
        assert refusal(self.HEAD + "## " + "<!-- article " * 100_000).line == 5
        assert refusal(self.HEAD + "## " + " " * 1_000_000).line == 5


def test_the_views_comment_says_where_intro_and_outro_stand_and_how_a_reader_is_named() -> None:
    told = "\n".join(line for line in to_markdown(ISSUE).split("---")[1].splitlines() if line.startswith("#"))
    assert "The intro stands below this head" in told
    assert "the outro at the end, below its mark" in told
    assert '{{ subscriber.name | default("reader") }} in subject, preheader, intro or outro' in told
