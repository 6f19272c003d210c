"""Spaces at which a language lets no line end, made no-break ones; nothing else of the text is changed.

French keeps `: ; ! ? » %` and the currency signs with the word before them, and the opening guillemet with the one
behind it (Lexique des règles typographiques en usage à l'Imprimerie nationale); Polish keeps a word of one letter with
the next one (PN-83/P-55366); both keep the groups of a number together. Other languages stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_NO_BREAK = "\u00a0"
_NUMBER = r"(?<=\d) (?=\d{3}(?!\w))"
_SPACES: Mapping[str, re.Pattern[str]] = {
    "fr": re.compile(rf"(?<!\s) (?=[:;!?»%€$£])|(?<=«) |{_NUMBER}"),
    "pl": re.compile(rf"(?<=\b[aiouwzAIOUWZ]) (?=\S)|{_NUMBER}"),
}


def bound(text: str, language: str) -> str:
    """The text, of a language by its BCP 47 tag, with no-break spaces where a line must not end."""
    spaces = _SPACES.get(language[:2].lower()) if language[2:3] in {"", "-", "_"} else None
    return spaces.sub(_NO_BREAK, text) if spaces else text
