"""Colours as a mail states them, and the contrast of two (WCAG 2.2, "contrast ratio" and "relative luminance")."""

from __future__ import annotations

import re
from functools import lru_cache

import tinycss2.color3

#: Red, green and blue, each 0 to 1.
Colour = tuple[float, float, float]

WHITE: Colour = (1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0)
_PICTURE = re.compile(r"url\(|gradient\(")
#: What may name a colour within `background: …`.
_WORD = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|hsla?\([^)]*\)|\b[a-z]+\b")


@lru_cache(maxsize=1024)
def colour(value: str, ground: Colour) -> Colour | None:
    """A colour as it looks upon a ground; None for what is none (a keyword such as "inherit")."""
    found = tinycss2.color3.parse_color(value)
    if found is None or isinstance(found, str):
        return None
    red, green, blue = (
        part * found.alpha + under * (1 - found.alpha)
        for part, under in zip((found.red, found.green, found.blue), ground, strict=True)
    )
    return red, green, blue


@lru_cache(maxsize=1024)
def background(value: str, ground: Colour) -> Colour | None:
    """The colour that a `background` lays upon a ground; None where a picture does."""
    if _PICTURE.search(value):
        return None
    found = (colour(word, ground) for word in _WORD.findall(value))
    return next((one for one in found if one is not None), ground)


@lru_cache(maxsize=1024)
def contrast(one: Colour, other: Colour) -> float:
    """1 (none) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shown(one: Colour) -> str:
    """As a style sheet has it: "#1f1c19"."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in one)


def _luminance(one: Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in one)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
