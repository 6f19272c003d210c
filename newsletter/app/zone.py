"""The time zone this machine is in, by its name in the IANA database, and where that is said.

POSIX leaves the name to conventions: the environment's TZ (one with rules instead of a name tells no zone), the file
that /etc/localtime links to (systemd and most Unixes; tzfile(5)), the word in /etc/timezone (Debian).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UTC = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "UCT", "Etc/Zulu", "Zulu", "Etc/Universal", "Universal", "Etc/GMT"})
_FOLDER = "/zoneinfo/"
#: Links in a row; a ring of them ends there.
_LINKS = 40


def here(environment: Mapping[str, str] = os.environ, etc: Path = Path("/etc")) -> tuple[str, str] | None:
    """The zone's name, and what says so ("TZ", "/etc/localtime", "/etc/timezone"); None where nothing does."""
    said = (
        (environment.get("TZ", "").removeprefix(":"), "TZ"),
        (_linked(etc / "localtime"), str(etc / "localtime")),
        (_word(etc / "timezone"), str(etc / "timezone")),
    )
    for text, source in said:
        if name := _name(text):
            return name, source
    return None


def _name(text: str) -> str:
    """The zone that a name or the path of its file means; "" where that is none."""
    name = text.rpartition(_FOLDER)[2].removeprefix("posix/").removeprefix("right/")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    return "UTC" if name in _UTC else name


def _linked(path: Path) -> str:
    """Where the link leads, by the first of its steps that lies among the zones: zones link to one another, too."""
    for _ in range(_LINKS):
        try:
            path = path.parent / path.readlink()
        except OSError:  # no link, or none that may be read
            break
        if _FOLDER in str(path):
            return str(path)
    return ""


def _word(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
