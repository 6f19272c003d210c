"""What a theme may be set to: the keys of theme.toml and of newsletter.toml's [theme], and what each may be.

[light] [dark]   colours by name, "#rrggbb" (or "#rgb")
[fonts]          lists of installed fonts, the best first
[sizes]          whole CSS pixels
[logo]           addresses or files of the pictures, and the size they are shown at
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from newsletter.models.pictures import is_path

#: The colours of each scheme. `on_button` is the text on a button, the others say themselves what they are for.
COLOURS = ("paper", "sheet", "ink", "soft", "accent", "rule", "tint", "button", "on_button")
#: Headlines; running text; dates, labels and buttons.
FONTS = ("head", "text", "label")
#: Smallest and largest width, margin beside the text, and width up to which a screen is a phone's. CSS pixels.
SIZES = {"width": (480, 720), "margin": (16, 64), "phone": (320, 600)}
#: As shown, CSS pixels; a height of 0 is what the width asks for.
LOGO_SIZES = {"width": (16, 720), "height": (0, 400)}
#: Text and the ground it stands on, by name: every pair that the built-in themes print.
PAIRS = (
    *((text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "sheet", "tint")),
    ("on_button", "button"),
)

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_FONT = re.compile(r"[^\W_][\w .+-]*|-[a-z-]+")


def colour(value: str) -> str:
    """The colour as "#rrggbb". Raises ValueError for what is none."""
    if not _COLOUR.fullmatch(value):
        raise ValueError('a colour such as "#9a3324"')
    digits = value[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def fonts(value: str) -> str:
    """A list of fonts fit for a style sheet. Raises ValueError for what is none, quotes and all that could end it."""
    names = [name.strip() for name in value.split(",")]
    if not all(_FONT.fullmatch(name) for name in names):
        raise ValueError('names of fonts with commas between them and without quotes, such as "Georgia, serif"')
    return ", ".join(names)


def picture(value: str) -> str:
    """A picture's address, its path in the workspace, or "". Raises ValueError for what mail can't show."""
    there = urlsplit(value).scheme in ("http", "https") and re.fullmatch(r"[!#-;=?-~]+", value)
    if value and not there and not is_path(value):
        raise ValueError("an address that starts with https://, a file's path in the workspace, or an empty text")
    return value


def within(low: int, high: int) -> Callable[[int], int]:
    """A check for whole numbers from `low` to `high`, which raises ValueError for others."""

    def size(value: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"a whole number of pixels from {low} to {high}")
        return value

    return size


#: The check of each key, by table.
TABLES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "light": dict.fromkeys(COLOURS, colour),
    "dark": dict.fromkeys(COLOURS, colour),
    "fonts": dict.fromkeys(FONTS, fonts),
    "sizes": {name: within(*limits) for name, limits in SIZES.items()},
    "logo": {"light": picture, "dark": picture} | {name: within(*limits) for name, limits in LOGO_SIZES.items()},
}


def checked(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """A theme's tables, each value in its one spelling. Raises ValueError for the first fault, its key named first."""
    for name in settings:
        if name not in (*TABLES, "about"):
            raise ValueError(f"{name}: found an unknown key, expected about, or one of the tables {', '.join(TABLES)}")
    made: dict[str, dict[str, Any]] = {}
    for table, checks in TABLES.items():
        found = settings.get(table)
        if not isinstance(found, Mapping):
            raise ValueError(f"{table}: found {'nothing' if found is None else repr(found)}, expected a table")  # noqa: TRY004
        made[table] = dict(_values(table, found, checks))
    return made


def _values(
    table: str, found: Mapping[str, Any], checks: Mapping[str, Callable[[Any], Any]]
) -> Iterator[tuple[str, Any]]:
    for name in found:
        if name not in checks:
            raise ValueError(f"{table}.{name}: found an unknown key, expected one of {', '.join(checks)}")
    for name, check in checks.items():
        if name not in found:
            raise ValueError(f"{table}.{name}: found nothing, expected a value")
        try:
            yield name, check(found[name])
        except (ValueError, TypeError) as error:
            expected = str(error) if isinstance(error, ValueError) else "a text in quotes"
            raise ValueError(f"{table}.{name}: found {found[name]!r}, expected {expected}") from None
