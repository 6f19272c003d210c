"""Replies of a model, kept under the workspace's cache folder: one small file each, named by what was asked of whom.

Losing the folder costs money and nothing else. A file that can't be read, or written, is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path


class ReplyCache:
    """Texts by key; safe with several processes (files are replaced whole)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def key(*parts: object) -> str:
        """A name for all that the reply depends on."""
        text = json.dumps([str(part) for part in parts])
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def get(self, key: str) -> str | None:
        try:
            text = json.loads((self._folder / f"{key}.json").read_text("utf-8"))["text"]
        except (OSError, ValueError, LookupError, TypeError):
            return None
        return text if isinstance(text, str) else None

    def put(self, key: str, text: str, model: str) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".tmp")
        except OSError:
            return
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"model": model, "text": text}, file)
            Path(name).replace(self._folder / f"{key}.json")
        except OSError:
            Path(name).unlink(missing_ok=True)
