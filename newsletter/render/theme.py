"""A theme: a folder of templates with its settings and words. Reading these files is the one I/O that rendering does.

    THEME/theme.toml        colours, fonts and sizes, as the templates want them
    THEME/issue.mjml.j2     the HTML part, as MJML
    THEME/issue.txt.j2      the plain-text part
    shared/                 blocks that several themes use
    words/LANGUAGE.toml     the newsletter's own words ("Read more", "Unsubscribe")

Folders are searched in order and each file by itself: a workspace that changes only the footer keeps the rest. Settings
and words are laid over each other, the first folder on top; English stands in for words a language lacks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsletter.errors import RenderError
from newsletter.text import catalogue, layered

ISSUE_HTML = "issue.mjml.j2"
ISSUE_TEXT = "issue.txt.j2"


@dataclass(frozen=True)
class Theme:
    """A theme found in its folders. `settings` is theme.toml; templates are named "THEME/issue.mjml.j2" and so on."""

    name: str
    folders: tuple[Path, ...]
    settings: Mapping[str, Any]

    def words(self, language: str) -> catalogue.Words:
        """The newsletter's own words in this language; English for those it lacks. Raises RenderError."""
        return catalogue.read(self.folders, language)


def find(folders: Sequence[Path], name: str) -> Theme:
    """The theme of that name; RenderError where no folder has it, or a file of it can't be read."""
    if not any((folder / name / ISSUE_HTML).is_file() for folder in folders):
        there = sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{ISSUE_HTML}")})
        raise RenderError(name, f"no such theme; there are {', '.join(there) or 'none'}")
    return Theme(name, tuple(folders), layered.read(folders, f"{name}/theme.toml"))
