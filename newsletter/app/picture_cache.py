"""What is known of pictures, under the workspace's cache/pictures: files that can all be lost, and are made again.

    ADDRESS.json      what became of asking for an address, and when        ADDRESS.bin  what it sent
    CONTENT.facts     what a file's content turned out to be                FILE.png …   a file made to fit

ADDRESS, CONTENT and FILE are digests. What can't be read or written is as good as not there.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from newsletter.app import files
from newsletter.errors import Refused
from newsletter.models import Picture
from newsletter.preflight import Tried

_KINDS = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif"}


class PictureCache:
    """Safe with several processes: files are replaced whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def record_of(self, address: str) -> Path:
        """The file with what became of asking for an address; it need not be there."""
        return self._folder / f"{_digest(address)}.json"

    def asked(self, address: str) -> tuple[datetime, Tried] | None:
        """When an address was asked for, and what became of it; None when it was not."""
        try:
            data = json.loads(self.record_of(address).read_text("utf-8"))
            return datetime.fromisoformat(data.pop("at")), Tried(**data)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def body(self, address: str) -> bytes | None:
        """What an address sent when it was last asked for; None when that is not known."""
        try:
            return self.record_of(address).with_suffix(".bin").read_bytes()
        except OSError:
            return None

    def keep(self, address: str, tried: Tried, body: bytes | None, now: datetime) -> None:
        """Keep what became of asking; a fault leaves what was had before."""
        record = self.record_of(address)
        if body is not None:
            self._write(record.with_suffix(".bin"), body)
        self._write(record, json.dumps({"at": now.isoformat(), **asdict(tried)}).encode())

    def facts(self, key: str) -> Picture | str | None:
        """What was found when a file was looked at: the picture, or why it is none; None when it was not."""
        try:
            data: Any = json.loads((self._folder / f"{key}.facts").read_text("utf-8"))
            return str(data["fault"]) if "fault" in data else Picture(**data)
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def keep_facts(self, key: str, found: Picture | str) -> None:
        data = {"fault": found} if isinstance(found, str) else asdict(found)
        self._write(self._folder / f"{key}.facts", json.dumps(data).encode())

    def fitted(self, key: str) -> tuple[str, bytes] | None:
        """Kind and bytes of a file made before."""
        for suffix, kind in _KINDS.items():
            with suppress(OSError):
                return kind, (self._folder / f"{key}.{suffix}").read_bytes()
        return None

    def keep_fitted(self, key: str, kind: str, data: bytes) -> None:
        self._write(self._folder / f"{key}.{kind.partition('/')[2]}", data)

    def _write(self, path: Path, data: bytes) -> None:
        with suppress(Refused, OSError):
            files.write(path, data)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]
