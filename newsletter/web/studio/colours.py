"""Colours as style sheets write them, turned over from light to dark.

Lightness is that of OKLab (Björn Ottosson, 2020), in which a step looks alike for every hue: HSL calls pure yellow and
pure blue equally light. Hue and chroma stay, as far as sRGB has them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

#: The names that mail uses; others are left as they are.
_NAMES = {
    "black": "000000", "white": "ffffff", "gray": "808080", "grey": "808080", "silver": "c0c0c0", "red": "ff0000",
    "maroon": "800000", "yellow": "ffff00", "olive": "808000", "lime": "00ff00", "green": "008000", "aqua": "00ffff",
    "cyan": "00ffff", "teal": "008080", "blue": "0000ff", "navy": "000080", "fuchsia": "ff00ff", "magenta": "ff00ff",
    "purple": "800080", "orange": "ffa500", "whitesmoke": "f5f5f5", "lightgray": "d3d3d3", "lightgrey": "d3d3d3",
    "darkgray": "a9a9a9", "darkgrey": "a9a9a9", "dimgray": "696969", "dimgrey": "696969", "beige": "f5f5dc",
    "ivory": "fffff0", "pink": "ffc0cb", "gold": "ffd700", "brown": "a52a2a", "crimson": "dc143c", "tomato": "ff6347",
    "darkblue": "00008b", "darkgreen": "006400", "darkred": "8b0000", "navajowhite": "ffdead", "snow": "fffafa",
}  # fmt: skip
_COLOUR = re.compile(
    r"#(?P<hex>[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![\w-])"
    r"|rgba?\(\s*(?P<r>\d{1,3})[\s,]+(?P<g>\d{1,3})[\s,]+(?P<b>\d{1,3})\s*(?:[,/]\s*(?P<alpha>[\d.]+%?)\s*)?\)"
    rf"|(?<![\w-])(?P<name>{'|'.join(_NAMES)})(?![\w-])",
    re.IGNORECASE,
)
#: What white becomes: clients keep their own dark grey rather than black.
_DARKEST = 0.18


class Colour(NamedTuple):
    """sRGB, each 0 to 255, and the opacity as it was written ("" where it was not)."""

    red: int
    green: int
    blue: int
    alpha: str = ""

    @property
    def lightness(self) -> float:
        """OKLab's, 0 to 1."""
        return _to_oklab(self)[0]

    def turned(self) -> Colour:
        """White becomes a dark grey, black becomes white, and so on between."""
        lightness, a, b = _to_oklab(self)
        red, green, blue = _from_oklab(_DARKEST + (1 - lightness) * (1 - _DARKEST), a, b)
        return Colour(red, green, blue, self.alpha)

    def __str__(self) -> str:
        if self.alpha:
            return f"rgba({self.red}, {self.green}, {self.blue}, {self.alpha})"
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


def pattern() -> re.Pattern[str]:
    """Finds the colours in a declaration's value; `read` takes its matches."""
    return _COLOUR


def read(match: re.Match[str]) -> Colour:
    """The colour that was found."""
    if match["r"]:
        red, green, blue = (min(255, int(match[part])) for part in "rgb")
        return Colour(red, green, blue, match["alpha"] or "")
    digits = match["hex"] or _NAMES[match["name"].lower()]
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue, *alpha = bytes.fromhex(digits)
    return Colour(red, green, blue, f"{alpha[0] / 255:.3g}" if alpha else "")


def _to_oklab(colour: Colour) -> tuple[float, float, float]:
    r, g, b = (_linear(value / 255) for value in colour[:3])
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> tuple[int, int, int]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _linear(value: float) -> float:
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def _gamma(value: float) -> int:
    value = min(1.0, max(0.0, value))
    return round(255 * (value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055))
