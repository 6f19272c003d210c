"""Where a line may break in scripts without spaces."""

from __future__ import annotations

import pytest

from newsletter.text.breaks import pieces


@pytest.mark.parametrize(
    ("word", "cut"),
    [
        ("すごい、と", "す|ご|い、|と"),
        ("「速い」。", "「速|い」。"),
        ("カーネルでチェック", "カー|ネ|ル|で|チェッ|ク"),
        ("人々", "人々"),
        ("Pythonのループ", "Python|の|ルー|プ"),
        ("２０２６年", "２０２６|年"),
        ("ＳＱＬを", "ＳＱＬ|を"),
        ("里——现", "里|——|现"),
        ("了……", "了……"),
        ("“先测量。”他", "“先|测|量。”|他"),
        ("100％増", "100％|増"),
        ("（注）本", "（注）|本"),
        ("full-text", "full-text"),
        ("파이썬은", "파이썬은"),
    ],
)
def test_chinese_and_japanese_break_by_kinsoku(word: str, cut: str) -> None:
    assert "|".join(pieces(word)) == cut


def test_an_address_in_running_text_stays_whole_up_to_the_next_full_stop() -> None:
    assert "|".join(pieces("詳細はhttps://x.example/a-b?c=d。次")) == "詳|細|は|https://x.example/a-b?c=d。|次"


@pytest.mark.parametrize(
    ("word", "cut"), [("ภาษาไทยและเวลา", "ภาษา|ไทย|และ|เวลา"), ("น้ำแข็ง", "น้ำ|แข็ง"), ("ต่างๆไป", "ต่างๆ|ไป")]
)
def test_thai_breaks_before_a_vowel_that_begins_a_syllable(word: str, cut: str) -> None:
    assert "|".join(pieces(word)) == cut


def test_a_combining_mark_never_begins_a_line() -> None:
    assert list(pieces("か\u3099き")) == ["か\u3099", "き"]
