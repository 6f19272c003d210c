"""A path of trafilatura's that is asked once for each name: which elements it leads to, in a fraction of the time.

Its conditions are regular expressions on an element's class, id and the like, each tried on every element by a call
from C into Python. What they say depends on the tag and these attributes alone, and pages repeat them; so each new
combination is put before the path itself, on an element in a tree of its own, and remembered. The same is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lxml import etree

from newsletter.ingest.html.tree import select

#: An element's tag ("any" where the path takes all), and in their order those of its attributes that the path looks at.
Name = tuple[str, tuple[tuple[Any, Any], ...]]

_TAG = re.compile(r"self::(\w+)")
_ATTRIBUTE = re.compile(r"@([\w\-]+)")
#: Names remembered; the pages of a site share theirs.
_MOST = 20_000
#: Characters of those that are; more are an attacker's, or are not met again.
_LONGEST = 500


class Asked:
    """Stands for a path of the form `.//*[self::a or self::b][conditions on attributes]`, without positions."""

    def __init__(self, path: etree.XPath) -> None:
        self._path = path
        self._tags = tuple(dict.fromkeys(_TAG.findall(path.path)))
        self._attributes = frozenset(_ATTRIBUTE.findall(path.path))
        self._known: dict[Name, bool] = {}

    def __call__(self, tree: etree._Element) -> list[etree._Element]:
        """The elements below one that the path leads to, in the page's order."""
        if len(self._known) > _MOST:
            self._known = {}
        known, attributes, tags = self._known, self._attributes, self._tags
        named = [
            (node, (node.tag if tags else "any", tuple(said)))
            for node in tree.iterdescendants(*tags or ("*",))
            if (items := node.items()) and (said := [item for item in items if item[0] in attributes])
        ]
        found = self._ask({name for _, name in named if name not in known})
        known.update({name: is_led_to for name, is_led_to in found.items() if _length(name) <= _LONGEST})
        return [node for node, name in named if (found[name] if name in found else known[name])]

    def _ask(self, names: Iterable[Name]) -> dict[Name, bool]:
        """Puts names before the path: whether it leads to each."""
        root = etree.Element("root")
        elements = {etree.SubElement(root, tag, dict(said)): (tag, said) for tag, said in names}
        found = set(select(self._path, root))
        return {name: node in found for node, name in elements.items()}


def _length(name: Name) -> int:
    """Characters of a name's attributes."""
    return sum(len(key) + len(value) for key, value in name[1])
