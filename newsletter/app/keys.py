"""The workspace's key file: what signs links, what hashes suppressed addresses, what makes slot tokens unguessable.

    {"links": ["…", "…"], "suppression": "…"}        base64, 32 bytes each, mode 0600

The first link key signs and all verify, so that a key can be rotated; the suppression key is never changed, or erased
people could be mailed again. `init` makes the file; a missing one is an error, never silently made anew.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.errors import ConfigError

FILE = "newsletter.keys"
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one workspace; never printed."""

    links: tuple[bytes, ...] = field(repr=False)
    suppression: bytes = field(repr=False)

    @property
    def slots(self) -> bytes:
        """The secret that slot tokens are derived from; it follows the signing key."""
        return hmac.digest(self.links[0], b"newsletter slots", "sha256")


def create(folder: Path) -> Keys:
    """Make the key file. Raises FileExistsError rather than ever replace one."""
    keys = Keys((secrets.token_bytes(_BYTES),), secrets.token_bytes(_BYTES))
    text = json.dumps({"links": [_text(key) for key in keys.links], "suppression": _text(keys.suppression)}, indent=1)
    handle = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return keys


def load(folder: Path) -> Keys:
    """The keys of the workspace. Raises ConfigError when the file is missing or damaged."""
    path = folder / FILE
    form = '{"links": [32 bytes in base64, …], "suppression": 32 bytes in base64}'
    try:
        data = json.loads(path.read_text(encoding="ascii"))
        keys = Keys(tuple(_key(text) for text in data["links"]), _key(data["suppression"]))
    except FileNotFoundError:
        hint = "the workspace's key file: restore it from the backup (links sent earlier depend on it)"
        raise ConfigError(str(path), "", "no such file", hint) from None
    except OSError as error:
        raise ConfigError(
            str(path), "", f"an unreadable file ({error.strerror})", "a file this user may read"
        ) from None
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise ConfigError(str(path), "", "a damaged key file", form) from None
    if not keys.links:
        raise ConfigError(str(path), "links", "no key", form)
    return keys


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) < _BYTES:
        raise ValueError("a key is at least 32 bytes")
    return key
