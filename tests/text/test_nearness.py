"""Signatures tell how nearly two texts are the same, and stay what they are."""

from __future__ import annotations

import random

import pytest

from newsletter.text import nearness

WORDS = [f"word{number}" for number in range(3_000)]


def text(seed: int, count: int = 200) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def test_a_signature_is_the_same_for_ever():
    """Databases keep them: when this fails, a migration has to make all of them anew."""
    mark = nearness.signature("The quick brown fox jumps over the lazy dog and runs on through the wide green fields.")
    assert mark is not None
    assert (len(mark), mark[:8].hex(), nearness.bands(mark)[:2]) == (
        nearness.SIZE,
        "ff467c97bf31f2ae",
        [3608657354207247780, -9029676564129299237],
    )


@pytest.mark.parametrize("change", [0.0, 0.02, 0.05, 0.1])
def test_agreement_estimates_the_share_of_runs_in_common(change):
    chance = random.Random(3)
    one = text(1, 400)
    other = " ".join("changed" if chance.random() < change else word for word in one.split())
    found = nearness.agreement(nearness.signature(one), [nearness.signature(other)])[0]
    assert found == pytest.approx(nearness.resemblance(one, other), abs=0.15)


def test_unrelated_texts_share_no_band_and_a_lightly_edited_one_does():
    one, other = text(1), text(2)
    edited = one.replace("word1", "WORD1,", 3) + " and a line more"
    bands = [set(nearness.bands(nearness.signature(each))) for each in (one, other, edited)]
    assert not bands[0] & bands[1]
    assert bands[0] & bands[2]


@pytest.mark.parametrize("short", ["", "Two words", "Only eleven words stand here, which is not enough for telling."])
def test_a_text_too_short_to_be_told_from_others_has_no_signature(short):
    assert nearness.signature(short) is None


def test_case_and_punctuation_do_not_matter():
    one = text(4)
    assert nearness.signature(one) == nearness.signature(one.upper().replace(" ", ", "))


def test_scripts_without_spaces_are_read_character_by_character():
    one = "今日の東京は朝から雨が降り続き、夕方には風も強くなる見込みです。"
    assert nearness.resemblance(one, one.replace("雨", "雪")) > 0.7
    assert nearness.signature(one) is not None
