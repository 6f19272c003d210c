"""The program's own words in a reader's language: catalogues, one TOML file a language.

    words/en.toml        every word there is; stands in for what a language lacks
    words/pt.toml        a language
    words/pt-PT.toml     only what is different there; words/zh-Hant.toml likewise, for zh-TW and zh-HK

A file in a workspace is laid over the shipped one, word by word. A value is a phrase, in which braces name what is
filled in, or a table of plural forms by CLDR's categories (zero, one, two, few, many, other):

    read_more_at = "Read more at {outlet}"
    minutes = { one = "{minutes} minuta", few = "{minutes} minuty", many = "{minutes} minut", other = "…" }

Numbers are written in the language's digits, and what runs against the language's direction is isolated. What can fail:
a file that is no TOML, and a phrase whose braces name what the English one does not, as RenderError with file and key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from newsletter.bidi import isolated
from newsletter.errors import RenderError
from newsletter.text import layered
from newsletter.text.tongue import ENGLISH, Tongue, tongue

CATEGORIES = frozenset({"zero", "one", "two", "few", "many", "other"})

_PLACE = re.compile(r"\{([a-z_]+)\}")
_BRACE = re.compile(r"[{}]")


class Phrase:
    """Words with open places. `format` fills them; without it the phrase shows as it is written."""

    def __init__(self, forms: Mapping[str, str], language: Tongue) -> None:
        self._forms = forms
        self._tongue = language
        self._direction = language.direction
        #: Each form as `%` fills it.
        self._patterns = {category: _pattern(form) for category, form in forms.items() if form or category == "other"}
        self._escaped = {category: str(escape(pattern)) for category, pattern in self._patterns.items()}

    def format(self, **values: object) -> str:
        """The phrase with its places filled; a whole number picks the plural form. Markup in a value makes markup.

        Raises KeyError for a place without a value.
        """
        category, markup = "other", False
        said: dict[str, str] = {}
        for place, value in values.items():
            if isinstance(value, Markup):
                markup = True
                said[place] = value
            elif isinstance(value, int):
                if category == "other" and len(self._patterns) > 1:
                    category = self._tongue.plural(value)
                said[place] = self._tongue.digits(str(value))
            else:
                said[place] = isolated(str(value), self._direction)
        if not markup:
            return (self._patterns.get(category) or self._patterns["other"]) % said
        # What fills markup is escaped: phrase and values each by itself.
        escaped = self._escaped.get(category) or self._escaped["other"]
        return Markup(escaped % {place: escape(text) for place, text in said.items()})  # noqa: S704 - see above

    def __str__(self) -> str:
        return self._forms["other"]

    def __html__(self) -> Markup:
        return escape(str(self))


def _pattern(form: str) -> str:
    pieces = _PLACE.split(form)
    return "".join(f"%({p})s" if at % 2 else p.replace("%", "%%") for at, p in enumerate(pieces))


#: A language's words by name: a phrase where something is filled in, else the words themselves.
Words = Mapping[str, "str | Phrase"]


def read(folders: Sequence[Path], language: str) -> Words:
    """The words of a language out of `words/` in the folders, the first folder on top. Raises RenderError."""
    speech = tongue(language) or ENGLISH
    english = _flat(layered.read(folders, "words/en.toml"))
    spoken = {key: (forms, ENGLISH) for key, forms in english.items()}
    for tag in speech.chain():
        name = f"words/{tag}.toml"
        for key, forms in _flat(layered.read(folders, name)).items():
            _check(name, key, forms, english.get(key))
            spoken[key] = (forms, speech)
    return {
        key: Phrase(forms, spoken_in) if len(forms) > 1 or _PLACE.search(forms["other"]) else forms["other"]
        for key, (forms, spoken_in) in spoken.items()
    }


def check(folders: Sequence[Path], language: str) -> None:
    """Raises RenderError for a word in an editor's files that is no text, or that nothing prints: a slip in its key.

    The last folder is the program's. A key that is not in its words is right where a template of the editor's has it.
    """
    *own, shipped = folders
    known = layered.read([shipped], "words/en.toml")
    for folder in own:
        for tag in dict.fromkeys(("en", *(tongue(language) or ENGLISH).chain())):
            name = f"words/{tag}.toml"
            for key, value in layered.read([folder], name).items():
                wrong = [form for form in _forms(value) if not isinstance(form, str)]
                if wrong:
                    raise RenderError(name, f"{key}: found {wrong[0]!r}, expected a text in quotes")
                if key not in known and not _printed(folder, key):
                    raise RenderError(name, f"{key}: found an unknown key, expected {_instead(key, known)}")


def covers(folders: Sequence[Path], language: str) -> bool:
    """Whether there is a catalogue of the language in any folder."""
    return nearest(folders, language) is not None


def nearest(folders: Sequence[Path], language: str) -> str | None:
    """The narrowest tag of a language that a catalogue is kept under ("de" for de-AT); None where there is none."""
    speech = tongue(language)
    tags = reversed(speech.chain()) if speech else ()
    return next((tag for tag in tags if any((folder / f"words/{tag}.toml").is_file() for folder in folders)), None)


def _forms(value: object) -> Sequence[object]:
    return list(value.values()) if isinstance(value, dict) else [value]


def _printed(folder: Path, key: str) -> bool:
    """Whether a template in the folder names the key."""
    named = re.compile(rf"\b{re.escape(key)}\b")
    return any(named.search(path.read_text("utf-8", "replace")) for path in folder.rglob("*.j2"))


def _instead(key: str, known: Mapping[str, Any]) -> str:
    close = get_close_matches(key.casefold(), known, 1)
    return (
        f"a key of the program's own words/en.toml; did you mean {close[0]}?"
        if close
        else f"one that a template here prints, or one of {', '.join(known)}"
    )


def _flat(table: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Every word as its plural forms; words without any have "other" alone."""
    return {
        key: {name: str(form) for name, form in value.items()} if isinstance(value, dict) else {"other": str(value)}
        for key, value in table.items()
    }


def _check(name: str, key: str, forms: Mapping[str, str], english: Mapping[str, str] | None) -> None:
    if "other" not in forms or not forms.keys() <= CATEGORIES:
        found = ", ".join(forms)
        raise RenderError(name, f"{key}: found the forms {found}; “other” is needed, and of {sorted(CATEGORIES)} only")
    known = set(_PLACE.findall(english["other"])) if english else None
    for form in forms.values():
        unknown = set(_PLACE.findall(form)) - known if known is not None else set()
        if unknown or _BRACE.search(_PLACE.sub("", form)):
            expected = ", ".join(f"{{{place}}}" for place in sorted(known or ())) or "none"
            raise RenderError(name, f"{key}: found “{form}”; of places in braces there are {expected}")
