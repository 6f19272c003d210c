"""The header of a subscriber file: which column holds what.

Column names are compared without case, space and punctuation, and in the languages spreadsheets come in. A column with
another name becomes a field of the subscriber's own, under a name that a merge field can use: [a-z][a-z0-9_]*.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import normalize

from newsletter.errors import ImportFileError

_ALIASES = {
    "email": "email emailaddress emailaddresses mail mailaddress emailadresse courriel adresseemail correo "
    "correoelectronico",
    "name": "name fullname displayname subscribername nom nombre",
    "first": "firstname first fname givenname forename vorname prenom",
    "last": "lastname last lname surname familyname nachname apellido apellidos",
    "language": "language lang locale sprache langue idioma",
    "timezone": "timezone tz zeitzone fuseauhoraire zonahoraria",
    "tags": "tags tag labels etiquetas",
}
_MEANING = {alias: meaning for meaning, aliases in _ALIASES.items() for alias in aliases.split()}

EXPECTED = "a first line that names the columns, one of them “email”"


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each thing stands in a row; None where the file has no such column."""

    #: Cells in the header, trailing empty ones left out.
    width: int
    email: int
    name: int | None
    first: int | None
    last: int | None
    language: int | None
    timezone: int | None
    tags: int | None
    #: Field name and position.
    fields: tuple[tuple[str, int], ...]
    #: Positions of columns that have no usable name, with what they are called.
    unnamed: tuple[str, ...] = ()


def read_header(cells: Sequence[str], file: str, line: int) -> Columns:
    """The columns a header names. Raises ImportFileError when it can't be one, saying what was found."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    found: dict[str, int] = {}
    fields: dict[str, int] = {}
    unnamed = []
    for at, cell in enumerate(cells):
        meaning = _meaning(cell)
        name = meaning or field_name(cell)
        taken = found if meaning else fields
        if name is None:
            unnamed.append(f"column {at + 1} ({cell.strip()[:40] or 'no name'})")
        elif name in taken:
            both = f"“{cells[taken[name]].strip()}” and “{cell.strip()}”"
            raise ImportFileError(file, line, f"two columns mean {name}: {both}; rename or remove one")
        else:
            taken[name] = at
    if "email" not in found:
        raise ImportFileError(file, line, _no_email(cells))
    places = {meaning: found.get(meaning) for meaning in _ALIASES if meaning != "email"}
    return Columns(len(cells), found["email"], **places, fields=tuple(fields.items()), unnamed=tuple(unnamed))


def has_email(cells: Sequence[str]) -> bool:
    """Whether one of the cells names the column of addresses."""
    return any(_meaning(cell) == "email" for cell in cells)


def field_name(title: str) -> str | None:
    """The name a merge field can use: "Home Town" → "home_town"; None when no Latin letter is left."""
    ascii_title = normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    name = re.sub(r"[^a-z0-9]+", "_", ascii_title).strip("_")
    if not re.search("[a-z]", name):
        return None
    return name if name[0].isalpha() else f"field_{name}"


def _meaning(title: str) -> str | None:
    plain = normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").casefold()
    return _MEANING.get(re.sub(r"[^a-z0-9]+", "", plain))


def _no_email(cells: Sequence[str]) -> str:
    shown = ", ".join(f"“{cell.strip()[:40]}”" for cell in cells[:8]) + (", …" if len(cells) > 8 else "")
    if any("@" in cell for cell in cells):
        return f"the first line is a subscriber ({shown}), not column names; expected {EXPECTED}, such as email,name"
    return f"no column is called email; found {shown or 'nothing'}, expected {EXPECTED}"
