"""Which elements a CSS selector means, found without a walk through the whole document for each.

In: an HTML tree, and selectors as cssselect reads them. A selector's elements are at or below (or beside) those that
have the first class it names, so only these are searched; one that names a class which the document lacks has none.
For `tag [dir=rtl]`, which names none, those with the attribute are asked what they stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cssselect import parser
from lxml.cssselect import CSSSelector
from lxml.etree import XPath, _Element

_WITH_CLASS_OR_DIR = XPath("descendant-or-self::*[@class or @dir]")


class Target:
    """A selector, compiled; safe to use from several threads."""

    __slots__ = ("alone", "below", "classes", "first", "search", "within")

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
        #: For `.class tag`, that tag.
        self.below = _below(tree)
        #: For `tag [dir=value]`, that tag and the value.
        self.within = _within(tree)


class Document:
    """A tree, with its elements by their classes."""

    def __init__(self, root: _Element) -> None:
        self._root = root
        self._with: dict[str, list[_Element]] = {}
        self._directed: list[_Element] = []
        for element in _elements(_WITH_CLASS_OR_DIR(root)):
            for name in dict.fromkeys(element.get("class", "").split()):
                self._with.setdefault(name, []).append(element)
            if element.get("dir"):
                self._directed.append(element)

    def find(self, target: Target) -> Iterable[_Element]:
        """The elements a selector means, each once."""
        if not target.classes <= self._with.keys():
            return ()
        if target.alone:
            return self._with[target.first]
        if target.within:
            tag, value = target.within
            return [e for e in self._directed if e.get("dir") == value and next(e.iterancestors(tag), None) is not None]
        if target.below:
            return dict.fromkeys(e for start in self._with[target.first] for e in start.iterdescendants(target.below))
        starts = self._with[target.first] if target.first else [self._root]
        return dict.fromkeys(element for start in starts for element in _elements(target.search(start)))


def _elements(found: Any) -> list[_Element]:
    """What an XPath that selects elements gives; lxml's type says that it may be anything."""
    return found  # type: ignore[no-any-return]


def _below(tree: Any) -> str:
    match tree:
        case parser.CombinedSelector(
            combinator=" ",
            selector=parser.Class(selector=parser.Element(element=None, namespace=None)),
            subselector=parser.Element(element=str(tag), namespace=None),
        ):
            return tag
    return ""


def _within(tree: Any) -> tuple[str, str] | None:
    match tree:
        case parser.CombinedSelector(
            combinator=" ",
            selector=parser.Element(element=str(tag), namespace=None),
            subselector=parser.Attrib(
                attrib="dir", operator="=", namespace=None, selector=parser.Element(element=None, namespace=None)
            ) as asked,
        ) if not getattr(asked, "flag", None):
            return tag, str(asked.value.value) if asked.value else ""
    return None


def _classes(tree: Any) -> Iterator[str]:
    """The classes that must occur; those in `:not()`, `:is()` or `:has()` need not."""
    if isinstance(tree, parser.CombinedSelector):
        yield from _classes(tree.selector)
        yield from _classes(tree.subselector)
    elif not isinstance(tree, parser.Element):
        if isinstance(tree, parser.Class):
            yield tree.class_name
        yield from _classes(tree.selector)
