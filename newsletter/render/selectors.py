"""Which elements a CSS selector means, found without a walk through the whole document for each.

In: an HTML tree, and selectors as cssselect reads them. A selector's elements are at or below (or beside) those that
have the first class it names, so only these are searched; one that names a class which the document lacks has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cssselect import parser
from lxml.cssselect import CSSSelector
from lxml.etree import XPath, _Element

_WITH_CLASS = XPath("descendant-or-self::*[@class]")


class Target:
    """A selector, compiled; safe to use from several threads."""

    __slots__ = ("alone", "classes", "first", "search")

    def __init__(self, selector: parser.Selector) -> None:
        tree = selector.parsed_tree
        #: Finds the elements at, below or beside the one given.
        self.search = CSSSelector(selector.canonical())
        #: The classes without which there is no such element.
        self.classes = frozenset(_classes(tree))
        first = tree
        while isinstance(first, parser.CombinedSelector):
            first = first.selector
        #: A class of the outermost element, or "".
        self.first = next(_classes(first), "")
        #: Whether that is all there is to it.
        self.alone = bool(self.first) and selector.canonical() == f".{self.first}"


class Document:
    """A tree, with its elements by their classes."""

    def __init__(self, root: _Element) -> None:
        self._root = root
        self._with: dict[str, list[_Element]] = {}
        for element in _elements(_WITH_CLASS(root)):
            for name in dict.fromkeys(element.get("class", "").split()):
                self._with.setdefault(name, []).append(element)

    def find(self, target: Target) -> Iterable[_Element]:
        """The elements a selector means, each once."""
        if not target.classes <= self._with.keys():
            return ()
        if target.alone:
            return self._with[target.first]
        starts = self._with[target.first] if target.first else [self._root]
        return dict.fromkeys(element for start in starts for element in _elements(target.search(start)))


def _elements(found: Any) -> list[_Element]:
    """What an XPath that selects elements gives; lxml's type says that it may be anything."""
    return found  # type: ignore[no-any-return]


def _classes(tree: Any) -> Iterator[str]:
    """The classes that must occur; those in `:not()`, `:is()` or `:has()` need not."""
    if isinstance(tree, parser.CombinedSelector):
        yield from _classes(tree.selector)
        yield from _classes(tree.subselector)
    elif not isinstance(tree, parser.Element):
        if isinstance(tree, parser.Class):
            yield tree.class_name
        yield from _classes(tree.selector)
