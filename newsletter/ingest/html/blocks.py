"""A tree of markup → typed Blocks, in reading order. Takes HTML and the XML that trafilatura makes of it.

Text that stands loose between block elements becomes paragraphs; what runs or asks for input is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from newsletter.ingest.html.tree import text_of
from newsletter.models import Block, BlockType

_KINDS: dict[str, BlockType] = {
    "p": "paragraph",
    "head": "heading", "h1": "heading", "h2": "heading", "h3": "heading",
    "h4": "heading", "h5": "heading", "h6": "heading",
    "ul": "list", "ol": "list", "dl": "list", "list": "list",
    "blockquote": "quote", "quote": "quote",
    "pre": "code", "table": "table",
    "img": "image", "graphic": "image",
    "iframe": "embed", "video": "embed", "audio": "embed",
}  # fmt: skip
_CONTAINERS = frozenset(
    """
    body html div section article main header footer aside nav figure details summary center form fieldset address
    hgroup picture dd dt li item td th cell
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)
_SKIPPED = frozenset(
    """
    script style noscript template button input select textarea option svg math object canvas applet head_ link meta
    title dialog map figcaption
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)
_BLOCKS = _CONTAINERS | _KINDS.keys()
_BREAKS = frozenset({"br", "lb"})
_ITEMS = frozenset({"li", "item", "dd", "dt"})
_PULL_QUOTE = re.compile(r"(?<![a-z])pull[-_ ]?quote(?!s?-?wrap)", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: Words of a button that is a heading; menus are opened by shorter ones.
_QUESTION = 3
_QUOTE_SIGNS = "—–-―"


class Piece(NamedTuple):
    """A block and the element it was made of; for loose text, the element it stands in."""

    block: Block
    node: etree._Element


def blocks(root: etree._Element) -> list[Block]:
    """The blocks under `root`, uncleaned; sections are given later."""
    return [piece.block for piece in pieces(root)]


def pieces(root: etree._Element) -> list[Piece]:
    """The blocks under `root` with their elements, in reading order."""
    walk = _Walk(root)
    walk.children(root)
    return walk.found


class _Walk:
    """One pass over a tree; `found` grows, and `_holds` are the elements with a block element somewhere below."""

    def __init__(self, root: etree._Element) -> None:
        self.found: list[Piece] = []
        self._holds: set[etree._Element] = set()
        for node in root.iter(*_KINDS, *_CONTAINERS):
            parent = node.getparent()
            while parent is not None and parent not in self._holds:
                self._holds.add(parent)
                parent = parent.getparent()

    def children(self, parent: etree._Element) -> None:
        """Adds what stands in an element; text between blocks becomes paragraphs."""
        loose = [parent.text] if parent.text else []
        for child in parent:
            tag = child.tag
            if not isinstance(tag, str) or (tag in _SKIPPED and not _is_question(child)):
                pass
            elif tag == "button" and next(child.iterdescendants(*_HEADINGS), None) is None:
                self._paragraph(loose, parent)
                loose = []
                self._add(Block("heading", _inline(child), level=3), parent)
            elif tag in _BLOCKS or child in self._holds or _is_block_code(child):
                self._paragraph(loose, parent)
                loose = []
                self._block(child)
            elif tag in _BREAKS:
                loose.append("\n")
            else:
                loose.append(_inline(child))
            if child.tail:
                loose.append(child.tail)
        self._paragraph(loose, parent)

    def _add(self, block: Block, node: etree._Element) -> None:
        self.found.append(Piece(block, node))

    def _paragraph(self, loose: list[str], node: etree._Element) -> None:
        """Text between blocks; two line breaks in a row part paragraphs."""
        joined = "".join(loose) if loose else ""
        if not joined or joined.isspace():
            return
        for text in joined.split("\n\n"):
            if text and not text.isspace():
                self._add(Block("paragraph", text), node)

    def _block(self, node: etree._Element) -> None:
        kind = "code" if _is_block_code(node) else _KINDS.get(node.tag)
        if kind == "heading":
            self._add(Block("heading", _inline(node), level=_level(node)), node)
        elif kind == "list" and next(node.iterdescendants(*_HEADINGS, "article", "section"), None) is None:
            self._add(Block("list", "\n".join(_items(node))), node)
        elif kind == "quote" or _is_pull_quote(node):
            self._add(_quote(node), node)
        elif kind == "code":
            self._add(Block("code", "".join(map(str, node.itertext()))), node)
        elif kind == "table":
            self._table(node)
        elif kind == "image":
            self._image(node)
        elif kind == "embed":
            self._add(Block("embed", node.get("title", ""), url=node.get("src")), node)
        elif kind == "paragraph" and node not in self._holds:
            self._paragraph([_inline(node)], node)
        else:
            self.children(node)

    def _table(self, node: etree._Element) -> None:
        """A table of figures is a table; one that only lays out the page is walked like a container."""
        rows = [row for row in node.iter("tr", "row") if next(row.iterancestors("table"), None) is node]
        cells = [[cell for cell in row if cell.tag in {"td", "th", "cell"}] for row in rows]
        if next(node.iterdescendants("table"), None) is not None or any(
            cell in self._holds and len(cell) > 1 for row in cells for cell in row
        ):
            for cell in (cell for row in cells for cell in row):
                self.children(cell)
            return
        text = "\n".join("\t".join(" ".join(_inline(cell).split()) for cell in row) for row in cells)
        self._add(Block("table", text), node)

    def _image(self, node: etree._Element) -> None:
        address = next(filter(_is_address, map(node.get, ("data-src", "data-lazy-src", "src"))), None)
        if address and not is_pixel(node):
            self._add(Block("image", caption(node) or node.get("alt", ""), url=address), node)


def _is_question(node: etree._Element) -> bool:
    """Whether an element is a button that unfolds a part of the text, whose heading its words are."""
    return (
        node.tag == "button"
        and (node.get("aria-expanded") is not None or node.get("aria-controls") is not None or _in_heading(node))
        and len(text_of(node).split()) >= _QUESTION
    )


def _in_heading(node: etree._Element) -> bool:
    parent = node.getparent()
    return parent is not None and (parent.tag in _HEADINGS or parent.tag in {"dt", "summary"})


def _inline(node: etree._Element, *, lists: bool = True) -> str:
    """Text of an element with what is skipped left out; a line break is a newline, block edges are spaces."""
    text = node.text or ""
    if not len(node):
        return text
    parts = [text]
    for child in node:
        tag = child.tag
        if (
            isinstance(tag, str)
            and (tag not in _SKIPPED or _is_question(child))
            and (lists or (_KINDS.get(tag) != "list" and tag not in _ITEMS))
        ):
            if tag in _BREAKS:
                parts.append("\n")
            elif tag in _BLOCKS:
                parts.append(f" {_inline(child, lists=lists)} ")
            else:
                parts.append(_inline(child, lists=lists))
        parts.append(child.tail or "")
    return "".join(parts)


def _items(node: etree._Element) -> Iterator[str]:
    """Every item's own words; those of lists inside it follow as items of their own."""
    for item in node.iter(*_ITEMS):
        if text := " ".join(_inline(item, lists=False).split()):
            yield text


def _quote(node: etree._Element) -> Block:
    said = next(node.iterdescendants("cite", "footer", "figcaption"), None)
    attribution = " ".join(_inline(said).split()).lstrip(f"{_QUOTE_SIGNS} ") if said is not None else None
    lines = []
    for child in blocks(node):
        lines += [" ".join(line.split()) for line in child.text.split("\n")]
    lines = [line for line in lines if line and line.lstrip(f"{_QUOTE_SIGNS} ") != attribution]
    if attribution and lines and lines[-1].endswith(attribution):
        lines[-1] = lines[-1].removesuffix(attribution).rstrip(f"{_QUOTE_SIGNS} ")
    if not attribution and len(lines) > 1 and lines[-1][0] in _QUOTE_SIGNS and len(lines[-1].split()) <= 15:
        attribution = lines.pop().lstrip(f"{_QUOTE_SIGNS} ")
    pulled = any(map(_is_pull_quote, (node, *list(node.iterancestors())[:2])))
    return Block("pull_quote" if pulled else "quote", "\n".join(lines), attribution=attribution)


def _is_pull_quote(node: etree._Element) -> bool:
    """Whether an element calls itself a pull quote."""
    name = node.get("class")
    return name is not None and _PULL_QUOTE.search(name) is not None


def caption(node: etree._Element) -> str:
    """The figcaption of the figure that an image stands in, or ""."""
    figure = next(node.iterancestors("figure"), None)
    found = next(figure.iter("figcaption"), None) if figure is not None else None
    return " ".join(_inline(found).split()) if found is not None else ""


def _is_address(value: str | None) -> bool:
    return bool(value) and not str(value).lstrip().lower().startswith(("data:", "about:", "javascript:"))


def is_pixel(node: etree._Element) -> bool:
    """Whether an image is there to count visits, not to be seen."""
    return any((node.get(side) or "").strip("px ") in {"0", "1", "2"} for side in ("width", "height"))


def _is_block_code(node: etree._Element) -> bool:
    return node.tag == "code" and "\n" in "".join(map(str, node.itertext())).strip()


def _level(node: etree._Element) -> int:
    name = node.get("rend", "h2") if node.tag == "head" else node.tag
    return int(name[1]) if len(name) == 2 and name[1].isdigit() else 2
