"""Bylines give names and roles, and nothing else passes for a name."""

from __future__ import annotations

import pytest

from newsletter.ingest import names


@pytest.mark.parametrize(
    ("line", "expected", "role"),
    [
        ("By Ada Brook", ("Ada Brook",), ""),
        ("Written by Ines Okafor", ("Ines Okafor",), ""),
        ("James Field, Senior Software Engineer", ("James Field",), "Senior Software Engineer"),
        ("By Ada Brook and Tom van der Weld | November 6, 2026", ("Ada Brook", "Tom van der Weld"), ""),
        ("Von Friederike Amsel, 9. November 2026", ("Friederike Amsel",), ""),
        ("Por Lucía Benavente y José Ortega", ("Lucía Benavente", "José Ortega"), ""),
        ("Maria O’Neill-Weiß · Staff Writer", ("Maria O’Neill-Weiß",), "Staff Writer"),
        ("Founder & Editor", (), ""),
        ("By the Editorial Team", (), ""),
    ],
)
def test_a_byline_is_split_into_names_and_role(line: str, expected: tuple[str, ...], role: str) -> None:
    found = names.byline(line)
    assert (found.names, found.role) == (expected, role)


@pytest.mark.parametrize(
    "text", ["ada", "Senior Editor", "Privacy Policy 2026", "https://example.org", "News Desk", "A B C D E F"]
)
def test_what_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert not names.is_name(text)


@pytest.mark.parametrize("text", ["Founder & Editor", "Senior engineer at a frontier lab", "Redakteurin"])
def test_a_role_is_known_by_its_noun(text: str) -> None:
    assert names.is_role(text)


def test_a_picture_of_an_editor_is_no_role() -> None:
    assert not names.is_role("Rust programming language code editor 2026")


def test_no_line_of_any_length_is_remembered() -> None:
    for number in range(3):
        found = names.byline(f"By Ada  Brook {number}" + " and more" * 100_000)
        assert names.byline(f"By Ada Brook {number}" + " and more" * 40) == found
    names._byline.cache_clear()
    names.byline("By Ada Brook" + " " * 100_000)
    assert names.byline("By Ada Brook").names == ("Ada Brook",)
    assert names._byline.cache_info().currsize == 1
