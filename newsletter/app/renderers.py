"""Renderers, kept while their theme's files stay as they are: compiling templates is most of a first rendering."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from newsletter.render import Renderer

#: A file's path, time of change (ns) and size.
Stamp = tuple[tuple[str, int, int], ...]


def stamp(folders: Sequence[Path]) -> Stamp:
    """Differs once a file in the folders is added, removed or written."""
    return tuple(chain.from_iterable(sorted(_files(str(folder))) for folder in folders))


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    """By `os.scandir`, in a fifth of `Path.rglob`'s time: a preview asks after every change, and several times."""
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except OSError:  # there is none, or it may not be read
        return
    for entry in found:
        try:
            status = None if entry.is_dir(follow_symlinks=False) else entry.stat()
        except OSError:  # gone meanwhile: editors write a new file and move it over the old one
            continue
        if status is None:
            yield from _files(entry.path)
        elif stat.S_ISREG(status.st_mode):
            yield entry.path, status.st_mtime_ns, status.st_size


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
