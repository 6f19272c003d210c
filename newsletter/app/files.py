"""Files the person asked for, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from newsletter.errors import Refused


def write(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Replace a file, its folder made if need be; a full disk leaves the old one. Raises Refused.

    What is no regular file (a device, a pipe) is written to as it stands.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}")
    pieces = (data,) if isinstance(data, bytes) else data
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            new = path
        with new.open("wb") as file:
            file.writelines(pieces)
        if new != path:
            new.replace(path)
    except OSError as error:
        if new != path:
            with suppress(OSError):
                new.unlink()
        raise Refused(f"{path}: can't be written ({error.strerror or error}); nothing was changed") from error
