"""Merge fields that are none: misspelt, without their subscriber, in single braces, or in another program's marks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from newsletter.models import Issue
from newsletter.preflight.checkup import Checkup, with_fields

#: What looks like a merge field: in two braces (not after a backslash), or in one.
_FIELD = re.compile(
    r"(?<!\\)\{\{\s*(?:(?P<root>\w+)\s*\.\s*)?(?P<name>\w+)[^{}]*\}\}"
    r"|(?<![{\\])\{\s*(?P<single_root>subscriber)\s*\.\s*(?P<single_name>\w+)[^{}]*\}(?!\})"
)
#: How other programs mark theirs: `*|FNAME|*`, `<%= name %>`, `${name}`, `[[name]]`, `%FIRSTNAME%`, and `{name}`.
_FOREIGN = re.compile(
    r"\*\|(?:\w+:)?(\w+)\|\*|<%=?\s*([\w.]{1,40})\s*%>|\$\{\s*(\w+)\s*\}|\[\[\s*(\w+)\s*\]\]|%%?([A-Z][A-Z_]+[A-Z])%%?"
    r"|(?<![{\\$])\{\s*(\w+)\s*\}(?!\})"
)
#: What they are called there, without "_" and in small letters; other words in braces are an editor's own.
_CALLED = frozenset(
    {"name", "fname", "lname", "firstname", "lastname", "fullname", "surname", "email", "company", "city", "country"}
    | {"vorname", "nachname", "anrede", "prenom", "prénom", "nom", "nombre", "apellido", "nome", "cognome", "sobrenome"}
    | {"voornaam", "achternaam", "imie", "imię", "nazwisko"}
)
#: Code, in which marks are what is talked about.
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_ALWAYS = frozenset({"name", "email", "language"})


@dataclass(frozen=True, slots=True)
class Slip:
    """One of them."""

    #: "subject", "intro", "note on article 12" …
    where: str
    #: As typed, at most 60 characters.
    shown: str
    mend: str
    #: Whether the issue does not render with it; in single braces it is printed as it stands.
    breaks: bool


def of(checkup: Checkup) -> Iterator[Slip]:
    """Those of the issue looked at."""
    return found(checkup.issue, checkup.fields if checkup.fields is not None else _ALWAYS)


def found(issue: Issue, known: Collection[str]) -> Iterator[Slip]:
    """Those of an issue; `known` are the fields that there are."""
    for where, text in with_fields(issue):
        for match in _FIELD.finditer(text):
            root, name = match["root"] or match["single_root"], match["name"] or match["single_name"]
            if match["name"] and root == "subscriber" and name in known:
                continue
            meant = next(iter(get_close_matches(name.lower(), sorted(known), 1, 0.6)), None)
            mend = f"did you mean {{{{ subscriber.{meant} }}}}?" if meant else _others(known)
            yield Slip(where, match[0][:60], mend, match["name"] is not None)
        yield from _foreign(where, text, known)


def _foreign(where: str, text: str, known: Collection[str]) -> Iterator[Slip]:
    for match in _FOREIGN.finditer(_CODE.sub("", text)):
        name = next(filter(None, match.groups()))
        called = name.lower().replace("_", "").removeprefix("subscriber.")
        if match[0][0] in "{[$%" and called not in _CALLED and name not in known:
            continue
        meant = name if name in known else "name" if called.endswith("name") and "name" in known else None
        mend = f"did you mean {{{{ subscriber.{meant} }}}}?" if meant else _others(known)
        yield Slip(where, match[0][:60], mend, breaks=False)


def _others(known: Collection[str]) -> str:
    return f"there are {', '.join(sorted(known))}; an imported CSV's column makes one more"
