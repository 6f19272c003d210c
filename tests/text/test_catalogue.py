"""Every language says everything, with the same open places and the plural forms it has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from newsletter.bidi import FSI, PDI
from newsletter.errors import RenderError
from newsletter.resources import folder
from newsletter.text import catalogue, layered
from newsletter.text.catalogue import Phrase
from newsletter.text.tongue import tongue

EMAIL, PAGES = folder("templates") / "email", folder("templates") / "web" / "public"
LANGUAGES = ["ar", "de", "en", "es", "fr", "he", "it", "ja", "nl", "pl", "pt", "zh", "zh-Hant"]
#: Tags with what is different from their language's catalogue only.
PARTIAL = ["pt-PT"]


def raw(place: Path, tag: str) -> dict[str, Any]:
    return layered.read([place], f"words/{tag}.toml")


def places(value: str | dict[str, str]) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", value["other"] if isinstance(value, dict) else value))


def forms(value: str | dict[str, str]) -> dict[str, str]:
    return value if isinstance(value, dict) else {"other": value}


@pytest.mark.parametrize("place", [EMAIL, PAGES], ids=["email", "pages"])
def test_there_is_a_catalogue_for_every_language_and_no_other(place: Path) -> None:
    assert sorted(path.stem for path in (place / "words").glob("*.toml")) == sorted([*LANGUAGES, *PARTIAL])


@pytest.mark.parametrize("place", [EMAIL, PAGES], ids=["email", "pages"])
@pytest.mark.parametrize("tag", [*LANGUAGES, *PARTIAL])
def test_a_catalogue_has_every_key_with_the_same_places_and_no_more(place: Path, tag: str) -> None:
    english, own = raw(place, "en"), raw(place, tag)
    assert own.keys() <= english.keys() if tag in PARTIAL else list(own.keys() ^ english.keys()) == []
    for key, value in own.items():
        assert places(value) == places(english[key]), key
        for category, form in forms(value).items():
            assert form.strip(), key
            # A language that has a word for one or two of something may leave the number out there.
            assert places(form) == places(value) or category in ("zero", "one", "two"), (key, category)


@pytest.mark.parametrize("tag", [*LANGUAGES, *PARTIAL])
def test_a_counted_phrase_has_the_plural_forms_its_language_counts_with(tag: str) -> None:
    speech = tongue(tag)
    assert speech is not None
    counted = {speech.plural(n) for n in range(1000)}
    for key, value in raw(EMAIL, tag).items():
        if isinstance(value, dict):
            assert value.keys() - {"other"} == counted - {"other"}, key
        elif places(value) == {"minutes"} and len(counted) > 2:
            pytest.fail(f"{key} is counted, and {tag} counts in {counted}")


@pytest.mark.parametrize(
    ("tag", "read"),
    [
        ("en", {1: "1 min read", 5: "5 min read"}),
        ("pl", {1: "1 minuta czytania", 3: "3 minuty czytania", 5: "5 minut czytania", 22: "22 minuty czytania"}),
        ("ar", {1: "دقيقة قراءة واحدة", 2: "دقيقتا قراءة", 3: "3 دقائق قراءة", 11: "11 دقيقة قراءة"}),
        ("ar-EG", {3: "٣ دقائق قراءة"}),
        ("he", {2: "שתי דקות קריאה", 7: "7 דקות קריאה"}),
        ("ja", {3: "3分で読めます"}),
        ("zh-TW", {3: "約 3 分鐘讀完"}),
        ("zh-CN", {3: "约 3 分钟读完"}),
    ],
)
def test_minutes_are_counted_as_the_language_counts(tag: str, read: dict[int, str]) -> None:
    minutes = catalogue.read([EMAIL], tag)["minutes"]
    assert isinstance(minutes, Phrase)
    assert {n: minutes.format(minutes=n) for n in read} == read


def test_a_region_says_only_what_is_different() -> None:
    brazil, portugal = catalogue.read([EMAIL], "pt-BR"), catalogue.read([EMAIL], "pt-PT")
    assert (brazil["unsubscribe"], portugal["unsubscribe"]) == ("Cancelar inscrição", "Cancelar subscrição")
    assert brazil["view"] == portugal["view"]


def test_a_language_without_a_catalogue_speaks_english() -> None:
    assert catalogue.read([EMAIL], "sv")["unsubscribe"] == "Unsubscribe"
    assert not catalogue.covers([EMAIL], "sv")
    assert catalogue.covers([EMAIL], "de-AT")


def own_words(folder: Path, tag: str, text: str) -> list[Path]:
    (folder / "words").mkdir(exist_ok=True)
    (folder / "words" / f"{tag}.toml").write_text(text, encoding="utf-8")
    return [folder, EMAIL]


def test_a_workspace_changes_single_words_and_single_forms(tmp_path: Path) -> None:
    words = catalogue.read(own_words(tmp_path, "pl", 'view = "Online"\nminutes.few = "{minutes} min"'), "pl")
    assert words["view"] == "Online"
    assert words["unsubscribe"] == "Wypisz się"
    assert isinstance(words["minutes"], Phrase)
    assert words["minutes"].format(minutes=3) == "3 min"
    assert words["minutes"].format(minutes=5) == "5 minut czytania"


def test_a_workspace_may_bring_a_language_and_words_of_its_own(tmp_path: Path) -> None:
    folders = own_words(tmp_path, "sv", 'unsubscribe = "Avsluta"\nshare = "Dela {where}"')
    words = catalogue.read(folders, "sv")
    assert words["unsubscribe"] == "Avsluta"
    assert catalogue.covers(folders, "sv")
    assert isinstance(words["share"], Phrase)
    assert words["share"].format(where="här") == "Dela här"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('minutes = "{minuten} Min."', r"words/de.toml: minutes: found “{minuten} Min\.”.*there are {minutes}"),
        ('view = "Im {browser}"', "there are none"),
        ('minutes = "{minutes Min."', "minutes"),
        ('minutes = "{minutes.__class__}"', "minutes"),
        ('minutes = { eins = "x", other = "y" }', "found the forms eins, other"),
        ('minutes = { one = "x" }\nshare = { one = "x" }', "“other” is needed"),
        ("view = ", "words/de.toml"),
    ],
)
def test_a_fault_in_a_workspaces_words_names_file_and_key(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(RenderError, match=reason):
        catalogue.read(own_words(tmp_path, "de", text), "de")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('unsubscrib = "X"', "words/de.toml: unsubscrib: found an unknown key, .*did you mean unsubscribe?"),
        (
            'share = "X"',
            "words/de.toml: share: found an unknown key, expected one that a template here prints, or one of",
        ),
        ("unsubscribe = 5", "words/de.toml: unsubscribe: found 5, expected a text in quotes"),
        ("unsubscribe = true", "words/de.toml: unsubscribe: found True, expected a text in quotes"),
        ("minutes = { one = 5, other = 'x' }", "words/de.toml: minutes: found 5, expected a text in quotes"),
        ("view = ['a']", r"words/de.toml: view: found \['a'\], expected a text in quotes"),
    ],
)
@pytest.mark.parametrize("language", ["de", "de-AT"])
def test_a_word_that_is_none_or_that_nothing_prints_is_refused(
    tmp_path: Path, text: str, reason: str, language: str
) -> None:
    folders = own_words(tmp_path, "de", text)
    with pytest.raises(RenderError, match=reason):
        catalogue.check(folders, language)
    catalogue.check(folders, "fr")


def test_a_word_of_its_own_is_right_where_a_template_prints_it(tmp_path: Path) -> None:
    folders = own_words(tmp_path, "de", 'share = "Teilen"\nunsubscribe = "Abmelden"\nminutes.one = "{minutes} min"')
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "card.mjml.j2").write_text("{{ words.share }}", "utf-8")
    catalogue.check(folders, "de")
    catalogue.check([EMAIL], "de")


def test_a_value_that_runs_against_the_language_is_isolated() -> None:
    why = catalogue.read([EMAIL], "ar")["why"]
    assert isinstance(why, Phrase)
    assert f"{FSI}ada@example.org{PDI}" in why.format(email="ada@example.org", name="النشرة")
    assert f"{FSI}النشرة{PDI}" not in why.format(email="ada@example.org", name="النشرة")


def test_markup_in_a_value_makes_markup_and_everything_else_is_escaped() -> None:
    phrase = Phrase({"other": "<{a}> & {b}"}, tongue("en"))  # type: ignore[arg-type]  # English is known
    done = phrase.format(a=Markup("<b>bold</b>"), b="x < y")
    assert done == Markup("&lt;<b>bold</b>&gt; &amp; x &lt; y")
    assert phrase.format(a="{b}", b="{a}") == "<{b}> & {a}"
    assert Markup("{}").format(phrase) == "&lt;{a}&gt; &amp; {b}"


def test_signs_of_formats_stand_for_themselves() -> None:
    phrase = Phrase({"one": "", "other": "100 % of %(a)s, {a} %s"}, tongue("en"))  # type: ignore[arg-type]
    assert phrase.format(a="%(b)s {a}") == "100 % of %(a)s, %(b)s {a} %s"
    assert phrase.format(a=1) == "100 % of %(a)s, 1 %s"
    assert phrase.format(a=Markup("&amp;")) == Markup("100 % of %(a)s, &amp; %s")


def test_a_phrase_with_a_place_left_open_is_an_error() -> None:
    with pytest.raises(KeyError, match="minutes"):
        catalogue.read([EMAIL], "en")["minutes"].format()


@pytest.mark.parametrize("place", [EMAIL, PAGES], ids=["email", "pages"])
def test_no_key_hides_behind_a_method_of_dictionaries(place: Path) -> None:
    """A template writes `words.view`, and would get the method where there is one of that name."""
    assert not raw(place, "en").keys() & set(dir(dict))


def test_french_spaces_before_high_marks_do_not_break() -> None:
    for place in (EMAIL, PAGES):
        for key, value in raw(place, "fr").items():
            assert not re.search(r" [:;!?»]|« ", str(value)), key
            assert not re.search(r"(?<![\u00a0\u202f])[;!?»]|«(?![\u00a0\u202f])", str(value)), key


@pytest.mark.parametrize("place", [EMAIL, PAGES], ids=["email", "pages"])
@pytest.mark.parametrize("tag", [*LANGUAGES, *PARTIAL])
def test_no_typewriter_quotes(place: Path, tag: str) -> None:
    assert not re.search(
        r"[\"'`]|\.\.\.", " ".join(str(f) for v in raw(place, tag).values() for f in forms(v).values())
    )
