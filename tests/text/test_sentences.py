"""Sentences are found where a reader finds them, in any script, and offsets are exact."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.text import sentences


def split(text: str, language: str | None = None) -> list[str]:
    return [text[start:end] for start, end in sentences.split(text, language)]


@pytest.mark.parametrize(
    ("parts", "language"),
    [
        (["Python stays on top.", "Native code runs the loop!", "Does it pay?", "It does."], None),
        (["Dr. Ada Stone met Mr. Lee.", "They agreed."], None),
        (["It is 3.5 times faster than version 2.0.", "Nobody complained."], None),
        (["Tools e.g. profilers help.", "See fig. 3 and No. 7 for more."], None),
        (["J. R. Moss wrote it.", "A. Bell read it."], None),
        (["The meeting is at 5 p.m. Monday in the U.S. capital.", "Come."], None),
        (["It was built in the U.S.", "The rest was not."], None),
        (['"Why so slow?" she asked.', '"The loop." He nodded.'], None),
        (["He left (in a hurry).", "(Nobody saw him.)", "Then it rained."], None),
        (["Wait... what now...", "Nothing happened."], None),
        (["1. Measure the loop.", "2. Move it."], None),
        (["Node.js and pandas.read_csv stay whole.", "Good."], None),
        (["The claim is sourced.[12]", "The next one is not."], None),
        (["Acme Inc. bought Beta Ltd. for nothing.", "It paid etc.", "The end came."], None),
        (["Am 3. Oktober kam z.B. Frau Dr. Weiß.", "Danach war Ruhe."], "de"),
        (["Τι είναι αυτό;", "Είναι γρήγορο."], "el"),
        (["本机代码更快。", "为什么？", "因为循环在下面！"], "zh"),
        (["「速い。」と彼は言った。", "次の文です！"], "ja"),
        (["هل هو أسرع؟", "نعم، كثيرًا.", "انتهى."], "ar"),
        (["یہ تیز ہے۔", "وہ سست تھا۔"], "ur"),
        (["यह तेज़ है।", "क्यों?", "लूप नीचे है।"], "hi"),
    ],
)
def test_sentences_end_where_a_reader_ends_them(parts: list[str], language: str | None) -> None:
    spaced = "" if language in ("zh", "ja") else " "
    text = spaced.join(parts)
    expected = ['"The loop."', "He nodded."] if parts[-1].startswith('"The loop') else [parts[-1]]
    assert split(text, language) == parts[:-1] + expected


def test_a_lost_line_break_is_seen_but_a_name_with_a_full_stop_is_not() -> None:
    assert split("The loop ran at night.The team slept.") == ["The loop ran at night.", "The team slept."]
    assert split("Use fmt.Println or strings.Builder there.") == ["Use fmt.Println or strings.Builder there."]


def test_a_list_number_does_not_end_a_sentence_in_a_line_of_its_own() -> None:
    assert split("1. Measure.\n2. Move the loop.") == ["1. Measure.", "2. Move the loop."]


def test_a_line_break_ends_a_sentence_unless_the_line_goes_on_in_lower_case() -> None:
    assert split("A heading\nThe loop moved\ninto native code.\n\nand so on") == [
        "A heading",
        "The loop moved\ninto native code.",
        "and so on",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \u3000"])
def test_white_space_has_no_sentences(text: str) -> None:
    assert sentences.split(text) == []


@given(st.text(alphabet=st.sampled_from("aA1 .!?…。\n\"'”)([]؟।«Dr中٣🎉\x00\u202e"), max_size=80))
def test_offsets_cover_all_but_white_space_in_order(text: str) -> None:
    spans = sentences.split(text)
    kept = "".join("".join(text[start:end].split()) for start, end in spans)
    assert kept == "".join(text.split())
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    assert spans == sorted(spans)


@pytest.mark.parametrize("unit", ["a", "!", " ", "\n", ". ", '."', "[1", "中", "。", "A. "])
def test_hostile_text_takes_linear_time(unit: str) -> None:
    began = time.perf_counter()
    sentences.split(unit * (300_000 // len(unit)))
    assert time.perf_counter() - began < 5
