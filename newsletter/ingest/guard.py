"""How deep a document nests, told without parsing it: what is nested too deeply is refused before a parser sees it."""

from __future__ import annotations

import re

_START = re.compile(r"<(?:(!\[CDATA\[)|(!--)|(/?)([A-Za-z_][\w:.\-]{0,100}))")
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "col", "area", "base", "embed", "source", "wbr"})


def depth(text: str) -> int:
    """The deepest nesting of elements, CDATA and comments left out. Unclosed elements count as open to the end.

    Reads the text once, whatever it holds.
    """
    level = deepest = at = 0
    while found := _START.search(text, at):
        cdata, comment, closing, name = found.groups()
        end = text.find("]]>" if cdata else "-->" if comment else ">", found.end())
        if end < 0:
            break
        at = end + 1
        if name and not closing and text[end - 1] != "/" and name.lower() not in _VOID:
            level += 1
            deepest = max(deepest, level)
        elif closing:
            level = max(level - 1, 0)
    return deepest
