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

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsletter.errors import RenderError

ISSUE_HTML = "issue.mjml.j2"
ISSUE_TEXT = "issue.txt.j2"


@dataclass(frozen=True)
class Theme:
    """A theme found in its folders. `settings` is theme.toml; templates are named "THEME/issue.mjml.j2" and so on."""

    name: str
    folders: tuple[Path, ...]
    settings: Mapping[str, Any]

    def words(self, language: str) -> Mapping[str, str]:
        """The newsletter's own words in this language; English for those it lacks. Raises RenderError."""
        primary = language.replace("_", "-").partition("-")[0].lower() or "en"
        return {**_read(self.folders, "words/en.toml"), **_read(self.folders, f"words/{primary}.toml")}


def find(folders: Sequence[Path], name: str) -> Theme:
    """The theme of that name; RenderError where no folder has it, or a file of it can't be read."""
    if not any((folder / name / ISSUE_HTML).is_file() for folder in folders):
        there = sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{ISSUE_HTML}")})
        raise RenderError(name, f"no such theme; there are {', '.join(there) or 'none'}")
    return Theme(name, tuple(folders), _read(folders, f"{name}/theme.toml"))


def _read(folders: Sequence[Path], name: str) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for folder in reversed(folders):
        path = folder / name
        if path.is_file():
            try:
                merged = _over(merged, tomllib.loads(path.read_text("utf-8")))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
                raise RenderError(name, str(error)) from error
    return merged


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables laid over each other, key by key."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _over(under, value) if isinstance(value, dict) and isinstance(under, dict) else value
    return merged
