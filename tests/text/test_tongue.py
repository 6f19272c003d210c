"""A tag tells direction, digits, plurals, and where words may be kept."""

from __future__ import annotations

import pytest

from newsletter.text.tongue import tongue


@pytest.mark.parametrize(
    ("tag", "chain"),
    [
        ("de", ("de",)),
        ("pt-BR", ("pt", "pt-BR")),
        ("pt_pt", ("pt", "pt-PT")),
        ("zh-TW", ("zh", "zh-Hant", "zh-Hant-TW", "zh-TW")),
        ("ZH-hant", ("zh", "zh-Hant")),
        ("de-1996", ("de",)),
        ("en-XX", ("en",)),
    ],
)
def test_the_chain_goes_from_the_language_to_script_and_region(tag: str, chain: tuple[str, ...]) -> None:
    found = tongue(tag)
    assert found is not None
    assert found.chain() == chain


@pytest.mark.parametrize("tag", ["", "xx", "??", "-", "_", "english please", "x" * 500])
def test_what_is_no_language_is_none(tag: str) -> None:
    assert tongue(tag) is None


@pytest.mark.parametrize(
    ("tag", "written"), [("ar", "12"), ("ar-EG", "١٢"), ("fa", "۱۲"), ("bn", "১২"), ("he", "12"), ("en", "12")]
)
def test_digits_are_the_regions_own(tag: str, written: str) -> None:
    found = tongue(tag)
    assert found is not None
    assert found.digits("12") == written


def test_every_numbering_system_that_is_some_languages_own_has_its_digits() -> None:
    """A new CLDR may bring one that is not in the table; then it has to be added there."""
    from babel import Locale, localedata

    from newsletter.text.tongue import _ZERO

    used = {Locale.parse(name).default_numbering_system for name in localedata.locale_identifiers()}
    assert used - {"latn"} <= _ZERO.keys()
    assert all(chr(ord(zero) + n).isdigit() for zero in _ZERO.values() for n in range(10))


@pytest.mark.parametrize("tag", ["en", "pl", "ar", "fr", "lv", "ja", "he", "pt", "ga"])
def test_small_numbers_are_looked_up_and_others_asked_for(tag: str) -> None:
    found = tongue(tag)
    assert found is not None
    numbers = [*range(-3, 300), 1_000_000]
    assert [found.plural(number) for number in numbers] == [found.locale.plural_form(number) for number in numbers]
