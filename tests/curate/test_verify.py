"""Nothing that the article does not say gets past, and an honest summary does."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.curate import claims
from newsletter.curate.claims import numbers
from newsletter.curate.verify import verify
from newsletter.models import Article

Make = Callable[..., Article]

BODY = (
    "The simulation group at the Moss Institute moved its inner loop to native code in October 2026. Runs that took "
    "1,200 seconds now end after 4.5 minutes, said Dr. Ada Moss, who leads the group. “We kept the part that people "
    "read,” Moss said. The work cost $3 million, 12 percent of the institute's budget, and IT staff of NASA helped. "
    "It was done by eleven engineers in Vienna. See moss.example for more."
)


@pytest.mark.parametrize(
    "text",
    [
        "The Moss Institute moved its inner loop to native code in October 2026.",
        "Runs took 1200 seconds; now they end after 4.5 minutes, Ada Moss said.",
        "Eleven engineers in Vienna moved the loop to native code.",
        "The loop moved to native code: 11 engineers did the work.",
        'Moss said: "We kept the part that people read".',
        "The work cost $3 million, 12% of the budget of the institute, and NASA staff helped.",
        "Moss's group moved the simulation’s loop to native code.",
        "The group’s engineers kept the part that people read.",
    ],
)
def test_an_honest_summary_holds(article: Make, text: str) -> None:
    verdict = verify(text, article(BODY))
    assert verdict.problems == ()
    assert verdict.text == text


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("Runs that took 1,300 seconds end after 4.5 minutes.", "number", "1,300"),
        ("Runs that took 1,200 seconds end after 45 minutes.", "number", "45"),
        ("The work cost $3 billion, 12 percent of the budget.", "number", "$3 billion"),
        ("The work cost €3 million, 12 percent of the budget.", "number", "€3 million"),
        ("The work took 12 engineers in Vienna.", "number", "12"),
        ("The work was done by twelve engineers in Vienna.", "number", "twelve"),
        ("The work was done by eleven hundred engineers in Vienna.", "number", "eleven hundred"),
        ("The loop moved to native code in October 2025.", "number", "2025"),
        ("The loop moved to native code in October ２０２５.", "number", "2025"),
        ("Bob Moss leads the group at the institute.", "name", "Bob Moss"),
        ("The group at the Moss Institute is led by Vienna Moss.", "name", "Vienna Moss"),
        ("The loop moved to native code in November.", "name", "November"),
        ("Microsoft moved its inner loop to native code.", "name", "Microsoft"),
        ("Staff of the ESA helped the institute.", "name", "ESA"),
        ("The group at the institute moved US engineers.", "name", "US"),
        ("Moss said “We kept the part that nobody read”.", "quotation", "nobody"),
        ("Moss said “We kept the part that people read.", "quotation", "“"),
        ("Moss said ‘never again’ of the loop.", "quotation", "never again"),
        ("The simulation group is wonderful, amazing, gorgeous, brilliant, unbeatable.", "words", "wonderful"),
        ("The loop moved to native code. Buy cheap watches from our partner right now.", "words", "cheap"),
        ("The loop moved to native code, see main.exe for more.", "name", "main.exe"),
    ],
)
def test_what_the_article_does_not_say_is_refused_and_named(article: Make, text: str, kind: str, shown: str) -> None:
    verdict = verify(text, article(BODY))
    assert kind in {problem.kind for problem in verdict.problems}
    assert shown in verdict.reason


@pytest.mark.parametrize(
    "text",
    [
        "The loop moved, see https://evil.example/x for more.",
        "The loop moved, see moss.example for more.",
        "The loop moved, see //evil/x for more.",
        "The loop moved, see www.evil for more.",
        "The loop moved, see evil dot com for more.",
        "The loop moved, see evil[.]com for more.",
        "The loop moved, see evil\u2024bank for more.",  # one dot leader
        "The loop moved, see evil\uff0ebank for more.",  # full width
        "The loop moved, see ｈｔｔｐｓ：／／ｅｖｉｌ for more.",
        "The loop moved, write to moss@evil about it.",
        "The [loop](x) moved to native code.",
        "The loop moved to native code.\n\n[1]: x",
        "The ![loop] moved to native code.",
        "The **loop** moved to native code.",
        "# The loop moved to native code.",
        "- The loop moved to native code.",
        "The loop moved to `native` code.",
        "The <b>loop</b> moved to native code.",
        "The loop <!-- moved --> to native code.",
        "The loop &lt;moved to native code.",
        "The loop {{ subscriber.email }} moved to native code.",
        "The loop {% raw %} moved to native code.",
        "The loop moved to native \u202ecode.",
        "The loop moved to na\u200btive code.",
        "The loop moved to native\x00 code.",
        "The loop moved to native code.\nThe group reads it.",
        "…",
        "",
        "loop " * 2000,
    ],
)
def test_forms_that_no_summary_has_are_refused(article: Make, text: str) -> None:
    assert verify(text, article(BODY)).problems


def test_a_name_after_a_lost_space_is_known(article: Make) -> None:
    it = article("The loop ran all night.Ada Moss read strings.Builder code of the group.")
    assert verify("Ada Moss read strings.Builder code of the group.", it).problems == ()


def test_a_text_much_longer_than_asked_for_is_refused(article: Make) -> None:
    text = " ".join(["The Moss Institute moved its inner loop to native code in October 2026."] * 4)
    assert verify(text, article(BODY), sentences=4).problems == ()
    assert verify(text, article(BODY), sentences=2).problems[0].kind == "length"
    assert verify(text, article(BODY), words=30).problems[0].kind == "length"
    assert verify(text, article(BODY), words=60).problems == ()


class TestOtherScripts:
    ZH = "研究人员周一公布了一项新的测量结果。把循环移到本机代码之后，程序的速度提高了十倍。"

    def test_where_capitals_are_missing_every_word_has_to_occur(self, article: Make) -> None:
        it = article(self.ZH, language="zh")
        assert verify("程序的速度提高了十倍。", it).problems == ()
        assert verify("总统宣布辞职。", it).problems

    def test_german_nouns_are_no_names_but_foreign_names_are(self, article: Make) -> None:
        it = article("Die Gruppe in Wien verlegte im Oktober ihre Schleife in eine schnellere Sprache.", language="de")
        assert verify("Im Oktober verlegte die Gruppe in Wien Schleifen in eine schnellere Sprache.", it).problems == ()
        assert verify("Im Oktober verlegte Merkel die Schleife in eine schnellere Sprache.", it).problems

    def test_digits_of_any_script_are_numbers(self) -> None:
        assert [str(n) for n in numbers("٤٫ १२ ３")] == ["4", "12", "3"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,200 and 1.200 and 1 200", ["1200", "1200", "1200"]),
        ("1.5 million, 1,500,000", ["1500000", "1500000"]),
        ("Rs 2.14 crore, ₹2.14 crore", ["₹21400000", "₹21400000"]),
        ("12%, 12 per cent, 12 percent", ["12 %", "12 %", "12 %"]),
        ("-5 and 3-5", ["-5", "3", "5"]),
        ("21-15 21-13", ["21", "15", "21", "13"]),
        ("twenty-one, forty, three million", ["21", "40", "3000000"]),
        ("version 3.12.1", ["3.12.1"]),
    ],
)
def test_numbers_are_compared_by_value(text: str, values: list[str]) -> None:
    assert [str(number) for number in numbers(text)] == values


@given(st.text(alphabet=st.sampled_from("aA1 .,!?\"“”'’()[]{}<>%$-\n中ह\x00\u202eé"), max_size=200))
def test_any_text_is_judged(text: str) -> None:
    verdict = verify(text, Article(title="T", source="s", key="k"))
    assert verdict.problems or verdict.text


def test_a_text_of_many_quotations_reads_the_article_once(article: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    plain = claims.plain
    monkeypatch.setattr("newsletter.curate.verify.plain", lambda text: seen.append(len(text)) or plain(text))
    text = " ".join(f"“quotation {number}”" for number in range(200))
    problems = verify(text, article(0), sentences=200).problems
    assert sum(problem.kind == "quotation" for problem in problems) == 200
    assert len(seen) == 1


@pytest.mark.parametrize("unit", ["a", "A ", "1 ", "1,", "“", '"', "a.", "twenty-", "[", "a@", "'a ", "中"])
def test_hostile_texts_are_judged_in_linear_time(article: Make, unit: str) -> None:
    it = article(unit * (200_000 // len(unit)))
    began = process_time()
    verify(unit * (4_900 // len(unit)), it)
    assert process_time() - began < 3
