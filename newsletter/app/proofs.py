"""Proofs: an issue as its readers would get it now, kept up with while it is worked on. Nothing is saved or sent.

The last few are kept, so that the page and the frames in it are one rendering; whoever listens hears of every change to
the workspace. newsletter.toml is read again when it was written: the theme is named there.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter import config
from newsletter.app.watching import Watch
from newsletter.errors import RenderError
from newsletter.models import NOBODY, PreviewPage, PreviewReader, Subscriber, TemplateLine, Values

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace

#: How many readers are shown to choose from; a search narrows them.
MAX_READERS = 100
#: Previews kept.
_KEPT = 8
#: Lines shown before and after one that is at fault.
_AROUND = 3


class Proofs:
    """The previews of one workspace. Safe to use from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, PreviewPage] = OrderedDict()
        self._settings_seen: int | None = None
        self._watch = Watch(workspace.store, workspace.theme_folders, workspace.root / config.FILE)

    def preview(self, number: int, reader: int = 0, version: str | None = None) -> PreviewPage:
        """The issue as this subscriber gets it (0: somebody of whom nothing is known), with its findings.

        `version` is what `version(number, reader)` has just said, where it was asked. Raises NotFound, RenderError,
        ConfigError.
        """
        with self._lock:
            self._reread()
            known = self._reader(reader)
            version = version or self._version(number, known)
            if version not in self._kept:
                page = self._workspace.press.preview(number, version, _values(known) if known else None, known)
                self._kept[version] = replace(page, reader=_shown(known) if known else NOBODY)
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return self._kept[version]

    def version(self, number: int, reader: int = 0) -> str:
        """What `preview(number, reader).version` would be. Raises NotFound, ConfigError."""
        with self._lock:
            self._reread()
            return self._version(number, self._reader(reader))

    def readers(self, words: str = "") -> list[PreviewReader]:
        """Subscribers by address, at most a hundred: those whose name or address holds the words."""
        with self._workspace.store.read() as work:
            return [_shown(person) for person in work.audience.like(words, MAX_READERS)]

    def excerpt(self, fault: RenderError) -> tuple[TemplateLine, ...]:
        """The template's lines around a fault; none where it names no file or line."""
        for folder in self._workspace.theme_folders if fault.line else ():
            path = (folder / fault.template).resolve()
            if path.is_relative_to(folder.resolve()) and path.is_file():
                lines = path.read_text("utf-8", "replace").split("\n")
                first = max(1, fault.line - _AROUND)
                shown = enumerate(lines[first - 1 : fault.line + _AROUND], first)
                return tuple(TemplateLine(number, text, number == fault.line) for number, text in shown)
        return ()

    def listen(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Have `wake` called, from a thread, whenever a preview may have changed; what is answered ends that."""
        return self._watch.listen(wake)

    def _version(self, number: int, reader: Subscriber | None) -> str:
        version = self._workspace.press.version(number)
        if reader is None:
            return version
        return hashlib.sha256(repr((version, reader)).encode("utf-8", "replace")).hexdigest()[:16]

    def _reader(self, number: int) -> Subscriber | None:
        if not number:
            return None
        with self._workspace.store.read() as work:
            return work.audience.get(number)

    def _reread(self) -> None:
        try:
            written = (self._workspace.root / config.FILE).stat().st_mtime_ns
        except FileNotFoundError:
            written = 0
        if self._settings_seen not in (None, written):
            self._workspace.reread()
        self._settings_seen = written


def _shown(person: Subscriber) -> PreviewReader:
    return PreviewReader(person.id, person.name, person.email or None, person.language)


def _values(person: Subscriber) -> Values:
    """What slots are filled with for them, but for links."""
    own = {"name": person.name, "email": person.email, "language": person.language, **person.fields}
    return {f"subscriber.{name}": value for name, value in own.items()}
