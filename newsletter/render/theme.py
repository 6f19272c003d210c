"""A theme: a folder of templates with its settings and words. Reading these files is the one I/O that rendering does.

    THEME/theme.toml        what it is in a line, colours, fonts, sizes, logo (`models.looks`)
    THEME/issue.mjml.j2     the HTML part, as MJML
    THEME/issue.txt.j2      the plain-text part, where it is not the shared one
    shared/                 blocks that several themes use
    words/LANGUAGE.toml     the newsletter's own words ("Read more", "Unsubscribe")

Folders are searched in order and each file by itself: a workspace that changes only the footer keeps the rest. Settings
and words are laid over each other, the first folder on top, and newsletter.toml's [theme] above all; English stands in
for words a language lacks. What can fail: a theme that is nowhere, and a setting that is none, as a RenderError that
names file and key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from newsletter.errors import RenderError
from newsletter.models import looks
from newsletter.text import catalogue, layered

ISSUE_HTML = "issue.mjml.j2"
ISSUE_TEXT = "issue.txt.j2"
SETTINGS = "theme.toml"


@dataclass(frozen=True)
class Theme:
    """A theme found in its folders. `settings` are its tables, checked; templates are named "THEME/issue.mjml.j2"."""

    name: str
    folders: tuple[Path, ...]
    settings: Mapping[str, Mapping[str, Any]]
    #: What it is, in a line; "" where it does not say.
    about: str = ""

    @property
    def html(self) -> str:
        """The name of its template for HTML."""
        return f"{self.name}/{ISSUE_HTML}"

    @cached_property
    def text(self) -> str:
        """The name of its template for plain text: its own, or the one that themes share."""
        own = f"{self.name}/{ISSUE_TEXT}"
        return own if any((folder / own).is_file() for folder in self.folders) else f"shared/{ISSUE_TEXT}"

    def words(self, language: str) -> catalogue.Words:
        """The newsletter's own words in this language; English for those it lacks. Raises RenderError."""
        catalogue.check(self.folders, language)
        return catalogue.read(self.folders, language)


def find(folders: Sequence[Path], name: str, changes: Mapping[str, Any] | None = None) -> Theme:
    """The theme of that name, `changes` laid over its settings; RenderError where there is none or a file is faulty."""
    there = names(folders)
    if name not in there:
        raise RenderError(name, f"no such theme; there are {', '.join(there) or 'none'}")
    file = f"{name}/{SETTINGS}"
    found = layered.over(layered.read(folders, file), changes or {})
    try:
        return Theme(name, tuple(folders), looks.checked(found), str(found.get("about", "")))
    except ValueError as error:
        raise RenderError(file, str(error)) from None


def names(folders: Sequence[Path]) -> list[str]:
    """The themes there are, in alphabetical order."""
    return sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{ISSUE_HTML}")})
