"""Which sentences mean something that was said before them."""

from __future__ import annotations

import pytest

from newsletter.curate.pointing import points_back


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "At 160 connections a second that makes five percent of one core."),
        ("en", "Sixty-one percent of the samples were in a date parser."),
        ("en", "Two of the four hot spots disappeared without native code."),
        ("en", "Twenty-two percent were in a function that compared customers."),
        ("en", "The latter needs no compiler on the reader's machine."),
        ("en", "In contrast, native code needs a compiler on every machine."),
        ("en", "After all, children have had those holidays for decades."),
        ("en", "Even so, the team waited nine seconds for every check."),
        ("en", "Both versions of the parser were measured in this way on Monday."),
        ("en", "Under these conditions the loop needs four minutes of one core."),
        ("en", "In 2019 she moved the institute's loop into native code."),
        ("en", "The archive took a fourth: filters are compiled to WebAssembly."),
        ("en", "The new loop is ten times faster."),
        ("en", "The answer is a big fat nothing."),
        ("en", "Friends at work help companies for another reason: people stay."),
        ("en", "For a long time that person was right."),
        ("en", "The institute wants to move its other loops, too."),
        ("de", "Das Programm dafür war in Python geschrieben."),
        ("de", "Das ist doppelt so viel wie vor zehn Jahren."),
        ("de", "Trotzdem blieb die Schleife vier Jahre lang unverändert."),
        ("de", "Letztere braucht keinen Compiler auf dem Rechner."),
        ("fr", "C’est deux fois plus que l’année précédente."),
        ("fr", "En revanche, le programme n’a pas besoin d’un compilateur."),
        ("fr", "Ses collègues ont mesuré la boucle pendant une semaine."),
        ("fr", "Pour la ministre ces mesures arrivent trop tard."),
        ("es", "Su programa tardaba setenta minutos cada mañana."),
        ("es", "Por eso el laboratorio cambió la parte más lenta."),
        ("es", "En cambio, el compilador no hace falta en cada máquina."),
        ("it", "Questo programma impiegava settanta minuti ogni mattina."),
        ("pt", "Por isso o laboratório mudou a parte mais lenta."),
        ("nl", "Daarom duurde het programma elke ochtend een uur."),
        ("zh", "后者在每台机器上都不需要编译器。"),
        ("ja", "例えば、各マシンにコンパイラは必要ない。"),
        ("ar", "لذلك نقل المعهد الحلقة إلى الشفرة الأصلية."),
        ("hi", "उन्होंने संस्थान के लूप को नेटिव कोड में बदला।"),
    ],
)
def test_points_back(language: str, sentence: str) -> None:
    assert points_back(sentence, language)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Sixty percent of Americans read a newsletter every week."),
        ("en", "Three people were hurt when a crane fell on Monday."),
        ("en", "In a program that makes many small calls, the border is what costs."),
        ("en", "The loop is ten times faster than the version before it."),
        ("en", "Later this week the institute will publish its figures."),
        ("en", "In 2019 Ada Moss moved the loop that she had written by hand."),
        ("en", "When an engineer asks whether she may port a loop, the answer depends."),
        ("en", "A third of the world's programmers have never measured a loop."),
        ("en", "Son Heung-min scored twice for the visitors on Sunday."),
        ("de", "Das neue Programm braucht vier Minuten statt vierzig."),
        ("de", "Das Institut sorgt dafür, dass die Schleife schneller wird."),
        ("de", "Die Bundesregierung hat am Mittwoch neue Zahlen vorgelegt."),
        ("fr", "Le programme, écrit par trois générations, a besoin d’une heure."),
        ("fr", "Hier, le gouvernement a présenté de nouveaux chiffres."),
        ("fr", "Les chercheurs présenteront leurs mesures cet été à Lyon."),
        ("es", "El programa tardaba setenta minutos cada mañana."),
        ("zh", "研究人员周一公布了一项新的测量结果。"),
        ("ja", "研究チームは月曜日に新しい測定結果を発表した。"),
        ("ar", "نشر المعهد نتائج القياس الجديدة يوم الاثنين."),
        ("hi", "संस्थान ने सोमवार को नए आंकड़े जारी किए।"),
    ],
)
def test_stands_by_itself(language: str, sentence: str) -> None:
    assert not points_back(sentence, language)


def test_words_count_in_their_own_language() -> None:
    assert points_back("Car le programme est lent.", "fr")
    assert not points_back("Car makers moved their loops into native code.", "en")
    assert points_back("Hier steht nur, was gemessen wurde.", "de")


@pytest.mark.parametrize("sentence", ["Keiner von ihnen kam zurück.", "Keine davon lief.", "Keines von beiden half."])
def test_none_of_them_points_back(sentence: str) -> None:
    assert points_back(sentence, "de")
    assert not points_back("Keiner will das Programm übersetzen.", "de")


@pytest.mark.parametrize(
    ("own", "meant", "other", "not_meant"),
    [
        ("fr", "Mais la boucle est lente.", "pt", "Mais de cem pessoas mediram o programa."),
        ("fr", "Et la boucle est lente.", "da", "Et nyt hus blev bygget i Aarhus."),
        ("fr", "Il a mesuré la boucle.", "it", "Il governo ha presentato nuove cifre."),
        ("fr", "Ce programme est lent.", "ro", "Ce program are institutul din Cluj."),
        ("de", "Er hat die Schleife gemessen.", "da", "Er der plads til flere huse i Aarhus?"),
        ("de", "Es war die langsamste Schleife.", "ca", "Es presenten noves xifres a Girona."),
        ("es", "Y el programa tardaba una hora.", "vi", "Y tế là ngành được quan tâm."),
        ("es", "Este programa tardaba una hora.", "ro", "Este nevoie de mai multe case în Cluj."),
    ],
)
def test_a_word_that_means_something_else_elsewhere(own: str, meant: str, other: str, not_meant: str) -> None:
    assert points_back(meant, own)
    assert not points_back(not_meant, other)


def test_case_does_not_matter() -> None:
    assert points_back("THE LATTER NEEDS NO COMPILER ON THE READER'S MACHINE.", "en")
    assert points_back("SIXTY-ONE PERCENT OF THE SAMPLES WERE IN A PARSER.", "en")


def test_what_is_said_at_the_end_counts_after_any_beginning() -> None:
    long = "The institute that measures loops in every language of the country wants "
    assert points_back(long + "to do so.", "en")
    assert points_back(long + "one that is much faster.", "en")
    assert not points_back(long + "a faster one.", "en")
