"""Summaries are the article's own sentences, whatever the article."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.curate.summarize import summarize
from newsletter.models import Article, Block, Summary

Make = Callable[..., Article]

STORY = (
    "The simulation group at the institute moved its inner loop to native code in October.\n\n"
    "This surprised nobody. He had asked for it since 2019. The loop took 90.5 percent of the run time, said Dr. Ada "
    "Moss, who leads the simulation group.\n\n"
    "But one question remained. Runs that took 40 minutes now end after 4 minutes, and the physics stays in Python "
    'code that changes weekly. "We kept the part that people read," Moss said.\n\n'
    "Photo: The institute at night. Other groups at the institute want to move their loops to native code, too."
)


def check(article: Article, summary: Summary) -> list[str]:
    """The summary's sentences, after checking that each is the article's own."""
    for sentence in summary.sentences:
        if sentence.start is not None:
            assert article.body_text[sentence.start : sentence.end] == sentence.text
    return [sentence.text for sentence in summary.sentences]


def test_sentences_are_the_articles_own_in_its_order(article: Make) -> None:
    it = article(STORY)
    summary = summarize(it, sentences=3)
    found = check(it, summary)
    assert found[0] == "The simulation group at the institute moved its inner loop to native code in October."
    starts = [sentence.start for sentence in summary.sentences if sentence.start is not None]
    assert len(starts) == 3
    assert starts == sorted(starts)
    assert summary.text == " ".join(found)
    assert summary.engine == "extractive"


@pytest.mark.parametrize("length", [{"sentences": n} for n in range(1, 10)] + [{"words": n} for n in range(10, 120, 9)])
def test_a_sentence_that_points_back_is_printed_right_after_the_one_it_means(
    article: Make, length: dict[str, int]
) -> None:
    it = article(STORY)
    sentences = summarize(it, **length).sentences
    for before, sentence in zip((None, *sentences), sentences, strict=False):
        assert not sentence.text.startswith(("Photo", "This surprised nobody", "But one"))
        if sentence.text.startswith(("He ", "But ")):
            assert before is not None
            assert before.end is not None
            assert sentence.start is not None
            assert sentence.start - before.end <= 2


class TestLengthInWords:
    def test_as_many_sentences_are_taken_as_fit(self, article: Make) -> None:
        it = article(STORY)
        lengths = [len(summarize(it, words=words).text.split()) for words in (15, 40, 60, 90)]
        assert all(n <= words for n, words in zip(lengths, (15, 40, 60, 90), strict=True))
        assert lengths == sorted(lengths)
        assert lengths[-1] > 60

    def test_one_sentence_is_printed_even_if_it_is_longer(self, article: Make) -> None:
        it = article("The simulation group at the institute moved its inner loop to native code in October.")
        assert summarize(it, words=3).text == it.body_text

    def test_two_ideographs_count_as_a_word(self, article: Make) -> None:
        it = article("".join(STORIES["zh"]), language="zh")
        assert summarize(it, words=10).text == STORIES["zh"][0]


class TestQuotes:
    BODY = (
        'The institute moved its loop to native code in October. "The loop was slow for years. Nobody dared to touch '
        'the loop in native code," said Ada Moss of the institute. The numbers of the institute are public.'
    )

    @pytest.mark.parametrize("count", range(1, 6))
    def test_a_quote_of_several_sentences_is_printed_whole_or_not_at_all(self, article: Make, count: int) -> None:
        text = summarize(article(self.BODY), sentences=count).text
        assert ("slow for years" in text) == ("Nobody dared" in text)
        assert text.count('"') in (0, 2)

    def test_quotes_that_became_question_marks_are_understood_and_printed_as_they_stand(self, article: Make) -> None:
        it = article(
            "The group?s loop moved to native code in October.?The loop was slow for many years,? Ada Moss said.The "
            "institute published its numbers on Monday.?Nobody had asked for them,? said Bell."
        )
        assert check(it, summarize(it, sentences=2)) == [
            "The group?s loop moved to native code in October.",
            "?The loop was slow for many years,? Ada Moss said.",
        ]


class TestDeck:
    BODY = (
        "On a grey morning in October nobody at the institute expected much.\n\nThe loop of the simulation took nine "
        "tenths of its time. Engineers at the institute moved the loop to native code. A run of the simulation takes "
        "four minutes now."
    )
    DECK = "Engineers at the institute moved the loop of a simulation to native code, and a run takes four minutes."

    def test_a_deck_that_covers_clearly_more_opens_the_summary_without_offsets(self, article: Make) -> None:
        summary = summarize(article(self.BODY, deck=self.DECK), sentences=1)
        assert [(s.text, s.start) for s in summary.sentences] == [(self.DECK, None)]

    @pytest.mark.parametrize(
        "deck",
        [
            "How " + DECK[0].lower() + DECK[1:],
            "All you need to know.",
            "Why it matters to everybody",
            DECK.rstrip(".") + " …",
        ],
    )
    def test_a_deck_that_teases_or_is_cut_is_left_out(self, article: Make, deck: str) -> None:
        it = article(self.BODY, deck=deck)
        assert deck not in check(it, summarize(it, sentences=4))

    def test_a_deck_that_stands_in_the_body_is_printed_from_there(self, article: Make) -> None:
        it = article(f"{self.DECK} {self.BODY}", deck=self.DECK)
        first = summarize(it, sentences=1).sentences[0]
        assert (first.text, first.start) == (self.DECK, 0)


def test_a_dateline_is_left_out(article: Make) -> None:
    it = article("London (Reuters) - The institute moved its loop to native code in October, Ada Moss said.")
    assert summarize(it).text.startswith("The institute moved")
    check(it, summarize(it))


def test_the_offsets_count_all_body_blocks(article: Make) -> None:
    blocks = (
        Block("heading", "A heading. Not a sentence of the story here.", level=2),
        Block("image", "A caption that is not part of the body text at all."),
        Block("paragraph", "The native loop needs four minutes for every run of the model."),
        Block("takeaway", "The takeaway box stands beside the story and not in it."),
        Block("code", "for i in range(10): pass  # The loop is slow in this language."),
        Block("list", "The first item of the list is a whole sentence too.\nThe second one is not chosen."),
    )
    it = article(blocks=blocks)
    assert check(it, summarize(it)) == ["The native loop needs four minutes for every run of the model."]


def test_the_same_thing_is_not_said_twice(article: Make) -> None:
    sentence = "The native loop needs four minutes for every run of the model."
    it = article(f"{sentence} {sentence} {sentence} The institute published all of its numbers on Monday.")
    assert check(it, summarize(it)) == [sentence, "The institute published all of its numbers on Monday."]


STORIES = {
    "zh": (
        "研究人员周一公布了一项新的测量结果。",
        "他们发现循环占用了九成的时间。",
        "把循环移到本机代码之后，程序的速度提高了十倍。",
    ),
    "ja": (
        "研究チームは月曜日、新しい測定結果を公表した。",
        "その結果は驚くべきものだった。",
        "ループをネイティブコードに移したところ、処理速度は十倍になった。",
    ),
    "ar": (
        "أعلن الفريق يوم الاثنين نتائج قياس جديدة لسرعة البرنامج.",
        "وهذا ليس مفاجئا لأحد من المطورين هناك.",
        "تنفذ الشيفرة الأصلية الحلقة أسرع بعشر مرات من بايثون.",
    ),
    "hi": (
        "टीम ने सोमवार को प्रोग्राम की गति के नए माप प्रकाशित किए।",
        "यह किसी के लिए आश्चर्य की बात नहीं थी।",
        "नेटिव कोड में लूप चलाने से प्रोग्राम दस गुना तेज़ हो गया।",
    ),
}


@pytest.mark.parametrize("language", STORIES)
def test_other_scripts_are_summarized_too(article: Make, language: str) -> None:
    first, dangling, last = STORIES[language]
    glue = "" if language in ("zh", "ja") else " "
    it = article(glue.join((first, last, dangling)), language=language)
    summary = summarize(it)
    assert check(it, summary) == [first, last]
    assert summary.text == glue.join((first, last))


def test_a_text_that_lost_its_line_breaks_is_cut_at_them(article: Make) -> None:
    parts = [
        f"{name} wrote a native loop that needs {n} minutes for every run."
        for n, name in enumerate(("Moss", "Lee") * 4)
    ]
    it = article("".join(parts))
    assert set(check(it, summarize(it, sentences=9))) <= set(parts)


class TestLittleText:
    def test_one_sentence_is_the_summary(self, article: Make) -> None:
        it = article("One sentence is all there is to say about the loop.")
        assert summarize(it).text == it.body_text

    def test_a_short_sentence_is_better_than_none(self, article: Make) -> None:
        assert summarize(article("It is fast.")).text == "It is fast."

    def test_without_a_body_the_deck_is_the_summary_without_offsets(self, article: Make) -> None:
        summary = summarize(article(blocks=(), deck=" The loop moved. "))
        assert summary.text == "The loop moved."
        assert [(s.start, s.end) for s in summary.sentences] == [(None, None)]

    @pytest.mark.parametrize("blank", ["", " " * 1000, "\n \n" * 500])
    def test_a_body_of_blanks_gives_an_empty_summary(self, blank: str) -> None:
        blocks = (Block("paragraph", blank), Block("list", "—"))
        assert summarize(Article("Title", "-", "", blocks=blocks)) == Summary("", "extractive")

    def test_without_body_and_deck_it_is_empty(self, article: Make) -> None:
        assert summarize(article(blocks=())) == Summary("", "extractive", ())
        assert summarize(article(" \n ")).text == ""

    def test_a_text_without_sentences_gives_its_beginning_up_to_a_word(self, article: Make) -> None:
        it = article("native loop " * 500)
        (text,) = check(it, summarize(it))
        assert 200 < len(text) <= 280
        assert text.split() == ["native", "loop"] * (len(text.split()) // 2) + ["native"] * (len(text.split()) % 2)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10**6,
        "中" * 10**6,
        "The loop runs in native code today. " * 100_000,
        "🎉" * 10**5,
        ". " * 10**5,
        '"' * 10**5,
        "[1]" * 10**5,
    ],
)
def test_hostile_texts_are_bounded_in_time_and_length(article: Make, text: str) -> None:
    it = article(text)
    began = process_time()
    summary = summarize(it)
    assert process_time() - began < 3
    assert len(summary.text) <= 1000
    check(it, summary)


def test_template_marks_stay_as_they_are(article: Make) -> None:
    it = article("{{ 7*7 }} is printed as it stands in the article, and {% raw %} too.")
    assert summarize(it).text == it.body_text


@given(
    st.lists(
        st.text(alphabet=st.sampled_from("aT1 .!?…。\n\"“”'()[]؟।«中ह🎉\x00\u202e—:"), max_size=120),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 4),
)
def test_every_offset_is_exact_for_any_text(texts: list[str], count: int) -> None:
    it = Article(title="T", source="s", key="k", blocks=tuple(Block("paragraph", text) for text in texts))
    summary = summarize(it, sentences=count)
    assert len(check(it, summary)) <= max(1, count)


def test_real_pages_get_standing_sentences(corpora: Path) -> None:
    for document in json.loads((corpora / "dumps" / "truth.json").read_text("utf-8"))["docs"]:
        blocks = tuple(Block("paragraph", text) for text in document["body_paragraphs"])
        it = Article(title=document["title"], source="s", key="k", language="en", blocks=blocks)
        found = check(it, summarize(it))
        assert len(found) == 2
        assert not any(text.split()[0] in {"This", "It", "But", "They", "He", "She"} for text in found[1:])


def test_what_introduces_a_thing_is_printed_with_it(article: Make) -> None:
    text = (
        "An image archive in the north wanted to let its users write filters of their own. The vote was close. "
        "Nobody had asked the users. Filters from strangers ran in the archive's own process until the summer of 2025. "
        "The archive now runs filters in a sandbox that counts their steps and their memory."
    )
    for count in (1, 2, 3):
        found = check(it := article(text), summarize(it, sentences=count))
        assert found[0].startswith("An image archive")
        assert "The vote was close." not in found


def test_datelines_and_labels_are_skipped(article: Make) -> None:
    it = article(
        "Key takeaway: 2025 was the year in which the institute measured all of its loops.\n\n"
        "WASHINGTON (January 24, 2017) — Mindful programmers measure before they move a loop."
    )
    found = check(it, summarize(it, sentences=2))
    assert found[0].startswith("2025 was")
    assert found[1].startswith("Mindful")
