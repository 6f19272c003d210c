"""What a reader sees of each text: its colour, the ground it stands on, its size; computed as a browser would.

The cascade (CSS Cascading and Inheritance Level 3) for the few properties that matter here: presentational attributes,
the head's rules whose conditions hold, style attributes, `!important`; then inheritance. Elements are visited in
document order, so however deep they are nested nothing recurses.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import cssselect

from newsletter.preflight import colours
from newsletter.preflight.colours import Colour
from newsletter.preflight.features import plain
from newsletter.preflight.styles import declarations

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from newsletter.preflight.mail import View

_WANTED = frozenset(
    {"color", "background", "background-color", "font-size", "font-weight", "font", "display", "visibility", "opacity"}
)
_NOT_SHOWN = frozenset({"head", "script", "style", "title", "template", "noscript"})
_BOLD_TAGS = frozenset({"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"})
#: Browsers' own sizes of headings, in em.
_HEADINGS = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h5": 0.83, "h6": 0.67, "small": 0.83}
_KEYWORDS = {
    "xx-small": 9.0,
    "x-small": 10.0,
    "small": 13.0,
    "medium": 16.0,
    "large": 18.0,
    "x-large": 24.0,
    "xx-large": 32.0,
}
_LENGTH = re.compile(r"([\d.]+)(px|pt|em|rem|%)")
_PIXELS = {"px": 1.0, "pt": 4 / 3, "rem": 16.0}
_TERM = re.compile(r"\(\s*(max-width|min-width|prefers-color-scheme)\s*:\s*([\w.]+)\s*\)")


@dataclass(frozen=True, slots=True)
class Screen:
    """What it is read on."""

    #: CSS pixels.
    width: int
    dark: bool = False


class Style(NamedTuple):
    """An element's own look, after inheritance."""

    colour: Colour
    #: None where it can't be told: a picture lies there.
    ground: Colour | None
    #: CSS pixels.
    size: float
    bold: bool
    shown: bool


class Text(NamedTuple):
    """A run of text with its look; white space folded."""

    words: str
    style: Style


def texts(view: View, screen: Screen) -> tuple[Text, ...]:
    """Every text that is shown, in document order of the elements that hold it."""
    # Screens on which the same conditions hold look the same.
    conditions = {rule.conditions: None for sheet in view.sheets for rule in sheet.rules if rule.conditions}
    key = screen.dark, tuple(all(holds(one, screen) for one in several) for several in conditions)
    if key not in view.known:
        view.known[key] = tuple(_texts(view, screen))
    found: tuple[Text, ...] = view.known[key]
    return found


def _texts(view: View, screen: Screen) -> Iterator[Text]:
    rules = _rules(view, screen)
    first = Style(
        *((colours.WHITE, (0.07, 0.07, 0.07)) if screen.dark else (colours.BLACK, colours.WHITE)), 16.0, False, True
    )
    styles: dict[HtmlElement, Style] = {}
    for element in view.elements:
        parent = element.getparent()
        before = styles.get(parent, first) if parent is not None else first
        own = styles[element] = _style(element, before, rules.get(element, ()), screen)
        if own.shown and own.size:
            words = " ".join("".join((element.text or "", *(child.tail or "" for child in element))).split())
            if words.strip("\u00a0\u200c\u200b\u034f\u00ad\u2007 ·|"):
                yield Text(words, own)


#: (important, specificity, order), property and value; the largest of a property holds.
_Found = tuple[tuple[bool, tuple[int, int, int], int], str, str]


def _rules(view: View, screen: Screen) -> dict[HtmlElement, list[_Found]]:
    found: defaultdict[HtmlElement, list[_Found]] = defaultdict(list)
    order = 0
    for sheet in view.sheets:
        for rule in sheet.rules:
            wanted = [one for one in rule.declarations if one.name in _WANTED]
            if not wanted or not all(holds(condition, screen) for condition in rule.conditions):
                continue
            order += 1
            for selector in rule.selectors:
                bare, pseudo = plain(selector)
                if pseudo and pseudo != ("root",):
                    continue
                weight = _specificity(bare)
                for element in view.select(bare):
                    found[element] += [((one.important, weight, order), one.name, one.value) for one in wanted]
    return found


@lru_cache(maxsize=1024)
def _specificity(selector: str) -> tuple[int, int, int]:
    try:
        return max(one.specificity() for one in cssselect.parse(selector))
    except cssselect.SelectorError:
        return (0, 0, 0)


@lru_cache(maxsize=1024)
def holds(condition: str, screen: Screen) -> bool:
    """Whether an at-rule's condition is true on a screen; one that is not known is not."""
    name, _, query = condition.partition(" ")
    if name in ("@supports", "@layer"):
        return True
    return name == "@media" and any(_query(one.strip().lower(), screen) for one in query.split(","))


def _query(query: str, screen: Screen) -> bool:
    for term in re.split(r"\s+and\s+", query):
        if term in ("", "all", "screen", "only screen", "only all"):
            continue
        match = _TERM.fullmatch(term)
        if match is None:
            return False
        feature, value = match.groups()
        if feature == "prefers-color-scheme":
            if (value == "dark") != screen.dark:
                return False
            continue
        width = _size(value, 16.0)
        if width is None or (screen.width > width if feature == "max-width" else screen.width < width):
            return False
    return True


@lru_cache(maxsize=4096)
def _inline(style: str) -> tuple[_Found, ...]:
    found = (one for one in declarations(style) if one.name in _WANTED)
    return tuple(((one.important, (9, 0, 0), order), one.name, one.value) for order, one in enumerate(found))


def _style(element: HtmlElement, before: Style, rules: tuple[_Found, ...] | list[_Found], screen: Screen) -> Style:
    attribute = element.get
    tag = element.tag
    found = [*rules, *_inline(attribute("style") or "")]
    values: dict[str, str] = {}
    if attribute("bgcolor"):
        values["background"] = attribute("bgcolor") or ""
    if attribute("color") and tag == "font":
        values["color"] = attribute("color") or ""
    for _, name, value in sorted(found, key=lambda one: one[0]):
        values["background" if name == "background-color" else name] = value
    shown = before.shown and tag not in _NOT_SHOWN and not _hidden(values)
    ground = before.ground
    if "background" in values:
        ground = colours.background(values["background"], ground or colours.WHITE)
    ink = before.colour
    if tag == "a" and "color" not in values and attribute("href"):
        ink = (0.62, 0.62, 1.0) if screen.dark else (0.0, 0.0, 0.93)
    ink = colours.colour(values.get("color", ""), ground or colours.WHITE) or (
        before.colour if "color" in values else ink
    )
    size = before.size * _HEADINGS.get(tag, 1.0)
    if "font" in values or "font-size" in values:
        size = _size(values.get("font-size") or values["font"], before.size) or (
            0.0 if values.get("font-size", "x")[0] == "0" else size
        )
    weight = values.get("font-weight") or values.get("font", "")
    bold = before.bold or tag in _BOLD_TAGS
    if stated := re.search(r"\b(?:bold(?:er)?|[6-9]00)\b|\b(?:normal|lighter|[1-5]00)\b", weight):
        bold = stated[0] in ("bold", "bolder") or stated[0] in ("600", "700", "800", "900")
    return Style(ink, ground, size, bold, shown)


def _hidden(values: dict[str, str]) -> bool:
    return values.get("display") == "none" or values.get("visibility") == "hidden" or values.get("opacity") == "0"


@lru_cache(maxsize=1024)
def _size(value: str, before: float) -> float | None:
    """A font size or length in CSS pixels; None for what is none."""
    if match := _LENGTH.search(value):
        unit = match[2]
        number = float(match[1]) if match[1].replace(".", "", 1).isdigit() else 0.0
        return number * (before if unit == "em" else before / 100 if unit == "%" else _PIXELS[unit])
    return _KEYWORDS.get(value)
