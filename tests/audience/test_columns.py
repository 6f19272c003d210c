"""Column names are understood as people write them; the others become fields a merge field can name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.columns import field_name, read_header


@pytest.mark.parametrize(
    "title", ["email", "E-Mail", "e-mail address", "EMAIL_ADDRESS", " Mail ", "Correo electrónico"]
)
def test_the_column_of_addresses_goes_by_many_names(title: str) -> None:
    assert read_header(["x", title], "f.csv", 1).email == 1


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("city", "city"),
        ("Home Town", "home_town"),
        ("  Größe (cm) ", "groe_cm"),
        ("Año", "ano"),
        ("2nd phone", "field_2nd_phone"),
        ("城市", None),
        ("", None),
        ("123", None),
    ],
)
def test_a_fields_name_is_plain(title: str, name: str | None) -> None:
    assert field_name(title) == name


@given(st.text(max_size=30))
def test_any_title_gives_a_name_the_merge_grammar_knows_or_none(title: str) -> None:
    name = field_name(title)
    assert name is None or re.fullmatch(r"[a-z][a-z0-9_]*", name)


def test_a_column_that_can_not_be_named_is_told_of() -> None:
    columns = read_header(["email", "城市", ""], "f.csv", 1)
    assert (columns.width, columns.fields, columns.unnamed) == (2, (), ("column 2 (城市)",))
