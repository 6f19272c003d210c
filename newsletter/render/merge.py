"""Merge fields: `{{ subscriber.FIELD | default("…") }}` in the editor's own words, and nothing else.

In: subject, preheader, intro or outro as typed. Out: pieces of text and fields, in order. This grammar is all there is:

    field   = "{{" "subscriber." NAME [ "|" "default" "(" string ")" ] "}}"       white space is free between the marks
    NAME    = a-z, then a-z, 0-9 or _
    string  = in double or single quotes (or in typographic ones, which editors paste); \\ before a quote or a backslash
    text    = anything else; a backslash before "{{" makes of it two braces that are printed

What can fail: an unknown field, or `{{` that begins no field. Both are RenderErrors that name the place, line and
column. No template engine ever reads what is typed here, and what an article says never comes here as a field.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from newsletter.errors import RenderError

#: Fields that every subscriber has.
STANDARD = frozenset({"name", "email", "language"})

_FIELD = re.compile(
    r"""\{\{\s*
    subscriber\s*\.\s*(?P<name>[A-Za-z_]\w*)\s*
    (?:\|\s*default\s*\(\s*(?:
        "(?P<double>(?:[^"\\]|\\.)*)" | '(?P<single>(?:[^'\\]|\\.)*)' | [“”„](?P<curly>[^“”]*)[“”]
    )\s*\)\s*)?
    \}\}""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Field:
    """A place for something of the subscriber's; `default` stands in for what is missing, null or blank."""

    name: str
    default: str = ""


def parse(text: str, place: str, known: Collection[str] = STANDARD) -> list[str | Field]:
    """The text cut at its merge fields.

    `place` ("subject", "intro" …) is what errors name; `known` are the fields that exist.
    Raises RenderError for an unknown field and for `{{` that is no merge field.
    """
    pieces: list[str | Field] = []
    end = 0
    while (start := text.find("{{", end)) >= 0:
        if text[start - 1 : start] == "\\" and start > end:
            pieces.append(text[end : start - 1] + "{{")
            end = start + 2
            continue
        match = _FIELD.match(text, start)
        if match is None:
            shown = text[start : start + 40].split("\n", maxsplit=1)[0]
            shown = shown[: shown.find("}}") + 2] if "}}" in shown else shown
            advice = 'write {{ subscriber.name }} or {{ subscriber.name | default("reader") }}'
            raise _error(text, start, place, f"“{shown}” is no merge field; {advice}")
        if match["name"] not in known:
            others = f"there are {', '.join(sorted(known))}; an imported CSV's column makes one more"
            raise _error(text, start, place, f"unknown merge field “subscriber.{match['name']}”; {others}")
        pieces += [text[end:start], Field(match["name"], _default(match))]
        end = match.end()
    pieces.append(text[end:])
    return [piece for piece in pieces if piece != ""]


def _default(match: re.Match[str]) -> str:
    if match["curly"] is not None:
        return match["curly"]
    return _ESCAPE.sub(r"\1", match["double"] or match["single"] or "")


def _error(text: str, at: int, place: str, reason: str) -> RenderError:
    line = text.count("\n", 0, at) + 1
    return RenderError(place, reason, line, at - text.rfind("\n", 0, at))
