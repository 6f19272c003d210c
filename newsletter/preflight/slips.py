"""Merge fields that are none: misspelt, without their subscriber, or in single braces."""

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
            mend = f"did you mean {{{{ subscriber.{meant} }}}}?" if meant else f"there are {', '.join(sorted(known))}"
            yield Slip(where, match[0][:60], mend, match["name"] is not None)
