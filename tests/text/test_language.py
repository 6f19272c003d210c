"""A language is named when the text shows it, and not guessed when it does not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from newsletter.text import language


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("The fastest way is to let native code run the loop that Python only starts.", "en"),
        ("Am schnellsten ist es, wenn nativer Code die Schleife ausführt, die Python nur anstößt.", "de"),
        ("Le plus rapide est de laisser le code natif exécuter la boucle que Python lance.", "fr"),
        ("Lo más rápido es dejar que el código nativo ejecute el bucle que Python inicia.", "es"),
        ("最快的办法是让本机代码执行循环，而由语言的上层来启动它。", "zh"),
        ("一番速いのは、ネイティブコードにループを実行させることです。", "ja"),
        ("أسرع طريقة هي ترك الشيفرة الأصلية تنفذ الحلقة التي تبدأها بايثون.", "ar"),
        ("सबसे तेज़ तरीका यह है कि लूप को नेटिव कोड चलाए और पाइथन उसे शुरू करे।", "hi"),
    ],
)
def test_a_sentence_or_two_is_enough(text: str, tag: str) -> None:
    assert language.detect(text) == tag


@pytest.mark.parametrize("text", ["", "Kurz.", "42 " * 500, "🎉" * 500, "\x00" * 100, "x" * 60])
def test_text_without_language_has_none(text: str) -> None:
    assert language.detect(text) is None


def test_importing_it_loads_neither_numpy_nor_a_model() -> None:
    code = "import sys; import newsletter.text.language; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_plainly_english_needs_no_model() -> None:
    text = "The store keeps what was read, and the words of it are put into an index. " * 4
    code = (
        f"import sys; from newsletter.text import language; assert language.detect({text!r}) == 'en'; "
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_quarter_of_a_text_in_english_is_not_plainly_english() -> None:
    english = "The store keeps what was read, and the words of it are put into an index. "
    german = "Der Speicher behält, was gelesen wurde, und seine Wörter kommen in ein Verzeichnis. "
    assert language._is_plainly_english(english * 4)
    assert not language._is_plainly_english(german * 3 + english)
    assert not language._is_plainly_english(german * 6)
    assert not language._is_plainly_english("the and of to")


@pytest.mark.parametrize(
    ("other", "tag"),
    [
        ("Der Stadtrat hat am Dienstag beschlossen, die alte Brücke zu schließen und eine neue zu bauen. " * 7, "de"),
        ("Le conseil municipal a décidé mardi de fermer le vieux pont et d'en construire un nouveau. " * 7, "fr"),
        ("日本の首相は火曜日に新しい計画を発表した。" * 20, "ja"),
        ("สภาเมืองตัดสินใจปิดสะพานเก่าและสร้างสะพานใหม่ " * 8, "th"),
    ],
)
def test_a_notice_in_english_makes_no_english_text(other: str, tag: str) -> None:
    """In a script without spaces, the notice has nearly all the words."""
    notice = (
        "We use the cookies of the site and of our partners to make the pages work and to tell what the readers of "
        "the news want to see, and to bring you the best of the week. You may accept the use of all or the most needed."
    )
    assert language.detect(f"{other} {notice}") == language.detect(f"{notice} {other}") == tag
