"""How deep a document nests, told without parsing it: what is nested too deeply is refused before a parser sees it."""

from __future__ import annotations

import re

_TAG = re.compile(r"<(/?)([A-Za-z_][\w:.\-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?(/?)>")
_CDATA = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->", re.S)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())


def depth(text: str) -> int:
    """The deepest nesting of elements, CDATA and comments left out. Unclosed elements count as open to the end."""
    level = deepest = 0
    for closing, name, empty in _TAG.findall(_CDATA.sub("", text)):
        if empty or name.lower() in _VOID:
            continue
        level = max(level - 1, 0) if closing else level + 1
        deepest = max(deepest, level)
    return deepest
