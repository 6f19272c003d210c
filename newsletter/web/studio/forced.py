"""A mail as clients show it that make it dark by themselves. An approximation: each does it in its own way.

    part     light grounds become dark and dark words light, the rest stays (Outlook.com, Outlook's apps, Gmail on
             Android). What was changed is marked as Outlook.com marks it, `data-ogsc` for words and `data-ogsb` for
             grounds, so that a theme's own rules for that apply.
    whole    every colour is turned over, a dark ground becoming light (Gmail on iPhone, Outlook for Windows)

None of them answers `prefers-color-scheme`, and pictures stay as they are. Comments go, with what only Outlook reads.
"""

from __future__ import annotations

import re
from typing import Literal

import lxml.html
from lxml import etree

from newsletter.web.studio.colours import pattern, read
from newsletter.web.studio.scheme import as_seen

Force = Literal["part", "whole"]
FORCES: tuple[Force, ...] = ("part", "whole")

#: Lighter than this is a light ground, darker are dark words.
_MIDDLE = 0.6
_DECLARATION = re.compile(
    r"(?<![\w-])(?P<name>color|background(?:-color)?|border(?:-[a-z]+)*)\s*:(?P<value>[^;{}]*)", re.IGNORECASE
)
_RULE = re.compile(r"[^{}]*\{[^{}]*\}")
_GROUND = "html{background:#121212;color:#fff}a:link{color:#8ab4f8}"


def as_forced(html: str, force: Force) -> str:
    """The mail's HTML, darkened; links open outside the frame."""
    root = lxml.html.document_fromstring(as_seen(html, "light"))
    etree.strip_tags(root, etree.Comment)
    for element in root.iter(etree.Element):
        _darken(element, force)
    body = root.find("body")
    if force == "part" and body is not None:  # Outlook.com gives the whole mail a colour, and darkens that too
        body.set("data-ogsc", "")
        body.set("data-ogsb", "")
    head = root.find("head")
    if head is not None:
        ground = etree.Element("style")
        ground.text = _GROUND
        head.insert(0, ground)
    return str(lxml.html.tostring(root, encoding="unicode", doctype="<!doctype html>"))


def _darken(element: lxml.html.HtmlElement, force: Force) -> None:
    if element.tag == "style":
        element.text = _RULE.sub(lambda rule: _sheet_rule(rule[0], force), element.text or "")
        return
    changed: set[str] = set()
    style = element.get("style")
    if style:
        darker, changed = _declarations(style, force)
        element.set("style", darker)
    for name, kind in (("bgcolor", "background"), ("color", "color")):
        value = element.get(name)
        if value:
            turned = _value(value, kind, force)
            element.set(name, turned)
            changed |= {kind} if turned != value else set()
    if force == "part":
        for kind, mark in (("color", "data-ogsc"), ("background", "data-ogsb")):
            if kind in changed:
                element.set(mark, "")


def _sheet_rule(rule: str, force: Force) -> str:
    return rule if "[data-ogs" in rule else _declarations(rule, force)[0]


def _declarations(css: str, force: Force) -> tuple[str, set[str]]:
    """The declarations with their colours changed, and which were: "color", "background", "border"."""
    changed = set()

    def darker(match: re.Match[str]) -> str:
        kind = re.match(r"[a-z]+", match["name"].lower())[0]  # type: ignore[index]  # the name begins with letters
        value = _value(match["value"], kind, force)
        if value != match["value"]:
            changed.add(kind)
        return f"{match['name']}:{value}"

    return _DECLARATION.sub(darker, css), changed


def _value(value: str, kind: str, force: Force) -> str:
    def turned(match: re.Match[str]) -> str:
        colour = read(match)
        is_light = colour.lightness > _MIDDLE
        return str(colour.turned()) if force == "whole" or is_light is (kind != "color") else match[0]

    return value if "url(" in value else pattern().sub(turned, value)
