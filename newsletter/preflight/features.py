"""Which features of HTML and CSS a mail really uses, in the names that caniemail.com gives them.

A rule in the head counts only where its selector finds something in the mail: hooks for one client's own markup
(`#outlook a`, `[data-ogsc] .name`) find nothing and are no use of theirs. What an at-rule encloses, and what waits for
a pointer (`:hover`), is an *enhancement*: a client without it shows the mail as it is without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from newsletter.preflight import support
from newsletter.preflight.styles import Declaration, Sheet, declarations

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from newsletter.preflight.mail import View


class Use(NamedTuple):
    """One way in which a feature is used."""

    slug: str
    #: The element it is used on; "" for what belongs to none.
    tag: str = ""
    #: CSS value or attribute value, in lower case.
    value: str = ""
    #: "style" (attribute), "head" (style element), "html" (element or attribute).
    where: str = "html"
    enhancement: bool = False
    #: Whether it stands in a table cell of its own, which then gives it width and place.
    in_cell: bool = False


_SEMANTICS = frozenset(
    {"article", "aside", "details", "figcaption", "figure", "footer", "header", "main", "mark", "nav", "section"}
    | {"summary", "time"}
)
_TAGS = {f"h{level}": "html-h1-h6" for level in range(1, 7)} | dict.fromkeys(("ul", "ol", "dl"), "html-lists")
_TAGS |= (
    dict.fromkeys(_SEMANTICS, "html-semantics")
    | dict.fromkeys(("map", "area"), "html-image-maps")
    | {"s": "html-strike"}
)
_ATTRIBUTES = {"loading": "html-loading-attribute", "sizes": "html-srcset", "srcset": "html-srcset"}
_FORMATS = {"jpeg": "jpg", "tif": "tiff", "heic": "heif", "apng": "apng"}
_PROPERTIES = {
    "word-break": "css-word-break", "word-wrap": "css-word-wrap", "columns": "css-column-layout-properties",
    "column-gap": "css-gap", "row-gap": "css-gap", "flex-flow": "css-display-flex", "flex": "css-display-flex",
    "background-image": "css-background", "background-attachment": "css-background", "font-family": "",
    "font-style": "", "text-size-adjust": "", "inset": "css-inset",
} | dict.fromkeys(("left", "right", "top", "bottom"), "css-left-right-top-bottom")  # fmt: skip
#: What a theme's head says of bare elements (`p`, `img`) against clients' own habits; without it, the mail is looser.
_RESETS = frozenset(
    ("margin", "padding", "border", "border-collapse", "border-spacing", "height", "line-height", "outline")
) | {"text-decoration"}
#: What a client is asked for, and may leave.
_WISHES = frozenset(
    {"text-wrap", "color-scheme", "supported-color-schemes", "hyphens", "hyphenate-limit-chars", "hyphenate-character"}
    | {"line-break", "word-break"}
)
#: Values that change nothing.
_DEFAULTS = frozenset(
    {("word-spacing", "normal"), ("letter-spacing", "normal"), ("height", "auto"), ("width", "auto"),
     ("direction", "ltr"), ("font-weight", "normal"), ("text-transform", "none"), ("float", "none"),
     ("position", "static"), ("display", "block"), ("display", "inline")}
)  # fmt: skip
#: What hides a text such as the preheader, usually several at once.
_HIDING = frozenset(
    {("display", "none"), ("opacity", "0"), ("max-height", "0"), ("max-height", "0px"), ("visibility", "hidden")}
)
_SMALL = frozenset({"font-size", "line-height", "max-width", "overflow", "color", "height", "width"})
_UNIT = re.compile(r"(?<![\w#-])[-+]?(?:\d+\.?\d*|\.\d+)(px|pt|em|rem|ex|ch|cm|mm|in|pc|vh|vw|vmin|vmax|%)")
_FUNCTIONS = {
    "calc": "css-unit-calc", "clamp": "css-function-clamp", "min": "css-function-min", "max": "css-function-max",
    "light-dark": "css-function-light-dark", "rgb": "css-rgb", "rgba": "css-rgba", "var": "css-variables",
    "conic-gradient": "css-conic-gradient", "lab": "css-modern-color", "oklab": "css-modern-color",
    "lch": "css-modern-color", "oklch": "css-modern-color",
}  # fmt: skip
_FUNCTION = re.compile(r"([a-z-]+)\(")
_SIZES = re.compile(r"\b(?:fit-content|min-content|max-content)\b")
_PSEUDO = re.compile(r"(::?)([a-z-]+)(?:\([^)]*\))?")
_POINTER = frozenset({"hover", "active", "focus", "focus-within", "focus-visible", "visited", "target", "checked"})
_COMBINATORS = (
    (re.compile(r">"), "css-selector-child"),
    (re.compile(r"\+"), "css-selector-adjacent-sibling"),
    (re.compile(r"~(?!=)"), "css-selector-general-sibling"),
    (re.compile(r"\["), "css-selector-attribute"),
    (re.compile(r"#[\w-]"), "css-selector-id"),
    (re.compile(r"\.[\w-]"), "css-selector-class"),
    (re.compile(r"\.[\w-]+\.[\w-]"), "css-selector-chaining"),
    (re.compile(r"(?:^|[\s>+~])[a-z]"), "css-selector-type"),
    (re.compile(r"\*"), "css-selector-universal"),
    (re.compile(r"[\w\])*]\s+[\w.#\[*]"), "css-selector-descendant"),
)


def uses(view: View) -> frozenset[Use]:
    """Every feature in use in what one kind of client reads of the mail."""
    found: set[Use] = set()
    for element in view.elements:
        found.update(_of_element(element))
    leans = False
    for sheet in view.sheets:
        of_sheet = set(_of_sheet(sheet, view))
        leans = leans or any(not use.enhancement for use in of_sheet)
        found |= of_sheet
    if view.sheets:
        found.add(Use("html-style", "style", "", "head", enhancement=not leans))
    return frozenset(use for use in found if use.slug in support.table().features)


def _of_element(element: HtmlElement) -> Iterator[Use]:
    tag, attributes = str(element.tag), element.attrib
    if tag == "style":
        return
    yield Use(_TAGS.get(tag, f"html-{tag}"), tag)
    if tag in ("input", "button"):
        yield Use(f"html-{tag}-{attributes.get('type', 'text' if tag == 'input' else 'submit').lower()}", tag)
    for name, value in attributes.items():
        if name == "style":
            yield from _of_style(tag, str(value), _in_cell(element))
        else:
            if (name, value) == ("dir", "ltr"):
                continue
            yield Use(_ATTRIBUTES.get(str(name), f"html-{name}"), tag, str(value).strip().lower()[:40])
    if tag == "a":
        href = (attributes.get("href") or "").strip().lower()
        if href.startswith("mailto:"):
            yield Use("html-mailto-links", tag)
        elif href.startswith("#") and len(href) > 1:
            yield Use("html-anchor-links", tag)
    if tag in ("img", "source", "input") and (source := attributes.get("src")):
        yield Use(_format(source), tag)


def _in_cell(element: HtmlElement) -> bool:
    """Whether its parent is a table cell, which gives it width and place."""
    parent = element.getparent()
    return parent is not None and parent.tag in ("td", "th")


def _format(source: str) -> str:
    if source.startswith("data:"):
        return "image-base64"
    if source.startswith("cid:"):  # only what every client shows is enclosed
        return "image-png"
    extension = source.split("?", 1)[0].split("#", 1)[0].rpartition(".")[2].lower()
    return f"image-{_FORMATS.get(extension, extension)}"


@lru_cache(maxsize=4096)
def _of_style(tag: str, style: str, in_cell: bool) -> tuple[Use, ...]:
    found = declarations(style)
    braces = [one for one in found if (one.name, one.value) in _HIDING]
    if len(braces) > 1:  # each is there for the clients that lack another
        found = tuple(one for one in found if one not in braces and one.name not in _SMALL)
    return tuple(_of_declarations(found, (tag,), "style", enhancement=False, in_cell=in_cell))


def _of_sheet(sheet: Sheet, view: View) -> Iterator[Use]:
    for at_rule in sheet.at_rules:
        yield from _of_at_rule(at_rule)
    for rule in sheet.rules:
        for selector in rule.selectors:
            bare, pseudo = plain(selector)
            matched = view.select(bare)
            if not matched:
                continue
            later = bool(rule.conditions) or not _POINTER.isdisjoint(pseudo)
            kept = rule.declarations if later or "::" in selector else tuple(_needed(rule.declarations, bare, matched))
            if not kept:
                continue
            yield from (Use(slug, "", "", "head", later) for slug in _of_selector(selector, pseudo))
            if len(rule.selectors) > 1:
                yield Use("css-selector-grouping", "", "", "head", later)
            in_cell = all(_in_cell(element) for element in matched)
            tags = sorted({str(element.tag) for element in matched})
            yield from _of_declarations(kept, tags, "head", enhancement=later, in_cell=in_cell)


def _needed(found: Iterable[Declaration], selector: str, matched: Sequence[HtmlElement]) -> Iterator[Declaration]:
    """Declarations of a head's rule that say more than the matched elements' own styles, and more than a reset."""
    for declaration in found:
        name = declaration.name
        reset = name in _WISHES or (selector.isalnum() and (name in _RESETS or (name, declaration.value) in _DEFAULTS))
        if reset or name.startswith(("-", "mso-")):
            continue
        short = name.partition("-")[0]
        if any(
            f"{name}:" not in (style := element.get("style") or "") and f"{short}:" not in style for element in matched
        ):
            yield declaration


def plain(selector: str) -> tuple[str, tuple[str, ...]]:
    """A selector without its pseudo-classes and -elements, and their names."""
    names = tuple(match[2] for match in _PSEUDO.finditer(selector))
    return _PSEUDO.sub("", selector.replace(":root", "html")).strip() or "*", names


def _of_selector(selector: str, pseudo: Sequence[str]) -> Iterator[str]:
    yield from (slug for pattern, slug in _COMBINATORS if pattern.search(selector))
    for name in pseudo:
        yield from (f"css-pseudo-class-{name}", f"css-pseudo-element-{name}")


def _of_at_rule(at_rule: str) -> Iterator[Use]:
    name, _, prelude = at_rule.lower().partition(" ")
    slug = f"css-at-{name.removeprefix('@')}"
    yield Use(slug, "", prelude, "head", enhancement=name != "@import")
    for part in ("prefers-color-scheme", "prefers-reduced-motion", "orientation", "device-pixel-ratio", "hover"):
        if name == "@media" and part in prelude:
            yield Use(f"{slug}-{part}", "", prelude, "head", enhancement=True)


def _of_declarations(
    found: Iterable[Declaration], tags: Iterable[str], where: str, *, enhancement: bool, in_cell: bool
) -> Iterator[Use]:
    for declaration in found:
        slugs = _of_declaration(declaration.name, declaration.value)
        for tag in tags:
            for slug in slugs:
                yield Use(slug, tag, declaration.value, where, enhancement, in_cell)
            if declaration.important:
                yield Use(
                    "css-important", tag, declaration.source.rpartition("!")[0][-1:] + "!", where, enhancement, in_cell
                )


@lru_cache(maxsize=4096)
def _of_declaration(name: str, value: str) -> tuple[str, ...]:
    if name.startswith("--"):
        return ("css-variables",)
    if name.startswith(("-", "mso-")) or (name, value) in _DEFAULTS:
        return ()
    slugs = [_of_property(name)]
    if name == "display":
        word = value.replace("inline-", "").split(" ")[0]
        if word in ("none", "flex", "grid"):
            slugs = [f"css-display-{word}"]
    if not name.startswith("font-family"):
        slugs += [f"css-unit-{'percent' if unit == '%' else unit}" for unit in _UNIT.findall(value)]
        slugs += [_FUNCTIONS[function] for function in _FUNCTION.findall(value) if function in _FUNCTIONS]
        if _SIZES.search(value):
            slugs.append("css-intrinsic-size")
    return tuple(dict.fromkeys(filter(None, slugs)))


def _of_property(name: str) -> str:
    if name in _PROPERTIES:
        return _PROPERTIES[name]
    known = support.table().features
    if name.startswith("grid-template"):
        return "css-grid-template"
    if re.fullmatch(r"border-(?:top|bottom)-(?:left|right)-radius", name):
        return "css-border-radius"
    part = name
    while part:
        if f"css-{part}" in known:
            return f"css-{part}"
        part = part.rpartition("-")[0]
    return ""
