"""Which earlier sentences introduce what a sentence speaks of."""

from __future__ import annotations

import subprocess
import sys

import pytest

from newsletter.curate.candidates import candidates
from newsletter.curate.mentions import leanings
from newsletter.models import Article, Block

LANGUAGES = {
    "en": (
        "The institute took samples and kept a journal.",
        "The samples were large.",
        "Rain fell.",
        "The journal shows it.",
    ),
    "de": ("Das Institut führt ein Protokoll.", "Es regnete.", "Das Protokoll zeigt die Werte."),
    "fr": ("Le laboratoire tient un registre.", "Il pleuvait.", "Le registre montre les valeurs."),
    "es": ("El laboratorio lleva un registro.", "Llovía.", "El registro muestra los valores."),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_thing_is_introduced_before_it_is_the_thing(language: str) -> None:
    found = leanings(LANGUAGES[language], language)
    assert found[-1] == (0,)
    assert found[0] == ()


def test_plurals_need_no_article() -> None:
    assert leanings(LANGUAGES["en"], "en")[1] == (0,)


def test_what_the_headline_names_is_known() -> None:
    assert leanings(LANGUAGES["en"], "en", "What the journal and its sample say") == [(), (), (), ()]


def test_what_was_never_introduced_needs_no_introduction() -> None:
    assert leanings(["The police came.", "A crowd had gathered.", "The police left again."], "en")[2] == ()


def test_a_surname_leans_on_the_whole_name() -> None:
    texts = ["Ada Moss leads the group.", "It rained.", "The loop was slow, said Moss.", "Grace Moss said so."]
    assert leanings(texts, "en") == [(), (), (0,), ()]
    assert leanings(texts, "en", "Moss moves a loop")[2] == ()


def test_names_that_everybody_uses_alone_need_nothing() -> None:
    assert leanings(["Moss was here.", "Ada Moss was there.", "Later Moss left."], "en")[2] == ()
    assert leanings(["On Monday Smith came.", "In March Smith left."], "en") == [(), ()]


def test_an_abbreviation_leans_on_its_words() -> None:
    texts = ["The Federal Trade Commission (FTC) sued.", "A judge agreed.", "The FTC won."]
    assert leanings(texts, "en")[2] == (0,)
    assert leanings(texts, "en", "FTC sues")[2] == ()


def test_it_takes_any_text() -> None:
    assert leanings([], None) == []
    assert leanings(["", "研究人员公布了结果。", "The"], "zh") == [(), (), ()]


def test_a_quoted_name_is_a_name_and_a_part_of_a_word_is_none() -> None:
    assert leanings(["He saw 'Ada Moss' there.", "They say that Moss left."], "en")[1] == (0,)
    assert leanings(["It was non-Ada Moss there.", "They say that Moss left."], "en")[1] == ()


@pytest.mark.parametrize("mark", [".", "-", "'"])
def test_time_is_linear_in_what_looks_like_one_long_name(mark: str) -> None:
    """Where each capital begins a search to the end, 100,000 of them take minutes; read once, a moment."""
    program = f'from newsletter.curate.mentions import leanings; print(leanings(["A{mark}" * 100_000], "en"))'
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "[()]"


@pytest.mark.parametrize(("words", "expected"), [(5, (0,)), (90, ())])
def test_a_sentence_too_long_to_be_printed_introduces_nothing(words: int, expected: tuple[int, ...]) -> None:
    texts = (f"The institute took samples {'and more ' * words}of it.", "The samples were large for an institute.")
    article = Article("", "a", "a", language="en", blocks=(Block("paragraph", " ".join(texts)),))
    assert candidates(article, ("paragraph",))[1].leans == expected
