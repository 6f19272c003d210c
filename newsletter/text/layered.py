"""TOML files laid over each other: a workspace's own over the shipped ones, key by key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from newsletter.errors import RenderError


def read(folders: Sequence[Path], name: str) -> dict[str, Any]:
    """The file `name` of every folder that has it, the first folder on top; {} where none has.

    Raises RenderError for one that can't be read.
    """
    merged: dict[str, Any] = {}
    for folder in reversed(folders):
        path = folder / name
        if path.is_file():
            try:
                merged = over(merged, tomllib.loads(path.read_text("utf-8")))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
                raise RenderError(name, str(error)) from error
    return merged


def over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables laid over each other, key by key; what is no table takes the place of what was there."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = over(under, value) if isinstance(value, Mapping) and isinstance(under, Mapping) else value
    return merged
