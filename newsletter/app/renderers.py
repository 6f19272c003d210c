"""Renderers, kept while their theme's files stay as they are: compiling templates is most of a first rendering."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from newsletter.render import Renderer

#: A file's path, time of change (ns) and size.
Stamp = tuple[tuple[str, int, int], ...]


def stamp(folders: Sequence[Path]) -> Stamp:
    """Differs once a file in the folders is added, removed or written."""
    found = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            try:
                status = path.stat()
            except OSError:  # gone meanwhile: editors write a new file and move it over the old one
                continue
            if path.is_file():
                found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)


class Renderers:
    """One renderer for each theme in use. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamp: Stamp = ()
        self._made: dict[str, Renderer] = {}

    def get(self, folders: Sequence[Path], theme: str, changes: Mapping[str, Any]) -> Renderer:
        """The theme as its files are now, with the settings' changes to it. Raises RenderError."""
        seen, key = stamp(folders), repr((folders, theme, changes))
        with self._lock:
            if seen != self._stamp:
                self._stamp, self._made = seen, {}
            if key not in self._made:
                self._made[key] = Renderer(folders, theme, changes)
            return self._made[key]
